//! `veza fingerprint` and `veza identify`

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde::Serialize;
use veza_audio::Error;
use veza_audio::analysis::{Fingerprint as Print, FingerprintIndex, SongSettings};

use super::analyze::analyse;
use super::progress::Progress;
use super::staging::whole_file;
use super::{Inputs, files};

/// The ending of a file that holds a fingerprint.
const ENDING: &str = "vfp";

/// `veza fingerprint FILE… -o FOLDER`
#[derive(Debug, clap::Args)]
pub(crate) struct Fingerprint {
    #[command(flatten)]
    inputs: Inputs,
    /// The folder to write to: NAME.vfp for each file
    #[arg(short, long, value_name = "FOLDER")]
    output: PathBuf,
}

/// What was written.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    output: PathBuf,
    peaks: usize,
    seconds: f64,
}

impl Fingerprint {
    pub(super) fn run(self) -> ExitCode {
        self.inputs.each(
            |path, progress| {
                let print = print_of(path, progress)?;
                std::fs::create_dir_all(&self.output)?;
                let output = self.output.join(files::stem(path)).with_extension(ENDING);
                whole_file(&output, |mut file| file.write_all(&print.to_bytes()))?;
                Ok(Written {
                    output,
                    peaks: print.peaks(),
                    seconds: print.seconds(),
                })
            },
            |path, written| println!("{} -> {}", path.display(), written.output.display()),
        )
    }
}

/// `veza identify EXCERPT… --index FOLDER`
#[derive(Debug, clap::Args)]
pub(crate) struct Identify {
    #[command(flatten)]
    inputs: Inputs,
    /// The folder of fingerprints that `veza fingerprint` wrote
    #[arg(long, value_name = "FOLDER")]
    index: PathBuf,
}

/// Which recordings an excerpt may be of, best first.
#[derive(Debug, Serialize)]
struct Found {
    matches: Vec<Match>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Match {
    track: String,
    score: f64,
    offset_seconds: f64,
}

impl Identify {
    pub(super) fn run(self) -> ExitCode {
        let index = match index_of(&self.index) {
            Ok(index) => index,
            Err((path, error)) => return files::failed(&path, &error),
        };
        self.inputs.each(
            |path, progress| {
                let found = index.find(&print_of(path, progress)?);
                let matches = found.into_iter().map(|found| Match {
                    track: found.track,
                    score: found.score,
                    offset_seconds: found.offset_seconds,
                });
                Ok(Found {
                    matches: matches.collect(),
                })
            },
            |path, found| {
                println!("{}", path.display());
                for found in &found.matches {
                    let (score, offset) = (found.score, found.offset_seconds);
                    println!("  {score:.2}  at {offset:8.2} s  {}", found.track);
                }
                if found.matches.is_empty() {
                    println!("  not known");
                }
            },
        )
    }
}

/// The fingerprints of a folder, by the names of their files.
fn index_of(folder: &Path) -> Result<FingerprintIndex<String>, (PathBuf, Error)> {
    let mut index = FingerprintIndex::new();
    let of_folder = |error: std::io::Error| (folder.to_owned(), error.into());
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(of_folder)? {
        paths.push(entry.map_err(of_folder)?.path());
    }
    // The same folder gives the same answers.
    paths.sort();
    for path in paths {
        if path.extension().is_none_or(|ending| ending != ENDING) {
            continue;
        }
        let read = std::fs::read(&path).map_err(Error::from);
        let print = read.and_then(|bytes| Print::from_bytes(&bytes));
        let name = files::stem(&path).to_string_lossy().into_owned();
        index.add(name, &print.map_err(|error| (path, error))?);
    }
    Ok(index)
}

fn print_of(path: &Path, progress: &mut Progress) -> Result<Print, Error> {
    let (analysis, _) = analyse(path, SongSettings::default(), progress)?;
    Ok(analysis.fingerprint)
}
