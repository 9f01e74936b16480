//! A song goes in at one end: decoded once, measured, drawn, normalised, encoded into a ladder
//! of renditions and packaged for HLS.
//!
//! 1. **Measure.** The decoder is read once. Each block goes to the loudness meter, to the
//!    waveform and the features, and into a [`Spool`].
//! 2. **Make.** The spool is read once. Gain and, where need be, another sample rate are applied
//!    once, and every rung encodes and packages the same blocks on a thread of its own.
//!
//! Memory is bounded whatever the length, but for 2 bytes or so for every 128 frames of waveform.

mod fanout;
mod measure;
mod renditions;
mod settings;
mod spool;

use std::io::Write;

pub use settings::{Delivery, IngestReport, IngestSettings};
pub use spool::Spool;

use crate::decode::{self, Input};
use crate::dynamics::NormalizePlan;
use crate::hls::master_playlist;
use crate::progress::report;
use crate::waveform::{Bits, ImageSettings, Waveform};
use crate::{Error, Limits, Observer, Output, Result};

/// The part of the whole that measuring takes, for the progress.
const MEASURING: f32 = 0.25;

/// Reads a song from `input` and writes everything a player needs to `output`: `master.m3u8`, one
/// folder for each rung (`128k/playlist.m3u8` and its segments), `waveform.dat`, `waveform.json`,
/// `waveform.png` and `track.json`, which is written last.
///
/// A source of more than two channels is mixed down to stereo first. Renditions have the rate of
/// 44.1 or 48 kHz which is nearest in kind to the source's.
///
/// # Errors
/// [`Error::InvalidParameter`] for the settings, whatever the input has to be refused for,
/// [`Error::Empty`] when it holds no sound, [`Error::Cancelled`] when the observer says so.
pub fn ingest(
    input: Box<dyn Input>,
    spool: impl Spool,
    output: &dyn Output,
    settings: &IngestSettings,
    limits: &Limits,
    observer: &mut dyn Observer,
) -> Result<IngestReport> {
    settings.check()?;
    let mut decoder = decode::open(input, limits)?;
    let mut measured = measure::measure(&mut decoder, spool, settings, &mut |done: f32| {
        observer.progress(done * MEASURING)
    })?;
    if measured.sound.frames() == 0 {
        return Err(Error::Empty);
    }
    let normalization = match settings.normalize {
        Some(target) => {
            Some(NormalizePlan::new(&measured.loudness, target, settings.ceiling_dbtp)?)
        }
        None => None,
    };
    let mut files = draw(&measured.waveform, output)?;
    let sound = measured.sound.into_source()?;
    let (delivery, renditions) = renditions::make(
        sound,
        measured.source_frames,
        normalization.as_ref(),
        settings,
        output,
        &mut |done: f32| observer.progress(MEASURING + done * (1.0 - MEASURING)),
    )?;
    files.extend(renditions.iter().flat_map(|rendition| rendition.files.iter().cloned()));
    write(output, "master.m3u8", master_playlist(&renditions).as_bytes(), &mut files)?;

    measured.probe.frames = Some(measured.source_frames);
    measured.probe.duration_seconds =
        Some(measured.source_frames as f64 / f64::from(measured.probe.sample_rate));
    files.push("track.json".to_owned());
    let summary = IngestReport {
        source: measured.probe,
        delivery,
        loudness: measured.loudness,
        normalization,
        features: measured.features,
        bad_packets: measured.bad_packets,
        renditions,
        files,
    };
    let json = serde_json::to_vec_pretty(&summary).map_err(std::io::Error::from)?;
    write(output, "track.json", &json, &mut Vec::new())?;
    report(observer, 1.0)?;
    Ok(summary)
}

/// Packages a sound of `frames` frames as it is: `master.m3u8` and one folder for each rung of
/// `settings`, whose normalisation and waveform are of no concern here.
///
/// # Errors
/// As [`ingest`].
pub fn package(
    source: impl AudioSource,
    frames: u64,
    settings: &IngestSettings,
    output: &dyn Output,
    observer: &mut dyn Observer,
) -> Result<Vec<Rendition>> {
    settings.check()?;
    if frames == 0 {
        return Err(Error::Empty);
    }
    let many = source.spec().channels() > 2;
    let source: Box<dyn AudioSource> = if many {
        Box::new(Remix::new(source, ChannelLayout::Stereo)?)
    } else {
        Box::new(source)
    };
    let (_, renditions) = renditions::make(source, frames, None, settings, output, observer)?;
    write(output, "master.m3u8", master_playlist(&renditions).as_bytes(), &mut Vec::new())?;
    Ok(renditions)
}

/// The waveform as `.dat`, `.json` and a picture.
fn draw(waveform: &Waveform, output: &dyn Output) -> Result<Vec<String>> {
    let mut files = Vec::new();
    let mut made = Vec::new();
    waveform.write_dat(&mut made, Bits::Eight)?;
    write(output, "waveform.dat", &made, &mut files)?;
    made.clear();
    waveform.write_json(&mut made, Bits::Eight)?;
    write(output, "waveform.json", &made, &mut files)?;
    made.clear();
    waveform.write_png(&mut made, &ImageSettings::default())?;
    write(output, "waveform.png", &made, &mut files)?;
    Ok(files)
}

fn write(output: &dyn Output, name: &str, bytes: &[u8], files: &mut Vec<String>) -> Result<()> {
    let mut file = output.create(name)?;
    file.write_all(bytes)?;
    file.flush()?;
    files.push(name.to_owned());
    Ok(())
}
