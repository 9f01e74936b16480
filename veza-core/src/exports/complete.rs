//! Begins and ends the writing of an export.

use serde::Deserialize;

use crate::auth::{User, UserId};
use crate::files::BlobKey;
use crate::jobs::{Failed, Fenced, Job, Outcome, fail_in};
use crate::kernel::{Environment, PortError, PortErrorKind, UnitOfWork};
use crate::mail::{MailContent, MailMessage, enqueue_mail};

use super::expire::discard;
use super::model::{AccountExport, EXPORT_LIFETIME, ExportId, ExportState};

/// What the job is about.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload {
    export_id: ExportId,
    user_id: UserId,
}

fn payload(job: &Job) -> Result<Payload, PortError> {
    serde_json::from_value(job.payload.clone())
        .map_err(|error| PortError::caused(PortErrorKind::Corrupt, "export.payload", error))
}

/// The work to be done.
#[derive(Clone, Debug)]
pub struct ExportWork {
    /// The job.
    pub job: Job,
    /// Whose export it is.
    pub user: User,
    /// The export.
    pub export: AccountExport,
}

impl ExportWork {
    /// Where the archive goes: no other attempt writes there.
    pub fn archive(&self) -> BlobKey {
        AccountExport::archive(self.export.id, self.job.attempt)
    }
}

/// What there is to do for a claimed job; none when nobody waits for it any more.
///
/// # Errors
/// `Corrupt` when its payload cannot be read; those of the store.
pub async fn begin_export(env: &Environment, job: &Job) -> Result<Option<ExportWork>, PortError> {
    let payload = payload(job)?;
    let mut reader = env.store.begin_read().await?;
    let user = reader.users().find(payload.user_id).await?;
    let export = awaited(&mut *reader, payload).await?;
    let work = user.zip(export).map(|(user, export)| ExportWork {
        job: job.clone(),
        user,
        export,
    });
    Ok(work)
}

/// The export of a job, if it is still to be written.
async fn awaited(
    unit: &mut dyn UnitOfWork,
    payload: Payload,
) -> Result<Option<AccountExport>, PortError> {
    let found = unit.account_exports().find(payload.user_id).await?;
    Ok(found
        .filter(|export| export.id == payload.export_id && export.state == ExportState::Pending))
}

/// Has the archive fetched, once it is in the blob store, and mails its owner; whether it is. An
/// archive that nobody waits for, or of an attempt that another took the place of, is the caller's
/// to remove.
///
/// # Errors
/// Those of the store.
pub async fn complete_export(
    env: &Environment,
    work: &ExportWork,
    size: u64,
) -> Result<bool, PortError> {
    let mut unit = env.store.begin().await?;
    let user = unit.users().find(work.user.id).await?;
    let now = env.now();
    let token = work.job.token();
    let fenced = unit.jobs().finish(&token, &Outcome::Done, now).await?;
    if fenced == Fenced::Lost {
        return Ok(false);
    }
    let export = awaited(&mut *unit, payload(&work.job)?).await?;
    let Some((user, export)) = user.zip(export) else {
        unit.commit().await?;
        return Ok(false);
    };
    let expires_at = now.plus(EXPORT_LIFETIME);
    let ready = AccountExport {
        state: ExportState::Ready {
            attempt: work.job.attempt,
            size,
            expires_at,
        },
        ..export
    };
    unit.account_exports().put(&ready).await?;
    let message = MailMessage {
        to: user.email,
        content: MailContent::ExportReady {
            username: user.username,
            until: expires_at,
        },
    };
    enqueue_mail(env, &mut *unit, &message).await?;
    unit.commit().await?;
    Ok(true)
}

/// Notes that an attempt failed. After the last its owner is told so where they look for the
/// export, and what attempts have left is removed.
///
/// # Errors
/// Those of the store.
pub async fn fail_export(env: &Environment, job: &Job, reason: &str) -> Result<(), PortError> {
    let payload = payload(job)?;
    let mut unit = env.store.begin().await?;
    unit.users().find(payload.user_id).await?;
    if fail_in(env, &mut *unit, job, reason).await? == Failed::Dead
        && let Some(export) = awaited(&mut *unit, payload).await?
    {
        let state = ExportState::Failed;
        unit.account_exports()
            .put(&AccountExport { state, ..export })
            .await?;
        discard(env, &mut *unit, &export).await?;
    }
    unit.commit().await
}
