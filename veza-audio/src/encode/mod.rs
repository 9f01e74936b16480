//! Codecs and files, from PCM.
//!
//! A codec which a container wraps (AAC, FLAC, Opus) is a [`PacketEncoder`]; a whole file is a
//! [`FileEncoder`], which [`create`] makes for any [`EncodeSettings`].

mod aac;
mod bits;
mod comments;
pub mod flac;
mod format;
mod id3;
mod memory;
mod mp3;
mod mp3_frames;
mod opus;
mod packet;
mod pcm;
mod settings;
#[cfg(feature = "vorbis")]
mod vorbis;
mod wav;
mod xiph;

pub use aac::{AAC_PACKET_FRAMES, AacEncoder, AacSettings};
use std::io::{Seek, Write};

pub use flac::{FlacEncoder, FlacWriter};
pub use format::Format;
pub(crate) use id3::tag as id3_tag;
pub use memory::MemoryFile;
pub use mp3::Mp3Writer;
pub use mp3_frames::Mp3Encoder;
pub use opus::{OpusEncoder, OpusWriter};
pub use packet::{Packet, PacketEncoder, StreamInfo};
pub use settings::{EncodeSettings, WavSamples};
#[cfg(feature = "vorbis")]
pub use vorbis::VorbisWriter;
pub use wav::WavWriter;

use crate::container::mp4::M4aWriter;
use crate::tags::Tags;
use crate::{AudioBuffer, AudioSink, AudioSpec, Error, Result};

/// A file being written.
///
/// Every file says in its header or its last page how many frames it holds, so that a reader gets
/// back as many frames as went in.
pub trait FileEncoder: AudioSink {
    /// Writes what is still due and completes the headers.
    ///
    /// # Errors
    /// Those of the encoder and of the output; [`Error::Empty`] when no frame was written.
    fn finish(self: Box<Self>) -> Result<()>;
}

/// Where a file is written: headers are completed at the end, so it has to be able to seek.
/// Every [`Write`] + [`Seek`] + [`Send`] is one. Writers make many small writes: wrap a file in
/// a [`std::io::BufWriter`].
pub trait SeekWrite: Write + Seek + Send {}

impl<W: Write + Seek + Send> SeekWrite for W {}

/// The number which identifies the only stream of an Ogg file made by [`create`]. Ogg wants it to
/// be unique within a file; the same for all keeps output reproducible.
const OGG_SERIAL: u32 = u32::from_be_bytes(*b"veza");

/// Begins a file as `settings` say, of sound as `spec` says, with `tags`, at the output's
/// position. `total_frames`, where it is known, lets headers be sized for it.
///
/// The encoders take blocks of any length; a sound whose rate the format does not have has to be
/// resampled to [`Format::rate_for`] first. NaN counts as silence.
///
/// ```
/// use veza_audio::encode::{MemoryFile, create};
/// use veza_audio::tags::Tags;
/// use veza_audio::{AudioBuffer, AudioSpec, ChannelLayout};
///
/// let spec = AudioSpec::new(48_000, ChannelLayout::Mono);
/// let tone = (0..48_000).map(|n| 0.5 * (n as f32 * 0.0576).sin()).collect(); // 440 Hz
/// let tags = Tags::from([("title".to_owned(), "A4".to_owned())]);
/// let file = MemoryFile::new();
/// let mut encoder = create(&"flac:24".parse()?, spec, None, &tags, Box::new(file.clone()))?;
/// encoder.write(&AudioBuffer::from_planes(vec![tone]))?;
/// encoder.finish()?;
/// assert!(file.take().starts_with(b"fLaC"));
/// # Ok::<(), veza_audio::Error>(())
/// ```
///
/// # Errors
/// [`Error::InvalidParameter`] for settings, a rate or channels which do not go together,
/// [`Error::EncoderLeftOut`] where the build has not the encoder, and those of the output.
pub fn create(
    settings: &EncodeSettings,
    spec: AudioSpec,
    total_frames: Option<u64>,
    tags: &Tags,
    output: Box<dyn SeekWrite>,
) -> Result<Box<dyn FileEncoder>> {
    settings.check(spec)?;
    let stated;
    let tags = if matches!(settings, EncodeSettings::Opus { .. }) {
        tags
    } else {
        stated = tags.with_replay_gain();
        &stated
    };
    Ok(match *settings {
        EncodeSettings::Wav { samples } => Box::new(WavWriter::new(spec, samples, tags, output)?),
        EncodeSettings::Flac { bits, level } => Box::new(FlacWriter::new(
            spec,
            bits,
            level,
            total_frames,
            tags,
            output,
        )?),
        EncodeSettings::Mp3 { kbps } => Box::new(Mp3Writer::new(spec, kbps, tags, output)?),
        EncodeSettings::Aac { kbps } => {
            let bit_rate = AacSettings {
                bit_rate: kbps * 1_000,
            };
            let encoder = match total_frames {
                Some(frames) => AacEncoder::for_length(bit_rate, spec, frames)?,
                None => AacEncoder::new(bit_rate, spec)?,
            };
            Box::new(M4aWriter::new(
                output,
                Box::new(encoder),
                tags,
                total_frames,
            )?)
        }
        #[cfg(feature = "vorbis")]
        EncodeSettings::Vorbis { kbps } => {
            Box::new(VorbisWriter::new(spec, kbps, OGG_SERIAL, tags, output)?)
        }
        #[cfg(not(feature = "vorbis"))]
        EncodeSettings::Vorbis { .. } => {
            return Err(Error::EncoderLeftOut {
                codec: "Vorbis",
                feature: "vorbis",
            });
        }
        EncodeSettings::Opus { kbps, gain } => {
            Box::new(OpusWriter::new(spec, kbps, OGG_SERIAL, gain, tags, output)?)
        }
    })
}

/// Refuses a block with other channels than the file has.
fn same_channels(spec: AudioSpec, block: &AudioBuffer) -> Result<()> {
    if block.channels() == spec.channels() {
        return Ok(());
    }
    let (has, wants) = (block.channels(), spec.channels());
    Err(Error::invalid(
        "block",
        format!("it has {has} channels, and the file {wants}"),
    ))
}

/// A sample that a lossy codec can work with: NaN becomes silence, and what is more than 6 dB
/// over full scale (infinity too) is clipped there.
#[inline]
fn sane(sample: f32) -> f32 {
    if sample.is_nan() {
        0.0
    } else {
        sample.clamp(-2.0, 2.0)
    }
}

fn sanitise(samples: &mut [f32]) {
    for sample in samples {
        *sample = sane(*sample);
    }
}
