//! What turns a packet into sound.

use opus_pure::{OpusDecoder, OpusMSDecoder};
use symphonia::core::audio::GenericAudioBufferRef;
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::packet::PacketRef;
use symphonia::core::units::{Duration, Timestamp};

use super::aac::Aac;
use super::pcm;
use crate::{AudioBuffer, Error, Result};

/// Most frames one Opus packet holds: 120 ms at 48 kHz (RFC 6716, 3.2.5).
pub(super) const OPUS_MAX_FRAMES: usize = 5_760;

/// Frames after which an Opus decoder that began in the middle sounds as if it had not: twice the
/// 80 ms that RFC 7845, 4.6 asks for.
pub(super) const OPUS_PREROLL: u64 = 7_680;

/// A decoder of packets.
pub(super) enum Codec {
    Pcm(pcm::Format),
    Symphonia {
        decoder: Box<dyn AudioDecoder>,
        /// Whether a packet of another length than was expected has its *end* in the right place
        /// (Vorbis, whose packets overlap the one before) and not its beginning.
        ends_align: bool,
    },
    Opus(Box<Opus>),
    Aac(Box<Aac>),
}

impl Codec {
    /// A decoder of symphonia for `params`, found in `container`.
    ///
    /// # Errors
    /// [`Error::UnsupportedCodec`] or [`Error::Malformed`], as the decoder says.
    pub(super) fn symphonia(
        params: &AudioCodecParameters,
        container: &'static str,
        name: &str,
    ) -> Result<Self> {
        use symphonia::core::errors::Error as Cause;
        // The frames to trim are counted here, for all containers alike.
        let options = AudioDecoderOptions::default().gapless(false);
        let decoder = symphonia::default::get_codecs().make_audio_decoder(params, &options);
        let decoder = decoder.map_err(|cause| match cause {
            Cause::Unsupported(what) => Error::UnsupportedCodec {
                container,
                codec: format!("{name} ({what})"),
            },
            other => Error::malformed(format!("the {name} header cannot be read: {other}")),
        })?;
        let ends_align =
            params.codec == symphonia::core::codecs::audio::well_known::CODEC_ID_VORBIS;
        Ok(Self::Symphonia {
            decoder,
            ends_align,
        })
    }

    /// Whether samples may come out which are no numbers.
    pub(super) fn is_float(&self) -> bool {
        !matches!(
            self,
            Self::Pcm(format) if !matches!(format,
                pcm::Format::F32Le | pcm::Format::F32Be | pcm::Format::F64Le | pcm::Format::F64Be)
        )
    }

    /// Forgets the packets before.
    pub(super) fn reset(&mut self) {
        match self {
            Self::Pcm(_) => {}
            Self::Symphonia { decoder, .. } => decoder.reset(),
            Self::Opus(opus) => opus.reset(),
            Self::Aac(aac) => aac.reset(),
        }
    }

    /// Appends the `frames` frames of a packet to `out`: cut, or filled with silence, where the
    /// packet holds another number.
    ///
    /// # Errors
    /// Why the packet cannot be decoded. `out` may hold anything past its former end then.
    pub(super) fn decode(
        &mut self,
        data: &[u8],
        frames: usize,
        out: &mut AudioBuffer,
    ) -> Result<(), String> {
        let before = out.frames();
        match self {
            Self::Pcm(format) => format.decode(data, out),
            Self::Symphonia {
                decoder,
                ends_align,
            } => {
                let packet =
                    PacketRef::new(0, Timestamp::ZERO, Duration::from(frames as u64), data);
                match decoder.decode_ref(&packet) {
                    Ok(decoded) => append(&decoded, frames, *ends_align, out)?,
                    Err(cause) => {
                        // What the broken packet left behind must not sound in the next one.
                        decoder.reset();
                        return Err(cause.to_string());
                    }
                }
            }
            Self::Opus(opus) => opus.decode(data, frames, out)?,
            Self::Aac(aac) => aac.decode(data, frames, out)?,
        }
        out.resize(before + frames);
        Ok(())
    }
}

fn append(
    decoded: &GenericAudioBufferRef<'_>,
    frames: usize,
    ends_align: bool,
    out: &mut AudioBuffer,
) -> Result<(), String> {
    let before = out.frames();
    let have = decoded.frames();
    if decoded.num_planes() != out.channels() {
        return Err(format!(
            "a packet has {} channels, the stream {}",
            decoded.num_planes(),
            out.channels()
        ));
    }
    out.resize(before + frames);
    if frames == 0 || have == 0 {
        return Ok(());
    }
    let kept = have.min(frames);
    let (from, to) = if ends_align {
        (have - kept, frames - kept)
    } else {
        (0, 0)
    };
    let mut planes: Vec<&mut [f32]> = out
        .planes_mut()
        .map(|plane| &mut plane[before + to..before + to + kept])
        .collect();
    decoded
        .slice(from..from + kept)
        .copy_to_slice_planar(&mut planes);
    Ok(())
}

/// An Opus stream at 48 kHz.
pub(super) struct Opus {
    kind: OpusKind,
    /// Linear, from the header's output gain (RFC 7845, 5.1).
    gain: f32,
    interleaved: Vec<f32>,
}

enum OpusKind {
    Single(Box<OpusDecoder>),
    Multi(Box<OpusMSDecoder>),
}

impl Opus {
    /// A decoder for a header's channels and mapping.
    ///
    /// # Errors
    /// [`Error::UnsupportedCodec`] for mappings other than those of RFC 7845, 5.1.1, in their
    /// usual form.
    pub(super) fn new(head: &super::ogg::OpusHead, container: &'static str) -> Result<Self> {
        let channels = usize::from(head.channels);
        let refused = |what: String| Error::UnsupportedCodec {
            container,
            codec: what,
        };
        let kind = if head.family == 0 {
            let decoder = OpusDecoder::new(48_000, channels);
            OpusKind::Single(Box::new(
                decoder.map_err(|e| refused(format!("Opus ({e})")))?,
            ))
        } else {
            let decoder = OpusMSDecoder::new(48_000, channels, head.family);
            let decoder = decoder.map_err(|e| refused(format!("Opus ({e})")))?;
            let layout = decoder.layout();
            if layout.nb_streams != usize::from(head.streams)
                || layout.nb_coupled_streams != usize::from(head.coupled)
                || layout.mapping != head.mapping
            {
                return Err(refused("Opus with an unusual channel mapping".into()));
            }
            OpusKind::Multi(Box::new(decoder))
        };
        let gain = 10f32.powf(f32::from(head.gain_q8) / (20.0 * 256.0));
        Ok(Self {
            kind,
            gain,
            interleaved: vec![0.0; OPUS_MAX_FRAMES * channels],
        })
    }

    fn reset(&mut self) {
        // It fails for a decoder that was never made, which this one was.
        let _ = match &mut self.kind {
            OpusKind::Single(decoder) => decoder.reset_state(),
            OpusKind::Multi(decoder) => decoder.reset_state(),
        };
    }

    fn decode(&mut self, data: &[u8], frames: usize, out: &mut AudioBuffer) -> Result<(), String> {
        if data.is_empty() {
            return Err("an Opus packet is empty".into());
        }
        let channels = out.channels();
        let decoded = match &mut self.kind {
            OpusKind::Single(decoder) => {
                decoder.decode(data, OPUS_MAX_FRAMES, &mut self.interleaved)
            }
            OpusKind::Multi(decoder) => {
                decoder.decode(data, OPUS_MAX_FRAMES, &mut self.interleaved)
            }
        };
        let kept = decoded
            .map_err(|cause| cause.to_string())?
            .min(frames)
            .min(OPUS_MAX_FRAMES);
        let before = out.frames();
        out.resize(before + kept);
        let order = wave_order(channels);
        for (plane, from) in out.planes_mut().zip(order) {
            let samples = self.interleaved[*from..].iter().step_by(channels);
            for (to, sample) in plane[before..].iter_mut().zip(samples) {
                *to = *sample * self.gain;
            }
        }
        Ok(())
    }
}

/// For each channel in the order of WAVE, its place in the order of Vorbis (Vorbis I, 4.3.9).
fn wave_order(channels: usize) -> &'static [usize] {
    match channels {
        3 => &[0, 2, 1],
        5 => &[0, 2, 1, 3, 4],
        6 => &[0, 2, 1, 5, 3, 4],
        7 => &[0, 2, 1, 6, 5, 3, 4],
        8 => &[0, 2, 1, 7, 5, 6, 3, 4],
        _ => &[0, 1, 2, 3],
    }
}
