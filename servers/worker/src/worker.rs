//! Claims jobs and does them.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use veza_core::files::BlobStore;
use veza_core::jobs::{Job, claim_next};
use veza_core::kernel::bus::EventHandler;
use veza_core::kernel::{Environment, Event, PortError};
use veza_core::mail::{MAIL_JOB, MailStyle, Mailer, send_mail};
use veza_core::streaming::{INGEST_JOB, PURGE_JOB, purge_media};
use veza_server_kit::Shutdown;

use crate::Scratch;
use crate::confined::ChildLimits;
use crate::ingest::ingest;

/// How long to wait after the store has failed.
const AFTER_FAILURE: Duration = Duration::from_secs(2);

/// What the worker works with.
#[derive(Clone)]
pub struct Services {
    /// Store, clock, entropy.
    pub env: Environment,
    /// Where uploads are and media go.
    pub blobs: Arc<dyn BlobStore>,
    /// Folders for what is only needed while a job runs.
    pub scratch: Scratch,
    /// Who carries mail.
    pub mailer: Arc<dyn Mailer>,
    /// What mails have in common.
    pub mail_style: MailStyle,
}

/// How the worker works.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The program that is started as `<program> confined ...`.
    pub program: PathBuf,
    /// What it is called in the store, for operators.
    pub name: String,
    /// Jobs at once.
    pub parallel: usize,
    /// How long a claim holds without a heartbeat.
    pub lease: Duration,
    /// How often a claim is renewed; well below the lease.
    pub heartbeat: Duration,
    /// How often it looks for jobs when nothing wakes it.
    pub poll: Duration,
    /// What a child may use.
    pub child: ChildLimits,
    /// How long a child may say nothing.
    pub silence: Duration,
}

impl Settings {
    /// The usual settings for a worker which starts `program`.
    pub fn new(program: PathBuf, name: String) -> Self {
        Self {
            program,
            name,
            parallel: 1,
            lease: Duration::from_secs(15),
            heartbeat: Duration::from_secs(5),
            poll: Duration::from_secs(1),
            child: ChildLimits::default(),
            silence: Duration::from_secs(60),
        }
    }

    /// How long the ingest of a file of `bytes` may take in all: ten minutes, and 30 seconds for
    /// each MiB, which is some ten seconds of uncompressed sound or a minute of compressed.
    pub(crate) fn patience_for(&self, bytes: u64) -> Duration {
        Duration::from_secs(600 + 30 * (bytes >> 20))
    }
}

/// Wakes the worker when a track was uploaded, so that it need not wait for its next look.
#[derive(Clone, Debug, Default)]
pub struct Wake {
    notify: Arc<Notify>,
}

#[async_trait]
impl EventHandler for Wake {
    async fn handle(&self, _event: &Event) -> Result<(), PortError> {
        self.notify.notify_one();
        Ok(())
    }
}

/// Claims jobs and does them.
pub struct Worker {
    services: Services,
    settings: Settings,
    wake: Wake,
}

impl Worker {
    /// A worker that does nothing until it is [run](Self::run).
    pub fn new(services: Services, settings: Settings, wake: Wake) -> Self {
        Self {
            services,
            settings,
            wake,
        }
    }

    /// Does jobs until `shutdown` is requested. Ingests that run then are stopped and go back to
    /// the queue.
    pub async fn run(self, shutdown: Shutdown) {
        let worker = Arc::new(self);
        let mut lanes = JoinSet::new();
        let media = std::iter::repeat_n(INGEST_JOB, worker.settings.parallel);
        // A mail does not wait for minutes of sound.
        for kind in media.chain([PURGE_JOB, MAIL_JOB]) {
            let (worker, shutdown) = (Arc::clone(&worker), shutdown.clone());
            lanes.spawn(async move { worker.lane(kind, &shutdown).await });
        }
        while let Some(ended) = lanes.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a lane of the worker ended");
            }
        }
    }

    async fn lane(&self, kind: &str, shutdown: &Shutdown) {
        while !shutdown.is_requested() {
            let pause = match self.one_job(kind, shutdown).await {
                Ok(true) => continue,
                Ok(false) => self.settings.poll,
                Err(error) => {
                    tracing::error!(%error, "the worker could not go on");
                    AFTER_FAILURE
                }
            };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.wake.notify.notified() => {}
                () = shutdown.requested() => {}
            }
        }
    }

    /// Does one job; `false` when there is none.
    async fn one_job(&self, kind: &str, shutdown: &Shutdown) -> Result<bool, PortError> {
        let Services { env, .. } = &self.services;
        let Settings { name, lease, .. } = &self.settings;
        let Some(job) = claim_next(env, kind, name, *lease).await? else {
            return Ok(false);
        };
        match job.kind.as_str() {
            INGEST_JOB => ingest(&self.services, &self.settings, job, shutdown).await?,
            MAIL_JOB => self.mail(&job).await?,
            _ => self.purge(&job).await?,
        }
        Ok(true)
    }

    async fn mail(&self, job: &Job) -> Result<(), PortError> {
        let Services {
            env,
            mailer,
            mail_style,
            ..
        } = &self.services;
        if let Some(failed) = send_mail(env, &**mailer, mail_style, job).await? {
            tracing::warn!(job = %job.id, ?failed, "a mail could not be sent");
        }
        Ok(())
    }

    async fn purge(&self, job: &Job) -> Result<(), PortError> {
        if let Some(failed) = purge_media(&self.services.env, &*self.services.blobs, job).await? {
            tracing::warn!(?failed, "files that nothing refers to could not be removed");
        }
        Ok(())
    }
}
