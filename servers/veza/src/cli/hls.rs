//! `veza hls`

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use veza_audio::hls::Rendition;
use veza_audio::ingest::{IngestSettings, package};
use veza_audio::{AudioBuffer, AudioSource, Error, Limits, decode};

use super::ingest::Ladder;
use super::progress::Progress;
use super::{Inputs, Staging, files};

/// `veza hls FILE… --out DIR`
#[derive(Debug, clap::Args)]
pub(crate) struct Hls {
    #[command(flatten)]
    inputs: Inputs,
    /// The folder to fill; with several files, a folder in it for each
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    ladder: Ladder,
}

/// What was packaged.
#[derive(Debug, serde::Serialize)]
struct Packaged {
    master: String,
    renditions: Vec<Rendition>,
}

impl Hls {
    pub(super) fn run(self) -> ExitCode {
        let settings = IngestSettings {
            ladder: self.ladder.ladder.clone(),
            segments: self.ladder.segments,
            segment_seconds: self.ladder.segment_seconds,
            normalize: None,
            ..IngestSettings::default()
        };
        let several = self.inputs.count() > 1;
        self.inputs.each(
            |path, progress| {
                let out = if several {
                    self.out.join(files::stem(path))
                } else {
                    self.out.clone()
                };
                one(path, &out, &settings, progress)
            },
            |path, packaged| {
                println!("{}", path.display());
                for rendition in &packaged.renditions {
                    println!("  rendition   {}", rendition.uri);
                }
            },
        )
    }
}

fn one(
    path: &Path,
    out: &Path,
    settings: &IngestSettings,
    progress: &mut Progress,
) -> Result<Packaged, Error> {
    let limits = Limits::default();
    let source = decode::open(files::open(path)?, &limits)?;
    let frames = match source.frames() {
        Some(frames) => frames,
        // Where segments are cut depends on the length, which only decoding tells here.
        None => count(&mut decode::open(files::open(path)?, &limits)?)?,
    };
    let staging = Staging::new(out)?;
    let renditions = package(source, frames, settings, &staging, progress)?;
    let master = out.join("master.m3u8").display().to_string();
    staging.publish("master.m3u8")?;
    Ok(Packaged { master, renditions })
}

fn count(source: &mut dyn AudioSource) -> Result<u64, Error> {
    let mut block = AudioBuffer::default();
    let mut frames = 0;
    while source.read(&mut block)? {
        frames += block.frames() as u64;
    }
    Ok(frames)
}
