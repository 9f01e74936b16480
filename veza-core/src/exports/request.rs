//! Asks for an export.

use serde_json::json;

use crate::auth::audit::{self, AuditAction, Outcome, Record};
use crate::auth::sessions::require_step_up;
use crate::jobs::{NewJob, Priority};
use crate::kernel::{Environment, Metadata, Principal};

use super::EXPORT_JOB;
use super::error::ExportError;
use super::expire::discard;
use super::model::{AccountExport, ExportState};

/// Has everything that is kept of whoever asks written into an archive, by a job. They have to have
/// proved who they are within ten minutes. While one is being written it is answered as it is; one
/// that was ready is replaced.
///
/// # Errors
/// `StepUp`; those of the store.
pub async fn request_export(
    env: &Environment,
    principal: &Principal,
    metadata: &Metadata,
) -> Result<AccountExport, ExportError> {
    let mut unit = env.store.begin().await?;
    let (user, _) = require_step_up(env, &mut *unit, principal).await?;
    let now = env.now();
    if let Some(present) = unit.account_exports().find(user.id).await? {
        if present.is_awaited(now) {
            return Ok(present);
        }
        discard(env, &mut *unit, &present).await?;
    }
    let export = AccountExport {
        id: env.new_id(),
        user_id: user.id,
        state: ExportState::Pending,
        requested_at: now,
    };
    unit.account_exports().put(&export).await?;
    let payload = json!({ "exportId": export.id, "userId": user.id });
    let job = NewJob::new(EXPORT_JOB, payload).priority(Priority::Low);
    unit.jobs().enqueue(&job.into_job(env)).await?;
    let record = Record::of(AuditAction::RequestExport, Outcome::Success).by(user.id);
    audit::append(env, &mut *unit, record, metadata).await?;
    unit.commit().await?;
    Ok(export)
}
