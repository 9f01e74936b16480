//! The export.

use std::time::Duration;

use crate::auth::UserId;
use crate::files::BlobKey;
use crate::kernel::Timestamp;
use crate::typed_ids;

typed_ids! {
    /// The id of an export.
    ExportId,
}

/// How long an archive can be fetched.
pub const EXPORT_LIFETIME: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// How long one is waited for before another may be asked for.
const PATIENCE: Duration = Duration::from_secs(24 * 60 * 60);

/// Where an export stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportState {
    /// It is being written.
    Pending,
    /// It can be fetched.
    Ready {
        /// The attempt that wrote it: each has a place of its own.
        attempt: u32,
        /// How many bytes it has.
        size: u64,
        /// Until when it can be fetched.
        expires_at: Timestamp,
    },
    /// It could not be written.
    Failed,
}

impl ExportState {
    /// The name on the wire and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Ready { .. } => "ready",
            Self::Failed => "failed",
        }
    }
}

/// The export of an account; an account has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountExport {
    /// Its id.
    pub id: ExportId,
    /// The account.
    pub user_id: UserId,
    /// Where it stands.
    pub state: ExportState,
    /// When it was asked for.
    pub requested_at: Timestamp,
}

impl AccountExport {
    /// Where everything of an export lies.
    pub fn root(id: ExportId) -> BlobKey {
        format!("exports/{id}")
            .parse()
            .expect("an id is a segment of a key")
    }

    /// Where an attempt writes its archive.
    pub fn archive(id: ExportId, attempt: u32) -> BlobKey {
        format!("exports/{id}/{attempt}.zip")
            .parse()
            .expect("ids and numbers are segments of a key")
    }

    /// Whether it is still being written: one that was lost on its way is not for ever.
    pub(super) fn is_awaited(&self, now: Timestamp) -> bool {
        self.state == ExportState::Pending && now < self.requested_at.plus(PATIENCE)
    }

    /// Whether its time to be fetched is over.
    pub(super) fn is_over(&self, now: Timestamp) -> bool {
        matches!(self.state, ExportState::Ready { expires_at, .. } if expires_at <= now)
    }
}
