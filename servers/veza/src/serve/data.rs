//! The folder that everything is kept in.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use super::ServeError;
use crate::keys;

/// How a folder is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hold {
    /// One process.
    Alone,
    /// Several, whose data is in a database server.
    WithOthers,
}

/// The folder, held by this process while this lives.
///
/// | path | what it is |
/// |---|---|
/// | `lock` | held by the process that uses the folder, or by several together |
/// | `veza.db` | the database |
/// | `blobs/` | uploads and media |
/// | `keys/` | the keys of access tokens, of cursors, and of stored secrets |
/// | `mail/` | mails, where there is no mail server |
/// | `scratch/` | what is only needed while a job runs |
#[derive(Debug)]
pub(super) struct DataFolder {
    root: PathBuf,
    _lock: File,
}

impl DataFolder {
    /// Makes the folder where it is missing, readable by its owner alone, and takes it.
    pub(super) fn open(root: &Path, hold: Hold) -> Result<Self, ServeError> {
        let name = root.display();
        let what = || format!("--data {name}");
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true).mode(0o700);
        builder.create(root).map_err(ServeError::io(what()))?;
        let root = root.canonicalize().map_err(ServeError::io(what()))?;
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(root.join("lock"))
            .map_err(ServeError::io(what()))?;
        let taken = match hold {
            Hold::Alone => lock.try_lock(),
            Hold::WithOthers => lock.try_lock_shared(),
        };
        match taken {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(ServeError::Locked(what())),
            Err(TryLockError::Error(error)) => return Err(ServeError::io(what())(error)),
        }
        for folder in ["blobs", "keys"] {
            builder
                .create(root.join(folder))
                .map_err(ServeError::io(what()))?;
        }
        Ok(Self { root, _lock: lock })
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn blobs(&self) -> PathBuf {
        self.root.join("blobs")
    }

    pub(super) fn keys(&self) -> PathBuf {
        self.root.join("keys")
    }

    pub(super) fn mail(&self) -> PathBuf {
        self.root.join("mail")
    }

    pub(super) fn token_keys(&self) -> PathBuf {
        keys::token_keys(&self.root)
    }

    pub(super) fn sealing_keys(&self) -> PathBuf {
        keys::sealing_keys(&self.root)
    }

    pub(super) fn scratch(&self) -> PathBuf {
        self.root.join("scratch")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_folder_is_one_process_alone_or_of_several_that_share_it() {
        use Hold::{Alone, WithOthers};

        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("data");
        let open = |hold| DataFolder::open(&root, hold);
        let held = open(Alone).unwrap();
        assert_eq!(root.metadata().unwrap().permissions().mode() & 0o777, 0o700);
        for hold in [Alone, WithOthers] {
            assert!(matches!(open(hold), Err(ServeError::Locked(_))));
        }
        drop(held);
        let shared = [open(WithOthers).unwrap(), open(WithOthers).unwrap()];
        assert!(matches!(open(Alone), Err(ServeError::Locked(_))));
        drop(shared);
        open(Alone).unwrap();
    }
}
