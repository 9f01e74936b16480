//! Exports: everything that is kept of a person, as an archive for them.
//!
//! Its owner [asks](request_export) for it, once at a time; a job [writes](write_export) it into the
//! blob store, each context giving its [section](ExportSection); a mail tells when it is
//! [ready](complete_export). For seven days its owner, and nobody else, can
//! [fetch](fetch_export) it; then, or with the account, it is removed.
//!
//! A context joins by a file with its section, named in [`sections`].

mod complete;
#[cfg(feature = "testing")]
pub(crate) mod conformance;
mod error;
mod expire;
mod fetch;
#[cfg(feature = "memory")]
pub(crate) mod memory;
mod model;
mod ports;
mod request;
mod section;
mod write;

pub use complete::{ExportWork, begin_export, complete_export, fail_export};
pub use error::ExportError;
pub(crate) use expire::discard;
pub use expire::{expire_exports, purge_export};
pub use fetch::{FetchedExport, fetch_export, show_export};
pub use model::{AccountExport, EXPORT_LIFETIME, ExportId, ExportState};
pub use ports::AccountExports;
pub use request::request_export;
pub use section::{Archive, ExportSection, ExportWriter, sections};
pub use write::write_export;

/// The kind of the jobs which write archives.
pub const EXPORT_JOB: &str = "account.export";
/// The kind of the jobs which remove archives.
pub const PURGE_EXPORT_JOB: &str = "account.purge_export";
