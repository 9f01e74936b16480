//! `veza convert`

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde::Serialize;
use veza_audio::decode::Decoder;
use veza_audio::dynamics::NormalizePlan;
use veza_audio::effects::{self, Effect, GainReduction};
use veza_audio::encode::{self, EncodeSettings, Format, WavSamples};
use veza_audio::loudness::{Loudness, LoudnessMeter};
use veza_audio::remix::Remix;
use veza_audio::resample::Resampler;
use veza_audio::tags::{Gain, OpusGain, ReplayGain};
use veza_audio::{AudioSource, ChannelLayout, Error, Limits, Take, decode};

use super::loudness::drain;
use super::progress::Progress;
use super::staging::whole_file;
use super::{Inputs, files};

/// `veza convert FILE… -o OUT`
#[derive(Debug, clap::Args)]
pub(crate) struct Convert {
    #[command(flatten)]
    inputs: Inputs,
    /// The file to write; its ending says what: .wav .flac .mp3 .m4a .ogg .opus. With several
    /// inputs, a folder; --format then says what
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,
    /// What to write, where the ending of OUT does not say it
    #[arg(long, value_name = "wav|flac|mp3|m4a|ogg|opus")]
    format: Option<String>,
    /// Bit rate of lossy formats, in kbit/s
    #[arg(long, value_name = "KBPS")]
    bitrate: Option<u32>,
    /// Bits for each sample of WAV and FLAC
    #[arg(long, value_name = "16|24|32")]
    bits: Option<u32>,
    /// Another sample rate, in Hz
    #[arg(long, value_name = "HZ")]
    sample_rate: Option<u32>,
    /// Mix to one channel or two
    #[arg(long, value_name = "1|2")]
    channels: Option<u16>,
    /// Bring it to this loudness, in LUFS
    #[arg(long, value_name = "LUFS", allow_hyphen_values = true)]
    normalize: Option<f64>,
    /// Reach that loudness by a limiter where peaks are in the way, instead of staying below it
    #[arg(long, requires = "normalize")]
    limiter: bool,
    /// Effects to send it through, first to last: a list in JSON, or @FILE with one
    #[arg(long, value_name = "JSON|@FILE")]
    effects: Option<String>,
    /// Begin at this second
    #[arg(long, value_name = "SECONDS")]
    start: Option<f64>,
    /// End before this second
    #[arg(long, value_name = "SECONDS")]
    end: Option<f64>,
    /// Measure it and state in its tags how loud it is to be played (ReplayGain 2.0)
    #[arg(long)]
    replay_gain: bool,
    /// Where an Opus file states that
    #[arg(
        long,
        value_name = "r128|replaygain|both|header",
        default_value = "r128"
    )]
    opus_gain: OpusGain,
    /// Leave the pictures out
    #[arg(long)]
    no_pictures: bool,
    /// What the true peak stays under when the loudness is changed, in dBTP
    #[arg(long, value_name = "DBTP", default_value_t = -1.0, allow_hyphen_values = true)]
    ceiling: f64,
}

/// What was written.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Converted {
    output: PathBuf,
    sample_rate: u32,
    channels: usize,
    normalization: Option<NormalizePlan>,
    /// What the limiter took away, if there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    limited: Option<GainReduction>,
}

impl Convert {
    pub(super) fn run(self) -> ExitCode {
        let several = self.inputs.count() > 1;
        self.inputs.each(
            |path, progress| {
                let output = if several {
                    self.in_folder(path)?
                } else {
                    self.output.clone()
                };
                self.one(path, output, progress)
            },
            |path, converted| {
                println!("{} -> {}", path.display(), converted.output.display());
                if let Some(plan) = &converted.normalization {
                    println!("  gain {:+.1} dB", plan.gain_db);
                }
                if let Some(limited) = &converted.limited {
                    let share = limited.share * 100.0;
                    println!(
                        "  limited by up to {:.1} dB, {share:.1} % of the time",
                        limited.max_db
                    );
                }
            },
        )
    }

    fn in_folder(&self, path: &Path) -> Result<PathBuf, Error> {
        let ending = self
            .format
            .as_deref()
            .ok_or_else(|| Error::InvalidParameter {
                name: "--format",
                reason: "several inputs need it".to_owned(),
            })?;
        std::fs::create_dir_all(&self.output)?;
        Ok(self.output.join(files::stem(path)).with_extension(ending))
    }

    fn one(
        &self,
        path: &Path,
        output: PathBuf,
        progress: &mut Progress,
    ) -> Result<Converted, Error> {
        if same_file(path, &output) {
            return Err(Error::InvalidParameter {
                name: "--output",
                reason: "a file cannot be converted onto itself".to_owned(),
            });
        }
        let decoder = self.open(path)?;
        let settings = self.settings(&output, &decoder)?;
        let mut tags = decoder.info().tags.clone();
        if self.no_pictures {
            tags.clear_pictures();
        }
        // The gain depends on all of the sound: it is measured in a pass of its own.
        let measured = (self.normalize.is_some() || self.replay_gain)
            .then(|| self.measure(path, progress))
            .transpose()?;
        let mut normalization = None;
        if let Some(loudness) = &measured {
            let plan = |target| {
                if self.limiter {
                    NormalizePlan::with_limiter(loudness, target, self.ceiling)
                } else {
                    NormalizePlan::new(loudness, target, self.ceiling)
                }
            };
            normalization = self.normalize.map(plan).transpose()?;
            let gain = loudness.gain().filter(|_| self.replay_gain);
            tags.set_replay_gain(ReplayGain {
                track: gain.map(|gain| after(gain, normalization.as_ref())),
                album: None,
            });
        }
        let mut source = self.prepared(decoder)?;
        let rate = settings
            .format()
            .rate_for(self.sample_rate.unwrap_or(source.spec().sample_rate));
        source = Box::new(Resampler::new(source, rate)?);
        let spec = source.spec();
        let mut write = |source: &mut dyn AudioSource| {
            whole_file(&output, |file: File| {
                let (total, file) = (source.frames(), Box::new(file));
                let mut encoder = encode::create(&settings, spec, total, &tags, file)?;
                drain(source, &mut *encoder, progress)?;
                encoder.finish()
            })
        };
        let mut limited = None;
        match &normalization {
            Some(plan) => {
                let mut normalized = plan.apply(source)?;
                write(&mut normalized)?;
                limited = plan.limiter.map(|_| normalized.limited());
            }
            None => write(&mut source)?,
        }
        Ok(Converted {
            output,
            sample_rate: spec.sample_rate,
            channels: spec.channels(),
            normalization,
            limited,
        })
    }

    fn open(&self, path: &Path) -> Result<Decoder, Error> {
        decode::open(files::open(path)?, &Limits::default())
    }

    /// The part, the channels and the effects that were asked for.
    fn prepared(&self, decoder: Decoder) -> Result<Box<dyn AudioSource>, Error> {
        let part = self.part(decoder)?;
        let mixed: Box<dyn AudioSource> = match self.channels {
            Some(channels) => Box::new(Remix::new(part, ChannelLayout::from_channels(channels))?),
            None => part,
        };
        effects::apply(mixed, &self.effects()?)
    }

    fn effects(&self) -> Result<Vec<Effect>, Error> {
        match self.effects.as_deref() {
            None => Ok(Vec::new()),
            Some(text) => match text.strip_prefix('@') {
                Some(file) => effects::parse(&std::fs::read_to_string(file)?),
                None => effects::parse(text),
            },
        }
    }

    fn part(&self, mut decoder: Decoder) -> Result<Box<dyn AudioSource>, Error> {
        let rate = f64::from(decoder.spec().sample_rate);
        let start = self.start.unwrap_or(0.0);
        let end = self.end.unwrap_or(f64::INFINITY);
        if !(start >= 0.0 && start < end) {
            return Err(Error::InvalidParameter {
                name: "--end",
                reason: format!("from {start} s to {end} s there is nothing"),
            });
        }
        let from = (start * rate).round() as u64;
        if from > 0 {
            decoder.seek(from)?;
        }
        // A cast keeps what is beyond all frames at their end.
        let frames = ((end * rate).round() as u64).saturating_sub(from);
        Ok(Box::new(Take::new(decoder, frames)))
    }

    fn measure(&self, path: &Path, progress: &mut Progress) -> Result<Loudness, Error> {
        let mut source = self.prepared(self.open(path)?)?;
        let mut meter = LoudnessMeter::new(source.spec())?;
        drain(&mut source, &mut meter, progress)?;
        Ok(meter.finish())
    }

    fn settings(&self, output: &Path, decoder: &Decoder) -> Result<EncodeSettings, Error> {
        let ending = output.extension().and_then(|end| end.to_str());
        let name = self
            .format
            .as_deref()
            .or(ending)
            .ok_or_else(|| Error::InvalidParameter {
                name: "--output",
                reason: format!(
                    "{} has no ending which says what to write",
                    output.display()
                ),
            })?;
        let format = Format::from_extension(name).ok_or_else(|| Error::InvalidParameter {
            name: "--output",
            reason: format!("{name} is none of wav, flac, mp3, m4a, ogg and opus"),
        })?;
        let mut settings = EncodeSettings::default_of(format);
        self.adjust(&mut settings, decoder.info().bits_per_sample)?;
        Ok(settings)
    }
}

impl Convert {
    /// Applies `--bitrate` and `--bits` where the format has such a thing; a lossless file keeps
    /// the bits of its source.
    fn adjust(&self, settings: &mut EncodeSettings, source_bits: Option<u32>) -> Result<(), Error> {
        match settings {
            EncodeSettings::Wav { samples } => *samples = wav_samples(self.bits, source_bits)?,
            EncodeSettings::Flac { bits, .. } => {
                *bits = self.bits.unwrap_or(if source_bits.is_some_and(|n| n > 16) {
                    24
                } else {
                    16
                });
            }
            EncodeSettings::Mp3 { kbps }
            | EncodeSettings::Aac { kbps }
            | EncodeSettings::Vorbis { kbps } => *kbps = self.bitrate.unwrap_or(*kbps),
            EncodeSettings::Opus { kbps, gain } => {
                *kbps = self.bitrate.unwrap_or(*kbps);
                *gain = self.opus_gain;
            }
        }
        Ok(())
    }
}

/// The gain of a sound once it is normalised.
fn after(gain: Gain, normalization: Option<&NormalizePlan>) -> Gain {
    let Some(plan) = normalization else {
        return gain;
    };
    let peak = gain.peak * 10_f64.powf(plan.gain_db / 20.0);
    let ceiling = plan.limiter.map_or(f64::INFINITY, |limiter| {
        10_f64.powf(limiter.ceiling_dbtp / 20.0)
    });
    Gain {
        gain_db: gain.gain_db - plan.gain_db,
        peak: peak.min(ceiling),
    }
}

/// Integers up to 24 bits, floats beyond.
fn wav_samples(asked: Option<u32>, source: Option<u32>) -> Result<WavSamples, Error> {
    match asked {
        Some(16) => Ok(WavSamples::Int16),
        Some(24) => Ok(WavSamples::Int24),
        Some(32) => Ok(WavSamples::Float32),
        Some(other) => Err(Error::InvalidParameter {
            name: "--bits",
            reason: format!("{other} bits; WAV is written with 16, 24 or 32 (float)"),
        }),
        None => Ok(match source {
            Some(0..=16) | None => WavSamples::Int16,
            Some(17..=24) => WavSamples::Int24,
            Some(_) => WavSamples::Float32,
        }),
    }
}

fn same_file(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}
