//! A folder for what is only needed while a job runs.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Hands out empty folders and removes them when they are dropped.
#[derive(Clone, Debug)]
pub struct Scratch {
    root: PathBuf,
    next: Arc<AtomicU64>,
}

impl Scratch {
    /// Makes the folder, or empties it of what a process that died has left there. Nobody else
    /// may use it.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn new(root: impl Into<PathBuf>) -> io::Result<Self> {
        let root = root.into();
        match std::fs::remove_dir_all(&root) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        std::fs::create_dir_all(&root)?;
        // The child's working directory is in here: its name has to hold wherever it stands.
        let root = root.canonicalize()?;
        Ok(Self {
            root,
            next: Arc::default(),
        })
    }

    /// An empty folder.
    pub(crate) fn folder(&self) -> io::Result<ScratchFolder> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let path = self.root.join(number.to_string());
        std::fs::create_dir(&path)?;
        Ok(ScratchFolder { path })
    }
}

/// A folder that is removed, with all that is in it, when this is dropped.
#[derive(Debug)]
pub(crate) struct ScratchFolder {
    path: PathBuf,
}

impl ScratchFolder {
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for ScratchFolder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.path) {
            tracing::warn!(%error, "a scratch folder is left until the next start");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_left_is_gone_and_folders_go_with_their_owner() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("scratch");
        std::fs::create_dir_all(root.join("7/deep")).unwrap();
        let scratch = Scratch::new(&root).unwrap();
        assert_eq!(std::fs::read_dir(&root).unwrap().count(), 0);
        let (one, two) = (scratch.folder().unwrap(), scratch.folder().unwrap());
        assert_ne!(one.path(), two.path());
        std::fs::write(one.path().join("file"), "x").unwrap();
        drop(one);
        assert_eq!(std::fs::read_dir(&root).unwrap().count(), 1);
    }
}
