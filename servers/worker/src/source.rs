//! The file of an upload, where a child can open it.

use std::io;
use std::path::{Path, PathBuf};

use tokio::io::AsyncWriteExt as _;
use veza_core::files::{BlobKey, BlobStore, BoxError};

/// The path of a blob: its own file when the store keeps it on this machine, else a copy in
/// `folder`.
///
/// # Errors
/// When there is no such blob, or it cannot be copied.
pub(crate) async fn open_path(
    blobs: &dyn BlobStore,
    key: &BlobKey,
    folder: &Path,
) -> Result<PathBuf, BoxError> {
    if let Some(path) = blobs.local_path(key) {
        return Ok(std::path::absolute(path)?);
    }
    let missing = || io::Error::new(io::ErrorKind::NotFound, "the upload is gone");
    let mut blob = blobs.get(key, None).await?.ok_or_else(missing)?;
    let path = folder.join("source");
    let mut file = tokio::fs::File::create_new(&path).await?;
    while let Some(chunk) = blob.body.next_chunk().await? {
        file.write_all(&chunk).await?;
    }
    file.flush().await?;
    Ok(path)
}
