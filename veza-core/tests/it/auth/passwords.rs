use std::time::Duration;

use veza_core::auth::{
    ChangePassword, ConfirmEmailChange, LoggedIn, Password, Refresh, RequestEmailChange,
    RequestPasswordReset, ResetPassword, TokenError, TokenVerifier as _, change_password,
    confirm_email_change, refresh, request_email_change, request_password_reset, reset_password,
};
use veza_core::kernel::{Principal, Role, UseCaseError as _};

use crate::world::{PASSWORD, World, metadata, now, token_in};

const NEW: &str = "a wholly different one";

fn goes_on(world: &World, held: &LoggedIn) -> bool {
    let command = Refresh {
        refresh_token: held.refresh_token.expose().into(),
        metadata: metadata(),
    };
    now(refresh(&world.env, &*world.tokens, command)).is_ok()
}

fn ask_reset(world: &World, email: &str) {
    let command = RequestPasswordReset {
        email: email.into(),
        metadata: metadata(),
    };
    now(request_password_reset(&world.env, command)).unwrap();
}

fn reset(world: &World, token: &str, password: &str) -> Result<(), &'static str> {
    let command = ResetPassword {
        token: token.into(),
        password: Password::new(password),
        metadata: metadata(),
    };
    now(reset_password(&world.env, &world.passwords, command)).map_err(|error| error.code())
}

#[test]
fn a_reset_works_once_and_ends_every_session() {
    let world = World::new();
    let user = world.account("ada", Role::User);
    let held = world.log_in(&user.email, PASSWORD).unwrap();
    ask_reset(&world, "ADA@example.com");
    let first = token_in(&world.mail_to(&user.email).unwrap());
    ask_reset(&world, &user.email);
    let second = token_in(&world.mail_to(&user.email).unwrap());

    assert_eq!(reset(&world, &first, "short"), Err("auth.password_invalid"));
    assert_eq!(reset(&world, &first, NEW), Ok(()));
    for token in [&first, &second, &"never given".to_owned()] {
        assert_eq!(
            reset(&world, token, PASSWORD),
            Err("auth.link_not_good"),
            "one reset uses up every link"
        );
    }
    assert!(world.log_in(&user.email, PASSWORD).is_err());
    world.clock.advance(Duration::from_millis(1));
    let again = world.log_in(&user.email, NEW).unwrap();
    assert!(!goes_on(&world, &held));
    world.learn_of_revocations();
    let verified = |held: &LoggedIn| world.verifier.verify(held.access_token.expose()).map(drop);
    assert_eq!(verified(&held), Err(TokenError::Revoked));
    assert_eq!(verified(&again), Ok(()), "within the same second");
    let mail = world.mail_to(&user.email).unwrap();
    assert!(mail.contains("was changed"), "the owner is told: {mail}");
}

#[test]
fn a_reset_link_is_good_for_half_an_hour() {
    let world = World::new();
    let user = world.account("ada", Role::User);
    ask_reset(&world, &user.email);
    let token = token_in(&world.mail_to(&user.email).unwrap());
    world.clock.advance(Duration::from_secs(30 * 60));
    assert_eq!(reset(&world, &token, NEW), Err("auth.link_not_good"));
}

#[test]
fn asking_for_a_reset_tells_nothing_but_to_the_reader_of_the_mail() {
    let world = World::new();
    world.account("ada", Role::User);
    world.passwords.take();
    for (email, carries) in [("ada@example.com", true), ("bob@example.com", false)] {
        ask_reset(&world, email);
        assert_eq!(world.passwords.take(), 0);
        let mail = world.mail_to(email).unwrap();
        assert_eq!(mail.contains("token="), carries, "{mail}");
    }
    ask_reset(&world, "no address at all");
}

fn change(
    world: &World,
    who: &Principal,
    present: &str,
    new: &str,
) -> Result<veza_core::auth::AccessToken, &'static str> {
    let command = ChangePassword {
        present: Password::new(present),
        new: Password::new(new),
        metadata: metadata(),
    };
    let done = change_password(&world.env, &world.passwords, &*world.tokens, who, command);
    now(done)
        .map(|(token, _)| token)
        .map_err(|error| error.code())
}

#[test]
fn a_password_is_changed_by_who_knows_it_and_was_here_just_now() {
    let world = World::new();
    let user = world.account("ada", Role::User);
    let other = world.log_in(&user.email, PASSWORD).unwrap();
    let held = world.log_in(&user.email, PASSWORD).unwrap();
    let me = world.bearer(&held);
    let code = |result: Result<_, &'static str>| result.unwrap_err();
    assert_eq!(
        code(change(&world, &me, "another one", NEW)),
        "auth.password_wrong"
    );
    assert_eq!(
        code(change(&world, &me, PASSWORD, "ada@example.com")),
        "auth.password_invalid"
    );
    world.clock.advance(Duration::from_secs(600));
    assert_eq!(
        code(change(&world, &me, PASSWORD, NEW)),
        "auth.step_up_required"
    );
    let held = world.log_in(&user.email, PASSWORD).unwrap();
    let token = change(&world, &world.bearer(&held), PASSWORD, NEW).unwrap();
    world.learn_of_revocations();
    let verified = |token: &str| world.verifier.verify(token).map(drop);
    assert_eq!(verified(token.expose()), Ok(()));
    assert_eq!(
        verified(other.access_token.expose()),
        Err(TokenError::Revoked)
    );
    assert!(goes_on(&world, &held), "this session goes on");
    assert!(!goes_on(&world, &other), "the others do not");
    assert!(world.log_in(&user.email, PASSWORD).is_err());
    world.log_in(&user.email, NEW).unwrap();
    let events = world.events();
    assert!(events.contains(&"auth.user.password_changed.v1".into()));
}

#[test]
fn what_is_not_a_session_changes_no_password() {
    let world = World::new();
    let key = Principal {
        session_id: None,
        ..world.person("ada")
    };
    assert_eq!(
        change(&world, &key, PASSWORD, NEW).unwrap_err(),
        "auth.session.gone"
    );
}

#[test]
fn a_new_address_is_proved_and_the_old_one_is_told() {
    let world = World::new();
    let user = world.account("ada", Role::User);
    world.account("bob", Role::User);
    let held = world.log_in(&user.email, PASSWORD).unwrap();
    let me = world.bearer(&held);
    let ask = |email: &str| {
        let command = RequestEmailChange {
            email: email.into(),
            metadata: metadata(),
        };
        now(request_email_change(&world.env, &me, command)).map_err(|error| error.code())
    };
    let confirm = |token: &str| {
        let command = ConfirmEmailChange {
            token: token.into(),
            metadata: metadata(),
        };
        now(confirm_email_change(&world.env, command)).map_err(|error| error.code())
    };
    assert_eq!(ask("nothing"), Err("auth.email_invalid"));
    assert_eq!(ask("bob@example.com"), Ok(()), "the same answer");
    let mail = world.mail_to("bob@example.com").unwrap();
    assert!(!mail.contains("token="), "{mail}");
    ask("First@example.org").unwrap();
    let first = token_in(&world.mail_to("first@example.org").unwrap());
    ask("second@example.org").unwrap();
    let second = token_in(&world.mail_to("second@example.org").unwrap());
    assert_eq!(
        confirm(&first),
        Err("auth.link_not_good"),
        "the newest counts"
    );
    ask_reset(&world, &user.email);
    let old_reset = token_in(&world.mail_to(&user.email).unwrap());

    assert_eq!(confirm(&second).unwrap().email, "second@example.org");
    assert_eq!(confirm(&second), Err("auth.link_not_good"));
    assert_eq!(
        reset(&world, &old_reset, NEW),
        Err("auth.link_not_good"),
        "who reads the old mail sets no password"
    );
    let mail = world.mail_to(&user.email).unwrap();
    assert!(mail.contains("address of your account"), "{mail}");
    assert!(world.log_in(&user.email, PASSWORD).is_err());
    world.log_in("second@example.org", PASSWORD).unwrap();
    assert!(goes_on(&world, &held));

    world.clock.advance(Duration::from_secs(600));
    assert_eq!(ask("third@example.org"), Err("auth.step_up_required"));
}

#[test]
fn an_address_that_was_taken_meanwhile_is_not_given_twice() {
    let world = World::new();
    let me = world.person("ada");
    let command = RequestEmailChange {
        email: "bob@example.com".into(),
        metadata: metadata(),
    };
    now(request_email_change(&world.env, &me, command)).unwrap();
    let token = token_in(&world.mail_to("bob@example.com").unwrap());
    world.account("bob", Role::User);
    let command = ConfirmEmailChange {
        token,
        metadata: metadata(),
    };
    let error = now(confirm_email_change(&world.env, command)).unwrap_err();
    assert_eq!(error.code(), "auth.link_not_good");
}
