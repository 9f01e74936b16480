//! The interfaces of Veza for other services: what `proto/` defines, as Rust types, servers and
//! clients.
//!
//! Every call carries `authorization: Bearer <token>` in its metadata: a token that
//! `veza services token` made and that names the call. Those of `veza.jobs.v1` take the access token
//! of an administrator as well. Errors have the status of their kind, and the stable code of the
//! problem in the metadata `problem-code`.

#![allow(
    missing_docs,
    clippy::doc_markdown,
    reason = "generated; the definitions hold the words"
)]

/// Accounts and tokens.
pub mod auth {
    /// Version 1.
    pub mod v1 {
        tonic::include_proto!("veza.auth.v1");
    }
}

/// Work done later.
pub mod jobs {
    /// Version 1.
    pub mod v1 {
        tonic::include_proto!("veza.jobs.v1");
    }
}

/// Tracks.
pub mod tracks {
    /// Version 1.
    pub mod v1 {
        tonic::include_proto!("veza.tracks.v1");
    }
}

/// All definitions, for reflection.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));
