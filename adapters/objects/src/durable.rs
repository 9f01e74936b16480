//! Changes of folders that are still there after a loss of power: the folder itself has to be
//! brought to disk, not only the file in it.

use std::fs::{self, File};
use std::io;
use std::path::Path;

/// How often a folder that vanishes is made again.
const ATTEMPTS: u32 = 5;

/// Gives the file `from` the name `to`, whose folders are made where they are missing. A file that
/// had the name is replaced.
pub(crate) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    let folder = to.parent().ok_or(io::ErrorKind::InvalidInput)?;
    let mut attempt = 1;
    loop {
        // Somebody may remove the folder as empty between these two steps.
        match make_folders(folder).and_then(|()| fs::rename(from, to)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && attempt < ATTEMPTS => {
                attempt += 1;
            }
            renamed => return renamed.and_then(|()| sync_folder(folder)),
        }
    }
}

/// Makes a folder and those above it, where they are missing.
pub(crate) fn make_folders(folder: &Path) -> io::Result<()> {
    match fs::create_dir(folder) {
        Ok(()) => folder.parent().map_or(Ok(()), sync_folder),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            make_folders(folder.parent().ok_or(error)?)?;
            make_folders(folder)
        }
        Err(error) => Err(error),
    }
}

/// Brings the names in a folder to disk.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    File::open(folder)?.sync_all()
}
