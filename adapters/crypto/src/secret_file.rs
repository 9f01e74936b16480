//! Secrets in files that only their owner can read.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use veza_core::kernel::Entropy as _;

use crate::SystemEntropy;

/// A secret is no longer than this.
const MAX_BYTES: u64 = 64 * 1024;

/// Why a secret cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum SecretFileError {
    /// The file cannot be read or written.
    #[error("the secret file {} cannot be used", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// Others than its owner may read the file.
    #[error("the secret file {} can be read by others: its mode has to be 0600", path.display())]
    Exposed {
        /// The file.
        path: PathBuf,
    },
    /// The file holds something else.
    #[error("the secret file {} does not hold what it should", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
    },
}

/// The 32 secret bytes in this file; where it is missing it is made, with fresh randomness. It is
/// what the key of page cursors is made of. Blocks on the file system.
///
/// # Errors
/// [`SecretFileError`].
pub fn load_or_create_secret(path: &Path) -> Result<[u8; 32], SecretFileError> {
    let bytes = load_or_create(path, || {
        let mut secret = vec![0; 32];
        SystemEntropy.fill(&mut secret);
        Ok::<_, SecretFileError>(secret)
    })?;
    bytes
        .try_into()
        .map_err(|_| SecretFileError::Malformed { path: path.into() })
}

/// What the file holds; where it is missing, `make` says what it will hold. Of two processes which
/// make it at the same time, both get what the first made.
pub(crate) fn load_or_create<E: From<SecretFileError>>(
    path: &Path,
    make: impl FnOnce() -> Result<Vec<u8>, E>,
) -> Result<Vec<u8>, E> {
    match load(path) {
        Err(SecretFileError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {}
        loaded => return Ok(loaded?),
    }
    let bytes = make()?;
    create_exclusively(path, &bytes)?;
    Ok(load(path)?)
}

/// Makes the file with these bytes; answers whether it was made, and not there before. It
/// appears whole, and replaces nothing.
pub(crate) fn create_exclusively(path: &Path, bytes: &[u8]) -> Result<bool, SecretFileError> {
    let failed = |source| SecretFileError::Io {
        path: path.into(),
        source,
    };
    // Written beside it and then linked to its name.
    let mut suffix = [0; 8];
    SystemEntropy.fill(&mut suffix);
    let temporary = path.with_extension(format!("{:016x}.tmp", u64::from_le_bytes(suffix)));
    let linked = create(&temporary, bytes).and_then(|()| fs::hard_link(&temporary, path));
    let removed = fs::remove_file(&temporary);
    match linked {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        linked => linked
            .and(removed)
            .and_then(|()| sync_folder_of(path))
            .map(|()| true)
            .map_err(failed),
    }
}

/// What the file holds.
pub(crate) fn load(path: &Path) -> Result<Vec<u8>, SecretFileError> {
    let failed = |source| SecretFileError::Io {
        path: path.into(),
        source,
    };
    let file = File::open(path).map_err(failed)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        if file.metadata().map_err(failed)?.permissions().mode() & 0o077 != 0 {
            return Err(SecretFileError::Exposed { path: path.into() });
        }
    }
    let mut bytes = Vec::new();
    file.take(MAX_BYTES)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    Ok(bytes)
}

fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn sync_folder_of(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        _ => File::open(".")?.sync_all(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_made_once_and_only_its_owner_can_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cursor.key");
        let secret = load_or_create_secret(&path).unwrap();
        assert_ne!(secret, [0; 32]);
        assert_eq!(load_or_create_secret(&path).unwrap(), secret);
        assert_eq!(
            fs::read_dir(folder.path()).unwrap().count(),
            1,
            "nothing else is left"
        );
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(
                fs::metadata(&path).unwrap().permissions().mode() & 0o777,
                0o600
            );
            fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
            let error = load_or_create_secret(&path).unwrap_err();
            assert!(matches!(error, SecretFileError::Exposed { .. }), "{error}");
        }
    }

    #[test]
    fn many_who_make_it_at_once_get_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cursor.key");
        let threads: Vec<_> = (0..8)
            .map(|_| {
                let path = path.clone();
                std::thread::spawn(move || load_or_create_secret(&path).unwrap())
            })
            .collect();
        let secrets: Vec<_> = threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect();
        assert!(secrets.windows(2).all(|pair| pair[0] == pair[1]));
    }

    #[test]
    fn a_secret_cut_short_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cursor.key");
        load_or_create(&path, || Ok::<_, SecretFileError>(vec![1; 31])).unwrap();
        let error = load_or_create_secret(&path).unwrap_err();
        assert!(
            matches!(error, SecretFileError::Malformed { .. }),
            "{error}"
        );
    }
}
