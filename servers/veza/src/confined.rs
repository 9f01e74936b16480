//! `veza confined`: the child that reads a stranger's file. Started by the services only.

use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;

use serde_json::Value;
use veza_worker::confined::{ChildError, ChildJob, run_child};

/// Does what the arguments say; see [`veza_worker::confined`].
pub(crate) fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    match ChildJob::from_args(args) {
        Ok(job) => run_child(&job, |progress| work(&job, progress)),
        Err(error) => {
            // The parent reads it; nobody else starts a child.
            let _ = writeln!(std::io::stderr(), "veza confined: {error}");
            ExitCode::from(2)
        }
    }
}

fn work(job: &ChildJob, _progress: &mut dyn FnMut(f32)) -> Result<Value, ChildError> {
    Err(ChildError::ours(
        "confined.unknown_kind",
        format!("no work of the kind {}", job.kind),
    ))
}
