//! Mail.

use std::sync::Arc;

use async_trait::async_trait;
use veza_core::jobs::{Failed, Job};
use veza_core::kernel::{Environment, PortError};
use veza_core::mail::{MAIL_JOB, MailStyle, Mailer, send_mail};

use super::Services;
use crate::kind::{Ending, JobContext, JobKind};

/// Mails at once: what is waited for is the mail server.
const AT_ONCE: usize = 4;

/// Sends stored mails.
pub(super) struct MailKind {
    env: Environment,
    mailer: Arc<dyn Mailer>,
    style: MailStyle,
}

impl MailKind {
    pub(super) fn new(services: &Services) -> Self {
        Self {
            env: services.env.clone(),
            mailer: Arc::clone(&services.mailer),
            style: services.mail_style.clone(),
        }
    }
}

#[async_trait]
impl JobKind for MailKind {
    fn kind(&self) -> &'static str {
        MAIL_JOB
    }

    fn concurrency(&self) -> usize {
        AT_ONCE
    }

    async fn run(&self, job: &Job, _context: &JobContext) -> Result<Ending, PortError> {
        match send_mail(&self.env, &*self.mailer, &self.style, job).await? {
            None => {}
            Some(Failed::Dead) => tracing::error!(job = %job.id, "a mail is given up"),
            Some(failed) => tracing::warn!(job = %job.id, ?failed, "a mail was not sent"),
        }
        Ok(Ending::Ended)
    }
}
