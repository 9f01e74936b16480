//! Removes files that nothing refers to any more.

use serde::{Deserialize, Serialize};

use crate::files::{BlobKey, BlobStore, remove_revisions};
use crate::jobs::{self, Failed, Job, NewJob};
use crate::kernel::{Environment, PortError, PortErrorKind};

use super::PURGE_JOB;
use super::model::{RevisionId, Track, TrackId};

/// What a purge job is about.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PurgePayload {
    /// The track whose media go.
    pub(super) track_id: TrackId,
    /// The revision that stays.
    pub(super) keep: Option<RevisionId>,
    /// The source, where it goes too.
    pub(super) source: Option<BlobKey>,
}

impl PurgePayload {
    pub(super) fn into_job(self, env: &Environment) -> Job {
        let payload = serde_json::json!({
            "trackId": self.track_id,
            "keep": self.keep,
            "source": self.source,
        });
        NewJob::new(PURGE_JOB, payload).into_job(env)
    }
}

/// Does a purge job and ends it; one that fails is tried again later. None: it is done.
///
/// # Errors
/// Those of the store.
pub async fn purge_media(
    env: &Environment,
    blobs: &dyn BlobStore,
    job: &Job,
) -> Result<Option<Failed>, PortError> {
    match purge(blobs, job).await {
        Ok(()) => {
            let fenced = jobs::complete(env, &job.token()).await?;
            Ok((fenced == jobs::Fenced::Lost).then_some(Failed::Lost))
        }
        Err(error) => jobs::fail(env, job, &error.to_string()).await.map(Some),
    }
}

async fn purge(blobs: &dyn BlobStore, job: &Job) -> Result<(), PortError> {
    let payload: PurgePayload = serde_json::from_value(job.payload.clone())
        .map_err(|error| PortError::caused(PortErrorKind::Corrupt, "purge.payload", error))?;
    if let Some(source) = &payload.source {
        blobs.delete(source).await?;
    }
    let root = Track::media_root(payload.track_id);
    if payload.source.is_some() {
        // The track is gone, and with it everything.
        return blobs.delete_prefix(&root).await.map(drop);
    }
    // A later attempt, as after an operator's retry, may be at work on a revision of its own.
    remove_revisions(blobs, &root, payload.keep, job.created_at).await
}
