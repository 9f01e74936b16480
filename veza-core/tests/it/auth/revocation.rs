use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use veza_core::auth::{LogOut, RevocationList, TokenError, TokenVerifier as _, log_out};
use veza_core::kernel::{ErrorKind, Role, UseCaseError as _};

use crate::world::{PASSWORD, World, metadata, now};

#[test]
fn what_is_not_known_to_be_good_lets_nobody_in() {
    let world = World::new();
    world.account("ada", Role::User);
    let held = world.log_in("ada@example.com", PASSWORD).unwrap();
    let verified = || world.verifier.verify(held.access_token.expose()).map(drop);
    assert_eq!(verified(), Err(TokenError::Unavailable), "never refreshed");
    world.learn_of_revocations();
    assert_eq!(verified(), Ok(()));
    world.clock.advance(Duration::from_secs(5));
    assert_eq!(verified(), Ok(()), "five seconds are trusted");
    world.clock.advance(Duration::from_millis(1));
    assert_eq!(verified(), Err(TokenError::Unavailable));
    assert_eq!(TokenError::Unavailable.kind(), ErrorKind::Unavailable);
    world.learn_of_revocations();
    assert_eq!(verified(), Ok(()));
    assert_eq!(
        world.verifier.verify("forged").map(drop),
        Err(TokenError::Invalid)
    );
}

#[test]
fn the_list_holds_what_is_recent_and_no_more() {
    let world = World::new();
    world.account("ada", Role::User);
    world.learn_of_revocations();
    for _ in 0..3 {
        let held = world.log_in("ada@example.com", PASSWORD).unwrap();
        let command = LogOut {
            principal: Some(world.bearer(&held)),
            refresh_token: None,
            metadata: metadata(),
        };
        now(log_out(&world.env, command)).unwrap();
        world.clock.advance(Duration::from_secs(1));
        world.learn_of_revocations();
        let token = held.access_token.expose();
        assert_eq!(world.verifier.verify(token), Err(TokenError::Revoked));
    }
    assert_eq!(world.revocations.len(), 3);
    // A process that starts late learns of all of it.
    let late = RevocationList::new();
    let learnt = veza_core::auth::refresh_revocations(&world.env, &late);
    learnt.now_or_never().unwrap().unwrap();
    assert_eq!(late.len(), 3);
    // By then the tokens have expired by themselves.
    world.clock.advance(Duration::from_secs(17 * 60));
    world.learn_of_revocations();
    assert!(world.revocations.is_empty());
}

#[test]
fn a_unit_of_work_that_was_long_under_way_is_not_missed() {
    let world = World::new();
    world.account("ada", Role::User);
    let held = world.log_in("ada@example.com", PASSWORD).unwrap();
    world.learn_of_revocations();
    // Decided on now, committed much later: the list has been refreshed in between.
    let store = Arc::clone(&world.env.store);
    let mut unit = now(store.begin()).unwrap();
    let revocation = veza_core::auth::Revocation {
        id: world.env.new_id(),
        subject: veza_core::auth::RevocationSubject::Session(held.session.id),
        issued_before: world.env.now().plus(Duration::from_millis(1)),
        until: world.env.now().plus(Duration::from_secs(960)),
    };
    now(unit.revocations().add(&revocation)).unwrap();
    for _ in 0..10 {
        world.clock.advance(Duration::from_secs(4));
        world.learn_of_revocations();
    }
    now(unit.commit()).unwrap();
    world.learn_of_revocations();
    assert_eq!(
        world.verifier.verify(held.access_token.expose()),
        Err(TokenError::Revoked)
    );
}
