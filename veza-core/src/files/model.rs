//! What an upload leaves behind.

use crate::typed_ids;

use super::key::BlobKey;

/// The folder of what was uploaded; the segment after it is the [`UploadId`].
pub const UPLOADS_PREFIX: &str = "uploads";

typed_ids! {
    /// The id of an upload.
    UploadId,
}

impl UploadId {
    /// Where the upload is kept.
    pub fn blob_key(self) -> BlobKey {
        format!("{UPLOADS_PREFIX}/{self}")
            .parse()
            .expect("a UUID is made of hex digits and '-'")
    }
}

/// An upload that has arrived whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedUpload {
    /// Its id.
    pub id: UploadId,
    /// Where it is kept.
    pub key: BlobKey,
    /// How many bytes it has.
    pub size: u64,
}
