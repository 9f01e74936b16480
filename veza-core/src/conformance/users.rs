//! The contract of [`Users`](crate::auth::Users).

use crate::auth::PasswordHash;
use crate::kernel::{PortErrorKind, Store};

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
