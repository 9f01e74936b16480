//! `veza ingest`

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use veza_audio::hls::SegmentFormat;
use veza_audio::ingest::{IngestReport, IngestSettings, ingest};
use veza_audio::{Error, Limits};

use super::progress::Progress;
use super::{Inputs, Staging, files};

/// `veza ingest FILE… --out DIR`
#[derive(Debug, clap::Args)]
pub(crate) struct Ingest {
    #[command(flatten)]
    inputs: Inputs,
    /// The folder to fill; with several files, a folder in it for each
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    ladder: Ladder,
    /// The loudness to bring it to, in LUFS, or `none`
    #[arg(long, value_name = "LUFS", default_value = "-14", allow_hyphen_values = true, value_parser = target)]
    normalize: Target,
    /// What the true peak stays under, in dBTP
    #[arg(long, value_name = "DBTP", default_value_t = -1.0, allow_hyphen_values = true)]
    ceiling: f64,
    /// Frames for each pixel of the waveform
    #[arg(long, value_name = "FRAMES", default_value_t = 256)]
    samples_per_pixel: u32,
    /// Refuse a file of which a part cannot be decoded, instead of taking the rest
    #[arg(long)]
    refuse_damaged: bool,
}

/// The rungs and how they are packaged: for `ingest` and `hls`.
#[derive(Debug, clap::Args)]
pub(super) struct Ladder {
    /// The bit rates of the AAC rungs, in kbit/s
    #[arg(
        long,
        value_name = "KBPS",
        value_delimiter = ',',
        default_value = "128,192,320"
    )]
    ladder: Vec<u32>,
    /// MPEG-TS, or fragmented MP4, which plays without a gap to the frame
    #[arg(long, value_name = "ts|fmp4", default_value = "fmp4")]
    segments: SegmentFormat,
    /// How long a segment is, about, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 6.0)]
    segment_seconds: f64,
}

/// A loudness, or none.
#[derive(Clone, Copy, Debug)]
struct Target(Option<f64>);

fn target(text: &str) -> Result<Target, String> {
    match text {
        "none" => Ok(Target(None)),
        number => number
            .parse()
            .map(|lufs| Target(Some(lufs)))
            .map_err(|_| format!("`{number}` is neither a number of LUFS nor `none`")),
    }
}

impl Ladder {
    /// Settings with this ladder, all else as usual.
    pub(super) fn settings(self) -> IngestSettings {
        IngestSettings {
            ladder: self.ladder,
            segments: self.segments,
            segment_seconds: self.segment_seconds,
            ..IngestSettings::default()
        }
    }
}

impl Ingest {
    pub(super) fn run(self) -> ExitCode {
        let settings = IngestSettings {
            normalize: self.normalize.0,
            ceiling_dbtp: self.ceiling,
            samples_per_pixel: self.samples_per_pixel,
            refuse_damaged: self.refuse_damaged,
            ..self.ladder.settings()
        };
        self.inputs.each(
            |path, progress| {
                let out = self.inputs.folder_for(&self.out, path);
                one(path, &out, &settings, progress)
            },
            show,
        )
    }
}

fn one(
    path: &Path,
    out: &Path,
    settings: &IngestSettings,
    progress: &mut Progress,
) -> Result<IngestReport, Error> {
    let input = files::open(path)?;
    let staging = Staging::new(out)?;
    let spool = staging.scratch()?;
    let report = ingest(
        input,
        spool,
        &staging,
        settings,
        &Limits::default(),
        progress,
    )?;
    staging.publish("track.json")?;
    Ok(report)
}

fn show(path: &Path, report: &IngestReport) {
    println!("{}", path.display());
    println!("  length      {:.3} s", report.delivery.duration_seconds);
    if let Some(lufs) = report.loudness.integrated_lufs {
        println!("  loudness    {lufs:.1} LUFS");
    }
    if let Some(plan) = &report.normalization {
        let why = if plan.peak_limited {
            ", held back by the peak ceiling"
        } else {
            ""
        };
        println!("  gain        {:+.1} dB{why}", plan.gain_db);
    }
    if !report.damage.is_none() {
        println!(
            "  damage      {} packets could not be decoded",
            report.damage.bad_packets
        );
    }
    for rendition in &report.renditions {
        println!(
            "  rendition   {} ({:.0} kbit/s)",
            rendition.uri,
            f64::from(rendition.average_bandwidth) / 1_000.0
        );
    }
}
