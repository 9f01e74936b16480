//! Where blobs are kept.

use std::error::Error as StdError;
use std::path::PathBuf;

use async_trait::async_trait;

use crate::kernel::PortError;

use super::key::BlobKey;

pub use bytes::Bytes;

/// Any error, as a cause.
pub type BoxError = Box<dyn StdError + Send + Sync>;

/// Bytes that come one chunk after the other.
#[async_trait]
pub trait ChunkSource: Send {
    /// The next chunk; none at the end. After the end or an error it is not asked again.
    ///
    /// # Errors
    /// Why the rest does not come.
    async fn next_chunk(&mut self) -> Result<Option<Bytes>, BoxError>;
}

/// Bytes that are in memory already.
#[derive(Clone, Debug, Default)]
pub struct MemoryChunks(Option<Bytes>);

impl MemoryChunks {
    /// A source of one chunk.
    pub fn new(bytes: impl Into<Bytes>) -> Self {
        Self(Some(bytes.into()))
    }
}

#[async_trait]
impl ChunkSource for MemoryChunks {
    async fn next_chunk(&mut self) -> Result<Option<Bytes>, BoxError> {
        Ok(self.0.take())
    }
}

/// A run of bytes of a blob.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByteRange {
    /// The first byte.
    pub start: u64,
    /// The byte after the last.
    pub end: u64,
}

/// What is known of a blob without reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlobInfo {
    /// Its name.
    pub key: BlobKey,
    /// How many bytes it has.
    pub size: u64,
}

/// A blob being read.
pub struct Blob {
    /// How many bytes the whole blob has.
    pub size: u64,
    /// The bytes asked for.
    pub body: Box<dyn ChunkSource>,
}

/// Why a blob was not stored.
#[derive(Debug, thiserror::Error)]
pub enum PutError {
    /// The source failed before its end.
    #[error("the upload broke off")]
    Source(#[source] BoxError),
    /// There are more bytes than allowed.
    #[error("larger than {max} bytes")]
    TooLarge {
        /// How many bytes are allowed.
        max: u64,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] PortError),
}

/// Keeps blobs by name.
///
/// A blob appears whole or not at all, whatever breaks meanwhile, and is kept for good once `put`
/// has answered. It never changes: a second `put` of a key replaces the blob as one. Memory does
/// not grow with the size of a blob, but for the stores that are in memory altogether.
#[async_trait]
pub trait BlobStore: Send + Sync {
    /// Stores what comes from `body`, at most `max_bytes`; answers how many bytes it was.
    ///
    /// # Errors
    /// [`PutError`]; nothing is stored then, and a blob that was there before is as before.
    async fn put(
        &self,
        key: &BlobKey,
        body: &mut dyn ChunkSource,
        max_bytes: u64,
    ) -> Result<u64, PutError>;

    /// Reads a blob, or a run of its bytes; a run is cut to the size of the blob. None when there
    /// is no such blob.
    ///
    /// # Errors
    /// Those of the store.
    async fn get(&self, key: &BlobKey, range: Option<ByteRange>)
    -> Result<Option<Blob>, PortError>;

    /// What is known of a blob; none when there is no such blob.
    ///
    /// # Errors
    /// Those of the store.
    async fn head(&self, key: &BlobKey) -> Result<Option<BlobInfo>, PortError>;

    /// Removes a blob; answers whether it was there. Whoever is reading it may read to its end.
    ///
    /// # Errors
    /// Those of the store.
    async fn delete(&self, key: &BlobKey) -> Result<bool, PortError>;

    /// Removes every blob under `prefix`; answers how many there were.
    ///
    /// # Errors
    /// Those of the store; some blobs may be gone then.
    async fn delete_prefix(&self, prefix: &BlobKey) -> Result<u64, PortError>;

    /// The blobs under `prefix`, in order of their keys, after the key `after`; at most `limit`.
    ///
    /// # Errors
    /// Those of the store.
    async fn list(
        &self,
        prefix: &BlobKey,
        after: Option<&BlobKey>,
        limit: usize,
    ) -> Result<Vec<BlobInfo>, PortError>;

    /// The file of a blob, for stores which keep it as one on this machine. It is to be read only.
    fn local_path(&self, key: &BlobKey) -> Option<PathBuf> {
        let _ = key;
        None
    }
}
