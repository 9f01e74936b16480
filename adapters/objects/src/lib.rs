//! Blobs on local disk behind the BlobStore port of veza-core.
