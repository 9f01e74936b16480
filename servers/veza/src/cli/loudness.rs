//! `veza loudness`

use std::cell::RefCell;
use std::path::Path;
use std::process::ExitCode;

use serde::Serialize;
use veza_audio::loudness::{AlbumLoudness, Loudness as Measured, LoudnessMeter, LoudnessPoint};
use veza_audio::{AudioBuffer, AudioSink, AudioSource, Error, Limits, Observer, decode};

use super::progress::Progress;
use super::{Inputs, files};

/// `veza loudness FILE…`
#[derive(Debug, clap::Args)]
pub(crate) struct Loudness {
    #[command(flatten)]
    inputs: Inputs,
    /// Measure all files together, too: the loudness of the album they are
    #[arg(long)]
    album: bool,
    /// Momentary and short-term loudness every so many milliseconds
    #[arg(long, value_name = "MS")]
    series: Option<u32>,
}

/// What a file was measured to be.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Track {
    #[serde(flatten)]
    loudness: Measured,
    /// The gain of ReplayGain 2.0, in dB; nothing for silence.
    replay_gain_db: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    series: Option<Vec<LoudnessPoint>>,
}

impl Loudness {
    pub(super) fn run(self) -> ExitCode {
        let album = RefCell::new(AlbumLoudness::default());
        let code = self.inputs.each(
            |path, progress| {
                let mut source = decode::open(files::open(path)?, &Limits::default())?;
                let mut meter = LoudnessMeter::new(source.spec())?;
                if let Some(every_ms) = self.series {
                    meter = meter.with_series(every_ms)?;
                }
                drain(&mut source, &mut meter, progress)?;
                let series = self.series.map(|_| meter.take_series());
                let loudness = album.borrow_mut().add(meter);
                Ok(Track {
                    replay_gain_db: loudness.gain().map(|gain| gain.gain_db),
                    loudness,
                    series,
                })
            },
            show,
        );
        if self.album {
            let loudness = album.into_inner().finish();
            let whole = Track {
                replay_gain_db: loudness.gain().map(|gain| gain.gain_db),
                loudness,
                series: None,
            };
            self.inputs.all_together("album", &whole, show);
        }
        code
    }
}

/// Reads a source to its end into a sink.
pub(super) fn drain(
    source: &mut dyn AudioSource,
    sink: &mut dyn AudioSink,
    progress: &mut Progress,
) -> Result<(), Error> {
    let total = source.frames();
    let mut block = AudioBuffer::default();
    let mut done = 0_u64;
    while source.read(&mut block)? {
        sink.write(&block)?;
        done += block.frames() as u64;
        let part = total.map_or(0.0, |total| done as f32 / total.max(1) as f32);
        if !progress.progress(part) {
            return Err(Error::Cancelled);
        }
    }
    Ok(())
}

fn show(path: &Path, track: &Track) {
    let loudness = &track.loudness;
    let line = |name: &str, value: Option<f64>, unit: &str| match value {
        Some(value) => println!("  {name:18} {value:6.1} {unit}"),
        None => println!("  {name:18}      - {unit}"),
    };
    println!("{}", path.display());
    line("integrated", loudness.integrated_lufs, "LUFS");
    line("range", loudness.loudness_range_lu, "LU");
    line("momentary maximum", loudness.momentary_max_lufs, "LUFS");
    line("short-term maximum", loudness.short_term_max_lufs, "LUFS");
    line("true peak", loudness.true_peak_dbtp, "dBTP");
    line("sample peak", loudness.sample_peak_dbfs, "dBFS");
    line("ReplayGain", track.replay_gain_db, "dB");
    for point in track.series.iter().flatten() {
        let value = |value: Option<f64>| value.map_or("     -".to_owned(), |x| format!("{x:6.1}"));
        let (momentary, short_term) = (value(point.momentary_lufs), value(point.short_term_lufs));
        println!("  {:10.3} s  M {momentary}  S {short_term}", point.seconds);
    }
}
