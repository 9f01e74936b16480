//! The store on disk keeps its contract, and leaves nothing behind.

#![allow(
    clippy::unwrap_used,
    reason = "a test which panics has failed, as it should"
)]

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use veza_core::files::{BlobKey, BlobStore as _, BoxError, Bytes, ChunkSource, MemoryChunks};
use veza_objects::{DiskBlobs, FileChunks};

fn key(text: &str) -> BlobKey {
    text.parse().unwrap()
}

fn count_files(folder: &Path) -> usize {
    fs::read_dir(folder).unwrap().count()
}

/// Gives the same chunk again and again, each time after a moment.
struct Slow {
    chunks: u32,
    chunk: Bytes,
}

#[async_trait]
impl ChunkSource for Slow {
    async fn next_chunk(&mut self) -> Result<Option<Bytes>, BoxError> {
        tokio::task::yield_now().await;
        if self.chunks == 0 {
            return Ok(None);
        }
        self.chunks -= 1;
        Ok(Some(self.chunk.clone()))
    }
}

#[tokio::test]
async fn the_contract_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = DiskBlobs::open(folder.path()).unwrap();
    veza_core::conformance::blob_store(&blobs).await;
    assert_eq!(
        count_files(&folder.path().join("partial")),
        0,
        "nothing half-written is left"
    );
}

#[tokio::test]
async fn an_upload_that_is_given_up_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = DiskBlobs::open(folder.path()).unwrap();
    let mut endless = Slow {
        chunks: u32::MAX,
        chunk: vec![7; 1024].into(),
    };
    let name = key("uploads/a");
    let put = blobs.put(&name, &mut endless, u64::MAX);
    tokio::time::timeout(Duration::from_millis(50), put)
        .await
        .unwrap_err();
    assert_eq!(count_files(&folder.path().join("partial")), 0);
    assert_eq!(blobs.head(&key("uploads/a")).await.unwrap(), None);
}

#[tokio::test]
async fn what_a_dead_process_left_is_removed_after_a_day_and_not_before() {
    let folder = tempfile::tempdir().unwrap();
    DiskBlobs::open(folder.path()).unwrap();
    let partial = folder.path().join("partial");
    fs::write(partial.join("1-1"), "old").unwrap();
    fs::write(partial.join("2-1"), "new").unwrap();
    let yesterday = SystemTime::now() - Duration::from_secs(25 * 60 * 60);
    fs::File::options()
        .write(true)
        .open(partial.join("1-1"))
        .unwrap()
        .set_modified(yesterday)
        .unwrap();
    DiskBlobs::open(folder.path()).unwrap();
    assert!(!partial.join("1-1").exists());
    assert!(partial.join("2-1").exists());
}

#[tokio::test]
async fn a_large_blob_goes_through_in_small_chunks() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = DiskBlobs::open(folder.path()).unwrap();
    let mut large = Slow {
        chunks: 333,
        chunk: (0..30_011_u32).map(|n| n as u8).collect(),
    };
    let size = blobs
        .put(&key("large"), &mut large, 10_000_000)
        .await
        .unwrap();
    assert_eq!(size, 333 * 30_011);
    let mut body = blobs.get(&key("large"), None).await.unwrap().unwrap().body;
    let mut bytes = Vec::new();
    while let Some(chunk) = body.next_chunk().await.unwrap() {
        assert!(chunk.len() <= 64 * 1024);
        bytes.extend_from_slice(&chunk);
    }
    assert_eq!(bytes.len() as u64, size);
    assert!(
        bytes
            .iter()
            .enumerate()
            .all(|(n, byte)| *byte == (n % 30_011) as u8)
    );

    let mut copy = FileChunks::open(&blobs.local_path(&key("large")).unwrap())
        .await
        .unwrap();
    assert_eq!(
        blobs.put(&key("copy"), &mut copy, size).await.unwrap(),
        size
    );
    assert_eq!(
        fs::read(blobs.local_path(&key("copy")).unwrap()).unwrap(),
        bytes
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_put_the_same_key_and_one_of_them_is_there_whole() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Arc::new(DiskBlobs::open(folder.path()).unwrap());
    let putting: Vec<_> = (0..16_u8)
        .map(|n| {
            let blobs = Arc::clone(&blobs);
            tokio::spawn(async move {
                let mut body = MemoryChunks::new(vec![n; 50_000]);
                blobs
                    .put(&key("deep/er/key"), &mut body, 50_000)
                    .await
                    .unwrap();
            })
        })
        .collect();
    for put in putting {
        put.await.unwrap();
    }
    let bytes = fs::read(blobs.local_path(&key("deep/er/key")).unwrap()).unwrap();
    assert_eq!(bytes.len(), 50_000);
    assert!(bytes.iter().all(|byte| *byte == bytes[0]));
}

#[cfg(unix)]
#[tokio::test]
async fn links_are_neither_listed_nor_followed_when_a_folder_is_removed() {
    let folder = tempfile::tempdir().unwrap();
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("precious"), "x").unwrap();
    let blobs = DiskBlobs::open(folder.path()).unwrap();
    blobs
        .put(&key("media/a"), &mut MemoryChunks::new("x"), 1)
        .await
        .unwrap();
    let link = folder.path().join("blobs/media/link");
    std::os::unix::fs::symlink(outside.path(), &link).unwrap();
    assert_eq!(blobs.list(&key("media"), None, 9).await.unwrap().len(), 1);
    assert_eq!(blobs.delete_prefix(&key("media")).await.unwrap(), 1);
    assert!(outside.path().join("precious").exists());
}
