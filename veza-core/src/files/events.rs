//! What files tell the other contexts.

use serde::Serialize;
use uuid::Uuid;

use crate::auth::UserId;
use crate::kernel::TypedId as _;
use crate::kernel::event::DomainEvent;

use super::model::UploadId;

/// A file has arrived whole and is somebody's.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FileUploaded {
    /// The file.
    pub file_id: UploadId,
    /// Whose it is.
    pub owner_id: UserId,
    /// How many bytes it has.
    pub size: u64,
}

impl DomainEvent for FileUploaded {
    const TYPE: &'static str = "files.file.uploaded.v1";
    const AGGREGATE_TYPE: &'static str = "File";

    fn aggregate_id(&self) -> Uuid {
        self.file_id.uuid()
    }
}
