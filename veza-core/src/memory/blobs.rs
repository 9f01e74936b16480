//! Blobs in memory.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Mutex;

use async_trait::async_trait;

use crate::files::{
    Blob, BlobInfo, BlobKey, BlobStore, ByteRange, Bytes, ChunkSource, MemoryChunks, PutError,
};
use crate::kernel::PortError;

use super::lock;

/// Keeps blobs in memory.
#[derive(Debug, Default)]
pub struct MemoryBlobs(Mutex<BTreeMap<BlobKey, Bytes>>);

impl MemoryBlobs {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }
}

#[async_trait]
impl BlobStore for MemoryBlobs {
    async fn put(
        &self,
        key: &BlobKey,
        body: &mut dyn ChunkSource,
        max_bytes: u64,
    ) -> Result<u64, PutError> {
        let mut bytes = Vec::new();
        while let Some(chunk) = body.next_chunk().await.map_err(PutError::Source)? {
            if (bytes.len() + chunk.len()) as u64 > max_bytes {
                return Err(PutError::TooLarge { max: max_bytes });
            }
            bytes.extend_from_slice(&chunk);
        }
        let size = bytes.len() as u64;
        lock(&self.0).insert(key.clone(), bytes.into());
        Ok(size)
    }

    async fn get(
        &self,
        key: &BlobKey,
        range: Option<ByteRange>,
    ) -> Result<Option<Blob>, PortError> {
        let Some(bytes) = lock(&self.0).get(key).cloned() else {
            return Ok(None);
        };
        let size = bytes.len() as u64;
        let range = range.unwrap_or(ByteRange {
            start: 0,
            end: size,
        });
        let end = range.end.min(size);
        let body = bytes.slice(range.start.min(end) as usize..end as usize);
        Ok(Some(Blob {
            size,
            body: Box::new(MemoryChunks::new(body)),
        }))
    }

    async fn head(&self, key: &BlobKey) -> Result<Option<BlobInfo>, PortError> {
        let size = lock(&self.0).get(key).map(|bytes| bytes.len() as u64);
        Ok(size.map(|size| BlobInfo {
            key: key.clone(),
            size,
        }))
    }

    async fn delete(&self, key: &BlobKey) -> Result<bool, PortError> {
        Ok(lock(&self.0).remove(key).is_some())
    }

    async fn delete_prefix(&self, prefix: &BlobKey) -> Result<u64, PortError> {
        let mut blobs = lock(&self.0);
        let before = blobs.len();
        blobs.retain(|key, _| !key.is_under(prefix));
        Ok((before - blobs.len()) as u64)
    }

    async fn list(
        &self,
        prefix: &BlobKey,
        after: Option<&BlobKey>,
        limit: usize,
    ) -> Result<Vec<BlobInfo>, PortError> {
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        let blobs = lock(&self.0);
        let found = blobs
            .range::<BlobKey, _>((start, Bound::Unbounded))
            .filter(|(key, _)| key.is_under(prefix))
            .take(limit);
        Ok(found
            .map(|(key, bytes)| BlobInfo {
                key: key.clone(),
                size: bytes.len() as u64,
            })
            .collect())
    }
}
