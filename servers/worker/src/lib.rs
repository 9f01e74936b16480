//! Runs jobs: ingests uploads in a confined child process.
//!
//! [`Worker::run`] claims jobs one after the other, several at once if told so. An ingest reads
//! the upload in a child ([`confined`]), stores what the child made, and publishes it in one
//! unit of work. What a job's claim is worth is decided by its fencing token in `veza-core`:
//! a worker that was thought dead changes nothing any more.

pub mod confined;
mod ingest;
mod probe;
mod publish;
mod report;
mod scratch;
mod source;
mod worker;

pub use probe::ConfinedProber;
pub use report::IngestDone;
pub use scratch::Scratch;
pub use worker::{Services, Settings, Wake, Worker};
