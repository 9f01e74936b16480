//! The kinds of jobs that every installation does.

mod export;
mod ingest;
mod mail;
mod prune;
mod purge;
mod roll_up;
mod sweep;
mod thumbnails;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use veza_core::files::BlobStore;
use veza_core::kernel::Environment;
use veza_core::mail::{MailStyle, Mailer};

use crate::Scratch;
use crate::confined::ChildLimits;
use crate::worker::Registry;

/// What jobs are done with.
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

/// How jobs are done.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The program that is started as `<program> confined ...`.
    pub program: PathBuf,
    /// Ingests at once.
    pub parallel: usize,
    /// How long the claim of an ingest holds without a heartbeat.
    pub lease: Duration,
    /// What a child may use.
    pub child: ChildLimits,
    /// How long a child may say nothing.
    pub silence: Duration,
}

impl Settings {
    /// The usual settings for a worker which starts `program`.
    pub fn new(program: PathBuf) -> Self {
        Self {
            program,
            parallel: 1,
            lease: Duration::from_secs(15),
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

/// The kinds of jobs and the schedules that every installation has.
pub fn usual(services: &Services, settings: Settings) -> Registry {
    let Services { env, blobs, .. } = services;
    Registry::new()
        .with(thumbnails::ThumbnailsKind::new(
            services.clone(),
            settings.clone(),
        ))
        .with(export::ExportKind::new(services.clone()))
        .with(export::PurgeExportKind::new(Arc::clone(blobs)))
        .with(ingest::IngestKind::new(services.clone(), settings))
        .with(purge::PurgeKind::new(env.clone(), Arc::clone(blobs)))
        .with(purge::PurgePicturesKind::new(
            env.clone(),
            Arc::clone(blobs),
        ))
        .with(mail::MailKind::new(services))
        .with(prune::PruneKind::new(env.clone()))
        .every(prune::SCHEDULE)
        .with(sweep::SweepKind::new(env.clone(), Arc::clone(blobs)))
        .every(sweep::SCHEDULE)
        .with(roll_up::RollUpKind::new(env.clone()))
        .every(roll_up::SCHEDULE)
}
