//! `veza hls`

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use veza_audio::hls::Rendition;
use veza_audio::ingest::{IngestSettings, package};
use veza_audio::{Error, Limits, decode};

use super::hls_check::Check;
use super::ingest::Ladder;
use super::progress::Progress;
use super::{Inputs, Staging, files};

/// `veza hls FILE… --out DIR`, `veza hls check URL|FILE`
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Hls {
    #[command(subcommand)]
    then: Option<Then>,
    #[command(flatten)]
    inputs: Inputs,
    /// The folder to fill; with several files, a folder in it for each
    #[arg(long, value_name = "DIR", required = true)]
    out: Option<PathBuf>,
    #[command(flatten)]
    ladder: Ladder,
}

/// What else there is to do.
#[derive(Debug, clap::Subcommand)]
enum Then {
    /// State which rules of RFC 8216 and of Apple's authoring specification a presentation keeps
    Check(Check),
}

/// What was packaged.
#[derive(Debug, serde::Serialize)]
struct Packaged {
    master: String,
    renditions: Vec<Rendition>,
}

impl Hls {
    pub(super) fn run(self) -> ExitCode {
        if let Some(Then::Check(check)) = self.then {
            return check.run();
        }
        // Only a check goes without.
        let out = self.out.unwrap_or_default();
        let settings = self.ladder.settings();
        self.inputs.each(
            |path, progress| {
                let out = self.inputs.folder_for(&out, path);
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
