//! The contracts of [`Identities`](crate::auth::Identities) and of
//! [`PendingAuthorizations`](crate::auth::PendingAuthorizations).

use std::sync::atomic::{AtomicU32, Ordering};

use crate::auth::{
    AuthorizationPurpose, LinkedIdentity, PendingAuthorization, ProviderId, TokenDigest, User,
};
use crate::kernel::{PortErrorKind, Store};

use super::concurrently::both;
use super::samples::{START, at, id, user_named};

async fn with_users(store: &dyn Store) -> [User; 2] {
    let users = ["ada", "bob"].map(user_named);
    let mut unit = store.begin().await.expect("begin");
    for user in &users {
        unit.users().add(user).await.expect("add");
    }
    unit.commit().await.expect("commit");
    users
}

fn provider(name: &str) -> ProviderId {
    name.parse().expect("a name of a provider")
}

fn identity(user: &User, number: u64, provider_name: &str, subject: &str) -> LinkedIdentity {
    LinkedIdentity {
        id: id(number),
        user_id: user.id,
        provider: provider(provider_name),
        subject: subject.into(),
        email: (number > 1).then(|| "ada@example.com".into()),
        created_at: at(number),
    }
}

pub(super) async fn an_identity_opens_one_account(store: &dyn Store) {
    let [ada, bob] = with_users(store).await;
    let one = identity(&ada, 1, "one", "248289761001");
    // The same person elsewhere, and somebody whose name differs in the case of a letter.
    let two = identity(&ada, 2, "two", "248289761001");
    let three = identity(&bob, 3, "one", "aBc");
    let four = identity(&bob, 4, "one", "abc");
    let mut unit = store.begin().await.expect("begin");
    let identities = unit.identities();
    for one in [&two, &one, &three, &four] {
        identities.add(one).await.expect("add");
        let found = identities.find(&one.provider, &one.subject).await;
        assert_eq!(found.expect("find").as_ref(), Some(one));
    }
    let nobody = identities.find(&provider("two"), "abc").await;
    assert_eq!(nobody.expect("find"), None);
    let listed = identities.list_of(ada.id).await.expect("list");
    assert_eq!(listed, [one.clone(), two.clone()], "the oldest first");
    let theirs = identities.remove(ada.id, three.id).await;
    assert!(!theirs.expect("remove"), "somebody else's stays");
    assert!(identities.remove(bob.id, three.id).await.expect("remove"));
    assert!(!identities.remove(bob.id, three.id).await.expect("remove"));
    unit.commit().await.expect("commit");

    for (identity, kind) in [
        (
            identity(&bob, 9, "one", "248289761001"),
            PortErrorKind::Duplicate("identity"),
        ),
        (
            identity(&user_named("nobody"), 9, "one", "new"),
            PortErrorKind::MissingReference,
        ),
    ] {
        let mut unit = store.begin().await.expect("begin");
        let error = unit.identities().add(&identity).await;
        assert_eq!(error.expect_err("it is refused").kind, kind);
    }
    let mut unit = store.begin().await.expect("begin");
    let identities = unit.identities();
    identities.remove_of(ada.id).await.expect("remove");
    assert_eq!(identities.list_of(ada.id).await.expect("list"), []);
    assert_eq!(identities.list_of(bob.id).await.expect("list"), [four]);
}

pub(super) async fn two_that_link_the_same_identity_link_one(store: &dyn Store) {
    let [ada, bob] = with_users(store).await;
    let linked = AtomicU32::new(0);
    let link = async |user: &User, number| {
        let identity = identity(user, number, "one", "same");
        let mut unit = store.begin().await.expect("begin");
        match unit.identities().add(&identity).await {
            Ok(()) => {
                unit.commit().await.expect("commit");
                linked.fetch_add(1, Ordering::SeqCst);
            }
            Err(error) => assert_eq!(error.kind, PortErrorKind::Duplicate("identity")),
        }
    };
    both(link(&ada, 1), link(&bob, 2)).await;
    assert_eq!(linked.into_inner(), 1);
}

fn pending(text: &str, purpose: AuthorizationPurpose, end: u64) -> PendingAuthorization {
    PendingAuthorization {
        state: TokenDigest::of(text),
        provider: provider("one"),
        browser: TokenDigest::of("browser"),
        nonce: TokenDigest::of("nonce"),
        sealed_verifier: vec![0, 255, 1, 128],
        purpose,
        invitation: (end == 10).then(|| TokenDigest::of("invitation")),
        return_to: (end == 10).then(|| "/tracks/1?a=b".into()),
        created_at: START,
        expires_at: at(end),
    }
}

pub(super) async fn an_authorization_is_kept_exactly_until_it_is_answered(store: &dyn Store) {
    let [ada, _] = with_users(store).await;
    let (user_id, session_id) = (ada.id, id(7));
    let remembered = AuthorizationPurpose::SignIn { remember_me: true };
    let link = AuthorizationPurpose::Link {
        user_id,
        session_id,
    };
    let again = AuthorizationPurpose::Reauthenticate {
        user_id,
        session_id,
    };
    let forgotten = AuthorizationPurpose::SignIn { remember_me: false };
    let all = [
        pending("one", remembered, 10),
        pending("two", link, 20),
        pending("three", again, 30),
        pending("four", forgotten, 40),
    ];
    let mut unit = store.begin().await.expect("begin");
    let authorizations = unit.pending_authorizations();
    for pending in &all {
        authorizations.add(pending).await.expect("add");
        let found = authorizations.find(&pending.state).await.expect("find");
        assert_eq!(found.as_ref(), Some(pending));
    }
    let [one, two, three, four] = &all;
    assert!(authorizations.remove(&two.state).await.expect("remove"));
    assert!(!authorizations.remove(&two.state).await.expect("remove"));
    assert_eq!(authorizations.find(&two.state).await.expect("find"), None);
    assert_eq!(authorizations.prune(at(9), 10).await.expect("prune"), 0);
    assert_eq!(authorizations.prune(at(30), 1).await.expect("prune"), 1);
    assert_eq!(authorizations.prune(at(30), 10).await.expect("prune"), 1);
    for gone in [one, three] {
        assert_eq!(authorizations.find(&gone.state).await.expect("find"), None);
    }
    let kept = authorizations.find(&four.state).await.expect("find");
    assert_eq!(kept.as_ref(), Some(four));
    unit.commit().await.expect("commit");

    let nobody = AuthorizationPurpose::Link {
        user_id: user_named("nobody").id,
        session_id,
    };
    for (pending, kind) in [
        (four.clone(), PortErrorKind::Duplicate("id")),
        (pending("five", nobody, 10), PortErrorKind::MissingReference),
    ] {
        let mut unit = store.begin().await.expect("begin");
        let error = unit.pending_authorizations().add(&pending).await;
        assert_eq!(error.expect_err("it is refused").kind, kind);
    }
}

pub(super) async fn an_authorization_has_one_answer(store: &dyn Store) {
    let purpose = AuthorizationPurpose::SignIn { remember_me: false };
    let pending = pending("one", purpose, 10);
    let mut unit = store.begin().await.expect("begin");
    let added = unit.pending_authorizations().add(&pending).await;
    added.expect("add");
    unit.commit().await.expect("commit");
    let answered = AtomicU32::new(0);
    let answer = async || {
        let mut unit = store.begin().await.expect("begin");
        let removed = unit.pending_authorizations().remove(&pending.state).await;
        if removed.expect("remove") {
            answered.fetch_add(1, Ordering::SeqCst);
        }
        unit.commit().await.expect("commit");
    };
    both(answer(), answer()).await;
    assert_eq!(answered.into_inner(), 1);
}
