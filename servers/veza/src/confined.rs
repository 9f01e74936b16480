//! `veza confined`: the child that reads a stranger's file. Started by the services only.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use crate::thumbnails;
use serde_json::{Value, json};
use veza_audio::ingest::{IngestSettings, ingest};
use veza_audio::{AudioBuffer, AudioSource, Error, ErrorKind, Limits, Output, decode};
use veza_worker::confined::{ChildError, ChildJob, run_child};

/// How much of a sound a first look decodes, in seconds.
const LOOK_SECONDS: u64 = 10;

/// Does what the arguments say; see [`veza_worker::confined`].
pub(crate) fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    match ChildJob::from_args(args) {
        Ok(job) => run_child(&job, |progress| work(&job, progress)),
        Err(error) => {
            // The parent reads it; nobody else starts a child.
            let _ = writeln!(io::stderr(), "veza confined: {error}");
            ExitCode::from(2)
        }
    }
}

fn work(job: &ChildJob, progress: &mut dyn FnMut(f32)) -> Result<Value, ChildError> {
    match job.kind.as_str() {
        "probe" => look(job).map_err(fault),
        "ingest" => make(job, progress).map_err(fault),
        "thumbnails" => thumbnails::make(job),
        other => Err(ChildError::ours(
            "confined.unknown_kind",
            format!("no work of the kind {other}"),
        )),
    }
}

/// What uploads may ask for.
fn limits() -> Limits {
    Limits {
        max_seconds: 3 * 60 * 60,
        ..Limits::default()
    }
}

/// Decodes the beginning: enough to tell a song from something that only looks like one.
fn look(job: &ChildJob) -> Result<Value, Error> {
    let mut source = decode::open(Box::new(File::open(&job.input)?), &limits())?;
    let enough = LOOK_SECONDS * u64::from(source.spec().sample_rate);
    let mut block = AudioBuffer::default();
    let mut frames = 0;
    while frames < enough && source.read(&mut block)? {
        frames += block.frames() as u64;
    }
    if frames == 0 {
        return Err(Error::Empty);
    }
    Ok(Value::Null)
}

fn make(job: &ChildJob, progress: &mut dyn FnMut(f32)) -> Result<Value, Error> {
    let settings = IngestSettings {
        refuse_damaged: true,
        ..IngestSettings::default()
    };
    let report = ingest(
        Box::new(File::open(&job.input)?),
        tempfile::tempfile_in(&job.output)?,
        &Folder(job.output.clone()),
        &settings,
        &limits(),
        &mut |done: f32| {
            progress(done);
            true
        },
    )?;
    Ok(json!({
        "durationSeconds": report.source.duration_seconds,
        "sampleRate": report.source.sample_rate,
        "channels": report.source.channels,
        "loudness": report.loudness,
    }))
}

/// Whether the file or we are at fault, and for the owner of the file what is wrong with it.
fn fault(error: Error) -> ChildError {
    match error.kind() {
        ErrorKind::Unsupported | ErrorKind::Malformed | ErrorKind::LimitExceeded => {
            ChildError::media(error.code(), error.to_string())
        }
        ErrorKind::InvalidParameter | ErrorKind::Io | ErrorKind::Cancelled | ErrorKind::Encoder => {
            ChildError::ours(error.code(), error.to_string())
        }
    }
}

/// The folder that the parent gave, which it throws away if the work fails.
struct Folder(PathBuf);

impl Output for Folder {
    fn create(&self, name: &str) -> io::Result<Box<dyn Write + Send>> {
        let path = self.0.join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        Ok(Box::new(BufWriter::new(File::create(path)?)))
    }
}
