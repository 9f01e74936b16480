//! Removes exports whose time is over.

use serde::Deserialize;
use serde_json::json;

use crate::files::BlobStore;
use crate::jobs::{Job, NewJob};
use crate::kernel::{Environment, PortError, PortErrorKind, UnitOfWork};

use super::PURGE_EXPORT_JOB;
use super::model::{AccountExport, ExportId};

/// Exports that are removed in one go.
const AT_ONCE: u32 = 100;

/// Removes exports that can be fetched no more, and queues the removal of their archives; how many
/// went. It is repeated until none do.
///
/// # Errors
/// Those of the store.
pub async fn expire_exports(env: &Environment) -> Result<u64, PortError> {
    let over = {
        let mut reader = env.store.begin_read().await?;
        let now = env.now();
        reader.account_exports().expired(now, AT_ONCE).await?
    };
    let mut removed = 0;
    for export in over {
        let mut unit = env.store.begin().await?;
        unit.users().find(export.user_id).await?;
        // Another may have been asked for meanwhile.
        let present = unit.account_exports().find(export.user_id).await?;
        if present.is_some_and(|present| present.is_over(env.now())) {
            unit.account_exports().remove(export.user_id).await?;
            discard(env, &mut *unit, &export).await?;
            removed += 1;
        }
        unit.commit().await?;
    }
    Ok(removed)
}

/// Queues the removal of whatever an export has left in the blob store, with the change that makes
/// it of no use.
pub(crate) async fn discard(
    env: &Environment,
    unit: &mut dyn UnitOfWork,
    export: &AccountExport,
) -> Result<(), PortError> {
    let payload = json!({ "exportId": export.id });
    let job = NewJob::new(PURGE_EXPORT_JOB, payload).into_job(env);
    unit.jobs().enqueue(&job).await?;
    Ok(())
}

/// What the job is about.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload {
    export_id: ExportId,
}

/// Removes the archives of an export.
///
/// # Errors
/// `Corrupt` when the payload cannot be read; those of the blob store.
pub async fn purge_export(blobs: &dyn BlobStore, job: &Job) -> Result<(), PortError> {
    let Payload { export_id } = serde_json::from_value(job.payload.clone())
        .map_err(|error| PortError::caused(PortErrorKind::Corrupt, "purge.payload", error))?;
    let root = AccountExport::root(export_id);
    blobs.delete_prefix(&root).await.map(drop)
}
