//! Takes in an upload, before it is known what it is.

use crate::kernel::{Environment, ErrorKind, Permission, PortError, Principal, UseCaseError};

use super::model::{ReceivedUpload, UploadId};
use super::ports::{BlobStore, ChunkSource, PutError};

/// Why an upload was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// Who asks may not upload.
    #[error("uploading needs the permission track:create")]
    Forbidden,
    /// It is larger than allowed.
    #[error("the file is larger than {max} bytes")]
    TooLarge {
        /// How many bytes are allowed.
        max: u64,
    },
    /// It holds nothing.
    #[error("the file is empty")]
    Empty,
    /// It broke off before its end.
    #[error("the upload broke off")]
    BrokenOff(#[source] super::BoxError),
    /// A port failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

impl From<PutError> for ReceiveError {
    fn from(error: PutError) -> Self {
        match error {
            PutError::Source(cause) => Self::BrokenOff(cause),
            PutError::TooLarge { max } => Self::TooLarge { max },
            PutError::Store(error) => Self::Port(error),
        }
    }
}

impl UseCaseError for ReceiveError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Forbidden => ErrorKind::Forbidden,
            Self::TooLarge { .. } => ErrorKind::TooLarge,
            Self::Empty => ErrorKind::Invalid,
            Self::BrokenOff(_) => ErrorKind::Malformed,
            Self::Port(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Forbidden => "files.upload.forbidden",
            Self::TooLarge { .. } => "files.upload.too_large",
            Self::Empty => "files.upload.empty",
            Self::BrokenOff(_) => "files.upload.broken_off",
            Self::Port(error) => error.code(),
        }
    }

    fn public_detail(&self) -> String {
        match self {
            Self::Port(error) => error.public_detail(),
            other => other.to_string(),
        }
    }
}

/// Stores the bytes of an upload under a name of our own. Nothing is kept when it fails.
///
/// What is received and then neither becomes a track nor is [discarded](discard_upload) is swept
/// away later ([`sweep_uploads`](crate::streaming::sweep_uploads)).
///
/// # Errors
/// [`ReceiveError`].
pub async fn receive_upload(
    env: &Environment,
    blobs: &dyn BlobStore,
    principal: &Principal,
    body: &mut dyn ChunkSource,
    max_bytes: u64,
) -> Result<ReceivedUpload, ReceiveError> {
    if !principal.may(Permission::TrackCreate) {
        return Err(ReceiveError::Forbidden);
    }
    let id: UploadId = env.new_id();
    let key = id.blob_key();
    let size = blobs.put(&key, body, max_bytes).await?;
    if size == 0 {
        blobs.delete(&key).await?;
        return Err(ReceiveError::Empty);
    }
    Ok(ReceivedUpload { id, key, size })
}

/// Removes an upload that is of no use.
///
/// # Errors
/// Those of the store.
pub async fn discard_upload(
    blobs: &dyn BlobStore,
    upload: &ReceivedUpload,
) -> Result<(), PortError> {
    blobs.delete(&upload.key).await.map(drop)
}
