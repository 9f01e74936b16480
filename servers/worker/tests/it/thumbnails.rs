//! Pictures of people, from upload to what is shown.

use std::time::Duration;

use veza_core::files::{BlobStore as _, MemoryChunks, receive_upload};
use veza_core::jobs::{JobQuery, JobStatus};
use veza_core::kernel::{Metadata, Principal};
use veza_core::profiles::{
    Avatar, AvatarError, PictureFormat, THUMBNAILS_JOB, avatar_file, remove_avatar, set_avatar,
};

use crate::App;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n picture";

impl App {
    async fn take(&self, who: &Principal, content: &'static [u8]) -> Result<Avatar, AvatarError> {
        let env = &self.services.env;
        let mut body = MemoryChunks::new(content);
        let upload = receive_upload(env, &*self.blobs, who, &mut body, 99)
            .await
            .unwrap();
        set_avatar(env, &*self.blobs, who, self.owner.user_id, &upload).await
    }

    async fn avatar_once(&self, wanted: impl Fn(&Avatar) -> bool) -> Avatar {
        for _ in 0..800 {
            let avatar = self.read().await.avatars().find(self.owner.user_id).await;
            if let Some(avatar) = avatar.unwrap().filter(&wanted) {
                return avatar;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("it took too long");
    }

    async fn files(&self, prefix: &str) -> usize {
        let prefix = prefix.parse().unwrap();
        self.blobs.list(&prefix, None, 99).await.unwrap().len()
    }
}

#[tokio::test]
async fn a_picture_is_shown_once_its_thumbnails_are_made_and_replaces_the_one_before() {
    let app = App::new().await;
    let script = "[ $2 = thumbnails ] || exit 9\n\
         for size in 64 256 512; do echo x > $4/$size.png; done\n\
         echo '{\"done\":{\"format\":\"png\"}}'";
    let (shutdown, worker) = app.start(app.program("child", script));
    let env = &app.services.env;
    assert!(app.take(&app.owner, PNG).await.unwrap().image.is_none());
    let first = app.avatar_once(|avatar| avatar.image.is_some()).await;
    let file = avatar_file(env, app.owner.user_id, 100).await.unwrap();
    assert_eq!((file.size, file.image.format), (256, PictureFormat::Png));
    assert_eq!(
        avatar_file(env, app.owner.user_id, 9_999)
            .await
            .unwrap()
            .size,
        512
    );
    assert!(app.blobs.head(&file.key).await.unwrap().is_some());

    app.take(&app.owner, PNG).await.unwrap();
    app.avatar_once(|avatar| avatar.pending.is_none() && avatar.image != first.image)
        .await;
    for _ in 0..300 {
        if app.files("avatars").await == 3 && app.files("uploads").await == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(
        (app.files("avatars").await, app.files("uploads").await),
        (3, 0)
    );

    let (who, metadata) = (&app.owner, Metadata::default());
    remove_avatar(env, who, who.user_id, &metadata)
        .await
        .unwrap();
    let gone = avatar_file(env, who.user_id, 100).await;
    assert!(matches!(gone, Err(AvatarError::NotFound)));
    let again = remove_avatar(env, who, who.user_id, &metadata).await;
    assert!(matches!(again, Err(AvatarError::NotFound)));
    for _ in 0..300 {
        if app.files("avatars").await == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(app.files("avatars").await, 0);
    shutdown.request();
    worker.await.unwrap();
}

#[tokio::test]
async fn a_picture_that_cannot_be_read_leaves_what_was_shown() {
    let app = App::new().await;
    let script =
        "echo '{\"error\":{\"code\":\"picture.malformed\",\"detail\":\"d\",\"fault\":\"media\"}}'";
    let (shutdown, worker) = app.start(app.program("child", script));
    app.take(&app.owner, PNG).await.unwrap();
    let failed = app.avatar_once(|avatar| avatar.failure.is_some()).await;
    assert_eq!(failed.failure.as_deref(), Some("picture.malformed"));
    assert_eq!((failed.image, failed.pending), (None, None));
    let query = JobQuery {
        kind: Some(THUMBNAILS_JOB.into()),
        limit: 9,
        ..JobQuery::default()
    };
    let jobs = app.read().await.jobs().list(&query).await.unwrap();
    assert_eq!((jobs[0].status, jobs[0].attempt), (JobStatus::Dead, 1));
    shutdown.request();
    worker.await.unwrap();
}

#[tokio::test]
async fn only_pictures_are_taken_and_only_for_oneself() {
    let app = App::new().await;
    for content in [&b"GIF89a..."[..], b"<svg onload=alert(1)>", b"RIFF....WAVE"] {
        let refused = app.take(&app.owner, content).await;
        assert!(matches!(refused, Err(AvatarError::NotAPicture(_))));
    }
    let other = Principal {
        user_id: app.services.env.new_id(),
        ..app.owner.clone()
    };
    let refused = app.take(&other, PNG).await;
    assert!(matches!(refused, Err(AvatarError::Forbidden)));
}
