//! The contract of [`Sessions`](crate::auth::Sessions) and
//! [`Revocations`](crate::auth::Revocations).

use crate::auth::{
    RefreshToken, RefreshTokenState, Revocation, RevocationSubject, Session, SessionId,
    TokenDigest, User,
};
use crate::kernel::{PortErrorKind, Store};

use super::samples::{START, at, id, user_named};

fn session(user: &User, number: u64) -> Session {
    Session {
        id: id(number),
        user_id: user.id,
        user_agent: Some("Mozilla/5.0 (é)".into()),
        address: Some("2001:db8::1".into()),
        remember_me: number.is_multiple_of(2),
        created_at: START,
        last_used_at: at(number),
        expires_at: at(1_000 + number),
        authenticated_at: at(2),
    }
}

fn token(session: &Session, text: &str, state: RefreshTokenState) -> RefreshToken {
    RefreshToken {
        digest: TokenDigest::of(text),
        session_id: session.id,
        state,
        changed_at: at(1),
    }
}

async fn with_users(store: &dyn Store, names: &[&str]) -> Vec<User> {
    let users: Vec<User> = names.iter().map(|name| user_named(name)).collect();
    let mut unit = store.begin().await.expect("begin");
    for user in &users {
        unit.users().add(user).await.expect("add");
    }
    unit.commit().await.expect("commit");
    users
}

pub(super) async fn what_is_added_is_found_and_updated(store: &dyn Store) {
    let users = with_users(store, &["ada", "bob"]).await;
    let mut unit = store.begin().await.expect("begin");
    let sessions = unit.sessions();
    let (one, two, other) = (
        session(&users[0], 1),
        session(&users[0], 2),
        Session {
            user_agent: None,
            address: None,
            ..session(&users[1], 3)
        },
    );
    for session in [&one, &two, &other] {
        sessions.add(session).await.expect("add");
        let found = sessions.find(session.id).await.expect("find");
        assert_eq!(found.as_ref(), Some(session));
    }
    assert_eq!(sessions.find(id(99)).await.expect("find"), None);
    let listed = sessions.list_of(users[0].id).await.expect("list");
    assert_eq!(
        listed,
        [two.clone(), one.clone()],
        "the one used last first"
    );

    let changed = Session {
        last_used_at: at(50),
        expires_at: at(5_000),
        authenticated_at: at(49),
        ..one.clone()
    };
    assert!(sessions.update(&changed).await.expect("update"));
    let listed = sessions.list_of(users[0].id).await.expect("list");
    assert_eq!(listed, [changed, two.clone()]);
    let unknown = Session { id: id(99), ..one };
    assert!(!sessions.update(&unknown).await.expect("update"));
    assert!(sessions.remove(two.id).await.expect("remove"));
    assert!(!sessions.remove(two.id).await.expect("remove"));
    assert_eq!(sessions.list_of(users[0].id).await.expect("list").len(), 1);
    unit.commit().await.expect("commit");

    let mut unit = store.begin().await.expect("begin");
    let nobodys = session(&user_named("nobody"), 9);
    let error = unit.sessions().add(&nobodys).await.expect_err("no account");
    assert_eq!(error.kind, PortErrorKind::MissingReference);
}

pub(super) async fn a_chain_belongs_to_its_session(store: &dyn Store) {
    use RefreshTokenState::{Current, Parent, Spent};
    let users = with_users(store, &["ada"]).await;
    let (one, two) = (session(&users[0], 1), session(&users[0], 2));
    let mut unit = store.begin().await.expect("begin");
    let sessions = unit.sessions();
    for (session, text) in [(&one, "one"), (&two, "two")] {
        sessions.add(session).await.expect("add");
        let token = token(session, text, Current);
        sessions.add_refresh_token(&token).await.expect("add");
        let found = sessions.find_by_refresh_token(&token.digest).await;
        assert_eq!(found.expect("find"), Some((session.clone(), token)));
    }
    let move_on = sessions.move_refresh_tokens(one.id, Current, Parent, at(7));
    move_on.await.expect("move");
    let state = async |sessions: &mut dyn crate::auth::Sessions, text| {
        let found = sessions
            .find_by_refresh_token(&TokenDigest::of(text))
            .await
            .expect("find");
        found.map(|(_, token)| (token.state, token.changed_at))
    };
    assert_eq!(state(sessions, "one").await, Some((Parent, at(7))));
    assert_eq!(
        state(sessions, "two").await,
        Some((Current, at(1))),
        "another session's chain stays"
    );
    let move_on = sessions.move_refresh_tokens(one.id, Current, Spent, at(8));
    move_on.await.expect("none is moved, and that is no error");
    assert_eq!(state(sessions, "one").await, Some((Parent, at(7))));

    assert!(sessions.remove(one.id).await.expect("remove"));
    assert_eq!(state(sessions, "one").await, None, "the chain goes with it");
    assert_eq!(state(sessions, "unknown").await, None);
    unit.commit().await.expect("commit");

    let mut unit = store.begin().await.expect("begin");
    let twin = token(&two, "two", Spent);
    let error = unit.sessions().add_refresh_token(&twin).await;
    let error = error.expect_err("it is there already");
    assert_eq!(error.kind, PortErrorKind::Duplicate("id"));
    drop(unit);
    let mut unit = store.begin().await.expect("begin");
    let orphan = token(&one, "three", Current);
    let error = unit.sessions().add_refresh_token(&orphan).await;
    let error = error.expect_err("that session is gone");
    assert_eq!(error.kind, PortErrorKind::MissingReference);
}

pub(super) async fn what_is_over_is_pruned_a_part_at_a_time(store: &dyn Store) {
    use RefreshTokenState::{Current, Parent, Replaced, Spent};
    let users = with_users(store, &["ada"]).await;
    let mut unit = store.begin().await.expect("begin");
    let sessions = unit.sessions();
    for number in 1..=3 {
        let session = session(&users[0], number);
        sessions.add(&session).await.expect("add");
        let states = [Current, Parent, Spent, Replaced];
        for (place, state) in states.into_iter().enumerate() {
            let token = token(&session, &format!("{number} {place}"), state);
            sessions.add_refresh_token(&token).await.expect("add");
        }
    }
    let pruned = sessions.prune(at(1_000), at(1), 10).await.expect("prune");
    assert_eq!(pruned, 0, "neither ended, nor retired before that time");
    let pruned = sessions.prune(at(1_001), at(1), 10).await.expect("prune");
    assert_eq!(pruned, 1, "the first session, with its chain");
    assert_eq!(sessions.find(id::<SessionId>(1)).await.expect("find"), None);
    let mut goes = Vec::new();
    for _ in 0..4 {
        goes.push(sessions.prune(at(0), at(2), 3).await.expect("prune"));
    }
    assert_eq!(
        goes,
        [3, 1, 0, 0],
        "the spent and replaced ones of two chains"
    );
    for text in ["2 0", "2 1"] {
        let found = sessions.find_by_refresh_token(&TokenDigest::of(text)).await;
        assert!(found.expect("find").is_some(), "{text}");
    }
    let pruned = sessions.prune(at(9_999), at(0), 1).await.expect("prune");
    assert_eq!(pruned, 1, "no more than asked for");
}

pub(super) async fn revocations_are_listed_while_they_matter(store: &dyn Store) {
    let revocation = |number: u64| Revocation {
        id: id(number),
        subject: match number % 3 {
            0 => RevocationSubject::Session(id(500 + number)),
            1 => RevocationSubject::User(id(500 + number)),
            _ => RevocationSubject::ServiceToken(id(500 + number)),
        },
        issued_before: at(number),
        until: at(100 + number),
    };
    let mut unit = store.begin().await.expect("begin");
    for number in 1..=4 {
        let added = unit.revocations().add(&revocation(number)).await;
        added.expect("neither the account nor the session has to be there");
    }
    unit.commit().await.expect("commit");

    let mut reader = store.begin_read().await.expect("begin_read");
    let mut listed = async |since, now| {
        let mut listed = reader.revocations().list(since, now).await.expect("list");
        listed.sort_by_key(|revocation| revocation.issued_before);
        listed
    };
    assert_eq!(listed(at(0), at(10)).await, [1, 2, 3, 4].map(revocation));
    assert_eq!(listed(at(3), at(10)).await, [3, 4].map(revocation));
    assert_eq!(listed(at(0), at(103)).await, [revocation(4)]);
    assert_eq!(listed(at(5), at(10)).await, []);
    drop(reader);

    let mut unit = store.begin().await.expect("begin");
    let revocations = unit.revocations();
    assert_eq!(revocations.prune(at(100), 9).await.expect("prune"), 0);
    assert_eq!(revocations.prune(at(103), 2).await.expect("prune"), 2);
    assert_eq!(revocations.prune(at(103), 2).await.expect("prune"), 1);
    let left = revocations.list(at(0), at(0)).await.expect("list");
    assert_eq!(left, [revocation(4)]);
}
