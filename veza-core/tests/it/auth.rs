use std::time::Duration;

use veza_core::auth::{LogInError, RegisterError, TokenError, TokenVerifier as _, me};
use veza_core::kernel::{ErrorKind, Permission, Role, UseCaseError as _};

use crate::world::{PASSWORD, World, now};

#[test]
fn an_account_is_made_once_and_told_of_once() {
    let world = World::new();
    let user = world
        .register(" Ada@Example.com ", "Ada_L", PASSWORD)
        .unwrap();
    assert_eq!(
        (user.email.as_str(), user.username.as_str()),
        ("ada@example.com", "ada_l")
    );
    assert_eq!(user.role, Role::User);
    assert!(!user.password_hash.expose().contains(PASSWORD));

    let error = world
        .register("ADA@example.com", "other", PASSWORD)
        .unwrap_err();
    assert!(matches!(error, RegisterError::EmailTaken));
    assert_eq!(
        (error.kind(), error.code()),
        (ErrorKind::Conflict, "auth.user.email_taken")
    );
    let error = world
        .register("other@example.com", "ADA_L", PASSWORD)
        .unwrap_err();
    assert_eq!(error.code(), "auth.user.username_taken");
    assert_eq!(
        world.events(),
        ["auth.user.registered.v1"],
        "no event without its change"
    );
}

#[test]
fn every_field_at_fault_is_named_at_once() {
    let world = World::new();
    let error = world
        .register("not an address", "a b", "short")
        .unwrap_err();
    let fields: Vec<_> = error
        .field_errors()
        .iter()
        .map(|fault| fault.field)
        .collect();
    assert_eq!(fields, ["email", "username", "password"]);
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(world.events().is_empty());
}

#[test]
fn a_token_lets_its_bearer_in_for_fifteen_minutes() {
    let world = World::new();
    let user = world.register("ada@example.com", "ada", PASSWORD).unwrap();
    let logged_in = world.log_in("Ada@Example.com", PASSWORD).unwrap();
    assert_eq!(logged_in.user, user);
    let token = logged_in.access_token.expose().to_owned();
    let grant = world.tokens.verify(&token).unwrap();
    assert_eq!(grant.roles, [Role::User]);
    assert!(grant.permissions.contains(&Permission::TrackCreate));
    assert!(!grant.permissions.contains(&Permission::TrackDeleteAny));
    assert_eq!(now(me(&world.env, &grant.into())).unwrap(), user);
    assert_eq!(
        world.events(),
        ["auth.user.registered.v1", "auth.user.logged_in.v1"]
    );

    world.clock.advance(Duration::from_secs(15 * 60));
    assert_eq!(world.tokens.verify(&token), Err(TokenError::Expired));
}

#[test]
fn a_wrong_password_and_an_unknown_account_get_the_same_answer() {
    let world = World::new();
    world.register("ada@example.com", "ada", PASSWORD).unwrap();
    let answers = [
        world.log_in("ada@example.com", "another password"),
        world.log_in("bob@example.com", PASSWORD),
        world.log_in("ada@example.com", &"x".repeat(100_000)),
    ];
    for answer in answers {
        let error = answer.unwrap_err();
        assert!(matches!(error, LogInError::InvalidCredentials));
        assert_eq!(
            (error.kind(), error.code()),
            (ErrorKind::Unauthenticated, "auth.credentials_invalid",)
        );
    }
    assert_eq!(world.events(), ["auth.user.registered.v1"]);
}
