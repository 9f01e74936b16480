//! Mail as files.

use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use veza_core::kernel::{PortError, PortErrorKind};
use veza_core::mail::{MailError, Mailer, OutgoingMail};

use crate::compose::{Sender, compose};

/// How many mails a folder holds; the oldest go first.
const KEPT: usize = 1_000;

/// Writes each mail into a file `<id>.eml` of a folder, which mail programs open.
///
/// A file appears whole, and a double takes the place of the first. The files hold what opens
/// accounts: they, and the folder, are readable by their owner alone.
#[derive(Clone, Debug)]
pub struct FolderMailer {
    folder: Arc<PathBuf>,
    sender: Sender,
}

impl FolderMailer {
    /// Mail into this folder, which is made where it is missing.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn open(folder: &Path, sender: Sender) -> io::Result<Self> {
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)?;
        Ok(Self {
            folder: Arc::new(folder.to_owned()),
            sender,
        })
    }
}

#[async_trait]
impl Mailer for FolderMailer {
    async fn send(&self, mail: &OutgoingMail) -> Result<(), MailError> {
        let (_, message) = compose(&self.sender, mail)?;
        let folder = Arc::clone(&self.folder);
        let name = format!("{}.eml", mail.id);
        let unavailable =
            |error| PortError::caused(PortErrorKind::Unavailable, "mailer.send", error);
        tokio::task::spawn_blocking(move || {
            write(&folder, &name, &message.formatted()).and_then(|()| keep_newest(&folder))
        })
        .await
        .map_err(|error| PortError::caused(PortErrorKind::Internal, "mailer.send", error))?
        .map_err(unavailable)?;
        Ok(())
    }
}

fn write(folder: &Path, name: &str, content: &[u8]) -> io::Result<()> {
    let whole = folder.join(name);
    let part = folder.join(format!(".{name}.part"));
    let mut file = std::fs::OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(0o600)
        .open(&part)?;
    io::Write::write_all(&mut file, content)?;
    file.sync_all()?;
    std::fs::rename(&part, &whole)?;
    std::fs::File::open(folder)?.sync_all()
}

/// Removes the oldest mails when there are too many. Ids begin with their time, and so do names.
fn keep_newest(folder: &Path) -> io::Result<()> {
    let mut names: Vec<_> = std::fs::read_dir(folder)?
        .filter_map(|entry| Some(entry.ok()?.file_name()))
        .filter(|name| Path::new(name).extension().is_some_and(|end| end == "eml"))
        .collect();
    names.sort();
    let surplus = names.len().saturating_sub(KEPT);
    for name in &names[..surplus] {
        match std::fs::remove_file(folder.join(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}
