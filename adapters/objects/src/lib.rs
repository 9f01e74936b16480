//! Blobs on local disk behind the [`BlobStore`](veza_core::files::BlobStore) port of veza-core.
//!
//! A blob is a file whose path is its key. It is written under another name, brought to disk, and
//! renamed: so it appears whole or not at all, and is there after a loss of power.

mod chunks;
mod disk;
mod durable;
mod list;

pub use chunks::FileChunks;
pub use disk::DiskBlobs;
