//! The mails of an installation, read as their recipients do.

use std::collections::HashSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long mails may be under way.
const PATIENCE: Duration = Duration::from_secs(60);

/// A mail.
#[derive(Clone, Debug)]
pub(crate) struct Mail {
    /// Whom it is for.
    pub(crate) to: String,
    /// What tells it from every other; a double has the same.
    pub(crate) message_id: String,
    /// The token of its link, if it has one.
    pub(crate) token: Option<String>,
}

impl Mail {
    fn parse(text: &str) -> Self {
        let header = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name));
            line.unwrap_or_default().trim().to_owned()
        };
        // Lines of quoted-printable end with `=`.
        let body = text.replace("=\r\n", "").replace("=\n", "");
        let body = body.replace("=3D", "=");
        let is_token = |c: &char| c.is_ascii_alphanumeric() || *c == '-' || *c == '_';
        let token = body
            .split_once("?token=")
            .map(|(_, rest)| rest.chars().take_while(is_token).collect());
        Self {
            to: header("To:"),
            message_id: header("Message-ID:"),
            token,
        }
    }
}

/// A folder with one file for each mail.
#[derive(Debug)]
pub(crate) struct MailFolder {
    path: PathBuf,
    seen: HashSet<OsString>,
}

impl MailFolder {
    /// That of an installation without a mail server.
    pub(crate) fn of(data: &Path) -> Self {
        Self::at(data.join("mail"))
    }

    pub(crate) fn at(path: PathBuf) -> Self {
        Self {
            path,
            seen: HashSet::new(),
        }
    }

    /// The mails that came since the last look.
    pub(crate) fn fresh(&mut self) -> Vec<Mail> {
        let mut mails = Vec::new();
        for entry in std::fs::read_dir(&self.path).into_iter().flatten() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_owned();
            // The oldest of a full folder may be removed meanwhile.
            if path.extension().is_some_and(|end| end == "eml")
                && self.seen.insert(name)
                && let Ok(text) = std::fs::read_to_string(&path)
            {
                mails.push(Mail::parse(&text));
            }
        }
        mails
    }

    /// The next mails, once there are so many.
    pub(crate) async fn next(&mut self, count: usize) -> Vec<Mail> {
        let began = Instant::now();
        let mut mails = self.fresh();
        while mails.len() < count {
            let there = mails.len();
            assert!(began.elapsed() < PATIENCE, "{there} mails of {count} came");
            tokio::time::sleep(Duration::from_millis(20)).await;
            mails.extend(self.fresh());
        }
        mails
    }
}
