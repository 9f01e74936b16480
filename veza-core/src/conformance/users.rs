//! The contract of [`Users`](crate::auth::Users).

use crate::auth::{Ban, PasswordHash, User};
use crate::kernel::{PortErrorKind, Role, Store};

use super::samples::{at, id, user_named};

pub(super) async fn what_is_added_is_found(store: &dyn Store) {
    let user = user_named("ada");
    let mut unit = store.begin().await.expect("begin");
    unit.users().add(&user).await.expect("add");
    unit.users().add(&user_named("bob")).await.expect("add");
    let users = unit.users();
    assert_eq!(users.find(user.id).await.expect("find"), Some(user.clone()));
    assert_eq!(
        users.find_by_email(&user.email).await.expect("find"),
        Some(user.clone())
    );
    assert_eq!(
        users.find_by_username("ada").await.expect("find"),
        Some(user.clone())
    );
    assert_eq!(users.find_by_username("eve").await.expect("find"), None);
    assert_eq!(users.find(id(99)).await.expect("find"), None);
    assert_eq!(
        users.find_by_email("ada@example.co").await.expect("find"),
        None
    );

    let hash = PasswordHash::new("$argon2id$another");
    users
        .set_password_hash(user.id, &hash, at(5))
        .await
        .expect("set");
    users
        .set_password_hash(id(99), &hash, at(5))
        .await
        .expect("nobody's hash is nobody's error");
    let changed = users
        .find(user.id)
        .await
        .expect("find")
        .expect("it is there");
    assert_eq!((&changed.password_hash, changed.updated_at), (&hash, at(5)));
    assert_eq!(changed.created_at, user.created_at);
}

pub(super) async fn addresses_and_names_are_unique(store: &dyn Store) {
    let ada = user_named("ada");
    let mut unit = store.begin().await.expect("begin");
    unit.users().add(&ada).await.expect("add");
    unit.commit().await.expect("commit");

    for (what, email, username) in [
        ("email", "ada@example.com", "other"),
        ("username", "other@example.com", "ada"),
    ] {
        let mut twin = user_named("twin");
        (twin.email, twin.username) = (email.into(), username.into());
        let mut unit = store.begin().await.expect("begin");
        let error = unit.users().add(&twin).await.expect_err("it is taken");
        assert_eq!(error.kind, PortErrorKind::Duplicate(what));
    }
}

pub(super) async fn all_of_an_account_can_be_changed(store: &dyn Store) {
    let (ada, bob) = (user_named("ada"), user_named("bob"));
    let mut unit = store.begin().await.expect("begin");
    unit.users().add(&ada).await.expect("add");
    unit.users().add(&bob).await.expect("add");
    let banned = User {
        email: "lovelace@example.com".into(),
        username: "lovelace".into(),
        role: Role::Creator,
        password_hash: PasswordHash::new("$argon2id$another"),
        ban: Some(Ban {
            by: bob.id,
            reason: "é".into(),
            since: at(3),
            until: Some(at(9)),
        }),
        updated_at: at(3),
        ..ada.clone()
    };
    let for_good = User {
        ban: banned.ban.clone().map(|ban| Ban { until: None, ..ban }),
        ..banned.clone()
    };
    for changed in [banned, for_good, ada.clone()] {
        assert!(unit.users().update(&changed).await.expect("update"));
        let found = unit.users().find(ada.id).await.expect("find");
        assert_eq!(found, Some(changed));
    }
    let nobody = user_named("nobody");
    assert!(!unit.users().update(&nobody).await.expect("update"));
    unit.commit().await.expect("commit");

    for (what, email, username) in [
        ("email", "bob@example.com", "ada"),
        ("username", "ada@example.com", "bob"),
    ] {
        let taken = User {
            email: email.into(),
            username: username.into(),
            ..ada.clone()
        };
        let mut unit = store.begin().await.expect("begin");
        let error = unit.users().update(&taken).await.expect_err("it is taken");
        assert_eq!(error.kind, PortErrorKind::Duplicate(what));
    }
}

pub(super) async fn administrators_are_known(store: &dyn Store) {
    let mut unit = store.begin().await.expect("begin");
    let none = unit.users().lock_admins(&[]).await;
    assert_eq!(none.expect("lock"), []);
    let mut expected = Vec::new();
    // One who is none is locked with them, and is none all the same; so is nobody.
    let others = [user_named("bob").id, user_named("nobody").id];
    for (name, role) in [
        ("ada", Role::Admin),
        ("bob", Role::Moderator),
        ("eve", Role::Admin),
    ] {
        let user = User {
            role,
            ..user_named(name)
        };
        unit.users().add(&user).await.expect("add");
        expected.extend((role == Role::Admin).then_some(user.id));
    }
    expected.sort();
    assert_eq!(
        unit.users().lock_admins(&others).await.expect("lock"),
        expected
    );
    unit.commit().await.expect("commit");
    let mut reader = store.begin_read().await.expect("begin_read");
    let found = reader.users().lock_admins(&others).await;
    assert_eq!(found.expect("a reader locks nobody"), expected);
}
