//! AAC that goes beyond mono and stereo of low complexity: HE-AAC (spectral band replication, and
//! parametric stereo in its version 2) and more channels (ISO/IEC 14496-3).

use std::panic::{AssertUnwindSafe, catch_unwind};

use rusty_aac::config::StreamConfig;
use rusty_aac::decode::Decoder;

use crate::{AudioBuffer, AudioSpec, ChannelLayout, Error, Result};

/// Spectral band replication is found in the stream alone only up to this rate of the core, in Hz
/// (ISO/IEC 14496-3, 1.6.6.2): its output has at most 48 kHz.
const MAX_IMPLICIT_RATE: u32 = 24_000;

/// Packets of a stream which are looked at for what its configuration does not say.
pub(super) const LOOKED_AT: usize = 8;

/// A decoder of any AAC but USAC.
pub(super) struct Aac {
    config: StreamConfig,
    decoder: Box<Decoder>,
    spec: AudioSpec,
    packet_frames: u64,
}

impl Aac {
    /// Reads an `AudioSpecificConfig`.
    ///
    /// # Errors
    /// [`Error::UnsupportedCodec`] for what has no decoder, [`Error::Malformed`].
    pub(super) fn parse(config: &[u8], container: &'static str) -> Result<StreamConfig> {
        use rusty_aac::Error as Cause;
        // Its reader is fed by strangers, too.
        let parsed = catch_unwind(AssertUnwindSafe(|| rusty_aac::config::parse(config)));
        match parsed {
            Ok(Ok(parsed)) => Ok(parsed),
            Ok(Err(Cause::Unsupported(what))) => Err(refused(container, what)),
            Ok(Err(cause)) => Err(Error::malformed(format!(
                "the AAC configuration cannot be read: {cause}"
            ))),
            Err(_) => Err(Error::malformed("the AAC configuration cannot be read")),
        }
    }

    /// A decoder for what a configuration says, and nothing that it does not: band replication
    /// which the stream alone knows of is left out. See [`Aac::with_what_is_in`].
    ///
    /// # Errors
    /// [`Error::UnsupportedCodec`].
    pub(super) fn new(mut config: StreamConfig, container: &'static str) -> Result<Self> {
        if config.eld.as_ref().is_some_and(|eld| eld.ld_sbr) {
            return Err(refused(container, "AAC-ELD with band replication"));
        }
        config.sbr_explicitly_absent = !config.sbr;
        let decoder = make(&config, container)?;
        let channels = decoder.channels() as u16;
        if channels == 0 {
            return Err(refused(container, "AAC which states no channels"));
        }
        let sample_rate = decoder.output_sample_rate();
        let factor = if sample_rate > config.sample_rate {
            2
        } else {
            1
        };
        Ok(Self {
            spec: AudioSpec::new(sample_rate, layout(&config, channels)),
            packet_frames: config.frame_length as u64 * factor,
            decoder: Box::new(decoder),
            config,
        })
    }

    /// Whether the stream may hold band replication of which its configuration says nothing.
    pub(super) fn may_hide_replication(config: &StreamConfig) -> bool {
        config.object_type == 2
            && !config.sbr
            && !config.sbr_explicitly_absent
            && config.sample_rate <= MAX_IMPLICIT_RATE
    }

    /// The configuration, completed by what the first packets of the stream hold.
    pub(super) fn with_what_is_in(
        config: &StreamConfig,
        packets: &[Vec<u8>],
    ) -> Option<StreamConfig> {
        let mut decoder = make(config, "").ok()?;
        for packet in packets.iter().take(LOOKED_AT) {
            let tried = catch_unwind(AssertUnwindSafe(|| {
                let decoded = decoder.decode(packet, None);
                decoded.ok().filter(|_| decoder.saw_sbr())
            }));
            if let Some(decoded) = tried.ok()? {
                return Some(StreamConfig {
                    sbr: true,
                    ext_sample_rate: decoded.sample_rate,
                    ..config.clone()
                });
            }
        }
        None
    }

    /// What comes out.
    pub(super) fn spec(&self) -> AudioSpec {
        self.spec
    }

    /// Frames of a packet.
    pub(super) fn packet_frames(&self) -> u64 {
        self.packet_frames
    }

    /// Forgets the packets before.
    pub(super) fn reset(&mut self) {
        // What was made once of the same configuration can be made again.
        if let Ok(decoder) = make(&self.config, "") {
            *self.decoder = decoder;
        }
    }

    /// Appends a packet's sound to `out`, at most `frames` of it.
    ///
    /// # Errors
    /// Why the packet cannot be decoded.
    pub(super) fn decode(
        &mut self,
        data: &[u8],
        frames: usize,
        out: &mut AudioBuffer,
    ) -> Result<(), String> {
        let tried = catch_unwind(AssertUnwindSafe(|| self.decoder.decode(data, None)));
        let decoded = match tried {
            Ok(decoded) => decoded.map_err(|cause| cause.to_string())?,
            Err(_) => {
                // What it was in the middle of is not to be trusted any more.
                *self.decoder = make(&self.config, "").map_err(|e| e.to_string())?;
                return Err("the AAC decoder gave up".to_owned());
            }
        };
        let channels = out.channels();
        if usize::from(decoded.channels) != channels || decoded.sample_rate != self.spec.sample_rate
        {
            return Err(format!(
                "a packet has {} channels at {} Hz, the stream {channels} at {} Hz",
                decoded.channels, decoded.sample_rate, self.spec.sample_rate
            ));
        }
        let before = out.frames();
        let kept = decoded.frames().min(frames);
        out.resize(before + kept);
        for (channel, plane) in out.planes_mut().enumerate() {
            let samples = decoded.samples.get(channel..).unwrap_or_default();
            let samples = samples.iter().step_by(channels);
            for (to, sample) in plane[before..].iter_mut().zip(samples) {
                *to = *sample;
            }
        }
        Ok(())
    }
}

fn make(config: &StreamConfig, container: &'static str) -> Result<Decoder> {
    let made = catch_unwind(AssertUnwindSafe(|| {
        Decoder::with_stream_config(config.clone())
    }));
    match made {
        Ok(Ok(decoder)) => Ok(decoder),
        Ok(Err(cause)) => Err(refused(container, cause.to_string())),
        Err(_) => Err(Error::malformed("the AAC configuration makes no sense")),
    }
}

fn refused(container: &'static str, codec: impl Into<String>) -> Error {
    Error::UnsupportedCodec {
        container,
        codec: codec.into(),
    }
}

/// Where the channels stand that the decoder gives, in the order of WAVE.
fn layout(config: &StreamConfig, channels: u16) -> ChannelLayout {
    match (config.channel_config, channels) {
        (0, 1..=2) | (1..=3 | 5 | 6, _) => ChannelLayout::from_channels(channels),
        (12, 8) => ChannelLayout::Surround71,
        _ => ChannelLayout::Discrete(channels),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parsed(config: &[u8]) -> StreamConfig {
        Aac::parse(config, "mp4").unwrap()
    }

    #[test]
    fn configurations_say_what_comes_out() {
        for (config, spec, frames) in [
            // AAC-LC, 48 kHz, 5.1.
            (
                &[0x11, 0xb0][..],
                AudioSpec::new(48_000, ChannelLayout::Surround51),
                1_024,
            ),
            // HE-AAC, 22.05 to 44.1 kHz, stereo.
            (
                &[0x2b, 0x92, 0x08, 0x00],
                AudioSpec::new(44_100, ChannelLayout::Stereo),
                2_048,
            ),
            // HE-AAC v2, 24 to 48 kHz: mono and its parameters.
            (
                &[0xeb, 0x09, 0x88, 0x00],
                AudioSpec::new(48_000, ChannelLayout::Stereo),
                2_048,
            ),
        ] {
            let decoder = Aac::new(parsed(config), "mp4").unwrap();
            assert_eq!(decoder.spec(), spec, "{config:x?}");
            assert_eq!(decoder.packet_frames(), frames, "{config:x?}");
        }
    }

    #[test]
    fn only_a_slow_core_of_low_complexity_may_hide_replication() {
        assert!(Aac::may_hide_replication(&parsed(&[0x13, 0x90])));
        assert!(!Aac::may_hide_replication(&parsed(&[0x12, 0x10])));
        assert!(!Aac::may_hide_replication(&parsed(&[
            0x2b, 0x92, 0x08, 0x00
        ])));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(config: Vec<u8>, packets: Vec<Vec<u8>>) {
            if let Ok(config) = Aac::parse(&config, "mp4") {
                let _ = Aac::with_what_is_in(&config, &packets);
                if let Ok(mut decoder) = Aac::new(config, "mp4") {
                    let mut out = AudioBuffer::new(decoder.spec().channels());
                    for packet in &packets {
                        let _ = decoder.decode(packet, 2_048, &mut out);
                    }
                }
            }
        }
    }
}
