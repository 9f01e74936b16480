//! `veza analyze` and `veza similar`

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde::Serialize;
use veza_audio::analysis::{
    FrameRange, KeyProfile, SimilarityVector, SongAnalysis, SongAnalyzer, SongSettings,
    TempoSettings,
};
use veza_audio::{AudioSource, Error, Limits, decode};

use super::loudness::drain;
use super::progress::Progress;
use super::{Inputs, files};

/// `veza analyze FILE…`
#[derive(Debug, clap::Args)]
pub(crate) struct Analyze {
    #[command(flatten)]
    inputs: Inputs,
    /// The slowest and the fastest tempo that is expected, in beats per minute
    #[arg(long, value_name = "LOW-HIGH", value_parser = tempo_range)]
    tempo_range: Option<(f64, f64)>,
    /// What keys are told by
    #[arg(long, value_enum, default_value_t = Profile::Bgate)]
    key_profile: Profile,
}

/// The profiles by name.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Profile {
    Krumhansl,
    Temperley,
    Edma,
    Bgate,
}

fn tempo_range(text: &str) -> Result<(f64, f64), String> {
    let wanted = || "two numbers with a dash between them, such as 60-180".to_owned();
    let (low, high) = text.split_once('-').ok_or_else(wanted)?;
    let number = |text: &str| text.trim().parse().map_err(|_| wanted());
    Ok((number(low)?, number(high)?))
}

impl Analyze {
    pub(super) fn run(self) -> ExitCode {
        let settings = self.settings();
        self.inputs.each(
            |path, progress| analyse(path, settings, progress).map(|(analysis, _)| analysis),
            show,
        )
    }

    fn settings(&self) -> SongSettings {
        let usual = TempoSettings::default();
        let (low_bpm, high_bpm) = self.tempo_range.unwrap_or((usual.low_bpm, usual.high_bpm));
        SongSettings {
            tempo: TempoSettings {
                low_bpm,
                high_bpm,
                ..usual
            },
            key_profile: match self.key_profile {
                Profile::Krumhansl => KeyProfile::Krumhansl,
                Profile::Temperley => KeyProfile::Temperley,
                Profile::Edma => KeyProfile::Edma,
                Profile::Bgate => KeyProfile::Bgate,
            },
            ..SongSettings::default()
        }
    }
}

/// All that is known of a file, and its sample rate.
pub(super) fn analyse(
    path: &Path,
    settings: SongSettings,
    progress: &mut Progress,
) -> Result<(SongAnalysis, u32), Error> {
    let mut source = decode::open(files::open(path)?, &Limits::default())?;
    let spec = source.spec();
    let mut analyzer = SongAnalyzer::new(spec, settings)?;
    drain(&mut source, &mut analyzer, progress)?;
    Ok((analyzer.finish()?, spec.sample_rate))
}

fn show(path: &Path, song: &SongAnalysis) {
    println!("{}", path.display());
    match &song.tempo {
        Some(tempo) => {
            print!("  tempo     {:.1} BPM", tempo.bpm);
            match tempo.alternative_bpm {
                Some(other) => println!(" (or {other:.1})"),
                None => println!(),
            }
        }
        None => println!("  tempo     -"),
    }
    match &song.key {
        Some(found) => println!(
            "  key       {} ({}), {:+.0} cents",
            found.key,
            found.key.camelot(),
            found.tuning_cents
        ),
        None => println!("  key       -"),
    }
    println!("  beats     {}", song.beats.len());
    println!("  onsets    {}", song.onsets.len());
    let frames = |ranges: &[FrameRange]| ranges.iter().map(FrameRange::frames).sum::<u64>();
    let (silences, clipping) = (&song.ranges.silences, &song.ranges.clipping);
    println!(
        "  silence   {} frames in {} places",
        frames(silences),
        silences.len()
    );
    println!(
        "  clipping  {} frames in {} places",
        frames(clipping),
        clipping.len()
    );
}

/// `veza similar FILE FOLDER`
#[derive(Debug, clap::Args)]
pub(crate) struct Similar {
    /// The sound that others are compared with
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    inputs: Inputs,
}

/// How like the first file another sounds.
#[derive(Debug, Serialize)]
struct Likeness {
    /// 0 for the same; nothing where one of them is silence.
    distance: Option<f64>,
}

impl Similar {
    pub(super) fn run(self) -> ExitCode {
        let mut progress = Progress::new(&self.file, true);
        let wanted = match vector(&self.file, &mut progress) {
            Ok(wanted) => wanted,
            Err(error) => return files::failed(&self.file, &error),
        };
        self.inputs.each(
            |path, progress| {
                let other = vector(path, progress)?;
                let distance = wanted.as_ref().zip(other.as_ref());
                Ok(Likeness {
                    distance: distance.and_then(|(one, other)| one.distance(other)),
                })
            },
            |path, likeness| match likeness.distance {
                Some(distance) => println!("{distance:.3}  {}", path.display()),
                None => println!("    -  {}", path.display()),
            },
        )
    }
}

fn vector(path: &Path, progress: &mut Progress) -> Result<Option<SimilarityVector>, Error> {
    let (analysis, _) = analyse(path, SongSettings::default(), progress)?;
    Ok(analysis.similarity)
}
