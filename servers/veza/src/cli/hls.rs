//! `veza hls`

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use veza_audio::hls::Rendition;
use veza_audio::ingest::{IngestSettings, package};
use veza_audio::{Error, Limits, decode};

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
        let settings = self.ladder.settings();
        self.inputs.each(
            |path, progress| {
                let out = self.inputs.folder_for(&self.out, path);
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
    // Where segments are cut depends on the length: the true one, not what a header states.
    let frames = decode::probe(files::open(path)?, &limits)?.frames;
    let source = decode::open(files::open(path)?, &limits)?;
    let staging = Staging::new(out)?;
    let renditions = package(source, frames, settings, &staging, progress)?;
    let master = out.join("master.m3u8").display().to_string();
    staging.publish("master.m3u8")?;
    Ok(Packaged { master, renditions })
}
