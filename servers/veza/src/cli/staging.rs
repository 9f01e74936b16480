//! Files which appear whole or not at all.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, TempDir};
use veza_audio::Output;

/// A folder being filled: its files are made in a hidden folder inside it, which goes away if the
/// work fails, and take their places at the end.
pub(crate) struct Staging {
    target: PathBuf,
    inside: TempDir,
}

impl Staging {
    /// Prepares `target`, which is created if need be.
    pub(crate) fn new(target: &Path) -> io::Result<Self> {
        fs::create_dir_all(target).map_err(|error| named(target, error))?;
        let inside = tempfile::Builder::new()
            .prefix(".veza-")
            .tempdir_in(target)
            .map_err(|error| named(target, error))?;
        Ok(Self {
            target: target.to_path_buf(),
            inside,
        })
    }

    /// A nameless file on the same disk, which is gone when it is closed, however that comes.
    pub(crate) fn scratch(&self) -> io::Result<File> {
        tempfile::tempfile_in(self.inside.path())
    }

    /// Moves everything to its place, over what an earlier run left there. `last` is moved last:
    /// who sees it may read all the others.
    pub(crate) fn publish(self, last: &str) -> io::Result<()> {
        let mut names: Vec<_> = fs::read_dir(self.inside.path())?
            .map(|entry| entry.map(|entry| entry.file_name()))
            .collect::<io::Result<_>>()?;
        names.sort_by_key(|name| name == last);
        for name in names {
            let place = self.target.join(&name);
            if place.is_dir() {
                fs::remove_dir_all(&place)?;
            }
            fs::rename(self.inside.path().join(&name), &place)?;
        }
        Ok(())
    }
}

impl Output for Staging {
    fn create(&self, name: &str) -> io::Result<Box<dyn Write + Send>> {
        let path = self.inside.path().join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        Ok(Box::new(BufWriter::new(File::create(path)?)))
    }
}

/// Makes one file by `write`: beside its place under another name, then renamed over it.
pub(crate) fn whole_file<E: From<io::Error>>(
    path: &Path,
    write: impl FnOnce(File) -> Result<(), E>,
) -> Result<(), E> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let file = NamedTempFile::new_in(folder).map_err(|error| named(folder, error))?;
    readable(file.as_file())?;
    write(file.reopen()?)?;
    file.persist(path)
        .map_err(|error| named(path, error.error))?;
    Ok(())
}

/// Temporary files are their owner's alone; what is made from them is as readable as any file.
#[cfg(unix)]
fn readable(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_file: &File) -> io::Result<()> {
    Ok(())
}

/// An error which says which path it is about.
fn named(path: &Path, error: io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_gets_its_files_at_the_end_and_loses_those_of_an_earlier_run() {
        let target = tempfile::tempdir().unwrap();
        fs::create_dir(target.path().join("128k")).unwrap();
        fs::write(target.path().join("128k/segment9.m4s"), "old").unwrap();
        let staging = Staging::new(target.path()).unwrap();
        staging
            .create("128k/segment0.m4s")
            .unwrap()
            .write_all(b"new")
            .unwrap();
        staging
            .create("track.json")
            .unwrap()
            .write_all(b"{}")
            .unwrap();
        assert!(!target.path().join("track.json").exists());
        staging.publish("track.json").unwrap();
        let left: Vec<_> = fs::read_dir(target.path()).unwrap().collect();
        assert_eq!(left.len(), 2);
        assert_eq!(
            fs::read(target.path().join("128k/segment0.m4s")).unwrap(),
            b"new"
        );
        assert!(!target.path().join("128k/segment9.m4s").exists());
    }

    #[test]
    fn a_failed_file_leaves_what_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.wav");
        fs::write(&path, "before").unwrap();
        let failed = whole_file(&path, |mut file| {
            file.write_all(b"half")?;
            Err(io::Error::other("broken"))
        });
        assert!(failed.is_err());
        assert_eq!(fs::read(&path).unwrap(), b"before");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
