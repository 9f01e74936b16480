//! The contract of [`Avatars`](crate::profiles::Avatars).

use crate::kernel::{PortErrorKind, Store};
use crate::profiles::{Avatar, AvatarImage, PictureFormat};

use super::samples::{at, id, user_named};

pub(super) async fn what_is_put_is_found_in_the_place_of_the_one_before(store: &dyn Store) {
    let user = user_named("ada");
    let first = Avatar {
        user_id: user.id,
        image: None,
        pending: Some("uploads/one".parse().expect("a key")),
        failure: None,
        updated_at: at(1),
    };
    let second = Avatar {
        image: Some(AvatarImage {
            revision: id(7),
            format: PictureFormat::Png,
        }),
        pending: None,
        failure: Some("picture.malformed".into()),
        updated_at: at(2),
        ..first.clone()
    };
    let mut unit = store.begin().await.expect("begin");
    let nobodys = unit
        .avatars()
        .put(&first)
        .await
        .expect_err("there is no such account");
    assert_eq!(nobodys.kind, PortErrorKind::MissingReference);
    drop(unit);

    let mut unit = store.begin().await.expect("begin");
    unit.users().add(&user).await.expect("add");
    assert_eq!(unit.avatars().find(user.id).await.expect("find"), None);
    unit.avatars().put(&first).await.expect("put");
    assert_eq!(
        unit.avatars().find(user.id).await.expect("find"),
        Some(first)
    );
    unit.avatars().put(&second).await.expect("put");
    unit.commit().await.expect("commit");
    let mut reader = store.begin_read().await.expect("begin_read");
    assert_eq!(
        reader.avatars().find(user.id).await.expect("find"),
        Some(second)
    );
}
