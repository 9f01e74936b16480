//! Stores what a child made.

use std::io;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use bytes::Bytes;
use tokio::io::AsyncReadExt as _;
use veza_core::files::{BlobKey, BlobStore, BoxError, ChunkSource};

/// Files that one ingest may make at most: six hours of segments of two seconds in eight
/// renditions, and some.
const MAX_FILES: usize = 100_000;
/// Bytes that are read at once.
const BLOCK: usize = 256 * 1024;

/// Stores every file under `folder` as a blob under `prefix`, the names staying as they are.
/// Answers how many there were.
///
/// # Errors
/// When a name is no key, a file cannot be read, or the store fails.
pub(crate) async fn publish(
    blobs: &dyn BlobStore,
    folder: &Path,
    prefix: &BlobKey,
) -> Result<usize, BoxError> {
    let mut folders = vec![folder.to_path_buf()];
    let mut published = 0;
    while let Some(next) = folders.pop() {
        let mut entries = tokio::fs::read_dir(&next).await?;
        while let Some(entry) = entries.next_entry().await? {
            let kind = entry.file_type().await?;
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() && published < MAX_FILES {
                put(blobs, &entry.path(), &key(folder, &entry.path(), prefix)?).await?;
                published += 1;
            } else {
                // The child is not trusted: a link could name any file of this machine.
                return Err("the child made what is no file, or too many".into());
            }
        }
    }
    Ok(published)
}

fn key(root: &Path, file: &Path, prefix: &BlobKey) -> Result<BlobKey, BoxError> {
    let name: PathBuf = file.strip_prefix(root)?.into();
    let name = name
        .to_str()
        .ok_or("the child made a name which is no text")?;
    Ok(prefix.join(name)?)
}

/// Stores a file as a blob.
///
/// # Errors
/// When the file cannot be read, or the store fails.
pub(crate) async fn put(blobs: &dyn BlobStore, path: &Path, key: &BlobKey) -> Result<(), BoxError> {
    let file = tokio::fs::File::open(path).await?;
    let size = file.metadata().await?.len();
    let stored = blobs.put(key, &mut FileChunks { file }, size).await?;
    if stored == size {
        Ok(())
    } else {
        Err(io::Error::other("a file became shorter").into())
    }
}

struct FileChunks {
    file: tokio::fs::File,
}

#[async_trait]
impl ChunkSource for FileChunks {
    async fn next_chunk(&mut self) -> Result<Option<Bytes>, BoxError> {
        let mut block = Vec::with_capacity(BLOCK);
        let read = (&mut self.file)
            .take(BLOCK as u64)
            .read_to_end(&mut block)
            .await?;
        Ok((read > 0).then(|| block.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use veza_core::memory::MemoryBlobs;

    #[tokio::test]
    async fn folders_become_keys_and_links_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("128k")).unwrap();
        std::fs::write(dir.path().join("master.m3u8"), "#EXTM3U").unwrap();
        std::fs::write(dir.path().join("128k/segment0.m4s"), vec![7; 600_000]).unwrap();
        let blobs = MemoryBlobs::new();
        let prefix: BlobKey = "media/a/b".parse().unwrap();
        assert_eq!(publish(&blobs, dir.path(), &prefix).await.unwrap(), 2);
        let segment = prefix.join("128k/segment0.m4s").unwrap();
        assert_eq!(blobs.head(&segment).await.unwrap().unwrap().size, 600_000);
        std::os::unix::fs::symlink("/etc/passwd", dir.path().join("x.json")).unwrap();
        assert!(publish(&blobs, dir.path(), &prefix).await.is_err());
    }
}
