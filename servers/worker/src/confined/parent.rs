//! The parent's side.

use std::io;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};
use tokio::process::Command;
use tokio::time::{Instant, timeout, timeout_at};

use super::protocol::Line;
use super::{ChildError, ChildJob};

/// The longest line that is taken from a child, in bytes.
const MAX_LINE: usize = 1 << 20;
/// How much of a child's standard error is kept for the log, in bytes.
const MAX_STDERR: usize = 8 * 1024;

/// How long a child may take to go after its last line.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// How long a child may take.
#[derive(Clone, Copy, Debug)]
pub struct Watch {
    /// Without a line.
    pub silence: Duration,
    /// In all.
    pub total: Duration,
}

/// How a child ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It did its work, and this came of it.
    Done(Value),
    /// It said why it could not.
    Failed(ChildError),
    /// It ended without a last word: a panic, a signal, a limit. What the system said of it.
    Crashed(String),
    /// It took too long and was killed.
    TimedOut,
}

/// Runs `<program> confined <job>` to its end. `progress` is called with 0.0 to 1.0.
///
/// The child is killed when the future is dropped.
///
/// # Errors
/// When the child cannot be started or waited for.
pub async fn run(
    program: &Path,
    job: &ChildJob,
    watch: Watch,
    mut progress: impl FnMut(f32),
) -> io::Result<Outcome> {
    let mut child = Command::new(program)
        .arg("confined")
        .args(job.to_args())
        .env_clear()
        .current_dir(&job.output)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        // In a group of its own, so that ctrl-c at the terminal is not the child's death.
        .process_group(0)
        .kill_on_drop(true)
        .spawn()?;
    let (Some(stdout), Some(stderr)) = (child.stdout.take(), child.stderr.take()) else {
        return Err(io::Error::other("a child without its pipes"));
    };
    let mut complaints = tokio::spawn(first_bytes(stderr));
    let heard = listen(BufReader::new(stdout), watch, &mut progress).await;
    if !matches!(heard, Heard::Last(_) | Heard::End) {
        child.start_kill()?;
    }
    // After its last word a child only has to go.
    let status = match timeout(LAST_WORDS, child.wait()).await {
        Ok(status) => status?,
        Err(_) => {
            child.start_kill()?;
            child.wait().await?
        }
    };
    let said = match timeout(LAST_WORDS, &mut complaints).await {
        Ok(said) => said.unwrap_or_default(),
        Err(_) => {
            complaints.abort();
            String::new()
        }
    };
    Ok(conclude(job, heard, &status, &said))
}

/// What came over the pipe.
enum Heard {
    Last(Outcome),
    End,
    Nonsense(&'static str),
    Silence,
}

async fn listen(
    mut lines: impl AsyncBufRead + Unpin,
    watch: Watch,
    progress: &mut impl FnMut(f32),
) -> Heard {
    let end = Instant::now() + watch.total;
    let mut line = Vec::new();
    loop {
        line.clear();
        let until = end.min(Instant::now() + watch.silence);
        let mut bounded = (&mut lines).take(MAX_LINE as u64);
        let read = bounded.read_until(b'\n', &mut line);
        match timeout_at(until, read).await {
            Err(_) => return Heard::Silence,
            Ok(Err(_) | Ok(0)) => return Heard::End,
            Ok(Ok(_)) if line.last() != Some(&b'\n') => return Heard::Nonsense("a line too long"),
            Ok(Ok(_)) => match serde_json::from_slice(&line) {
                Ok(Line::Progress(done)) => progress(done.clamp(0.0, 1.0)),
                Ok(Line::Done(value)) => return Heard::Last(Outcome::Done(value)),
                Ok(Line::Error(error)) => return Heard::Last(Outcome::Failed(error)),
                Err(_) => return Heard::Nonsense("a line which is none of the protocol"),
            },
        }
    }
}

async fn first_bytes(mut pipe: impl AsyncRead + Unpin) -> String {
    let mut kept = Vec::new();
    let mut block = [0; 4096];
    // Read to the end, whatever is kept: a full pipe would stop the child.
    while let Ok(read @ 1..) = pipe.read(&mut block).await {
        let room = MAX_STDERR.saturating_sub(kept.len());
        kept.extend_from_slice(&block[..read.min(room)]);
    }
    String::from_utf8_lossy(&kept).into_owned()
}

fn conclude(job: &ChildJob, heard: Heard, status: &ExitStatus, said: &str) -> Outcome {
    let outcome = match heard {
        Heard::Last(outcome) => outcome,
        Heard::Silence => Outcome::TimedOut,
        Heard::Nonsense(what) => Outcome::Crashed(what.to_owned()),
        Heard::End => Outcome::Crashed(status.to_string()),
    };
    if !said.is_empty() || matches!(outcome, Outcome::Crashed(_) | Outcome::TimedOut) {
        tracing::warn!(kind = job.kind, %status, stderr = said, "what a confined child said");
    }
    outcome
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::confined::{ChildLimits, Fault};

    /// Runs a child which is this shell script.
    async fn script(text: &str, silence: Duration) -> (Outcome, Vec<f32>) {
        let dir = tempfile::tempdir().unwrap();
        let program = dir.path().join("child");
        // Written by another process: a file that this one still has open for writing, or has just
        // passed on to a child of another test, cannot be started.
        let write = "printf '%s\\n' '#!/bin/sh' \"$1\" > \"$2\" && chmod 700 \"$2\"";
        let mut writer = std::process::Command::new("sh");
        writer.args(["-c", write, "sh", text]).arg(&program);
        assert!(writer.status().unwrap().success());
        let job = ChildJob {
            kind: "ingest".into(),
            input: "/dev/null".into(),
            output: dir.path().into(),
            limits: ChildLimits::default(),
            parent: std::process::id(),
        };
        let mut seen = Vec::new();
        let watch = Watch {
            silence,
            total: Duration::from_secs(20),
        };
        let running = run(&program, &job, watch, |progress| seen.push(progress));
        let outcome = timeout(Duration::from_secs(10), running)
            .await
            .unwrap()
            .unwrap();
        (outcome, seen)
    }

    const PATIENT: Duration = Duration::from_secs(8);

    #[tokio::test]
    async fn progress_and_the_last_line_are_heard() {
        let text =
            "echo '{\"progress\":0.5}'; echo '{\"progress\":7}'; echo '{\"done\":{\"a\":1}}'";
        let (outcome, seen) = script(text, PATIENT).await;
        assert_eq!(outcome, Outcome::Done(serde_json::json!({"a": 1})));
        assert_eq!(seen, [0.5, 1.0]);
        let text = "echo '{\"error\":{\"code\":\"audio.empty\",\"detail\":\"d\",\"fault\":\"media\"}}'; exit 1";
        let (outcome, _) = script(text, PATIENT).await;
        let Outcome::Failed(error) = outcome else {
            panic!("{outcome:?}")
        };
        assert_eq!(
            (error.code.as_str(), error.fault),
            ("audio.empty", Fault::Media)
        );
    }

    #[tokio::test]
    async fn a_child_that_ends_without_a_word_has_crashed() {
        let (killed, _) = script("echo '{\"progress\":0.5}'; kill -SEGV $$", PATIENT).await;
        assert!(matches!(killed, Outcome::Crashed(how) if how.contains("signal")));
        let (noise, _) = script("echo nonsense; sleep 60", PATIENT).await;
        assert!(matches!(noise, Outcome::Crashed(_)));
        let (flood, _) = script("exec cat /dev/zero", PATIENT).await;
        assert_eq!(flood, Outcome::Crashed("a line too long".into()));
    }

    #[tokio::test]
    async fn a_silent_child_is_killed() {
        let (outcome, _) = script("exec sleep 60", Duration::from_millis(100)).await;
        assert_eq!(outcome, Outcome::TimedOut);
    }

    #[tokio::test]
    async fn a_flood_of_complaints_does_not_stop_a_child() {
        let text = "head -c 2000000 /dev/zero >&2; echo '{\"done\":1}'";
        assert_eq!(script(text, PATIENT).await.0, Outcome::Done(1.into()));
    }
}
