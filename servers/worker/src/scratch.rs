//! A folder for what is only needed while a job runs.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Hands out empty folders and removes them when they are dropped.
#[derive(Clone, Debug)]
pub struct Scratch {
    own: Arc<Own>,
    next: Arc<AtomicU64>,
}

/// The folder of this process among those of others.
#[derive(Debug)]
struct Own {
    path: PathBuf,
    lock_path: PathBuf,
    /// Held while the process lives: without it, the folder is rubbish.
    _lock: File,
}

impl Scratch {
    /// Takes a folder of its own below `root`, which is made where it is missing and which several
    /// processes may use, and removes what processes that died have left there.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn new(root: impl Into<PathBuf>) -> io::Result<Self> {
        let root = root.into();
        fs::create_dir_all(&root)?;
        // The child's working directory is in here: its name has to hold wherever it stands.
        let root = root.canonicalize()?;
        sweep(&root)?;
        Ok(Self {
            own: Arc::new(Own::take(&root)?),
            next: Arc::default(),
        })
    }

    /// An empty folder.
    pub(crate) fn folder(&self) -> io::Result<ScratchFolder> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let path = self.own.path.join(number.to_string());
        fs::create_dir(&path)?;
        Ok(ScratchFolder { path })
    }
}

impl Own {
    fn take(root: &Path) -> io::Result<Self> {
        let process = std::process::id();
        for number in 0.. {
            let path = root.join(format!("{process}-{number}"));
            let lock_path = lock_of(&path);
            let lock = match File::create_new(&lock_path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                lock => lock?,
            };
            // Somebody who sweeps may have been quicker.
            if lock.try_lock().is_ok() {
                fs::create_dir(&path)?;
                return Ok(Self {
                    path,
                    lock_path,
                    _lock: lock,
                });
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        let removed =
            fs::remove_dir_all(&self.path).and_then(|()| fs::remove_file(&self.lock_path));
        if let Err(error) = removed {
            tracing::warn!(%error, "the scratch folder is left until the next start");
        }
    }
}

/// The lock of a folder lies beside it, for it is there before the folder is.
fn lock_of(folder: &Path) -> PathBuf {
    folder.with_extension("lock")
}

/// Removes the folders whose process is gone.
fn sweep(root: &Path) -> io::Result<()> {
    for entry in fs::read_dir(root)? {
        let path = entry?.path();
        let held = |lock: &File| lock.try_lock().is_err();
        match File::open(lock_of(&path)) {
            Ok(lock) if held(&lock) => {}
            Ok(_) => remove(&path)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => remove(&path)?,
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Removes a file or a folder; another process may do the same.
fn remove(path: &Path) -> io::Result<()> {
    let removed = if path.is_dir() {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    };
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
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

    fn entries(root: &Path) -> usize {
        fs::read_dir(root).unwrap().count()
    }

    #[test]
    fn what_was_left_is_gone_and_folders_go_with_their_owner() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("scratch");
        fs::create_dir_all(root.join("7/deep")).unwrap();
        fs::write(root.join("7.lock"), "").unwrap();
        fs::create_dir_all(root.join("8")).unwrap();
        let scratch = Scratch::new(&root).unwrap();
        assert_eq!(entries(&root), 2);
        let (one, two) = (scratch.folder().unwrap(), scratch.folder().unwrap());
        assert_ne!(one.path(), two.path());
        fs::write(one.path().join("file"), "x").unwrap();
        drop(one);
        assert_eq!(entries(two.path().parent().unwrap()), 1);

        let other = Scratch::new(&root).unwrap();
        assert!(two.path().exists(), "another's folder is left alone");
        drop(other);
        drop((two, scratch));
        assert_eq!(entries(&root), 0);
    }
}
