//! The record of what happened to the security of accounts (R-SEC-07): append-only, written in the
//! unit of work of what it records.

mod list;
mod model;
mod ports;

pub use list::{ListAuditEvents, ListAuditEventsError, list_audit_events};
pub use model::{AuditAction, AuditEvent, AuditEventId, AuditFilter, Outcome, UnknownAuditAction};
pub(crate) use model::{Record, append};
pub use ports::AuditLog;
