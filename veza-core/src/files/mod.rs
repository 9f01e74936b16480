//! Blobs, and the uploads that become them.

mod events;
mod key;
mod model;
mod ports;
mod receive;
mod revisions;

pub use events::FileUploaded;
pub use key::{BlobKey, InvalidBlobKey};
pub use model::{ReceivedUpload, UPLOADS_PREFIX, UploadId};
pub use ports::{
    Blob, BlobInfo, BlobStore, BoxError, ByteRange, Bytes, ChunkSource, MemoryChunks, PutError,
};
pub use receive::{ReceiveError, discard_upload, receive_upload};
pub(crate) use revisions::remove_revisions;
