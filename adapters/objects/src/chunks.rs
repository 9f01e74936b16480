//! The bytes of a file, a chunk at a time.

use std::io;
use std::path::Path;

use async_trait::async_trait;
use bytes::BytesMut;
use tokio::fs::File;
use tokio::io::{AsyncReadExt as _, Take};
use veza_core::files::{BoxError, Bytes, ChunkSource};

/// Bytes of a chunk at most.
const CHUNK_LEN: usize = 64 * 1024;

/// A file, or the first bytes of what is left of it, as chunks of at most 64 KiB.
#[derive(Debug)]
pub struct FileChunks(Take<File>);

impl FileChunks {
    /// All of a file, as to put it into a blob store.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub async fn open(path: &Path) -> io::Result<Self> {
        Ok(Self(File::open(path).await?.take(u64::MAX)))
    }

    /// The next `len` bytes of an open file.
    pub(crate) fn next_bytes(file: File, len: u64) -> Self {
        Self(file.take(len))
    }
}

#[async_trait]
impl ChunkSource for FileChunks {
    async fn next_chunk(&mut self) -> Result<Option<Bytes>, BoxError> {
        let len = usize::try_from(self.0.limit())
            .unwrap_or(CHUNK_LEN)
            .min(CHUNK_LEN);
        let mut chunk = BytesMut::with_capacity(len);
        // A file may give less than asked for at once; the limit keeps it from giving more.
        let read = if len == 0 {
            0
        } else {
            self.0.read_buf(&mut chunk).await?
        };
        Ok((read > 0).then(|| chunk.freeze()))
    }
}
