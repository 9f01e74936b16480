//! The contracts of what is proved beside passwords:
//! [`MfaConfigs`](crate::auth::MfaConfigs), [`MfaTickets`](crate::auth::MfaTickets),
//! [`ApiKeys`](crate::auth::ApiKeys), [`Invitations`](crate::auth::Invitations); and of
//! [`Erasures`](crate::auth::Erasures), which end them all.

use crate::auth::{ApiKey, Erasure, Invitation, MfaConfig, MfaTicket, TokenDigest, User};
use crate::kernel::{Permission, PortErrorKind, Role, Store};

use super::concurrently::both;
use super::samples::{START, at, id, user_named};

async fn with_users(store: &dyn Store, names: &[&str]) -> Vec<User> {
    let users: Vec<User> = names.iter().map(|name| user_named(name)).collect();
    let mut unit = store.begin().await.expect("begin");
    for user in &users {
        unit.users().add(user).await.expect("add");
    }
    unit.commit().await.expect("commit");
    users
}

fn config(user: &User) -> MfaConfig {
    MfaConfig {
        user_id: user.id,
        sealed_secret: vec![0, 255, 1, 128],
        confirmed_at: None,
        last_step: None,
        recovery_codes: Vec::new(),
        failures: 0,
        failed_at: None,
        created_at: START,
    }
}

pub(super) async fn a_second_factor_is_kept_exactly(store: &dyn Store) {
    let users = with_users(store, &["ada", "bob"]).await;
    let first = config(&users[0]);
    let full = MfaConfig {
        sealed_secret: vec![7; 65],
        confirmed_at: Some(at(1)),
        last_step: Some(i64::from(u32::MAX)),
        recovery_codes: ["one", "two"].map(TokenDigest::of).to_vec(),
        failures: 3,
        failed_at: Some(at(2)),
        ..first.clone()
    };
    let mut unit = store.begin().await.expect("begin");
    let configs = unit.mfa_configs();
    for config in [&first, &full, &first] {
        configs.put(config).await.expect("put");
        let found = configs.find(users[0].id).await.expect("find");
        assert_eq!(found.as_ref(), Some(config), "in place of the one before");
    }
    assert_eq!(configs.find(users[1].id).await.expect("find"), None);
    assert!(!configs.remove(users[1].id).await.expect("remove"));
    assert!(configs.remove(users[0].id).await.expect("remove"));
    assert_eq!(configs.find(users[0].id).await.expect("find"), None);
    let error = configs.put(&config(&user_named("nobody"))).await;
    let error = error.expect_err("there is no such account");
    assert_eq!(error.kind, PortErrorKind::MissingReference);
}

pub(super) async fn tickets_are_counted_off(store: &dyn Store) {
    let users = with_users(store, &["ada", "bob"]).await;
    let ticket = |user: &User, text: &str, end| MfaTicket {
        digest: TokenDigest::of(text),
        user_id: user.id,
        credential: TokenDigest::of("password"),
        remember_me: text == "two",
        tries_left: 2,
        expires_at: at(end),
    };
    let one = ticket(&users[0], "one", 10);
    let two = ticket(&users[0], "two", 20);
    let others = ticket(&users[1], "three", 10);
    let mut unit = store.begin().await.expect("begin");
    let tickets = unit.mfa_tickets();
    for ticket in [&one, &two, &others] {
        tickets.add(ticket).await.expect("add");
        let found = tickets.find(&ticket.digest).await.expect("find");
        assert_eq!(found.as_ref(), Some(ticket));
    }
    for left in [1, 0, 0] {
        tickets.count_off(&one.digest).await.expect("count off");
        let found = tickets.find(&one.digest).await.expect("find");
        assert_eq!(found.map(|ticket| ticket.tries_left), Some(left));
    }
    let found = tickets.find(&two.digest).await.expect("find");
    assert_eq!(found, Some(two.clone()), "only the one that was used");
    assert_eq!(tickets.prune(at(9), 10).await.expect("prune"), 0);
    assert_eq!(tickets.prune(at(10), 1).await.expect("prune"), 1);
    assert_eq!(tickets.prune(at(10), 10).await.expect("prune"), 1);
    tickets.remove_of(users[0].id).await.expect("remove");
    assert_eq!(tickets.find(&two.digest).await.expect("find"), None);
    tickets.add(&two).await.expect("add");
    unit.commit().await.expect("commit");

    for (ticket, kind) in [
        (two, PortErrorKind::Duplicate("id")),
        (
            ticket(&user_named("nobody"), "four", 10),
            PortErrorKind::MissingReference,
        ),
    ] {
        let mut unit = store.begin().await.expect("begin");
        let error = unit.mfa_tickets().add(&ticket).await;
        assert_eq!(error.expect_err("it is refused").kind, kind);
    }
}

pub(super) async fn keys_of_programs_are_kept_exactly(store: &dyn Store) {
    let users = with_users(store, &["ada", "bob"]).await;
    let key = |user: &User, number: u64| ApiKey {
        id: id(number),
        user_id: user.id,
        name: format!("Key {number} (é)"),
        digest: TokenDigest::of(&number.to_string()),
        permissions: vec![Permission::TrackCreate, Permission::TrackRead],
        created_at: at(number),
        expires_at: None,
        last_used_at: None,
    };
    let one = key(&users[0], 1);
    let two = ApiKey {
        expires_at: Some(at(100)),
        last_used_at: Some(at(50)),
        ..key(&users[0], 2)
    };
    let other = key(&users[1], 3);
    let mut unit = store.begin().await.expect("begin");
    let keys = unit.api_keys();
    for key in [&one, &two, &other] {
        keys.add(key).await.expect("add");
        let found = keys.find(key.id).await.expect("find");
        assert_eq!(found.as_ref(), Some(key));
    }
    let listed = keys.list_of(users[0].id).await.expect("list");
    assert_eq!(listed, [two.clone(), one.clone()], "the newest first");
    keys.set_last_used(one.id, at(60)).await.expect("set");
    keys.set_last_used(id(99), at(60))
        .await
        .expect("nobody's key is nobody's error");
    let found = keys.find(one.id).await.expect("find");
    assert_eq!(found.and_then(|key| key.last_used_at), Some(at(60)));
    assert!(keys.remove(one.id).await.expect("remove"));
    assert!(!keys.remove(one.id).await.expect("remove"));
    assert_eq!(keys.find(one.id).await.expect("find"), None);
    let error = keys.add(&key(&user_named("nobody"), 4)).await;
    let error = error.expect_err("there is no such account");
    assert_eq!(error.kind, PortErrorKind::MissingReference);
}

fn invitation(user: &User, number: u64) -> Invitation {
    Invitation {
        id: id(number),
        digest: TokenDigest::of(&number.to_string()),
        invited_by: user.id,
        role: Role::Premium,
        uses_left: 2,
        created_at: at(number),
        expires_at: at(100 + number),
    }
}

pub(super) async fn invitations_are_kept_and_counted_off(store: &dyn Store) {
    let users = with_users(store, &["ada", "bob"]).await;
    let (one, two) = (invitation(&users[0], 1), invitation(&users[0], 2));
    let other = invitation(&users[1], 3);
    let mut unit = store.begin().await.expect("begin");
    let invitations = unit.invitations();
    for one in [&one, &two, &other] {
        invitations.add(one).await.expect("add");
        let found = invitations.find_by_code(&one.digest).await.expect("find");
        assert_eq!(found.as_ref(), Some(one));
    }
    let unknown = TokenDigest::of("unknown");
    let found = invitations.find_by_code(&unknown).await.expect("find");
    assert_eq!(found, None);
    let listed = invitations.list_of(users[0].id).await.expect("list");
    assert_eq!(listed, [two.clone(), one.clone()], "the newest first");
    for counted in [true, true, false] {
        assert_eq!(invitations.count_off(one.id).await.expect("count"), counted);
    }
    assert!(!invitations.count_off(id(99)).await.expect("count"));
    let found = invitations.find_by_code(&one.digest).await.expect("find");
    assert_eq!(found.map(|one| one.uses_left), Some(0));
    let theirs = invitations.remove(users[0].id, other.id).await;
    assert!(!theirs.expect("remove"), "somebody else's stays");
    let own = invitations.remove(users[1].id, other.id).await;
    assert!(own.expect("remove"));
    assert_eq!(invitations.prune(at(101), 10).await.expect("prune"), 1);
    let listed = invitations.list_of(users[0].id).await.expect("list");
    assert_eq!(listed, std::slice::from_ref(&two));
    unit.commit().await.expect("commit");

    for (invitation, kind) in [
        (
            Invitation { id: id(9), ..two },
            PortErrorKind::Duplicate("invitation"),
        ),
        (
            invitation(&user_named("nobody"), 8),
            PortErrorKind::MissingReference,
        ),
    ] {
        let mut unit = store.begin().await.expect("begin");
        let error = unit.invitations().add(&invitation).await;
        assert_eq!(error.expect_err("it is refused").kind, kind);
    }
}

pub(super) async fn the_last_use_of_an_invitation_has_one_winner(store: &dyn Store) {
    let users = with_users(store, &["ada"]).await;
    let last = Invitation {
        uses_left: 1,
        ..invitation(&users[0], 1)
    };
    let mut unit = store.begin().await.expect("begin");
    unit.invitations().add(&last).await.expect("add");
    unit.commit().await.expect("commit");
    let won = std::sync::atomic::AtomicU32::new(0);
    let take = async || {
        let mut unit = store.begin().await.expect("begin");
        let found = unit.invitations().find_by_code(&last.digest).await;
        let found = found.expect("find").expect("it is there");
        if found.uses_left > 0 {
            assert!(unit.invitations().count_off(last.id).await.expect("count"));
            won.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        }
        unit.commit().await.expect("commit");
    };
    both(take(), take()).await;
    assert_eq!(won.into_inner(), 1);
}

pub(super) async fn erasures_are_due_in_their_order(store: &dyn Store) {
    let users = with_users(store, &["ada", "bob", "eve"]).await;
    let erasure = |user: &User, due| Erasure {
        user_id: user.id,
        requested_at: START,
        due_at: at(due),
    };
    let (late, early, never) = (
        erasure(&users[0], 20),
        erasure(&users[1], 10),
        erasure(&users[2], 1_000),
    );
    let mut unit = store.begin().await.expect("begin");
    let erasures = unit.erasures();
    for erasure in [&late, &early, &never] {
        erasures.add(erasure).await.expect("add");
        let found = erasures.find(erasure.user_id).await.expect("find");
        assert_eq!(found.as_ref(), Some(erasure));
    }
    assert_eq!(erasures.due(at(9), 10).await.expect("due"), []);
    let due = erasures.due(at(20), 10).await.expect("due");
    assert_eq!(due, [early, late], "the earliest first");
    assert_eq!(erasures.due(at(20), 1).await.expect("due"), [early]);
    assert!(erasures.remove(users[1].id).await.expect("remove"));
    assert!(!erasures.remove(users[1].id).await.expect("remove"));
    assert_eq!(erasures.find(users[1].id).await.expect("find"), None);
    unit.commit().await.expect("commit");

    for (erasure, kind) in [
        (late, PortErrorKind::Duplicate("id")),
        (
            erasure(&user_named("nobody"), 10),
            PortErrorKind::MissingReference,
        ),
    ] {
        let mut unit = store.begin().await.expect("begin");
        let error = unit.erasures().add(&erasure).await;
        assert_eq!(error.expect_err("it is refused").kind, kind);
    }
}
