//! `veza loudness`

use std::path::Path;
use std::process::ExitCode;

use veza_audio::loudness::{Loudness as Measured, LoudnessMeter};
use veza_audio::{AudioBuffer, AudioSink, AudioSource, Error, Limits, Observer, decode};

use super::progress::Progress;
use super::{Inputs, files};

/// `veza loudness FILE…`
#[derive(Debug, clap::Args)]
pub(crate) struct Loudness {
    #[command(flatten)]
    inputs: Inputs,
}

impl Loudness {
    pub(super) fn run(self) -> ExitCode {
        self.inputs.each(
            |path, progress| {
                let mut source = decode::open(files::open(path)?, &Limits::default())?;
                let mut meter = LoudnessMeter::new(source.spec())?;
                drain(&mut source, &mut meter, progress)?;
                Ok(meter.finish())
            },
            show,
        )
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

fn show(path: &Path, loudness: &Measured) {
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
}
