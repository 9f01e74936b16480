//! The child's side.

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::protocol::Line;
use super::{ChildError, ChildJob};

/// How often progress is told at most.
const PROGRESS_EVERY: Duration = Duration::from_millis(200);

/// Gives up the rights that `job` says, does the work and tells the parent how it went.
///
/// `work` gets a function to call with its progress, 0.0 to 1.0. A panic in it ends the process
/// without a last line, which the parent takes for a crash.
pub fn run_child(
    job: &ChildJob,
    work: impl FnOnce(&mut dyn FnMut(f32)) -> Result<Value, ChildError>,
) -> ExitCode {
    let outcome = match job.limits.apply(job.parent) {
        Ok(()) => work(&mut progress_lines()),
        Err(error) => Err(ChildError::ours("confined.limits", error.to_string())),
    };
    let (line, code) = match outcome {
        Ok(done) => (Line::Done(done), ExitCode::SUCCESS),
        Err(error) => (Line::Error(error), ExitCode::FAILURE),
    };
    if say(&line).is_err() {
        ExitCode::FAILURE
    } else {
        code
    }
}

/// Tells progress now and then. That nobody listens any more shows in the last line.
fn progress_lines() -> impl FnMut(f32) {
    let mut last: Option<Instant> = None;
    move |progress| {
        let due = last.is_none_or(|last| last.elapsed() >= PROGRESS_EVERY);
        if due && progress.is_finite() {
            last = Some(Instant::now());
            let _ = say(&Line::Progress(progress.clamp(0.0, 1.0)));
        }
    }
}

fn say(line: &Line) -> io::Result<()> {
    let mut text = serde_json::to_string(line)?;
    text.push('\n');
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}
