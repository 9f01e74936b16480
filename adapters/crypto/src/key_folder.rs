//! A folder of keys, each a file of its own with a number for a name.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::secret_file::{SecretFileError, create_exclusively, load};

/// How the files of keys end; before it stands the number of the key.
const SUFFIX: &str = ".key";

/// A folder of files `0001.key`, `0002.key` and so on. Files appear whole, are never changed, and
/// a number is never given twice at the same time, however many processes add to the folder.
#[derive(Debug)]
pub(crate) struct KeyFolder(PathBuf);

impl KeyFolder {
    /// The folder, which is made where it is missing.
    pub(crate) fn open(folder: &Path) -> Result<Self, SecretFileError> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::DirBuilderExt as _;
            builder.mode(0o700);
        }
        builder.create(folder).map_err(failed(folder))?;
        Ok(Self(folder.into()))
    }

    /// The numbers that are there, in order. Files of other names are none of ours.
    pub(crate) fn numbers(&self) -> Result<Vec<u32>, SecretFileError> {
        let mut numbers = Vec::new();
        for entry in fs::read_dir(&self.0).map_err(failed(&self.0))? {
            let name = entry.map_err(failed(&self.0))?.file_name();
            let number = name
                .to_str()
                .and_then(|name| name.strip_suffix(SUFFIX))
                .and_then(|number| number.parse::<u32>().ok());
            numbers.extend(number.filter(|number| *number > 0));
        }
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// The file of a number.
    pub(crate) fn path(&self, number: u32) -> PathBuf {
        self.0.join(format!("{number:04}{SUFFIX}"))
    }

    /// What the file of a number holds.
    pub(crate) fn load(&self, number: u32) -> Result<Vec<u8>, SecretFileError> {
        load(&self.path(number))
    }

    /// Adds a file with this number; answers whether the number was free.
    pub(crate) fn add(&self, number: u32, bytes: &[u8]) -> Result<bool, SecretFileError> {
        create_exclusively(&self.path(number), bytes)
    }

    /// Removes the file of a number, if it is there.
    pub(crate) fn remove(&self, number: u32) -> Result<(), SecretFileError> {
        let path = self.path(number);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(&path)(error)),
            _ => Ok(()),
        }
    }
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> SecretFileError {
    let path = path.to_path_buf();
    move |source| SecretFileError::Io { path, source }
}
