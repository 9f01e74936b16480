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

use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};

pub use settings::{Delivery, IngestReport, IngestSettings};
pub use spool::Spool;

use crate::container::MeasuredLoudness;
use crate::decode::{self, Damage, Input};
use crate::dynamics::NormalizePlan;
use crate::hls::{Rendition, master_playlist};
use crate::loudness::Loudness;
use crate::remix::Remix;
use crate::waveform::image::{self, ImageSettings};
use crate::waveform::{Bits, DatVersion, Waveform};
use crate::{AudioSource, ChannelLayout, Error, Limits, Observer, Output, Result, progress};

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
    let output = &Recorded::new(output);
    let mut decoder = decode::open(input, limits)?;
    let measured = measure::measure(&mut decoder, spool, settings, &mut |done: f32| {
        observer.progress(done * MEASURING)
    })?;
    let frames = measured.probe.frames;
    if frames == 0 {
        return Err(Error::Empty);
    }
    if settings.refuse_damaged {
        whole(&measured.damage, measured.probe.sample_rate)?;
    }
    let normalization = match settings.normalize {
        Some(target) => Some(NormalizePlan::new(
            &measured.loudness,
            target,
            settings.ceiling_dbtp,
        )?),
        None => None,
    };
    draw(&measured.waveform, output)?;
    let sound = measured.sound.into_source()?;
    let gain_db = normalization.as_ref().map_or(0.0, |plan| plan.gain_db);
    let delivered = delivered(&measured.loudness, gain_db);
    let (delivery, renditions) = renditions::make(
        sound,
        frames,
        gain_db,
        delivered,
        settings,
        output,
        &mut |done: f32| observer.progress(MEASURING + done * (1.0 - MEASURING)),
    )?;
    write(
        output,
        "master.m3u8",
        master_playlist(&renditions).as_bytes(),
    )?;
    let report = IngestReport {
        source: measured.probe,
        delivery,
        loudness: measured.loudness,
        normalization,
        features: measured.features,
        damage: measured.damage,
        renditions,
        files: output
            .names()
            .into_iter()
            .chain(["track.json".to_owned()])
            .collect(),
    };
    let json = serde_json::to_vec_pretty(&report).map_err(std::io::Error::from)?;
    write(output, "track.json", &json)?;
    progress::report(observer, 1.0)?;
    Ok(report)
}

/// How loud the sound is once the gain is on it, for the players that ask.
fn delivered(measured: &Loudness, gain_db: f64) -> Option<MeasuredLoudness> {
    Some(MeasuredLoudness {
        integrated: measured.integrated_lufs? + gain_db,
        true_peak: measured.true_peak_dbtp? + gain_db,
    })
}

/// Refuses a sound of which something is lost.
fn whole(damage: &Damage, sample_rate: u32) -> Result<()> {
    let seconds = |frames: u64| frames as f64 / f64::from(sample_rate);
    let what = if damage.bad_packets > 0 {
        let first = damage
            .places
            .first()
            .map_or(0.0, |place| seconds(place.frame));
        format!(
            "{} packets cannot be decoded, the first at {first:.2} s",
            damage.bad_packets
        )
    } else if damage.missing_frames > 0 {
        format!(
            "it ends {:.2} s before it says it does",
            seconds(damage.missing_frames)
        )
    } else if damage.cut_short {
        "it ends in the middle of its stream".to_owned()
    } else if damage.lost_frames > 0 {
        format!("{:.2} s of sound are lost", seconds(damage.lost_frames))
    } else {
        return Ok(());
    };
    Err(Error::Damaged { what })
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
    let (_, renditions) = renditions::make(source, frames, 0.0, None, settings, output, observer)?;
    write(
        output,
        "master.m3u8",
        master_playlist(&renditions).as_bytes(),
    )?;
    Ok(renditions)
}

/// The waveform as `.dat`, `.json` and a picture.
fn draw(waveform: &Waveform, output: &dyn Output) -> Result<()> {
    let mut dat = Vec::new();
    waveform.write_dat(&mut dat, DatVersion::One, Bits::Eight)?;
    write(output, "waveform.dat", &dat)?;
    let mut json = Vec::new();
    waveform.write_json(&mut json, Bits::Eight)?;
    write(output, "waveform.json", &json)?;
    write(
        output,
        "waveform.png",
        &image::render_png(waveform, &ImageSettings::default())?,
    )
}

fn write(output: &dyn Output, name: &str, bytes: &[u8]) -> Result<()> {
    let mut file = output.create(name)?;
    file.write_all(bytes)?;
    Ok(file.flush()?)
}

/// Remembers the names of the files that are made.
struct Recorded<'a> {
    output: &'a dyn Output,
    names: Mutex<Vec<String>>,
}

impl<'a> Recorded<'a> {
    fn new(output: &'a dyn Output) -> Self {
        Self {
            output,
            names: Mutex::new(Vec::new()),
        }
    }

    /// The names so far, in order.
    fn names(&self) -> Vec<String> {
        let mut names = self
            .names
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        names.sort_unstable();
        names
    }
}

impl Output for Recorded<'_> {
    fn create(&self, name: &str) -> io::Result<Box<dyn Write + Send>> {
        self.names
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(name.to_owned());
        self.output.create(name)
    }
}
