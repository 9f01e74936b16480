//! Shows an export to its owner.

use crate::auth::audit::{self, AuditAction, Outcome, Record};
use crate::auth::sessions::require_step_up;
use crate::files::BlobKey;
use crate::kernel::{Environment, Metadata, Principal};

use super::error::ExportError;
use super::model::{AccountExport, ExportState};

/// How it stands with the export of whoever asks.
///
/// # Errors
/// `NotFound`; those of the store.
pub async fn show_export(
    env: &Environment,
    principal: &Principal,
) -> Result<AccountExport, ExportError> {
    let mut reader = env.store.begin_read().await?;
    let export = reader.account_exports().find(principal.user_id).await?;
    export
        .filter(|export| !export.is_over(env.now()))
        .ok_or(ExportError::NotFound)
}

/// An archive to be fetched.
#[derive(Clone, Debug)]
pub struct FetchedExport {
    /// Where it is.
    pub archive: BlobKey,
    /// How many bytes it has.
    pub size: u64,
}

/// The archive of whoever asks, who has to have proved who they are within ten minutes: it holds
/// everything. That it was fetched is put on record.
///
/// # Errors
/// `StepUp`, `NotFound`; those of the store.
pub async fn fetch_export(
    env: &Environment,
    principal: &Principal,
    metadata: &Metadata,
) -> Result<FetchedExport, ExportError> {
    let mut unit = env.store.begin().await?;
    let (user, _) = require_step_up(env, &mut *unit, principal).await?;
    let export = unit.account_exports().find(user.id).await?;
    let export = export.filter(|export| !export.is_over(env.now()));
    let Some((id, ExportState::Ready { attempt, size, .. })) =
        export.map(|export| (export.id, export.state))
    else {
        return Err(ExportError::NotFound);
    };
    let record = Record::of(AuditAction::FetchExport, Outcome::Success).by(user.id);
    audit::append(env, &mut *unit, record, metadata).await?;
    unit.commit().await?;
    Ok(FetchedExport {
        archive: AccountExport::archive(id, attempt),
        size,
    })
}
