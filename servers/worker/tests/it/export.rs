//! Exports of accounts, from the wish to the archive.

use std::io::{Cursor, Read as _};
use std::time::Duration;

use serde_json::Value;
use veza_core::auth::Session;
use veza_core::exports::{ExportState, fetch_export, request_export, show_export};
use veza_core::files::{BlobKey, BlobStore as _};
use veza_core::kernel::{Metadata, Principal};

use crate::App;

impl App {
    /// The owner with a session.
    async fn signed_in(&self) -> Principal {
        let env = &self.services.env;
        let now = env.now();
        let session = Session {
            id: env.new_id(),
            user_id: self.owner.user_id,
            user_agent: None,
            address: None,
            remember_me: false,
            created_at: now,
            last_used_at: now,
            expires_at: now.plus(Duration::from_secs(3_600)),
            authenticated_at: now,
        };
        let mut unit = env.store.begin().await.unwrap();
        unit.sessions().add(&session).await.unwrap();
        unit.commit().await.unwrap();
        Principal {
            session_id: Some(session.id),
            ..self.owner.clone()
        }
    }

    async fn read_blob(&self, key: &BlobKey) -> Vec<u8> {
        let mut blob = self.blobs.get(key, None).await.unwrap().unwrap();
        let mut bytes = Vec::new();
        while let Some(chunk) = blob.body.next_chunk().await.unwrap() {
            bytes.extend_from_slice(&chunk);
        }
        bytes
    }
}

#[tokio::test]
async fn an_archive_is_written_with_the_files_as_they_were_uploaded() {
    let app = App::new().await;
    let id = app.upload(b"RIFF....").await;
    let track = app.track(id).await.unwrap();
    let who = app.signed_in().await;
    let (env, metadata) = (&app.services.env, Metadata::default());
    request_export(env, &who, &metadata).await.unwrap();
    let (shutdown, worker) = app.start(app.program("child", "exit 9"));
    let mut state = ExportState::Pending;
    for _ in 0..800 {
        state = show_export(env, &who).await.unwrap().state;
        if state != ExportState::Pending {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let ExportState::Ready { size, .. } = state else {
        panic!("{state:?}");
    };
    let fetched = fetch_export(env, &who, &metadata).await.unwrap();
    let bytes = app.read_blob(&fetched.archive).await;
    assert_eq!(bytes.len() as u64, size);
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut content = |name: &str| {
        let mut bytes = Vec::new();
        let mut file = zip.by_name(name).unwrap();
        file.read_to_end(&mut bytes).unwrap();
        bytes
    };
    let tracks: Value = serde_json::from_slice(&content("tracks.json")).unwrap();
    assert_eq!(tracks[0]["id"], track.id.to_string());
    let file = tracks[0]["file"].as_str().unwrap();
    let source = app.read_blob(&track.source.key).await;
    assert_eq!(content(file), source);
    let account: Value = serde_json::from_slice(&content("account.json")).unwrap();
    assert_eq!(account[0]["username"], "ada");
    shutdown.request();
    worker.await.unwrap();
}
