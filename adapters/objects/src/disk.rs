//! The store.

use std::fs::{self, OpenOptions};
use std::io::{self, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use tokio::fs::File;
use tokio::io::{AsyncSeekExt as _, AsyncWriteExt as _, BufWriter};
use veza_core::files::{Blob, BlobInfo, BlobKey, BlobStore, ByteRange, ChunkSource, PutError};
use veza_core::kernel::{PortError, PortErrorKind};

use crate::chunks::FileChunks;
use crate::durable;
use crate::list::{is_absent, walk};

/// Where blobs are, by their keys.
const BLOBS: &str = "blobs";
/// Where files are while they are written.
const PARTIAL: &str = "partial";
/// A partial file nobody wrote to for so long was left behind by a process that died.
const PARTIAL_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);
/// Bytes that are gathered before they are written.
const WRITE_BUFFER: usize = 256 * 1024;

/// Keeps blobs as files in a folder. Several processes may use the same folder.
///
/// No key can be both a blob and a folder of others: with `a` there can be no `a/b`.
#[derive(Clone, Debug)]
pub struct DiskBlobs {
    root: Arc<Path>,
    partial: Arc<AtomicU64>,
}

impl DiskBlobs {
    /// Opens the store in this folder, makes it where it is missing, and removes what processes
    /// that died left half-written. Blocks on the file system.
    ///
    /// # Errors
    /// `Unavailable` or `Internal` when the folder cannot be made or read.
    pub fn open(root: &Path) -> Result<Self, PortError> {
        let prepare = || {
            durable::make_folders(&root.join(BLOBS))?;
            durable::make_folders(&root.join(PARTIAL))?;
            remove_stale(&root.join(PARTIAL))
        };
        prepare().map_err(|error| port_error("blobs.open", error))?;
        Ok(Self {
            root: root.into(),
            partial: Arc::default(),
        })
    }

    fn path(&self, key: &BlobKey) -> PathBuf {
        let mut path = self.root.join(BLOBS);
        path.extend(key.segments());
        path
    }

    /// A new file to write to, which vanishes unless it is given a name.
    fn partial_file(&self) -> io::Result<(PartialFile, File)> {
        loop {
            let number = self.partial.fetch_add(1, Ordering::Relaxed);
            let name = format!("{}-{number}", std::process::id());
            let path = self.root.join(PARTIAL).join(name);
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            {
                use std::os::unix::fs::OpenOptionsExt as _;
                options.mode(0o600);
            }
            match options.open(&path) {
                // Another store of this process, or an earlier process of the same number.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                opened => return Ok((PartialFile(Some(path)), File::from_std(opened?))),
            }
        }
    }
}

/// A file that is being written; dropping it removes it.
struct PartialFile(Option<PathBuf>);

impl PartialFile {
    /// Gives the file its name, for good.
    fn publish(mut self, to: &Path) -> io::Result<()> {
        let Some(from) = self.0.take() else {
            return Ok(());
        };
        durable::rename(&from, to).inspect_err(|_| self.0 = Some(from))
    }
}

impl Drop for PartialFile {
    fn drop(&mut self) {
        if let Some(path) = &self.0 {
            // What cannot be removed now is removed when the store is opened on another day.
            let _ = fs::remove_file(path);
        }
    }
}

fn remove_stale(partial: &Path) -> io::Result<()> {
    for entry in fs::read_dir(partial)? {
        let entry = entry?;
        let Ok(metadata) = entry.metadata() else {
            continue;
        };
        let age = SystemTime::now()
            .duration_since(metadata.modified()?)
            .unwrap_or_default();
        if metadata.is_file() && age > PARTIAL_LIFETIME {
            match fs::remove_file(entry.path()) {
                Err(error) if !is_absent(&error) => return Err(error),
                _ => {}
            }
        }
    }
    Ok(())
}

#[async_trait]
impl BlobStore for DiskBlobs {
    async fn put(
        &self,
        key: &BlobKey,
        body: &mut dyn ChunkSource,
        max_bytes: u64,
    ) -> Result<u64, PutError> {
        const OP: &str = "blobs.put";
        let failed = |error| PutError::Store(port_error(OP, error));
        let (partial, file) = self.partial_file().map_err(failed)?;
        let mut file = BufWriter::with_capacity(WRITE_BUFFER, file);
        let mut size = 0_u64;
        while let Some(chunk) = body.next_chunk().await.map_err(PutError::Source)? {
            size += chunk.len() as u64;
            if size > max_bytes {
                return Err(PutError::TooLarge { max: max_bytes });
            }
            file.write_all(&chunk).await.map_err(failed)?;
        }
        file.flush().await.map_err(failed)?;
        file.get_ref().sync_all().await.map_err(failed)?;
        drop(file);
        let to = self.path(key);
        blocking(OP, move || partial.publish(&to)).await?;
        Ok(size)
    }

    async fn get(
        &self,
        key: &BlobKey,
        range: Option<ByteRange>,
    ) -> Result<Option<Blob>, PortError> {
        let failed = |error| port_error("blobs.get", error);
        let mut file = match File::open(self.path(key)).await {
            Ok(file) => file,
            Err(error) if is_absent(&error) => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        let metadata = file.metadata().await.map_err(failed)?;
        if !metadata.is_file() {
            return Ok(None);
        }
        let size = metadata.len();
        let range = range.unwrap_or(ByteRange {
            start: 0,
            end: size,
        });
        let end = range.end.min(size);
        let start = range.start.min(end);
        if start > 0 {
            file.seek(SeekFrom::Start(start)).await.map_err(failed)?;
        }
        Ok(Some(Blob {
            size,
            body: Box::new(FileChunks::next_bytes(file, end - start)),
        }))
    }

    async fn head(&self, key: &BlobKey) -> Result<Option<BlobInfo>, PortError> {
        match tokio::fs::metadata(self.path(key)).await {
            Ok(metadata) if metadata.is_file() => Ok(Some(BlobInfo {
                key: key.clone(),
                size: metadata.len(),
            })),
            Ok(_) => Ok(None),
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(port_error("blobs.head", error)),
        }
    }

    async fn delete(&self, key: &BlobKey) -> Result<bool, PortError> {
        let path = self.path(key);
        blocking("blobs.delete", move || match fs::symlink_metadata(&path) {
            Ok(metadata) if metadata.is_file() => match fs::remove_file(&path) {
                Ok(()) => Ok(true),
                Err(error) if is_absent(&error) => Ok(false),
                Err(error) => Err(error),
            },
            Ok(_) => Ok(false),
            Err(error) if is_absent(&error) => Ok(false),
            Err(error) => Err(error),
        })
        .await
    }

    async fn delete_prefix(&self, prefix: &BlobKey) -> Result<u64, PortError> {
        let (path, prefix) = (self.path(prefix), prefix.clone());
        blocking("blobs.delete_prefix", move || {
            let mut blobs = Vec::new();
            walk(&path, &prefix, None, usize::MAX, &mut blobs)?;
            match fs::symlink_metadata(&path) {
                Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(&path)?,
                Ok(_) => {}
                Err(error) if is_absent(&error) => {}
                Err(error) => return Err(error),
            }
            Ok(blobs.len() as u64)
        })
        .await
    }

    async fn list(
        &self,
        prefix: &BlobKey,
        after: Option<&BlobKey>,
        limit: usize,
    ) -> Result<Vec<BlobInfo>, PortError> {
        let (path, prefix, after) = (self.path(prefix), prefix.clone(), after.cloned());
        blocking("blobs.list", move || {
            let mut found = Vec::new();
            walk(&path, &prefix, after.as_ref(), limit, &mut found)?;
            Ok(found)
        })
        .await
    }

    fn local_path(&self, key: &BlobKey) -> Option<PathBuf> {
        Some(self.path(key))
    }
}

/// Does work that waits for the file system on a thread made for that.
async fn blocking<T: Send + 'static>(
    op: &'static str,
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, PortError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(|error| port_error(op, error)),
        Err(error) => Err(PortError::caused(PortErrorKind::Internal, op, error)),
    }
}

fn port_error(op: &'static str, error: io::Error) -> PortError {
    let kind = match error.kind() {
        io::ErrorKind::StorageFull
        | io::ErrorKind::QuotaExceeded
        | io::ErrorKind::ReadOnlyFilesystem
        | io::ErrorKind::TimedOut => PortErrorKind::Unavailable,
        _ => PortErrorKind::Internal,
    };
    PortError::caused(kind, op, error)
}
