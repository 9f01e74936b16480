use std::time::Duration;

use veza_core::auth::privacy::ErasureOutcome;
use veza_core::auth::{
    CreateApiKey, RequestErasure, TokenError, TokenVerifier as _, authenticate_api_key,
    create_api_key, erase_due, request_erasure, set_up_second_factor,
};
use veza_core::jobs::JobQuery;
use veza_core::kernel::{Permission, Principal, Role, UseCaseError as _};
use veza_core::profiles::{Avatar, AvatarImage, PURGE_PICTURES_JOB, PictureFormat};

use crate::world::{PASSWORD, World, metadata, now};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn ask(world: &World, who: &Principal) -> Result<(), &'static str> {
    let command = RequestErasure {
        user_id: who.user_id,
        metadata: metadata(),
    };
    let asked = now(request_erasure(&world.env, who, command));
    asked.map(drop).map_err(|error| error.code())
}

fn erase(world: &World) -> ErasureOutcome {
    now(erase_due(&world.env)).unwrap()
}

fn is_leaving(world: &World, who: &Principal) -> bool {
    let mut reader = now(world.env.store.begin_read()).unwrap();
    now(reader.erasures().find(who.user_id)).unwrap().is_some()
}

const ONE: ErasureOutcome = ErasureOutcome { erased: 1, kept: 0 };

#[test]
fn an_account_is_signed_out_at_once_and_erased_after_thirty_days() {
    let world = World::new();
    let user = world.account("ada", Role::User);
    let logged_in = world.log_in(&user.email, PASSWORD).unwrap();
    let who = world.bearer(&logged_in);
    let track = world.upload(&who, "Song");
    now(set_up_second_factor(&world.env, &who)).unwrap();
    let key = CreateApiKey {
        name: "Sync".into(),
        permissions: vec![Permission::TrackRead],
        expires_at: None,
        metadata: metadata(),
    };
    let key = now(create_api_key(&world.env, &who, key)).unwrap();
    let picture = Avatar {
        user_id: user.id,
        image: Some(AvatarImage {
            revision: world.env.new_id(),
            format: PictureFormat::Png,
        }),
        pending: None,
        failure: None,
        updated_at: world.env.now(),
    };
    let mut unit = now(world.env.store.begin()).unwrap();
    now(unit.avatars().put(&picture)).unwrap();
    now(unit.commit()).unwrap();
    let by_key = || now(authenticate_api_key(&world.env, key.secret.expose()));
    assert!(by_key().is_ok());

    assert_eq!(ask(&world, &who), Ok(()));
    assert_eq!(by_key(), Err(TokenError::Revoked), "who leaves has left");
    world.learn_of_revocations();
    let token = logged_in.access_token.expose();
    assert_eq!(world.verifier.verify(token), Err(TokenError::Revoked));
    let mail = world.mail_to("ada@example.com").unwrap();
    assert!(mail.contains("ada"), "{mail}");
    world.clock.advance(DAY * 30 - Duration::from_millis(1));
    assert_eq!(erase(&world), ErasureOutcome::default());
    assert!(world.stored(&track).is_some());

    world.clock.advance(Duration::from_millis(1));
    assert_eq!(erase(&world), ONE);
    assert_eq!(erase(&world), ErasureOutcome::default(), "once");
    assert!(world.stored(&track).is_none());
    assert_eq!(by_key(), Err(TokenError::Invalid));
    let mut reader = now(world.env.store.begin_read()).unwrap();
    let left = now(reader.users().find(user.id)).unwrap().unwrap();
    assert_eq!(left.role, Role::Guest);
    assert!(!format!("{left:?}").contains("ada"), "{left:?}");
    assert_eq!(now(reader.mfa_configs().find(user.id)).unwrap(), None);
    let avatar = now(reader.avatars().find(user.id)).unwrap().unwrap();
    assert_eq!(avatar.image, None);
    let query = JobQuery {
        kind: Some(PURGE_PICTURES_JOB.into()),
        limit: 9,
        ..JobQuery::default()
    };
    assert_eq!(now(reader.jobs().list(&query)).unwrap().len(), 1);
    assert!(world.log_in(&left.email, "").is_err());
    assert!(world.log_in(&left.email, PASSWORD).is_err());
    assert!(world.log_in("ada@example.com", PASSWORD).is_err());
    assert!(world.events().contains(&"auth.user.erased.v1".to_owned()));
    // The address and the name are free for others.
    world.account("ada", Role::User);
}

#[test]
fn who_signs_in_again_keeps_the_account() {
    let world = World::new();
    let who = world.person("ada");
    assert_eq!(ask(&world, &who), Ok(()));
    assert!(is_leaving(&world, &who));
    world.clock.advance(DAY * 29);
    world.log_in("ada@example.com", PASSWORD).unwrap();
    assert!(!is_leaving(&world, &who));
    world.clock.advance(DAY * 2);
    assert_eq!(erase(&world), ErasureOutcome::default());
    assert!(world.log_in("ada@example.com", PASSWORD).is_ok());
    let events = world.events();
    assert!(events.contains(&"auth.user.erasure_cancelled.v1".to_owned()));
}

#[test]
fn the_last_administrator_stays() {
    let world = World::new();
    let (one, two) = (
        world.person_of("ada", Role::Admin),
        world.person_of("bob", Role::Admin),
    );
    assert_eq!(ask(&world, &one), Ok(()));
    assert_eq!(ask(&world, &two), Ok(()), "there are two as yet");
    world.clock.advance(DAY * 30);
    let outcome = erase(&world);
    assert_eq!(outcome, ErasureOutcome { erased: 1, kept: 1 });
    let eve = world.person_of("eve", Role::Admin);
    let left = world.log_in("ada@example.com", PASSWORD);
    let left = left.or_else(|_| world.log_in("bob@example.com", PASSWORD));
    assert!(left.is_ok());
    assert_eq!(ask(&world, &eve), Ok(()));

    let alone = World::new();
    let admin = alone.person_of("ada", Role::Admin);
    assert_eq!(ask(&alone, &admin), Err("auth.admin.last_admin"));
}

#[test]
fn it_takes_a_session_and_a_fresh_proof() {
    let world = World::new();
    let who = world.person("ada");
    let by_key = Principal {
        session_id: None,
        ..who.clone()
    };
    assert_eq!(ask(&world, &by_key), Err("auth.session.gone"));
    world.clock.advance(Duration::from_secs(11 * 60));
    assert_eq!(ask(&world, &who), Err("auth.step_up_required"));
}
