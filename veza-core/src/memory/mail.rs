//! Mail that stays here.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;

use crate::kernel::{PortError, PortErrorKind};
use crate::mail::{MailError, Mailer, OutgoingMail};

use super::lock;

/// How many mails are kept; the oldest go first.
const KEPT: usize = 1_000;

/// Keeps mail instead of sending it.
///
/// Addresses under `.invalid`, which no mail ever reaches (RFC 6761), and texts that are no
/// address are refused.
#[derive(Debug, Default)]
pub struct MemoryMailer {
    kept: Mutex<VecDeque<OutgoingMail>>,
    away: AtomicBool,
}

impl MemoryMailer {
    /// A mailer that has no mail yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The mails that were handed over, the oldest first.
    pub fn mails(&self) -> Vec<OutgoingMail> {
        lock(&self.kept).iter().cloned().collect()
    }

    /// Whether it fails as a server that is away does.
    pub fn set_away(&self, away: bool) {
        self.away.store(away, Ordering::SeqCst);
    }
}

#[async_trait]
impl Mailer for MemoryMailer {
    async fn send(&self, mail: &OutgoingMail) -> Result<(), MailError> {
        if self.away.load(Ordering::SeqCst) {
            return Err(PortError::new(PortErrorKind::Unavailable, "mailer.send").into());
        }
        let reachable = mail.to.split_once('@').is_some_and(|(name, domain)| {
            let visible = |text: &str| !text.is_empty() && text.chars().all(|c| c > ' ');
            visible(name) && visible(domain) && !domain.ends_with(".invalid")
        });
        if !reachable {
            return Err(MailError::Refused(format!("no mailbox {}", mail.to)));
        }
        let mut kept = lock(&self.kept);
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back(mail.clone());
        Ok(())
    }
}
