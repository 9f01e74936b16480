//! Does jobs: each kind in a lane of its own, with leases, heartbeats and an orderly end.
//!
//! A [`JobKind`] says how jobs of one kind are done; a [`Registry`] holds the kinds and the
//! schedules of a [`Worker`], those [of every installation](usual) and more. The worker claims jobs,
//! keeps their leases while they run, tells them to stop, and stores how they ended. What a job's
//! claim is worth is decided by its fencing token in `veza-core`: a worker that was thought dead
//! changes nothing any more.
//!
//! An ingest reads the upload in a child ([`confined`]), stores what the child made, and publishes
//! it in one unit of work.

mod archive;
mod attempt;
pub mod confined;
mod kind;
mod kinds;
mod probe;
mod publish;
mod report;
mod scratch;
mod source;
mod worker;

pub use kind::{Ending, JobContext, JobKind, Stop};
pub use kinds::{Services, Settings, usual};
pub use probe::ConfinedProber;
pub use report::IngestDone;
pub use scratch::Scratch;
pub use worker::{Registry, Wake, Worker};
