use std::time::Duration;

use veza_core::auth::api_keys::{CreatedApiKey, MAX_API_KEYS};
use veza_core::auth::{
    Ban, ChangePassword, ConfirmSecondFactor, CreateApiKey, Password, RevokeApiKey, TokenError,
    authenticate_api_key, change_password, confirm_second_factor, create_api_key, list_api_keys,
    list_sessions, revoke_api_key, set_up_second_factor,
};
use veza_core::kernel::{Permission, Principal, Role, UseCaseError as _};

use crate::world::{PASSWORD, World, metadata, now};

const MINUTE: Duration = Duration::from_secs(60);

fn wish(permissions: &[Permission]) -> CreateApiKey {
    CreateApiKey {
        name: " Nightly upload ".into(),
        permissions: permissions.to_vec(),
        expires_at: None,
        metadata: metadata(),
    }
}

fn create(world: &World, who: &Principal, wish: CreateApiKey) -> CreatedApiKey {
    now(create_api_key(&world.env, who, wish)).unwrap()
}

fn show(world: &World, key: &CreatedApiKey) -> Result<Principal, TokenError> {
    now(authenticate_api_key(&world.env, key.secret.expose()))
}

#[test]
fn a_key_does_what_it_was_made_for_and_no_more() {
    let world = World::new();
    let who = world.person_of("ada", Role::Moderator);
    let key = create(&world, &who, wish(&[Permission::TrackCreate]));
    assert_eq!(key.key.name, "Nightly upload");
    assert!(key.secret.expose().starts_with("vzk_"));
    let bearer = show(&world, &key).unwrap();
    assert_eq!(bearer.user_id, who.user_id);
    assert!(bearer.may(Permission::TrackCreate));
    assert!(!bearer.may(Permission::UserBan));
    let stored = now(list_api_keys(&world.env, &who)).unwrap().remove(0);
    assert!(!format!("{key:?} {stored:?}").contains(key.secret.expose()));
}

#[test]
fn a_key_never_does_more_than_its_owner_may_now() {
    let world = World::new();
    let who = world.person_of("ada", Role::Moderator);
    let both = [Permission::TrackCreate, Permission::TrackDeleteAny];
    let key = create(&world, &who, wish(&both));
    assert!(show(&world, &key).unwrap().may(Permission::TrackDeleteAny));
    let too_much = now(create_api_key(
        &world.env,
        &who,
        wish(&[Permission::SystemConfig]),
    ));
    assert_eq!(too_much.unwrap_err().field_errors()[0].field, "permissions");

    let change = |role, ban: Option<Ban>| {
        let mut unit = now(world.env.store.begin()).unwrap();
        let mut user = now(unit.users().find(who.user_id)).unwrap().unwrap();
        (user.role, user.ban) = (role, ban);
        assert!(now(unit.users().update(&user)).unwrap());
        now(unit.commit()).unwrap();
    };
    change(Role::User, None);
    let bearer = show(&world, &key).unwrap();
    assert_eq!(bearer.permissions, [Permission::TrackCreate]);
    let too_much = now(create_api_key(&world.env, &who, wish(&both)));
    assert!(too_much.is_err(), "whatever an old access token says");
    let ban = Ban {
        by: who.user_id,
        reason: "spam".into(),
        since: world.env.now(),
        until: None,
    };
    change(Role::User, Some(ban));
    assert_eq!(show(&world, &key), Err(TokenError::Revoked));
}

#[test]
fn what_is_not_a_key_is_refused() {
    let world = World::new();
    let who = world.person("ada");
    let (one, two) = (
        create(&world, &who, wish(&[Permission::TrackRead])),
        create(&world, &who, wish(&[Permission::TrackRead])),
    );
    let (one, two) = (one.secret.expose(), two.secret.expose());
    let swapped = format!("{}{}", &one[..37], &two[37..]);
    for shown in [
        "",
        "vzk_",
        "vzk__",
        &one[..one.len() - 1],
        &swapped,
        &one.to_uppercase(),
        &format!("vzk_{}", "A".repeat(100_000)),
    ] {
        let refused = now(authenticate_api_key(&world.env, shown));
        assert_eq!(refused, Err(TokenError::Invalid), "{shown:.80}");
    }
}

#[test]
fn a_key_ends_by_its_time_or_by_its_owner() {
    let world = World::new();
    let (ada, bob) = (world.person("ada"), world.person("bob"));
    let short = CreateApiKey {
        expires_at: Some(world.env.now().plus(MINUTE)),
        ..wish(&[Permission::TrackRead])
    };
    let past = CreateApiKey {
        expires_at: Some(world.env.now()),
        ..short.clone()
    };
    let refused = now(create_api_key(&world.env, &ada, past)).unwrap_err();
    assert_eq!(refused.field_errors()[0].field, "expiresAt");
    let (short, long) = (
        create(&world, &ada, short),
        create(&world, &ada, wish(&[Permission::TrackRead])),
    );
    world.clock.advance(MINUTE);
    assert_eq!(show(&world, &short), Err(TokenError::Expired));
    let revoke = |who: &Principal| {
        let command = RevokeApiKey {
            id: long.key.id,
            metadata: metadata(),
        };
        now(revoke_api_key(&world.env, who, command)).map_err(|error| error.code())
    };
    assert_eq!(revoke(&bob), Err("auth.api_key.not_found"));
    assert!(show(&world, &long).is_ok());
    assert_eq!(revoke(&ada), Ok(()));
    assert_eq!(show(&world, &long), Err(TokenError::Invalid));
    assert_eq!(revoke(&ada), Err("auth.api_key.not_found"));
}

#[test]
fn the_last_use_is_known_to_some_minutes() {
    let world = World::new();
    let who = world.person("ada");
    let key = create(&world, &who, wish(&[Permission::TrackRead]));
    let last_used = || {
        let keys = now(list_api_keys(&world.env, &who)).unwrap();
        keys[0].last_used_at
    };
    assert_eq!(last_used(), None);
    let first = world.env.now();
    show(&world, &key).unwrap();
    world.clock.advance(MINUTE * 4);
    show(&world, &key).unwrap();
    assert_eq!(last_used(), Some(first), "not each use is written");
    world.clock.advance(MINUTE);
    show(&world, &key).unwrap();
    assert_eq!(last_used(), Some(world.env.now()));
}

#[test]
fn a_key_changes_nothing_of_the_accounts_security() {
    let world = World::new();
    let who = world.person("ada");
    let key = create(&world, &who, wish(&who.permissions));
    let bearer = show(&world, &key).unwrap();
    let env = &world.env;
    let refused = [
        now(create_api_key(env, &bearer, wish(&[Permission::TrackRead])))
            .unwrap_err()
            .code(),
        now(revoke_api_key(
            env,
            &bearer,
            RevokeApiKey {
                id: key.key.id,
                metadata: metadata(),
            },
        ))
        .unwrap_err()
        .code(),
        now(set_up_second_factor(env, &bearer)).unwrap_err().code(),
        now(confirm_second_factor(
            env,
            &bearer,
            ConfirmSecondFactor {
                code: "000000".into(),
                metadata: metadata(),
            },
        ))
        .unwrap_err()
        .code(),
        now(change_password(
            env,
            &world.passwords,
            &*world.tokens,
            &bearer,
            ChangePassword {
                present: Password::new(PASSWORD),
                new: Password::new("another good password"),
                metadata: metadata(),
            },
        ))
        .unwrap_err()
        .code(),
    ];
    for code in refused {
        assert!(
            ["auth.session.gone", "auth.session_needed"].contains(&code),
            "{code}"
        );
    }
    assert_eq!(now(list_sessions(env, &who)).unwrap().len(), 1);
}

#[test]
fn an_account_has_so_many_keys_and_each_is_made_after_a_fresh_proof() {
    let world = World::new();
    let who = world.person("ada");
    for _ in 0..MAX_API_KEYS {
        create(&world, &who, wish(&[Permission::TrackRead]));
    }
    let more = now(create_api_key(
        &world.env,
        &who,
        wish(&[Permission::TrackRead]),
    ));
    assert_eq!(more.unwrap_err().code(), "auth.api_key.too_many");
    let bob = world.person("bob");
    world.clock.advance(MINUTE * 11);
    let late = now(create_api_key(
        &world.env,
        &bob,
        wish(&[Permission::TrackRead]),
    ));
    assert_eq!(late.unwrap_err().code(), "auth.step_up_required");
}
