//! The first look at an upload, in a child.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use veza_core::files::{BlobKey, BlobStore};

use crate::Scratch;
use crate::confined::{self, ChildError, ChildJob, ChildLimits, Fault, Outcome, Watch};
use crate::source::open_path;

/// How long a look may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Looks at once.
const AT_ONCE: usize = 2;

/// Looks at uploads in confined children.
pub struct ConfinedProber {
    program: PathBuf,
    blobs: Arc<dyn BlobStore>,
    scratch: Scratch,
    slots: Semaphore,
}

impl ConfinedProber {
    /// A prober which starts `program` with the arguments `confined probe ...`.
    pub fn new(program: PathBuf, blobs: Arc<dyn BlobStore>, scratch: Scratch) -> Self {
        Self {
            program,
            blobs,
            scratch,
            slots: Semaphore::new(AT_ONCE),
        }
    }

    /// Whether the upload begins as audio that can be read. The outer error is a fault of ours;
    /// the inner one says what is wrong with the file.
    ///
    /// # Errors
    /// When the look itself failed.
    pub async fn probe(&self, upload: &BlobKey) -> Result<Result<(), ChildError>, String> {
        let _slot = self
            .slots
            .acquire()
            .await
            .map_err(|error| error.to_string())?;
        let folder = self.scratch.folder().map_err(|error| error.to_string())?;
        let input = open_path(&*self.blobs, upload, folder.path())
            .await
            .map_err(|error| error.to_string())?;
        let limits = ChildLimits {
            address_space: 1 << 30,
            cpu_seconds: PATIENCE.as_secs(),
            file_bytes: 0,
            open_files: 32,
        };
        let job = ChildJob {
            kind: "probe".into(),
            input,
            output: folder.path().into(),
            limits,
            parent: std::process::id(),
        };
        let watch = Watch {
            silence: PATIENCE,
            total: PATIENCE,
        };
        match confined::run(&self.program, &job, watch, |_| {}).await {
            Ok(Outcome::Done(_)) => Ok(Ok(())),
            Ok(Outcome::Failed(error)) if error.fault == Fault::Media => Ok(Err(error)),
            Ok(Outcome::Failed(error)) => Err(format!("{}: {}", error.code, error.detail)),
            Ok(Outcome::Crashed(_)) => Ok(Err(ChildError::media(
                "audio.decoder_crashed",
                "the file makes the decoder fail",
            ))),
            Ok(Outcome::TimedOut) => Ok(Err(ChildError::media(
                "audio.decoder_timed_out",
                "the beginning of the file takes too long to read",
            ))),
            Err(error) => Err(error.to_string()),
        }
    }
}
