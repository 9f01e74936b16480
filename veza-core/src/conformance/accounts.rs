//! The contracts of [`PendingRegistrations`](crate::auth::PendingRegistrations),
//! [`AccountLinks`](crate::auth::AccountLinks) and [`AuditLog`](crate::auth::AuditLog).

use crate::auth::{
    AccountLink, AuditAction, AuditEvent, AuditFilter, LinkPurpose, Outcome, PasswordHash,
    PendingRegistration, TokenDigest, UserId,
};
use crate::kernel::{PortErrorKind, Store};

use super::samples::{at, id, user_named};

fn pending(number: u64, email: &str, username: &str) -> PendingRegistration {
    PendingRegistration {
        id: id(number),
        email: email.into(),
        username: username.into(),
        password_hash: PasswordHash::new("$argon2id$one"),
        token: TokenDigest::of(&format!("token {number}")),
        invitation: number
            .is_multiple_of(2)
            .then(|| TokenDigest::of("invitation")),
        created_at: at(number),
        expires_at: at(100 + number),
    }
}

pub(super) async fn a_pending_registration_keeps_its_name_for_its_time(store: &dyn Store) {
    let (one, two, other) = (
        pending(1, "ada@example.com", "ada"),
        pending(2, "ada@example.com", "lovelace"),
        pending(3, "bob@example.com", "bob"),
    );
    let mut unit = store.begin().await.expect("begin");
    let all = unit.pending_registrations();
    for pending in [&one, &two, &other] {
        all.add(pending).await.expect("one address, several names");
        let found = all.find_by_token(&pending.token).await.expect("find");
        assert_eq!(found.as_ref(), Some(pending));
    }
    unit.commit().await.expect("commit");

    let mut unit = store.begin().await.expect("begin");
    let twin = pending(4, "eve@example.com", "ada");
    let error = unit.pending_registrations().add(&twin).await;
    let error = error.expect_err("the name is kept");
    assert_eq!(error.kind, PortErrorKind::Duplicate("username"));
    drop(unit);

    let mut unit = store.begin().await.expect("begin");
    let all = unit.pending_registrations();
    for (name, but_of, now, kept) in [
        ("ada", "eve@example.com", 5, true),
        ("ada", "ada@example.com", 5, false),
        ("ada", "eve@example.com", 101, false),
        ("eve", "eve@example.com", 5, false),
    ] {
        let found = all.keeps_username(name, but_of, at(now)).await;
        assert_eq!(found.expect("ask"), kept, "{name} but of {but_of} at {now}");
    }
    let fresh = TokenDigest::of("fresh");
    let renewed = all.renew_token("ada@example.com", &fresh, at(5)).await;
    let expected = PendingRegistration {
        token: fresh,
        ..two.clone()
    };
    assert_eq!(renewed.expect("renew"), Some(expected), "the newest one");
    assert_eq!(all.find_by_token(&two.token).await.expect("find"), None);
    assert!(all.find_by_token(&fresh).await.expect("find").is_some());
    for (email, now) in [("eve@example.com", 5), ("ada@example.com", 102)] {
        let renewed = all.renew_token(email, &TokenDigest::of("x"), at(now)).await;
        assert_eq!(renewed.expect("renew"), None, "{email} at {now}");
    }

    assert_eq!(all.prune(at(100)).await.expect("prune"), 0);
    assert_eq!(all.prune(at(101)).await.expect("prune"), 1);
    all.add(&pending(5, "eve@example.com", "ada"))
        .await
        .expect("a name is free after its time");
    all.remove_of("ada@example.com").await.expect("remove");
    assert_eq!(all.find_by_token(&fresh).await.expect("find"), None);
    let bob = all.find_by_token(&other.token).await.expect("find");
    assert_eq!(bob, Some(other), "another address keeps its own");
}

pub(super) async fn links_are_kept_for_their_time(store: &dyn Store) {
    let user = user_named("ada");
    let link = |text: &str, purpose, user_id: Option<UserId>| AccountLink {
        digest: TokenDigest::of(text),
        purpose,
        user_id,
        email: (purpose == LinkPurpose::ChangeEmail).then(|| "new@example.com".into()),
        expires_at: at(60),
    };
    let (reset, change, decoy) = (
        link("reset", LinkPurpose::ResetPassword, Some(user.id)),
        link("change", LinkPurpose::ChangeEmail, Some(user.id)),
        link("decoy", LinkPurpose::ResetPassword, None),
    );
    let mut unit = store.begin().await.expect("begin");
    unit.users().add(&user).await.expect("add");
    let links = unit.account_links();
    for link in [&reset, &change, &decoy] {
        links.add(link).await.expect("add");
        let found = links.find(&link.digest).await.expect("find");
        assert_eq!(found.as_ref(), Some(link));
    }
    let found = links.find(&TokenDigest::of("unknown")).await;
    assert_eq!(found.expect("find"), None);
    let removed = links.remove_of(user.id, LinkPurpose::ResetPassword).await;
    removed.expect("remove");
    assert_eq!(links.find(&reset.digest).await.expect("find"), None);
    assert!(links.find(&change.digest).await.expect("find").is_some());
    assert!(links.find(&decoy.digest).await.expect("find").is_some());
    assert_eq!(links.prune(at(59)).await.expect("prune"), 0);
    assert_eq!(links.prune(at(60)).await.expect("prune"), 2);
    unit.commit().await.expect("commit");

    let mut unit = store.begin().await.expect("begin");
    let nobodys = link("nobody", LinkPurpose::ResetPassword, Some(id(99)));
    let error = unit.account_links().add(&nobodys).await;
    assert_eq!(
        error.expect_err("no account").kind,
        PortErrorKind::MissingReference
    );
}

fn audit_event(number: u64) -> AuditEvent {
    AuditEvent {
        id: id(number),
        // Two of each time: the id decides.
        at: at(number / 2),
        action: AuditAction::ALL[number as usize % AuditAction::ALL.len()],
        outcome: if number.is_multiple_of(3) {
            Outcome::Failure
        } else {
            Outcome::Success
        },
        actor: number.is_multiple_of(2).then(|| id(701)),
        subject: (number < 6).then(|| id(702)),
        detail: (number == 4).then(|| "user -> admin é".into()),
        address: Some("192.0.2.7".into()),
        user_agent: None,
        correlation_id: Some(format!("request-{number}")),
    }
}

pub(super) async fn the_record_is_read_newest_first(store: &dyn Store) {
    let mut unit = store.begin().await.expect("begin");
    for number in [3, 0, 5, 1, 4, 2, 7, 6] {
        let appended = unit.audit_log().append(&audit_event(number)).await;
        appended.expect("the accounts need not be there");
    }
    unit.commit().await.expect("commit");

    let mut expected: Vec<AuditEvent> = (0..8).map(audit_event).collect();
    expected.sort_by_key(|event| std::cmp::Reverse((event.at, event.id)));
    let mut reader = store.begin_read().await.expect("begin_read");
    let mut list = async |filter: AuditFilter| {
        let listed = reader.audit_log().list(&filter).await;
        listed.expect("list")
    };
    let all = AuditFilter {
        limit: 100,
        ..AuditFilter::default()
    };
    assert_eq!(list(all.clone()).await, expected);

    let mut pages = Vec::new();
    let mut after = None;
    loop {
        let page = list(AuditFilter {
            after,
            limit: 3,
            ..all.clone()
        });
        let page = page.await;
        let Some(last) = page.last() else { break };
        after = Some((last.at, last.id));
        pages.extend(page);
    }
    assert_eq!(pages, expected, "pages join without gap or overlap");

    let of = |wanted: &dyn Fn(&AuditEvent) -> bool| -> Vec<AuditEvent> {
        expected.iter().filter(|e| wanted(e)).cloned().collect()
    };
    for user in [701, 702, 703].map(id::<UserId>) {
        let filter = AuditFilter {
            user: Some(user),
            ..all.clone()
        };
        let wanted = of(&|e| e.actor == Some(user) || e.subject == Some(user));
        assert_eq!(list(filter.clone()).await, wanted);
        let action = AuditAction::ALL[4];
        let filter = AuditFilter {
            action: Some(action),
            ..filter
        };
        let wanted: Vec<_> = wanted.into_iter().filter(|e| e.action == action).collect();
        assert_eq!(list(filter).await, wanted);
    }
    drop(reader);
    the_places_of_what_came_off_are_told_once(store).await;

    let mut unit = store.begin().await.expect("begin");
    let error = unit.audit_log().append(&audit_event(1)).await;
    let error = error.expect_err("what is on record is not written again");
    assert_eq!(error.kind, PortErrorKind::Duplicate("id"));
}

async fn the_places_of_what_came_off_are_told_once(store: &dyn Store) {
    let mut unit = store.begin().await.expect("begin");
    let actor = id::<UserId>(710);
    for (number, from, outcome) in [
        (20, Some("192.0.2.1"), Outcome::Success),
        (21, Some("192.0.2.2"), Outcome::Success),
        (22, Some("192.0.2.2"), Outcome::Success),
        (23, Some("192.0.2.3"), Outcome::Failure),
        (24, None, Outcome::Success),
    ] {
        let event = AuditEvent {
            at: at(number),
            actor: Some(actor),
            subject: None,
            outcome,
            address: from.map(str::to_owned),
            ..audit_event(number)
        };
        unit.audit_log().append(&event).await.expect("append");
    }
    let suffered = AuditEvent {
        at: at(25),
        actor: None,
        subject: Some(actor),
        outcome: Outcome::Success,
        address: Some("192.0.2.4".into()),
        ..audit_event(25)
    };
    unit.audit_log().append(&suffered).await.expect("append");
    unit.commit().await.expect("commit");
    let mut reader = store.begin_read().await.expect("begin_read");
    let mut places = async |since, limit| {
        let places = reader.audit_log().addresses_of(actor, since, limit).await;
        let mut places = places.expect("addresses_of");
        places.sort();
        places
    };
    assert_eq!(places(at(0), 9).await, ["192.0.2.1", "192.0.2.2"]);
    assert_eq!(places(at(21), 9).await, ["192.0.2.2"]);
    assert_eq!(places(at(0), 1).await.len(), 1);
}
