//! Ogg Vorbis, by libvorbis (aoTuV with Lancer's patches).

use std::io::Write;
use std::num::{NonZeroU8, NonZeroU32};

use vorbis_rs::{
    VorbisBitrateManagementStrategy, VorbisEncoder, VorbisEncoderBuilder, VorbisError,
};

use super::{FileEncoder, SeekWrite, comments, xiph};
use crate::tags::Tags;
use crate::{AudioBuffer, AudioSink, AudioSpec, Error, Result};

/// Frames given to the codec at once. Larger blocks make it slow.
const BLOCK: usize = 4096;

/// Writes an Ogg Vorbis file whose last page states the exact length.
pub struct VorbisWriter {
    spec: AudioSpec,
    codec: VorbisEncoder<Box<dyn SeekWrite>>,
    order: &'static [usize],
    planes: Vec<Vec<f32>>,
    frames: u64,
}

impl VorbisWriter {
    /// Begins a file at a variable bit rate that averages about `kbps` kbit/s. `serial`
    /// identifies the stream within the file: the same one gives the same file again.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for a rate, a number of channels or a bit rate that the codec
    /// does not have, and those of the output.
    pub fn new(
        spec: AudioSpec,
        kbps: u32,
        serial: u32,
        tags: &Tags,
        output: Box<dyn SeekWrite>,
    ) -> Result<Self> {
        super::EncodeSettings::Vorbis { kbps }.check(spec)?;
        let nothing = || Error::invalid("spec", "a sound has a rate and channels");
        let rate = NonZeroU32::new(spec.sample_rate).ok_or_else(nothing)?;
        let channels = u8::try_from(spec.channels()).ok().and_then(NonZeroU8::new);
        let channels = channels.ok_or_else(nothing)?;
        let bit_rate = NonZeroU32::new(kbps * 1000).ok_or_else(nothing)?;
        let mut builder =
            VorbisEncoderBuilder::new_with_serial(rate, channels, output, serial as i32);
        builder.bitrate_management_strategy(VorbisBitrateManagementStrategy::Vbr {
            target_bitrate: bit_rate,
        });
        // The codec takes C strings.
        let fields = comments::fields(tags).map(|(name, value)| (name, value.replace('\0', " ")));
        builder.comment_tags(fields).map_err(failed)?;
        let codec = builder.build().map_err(|error| match error {
            VorbisError::LibraryError(_) => Error::invalid(
                "kbps",
                format!(
                    "the Vorbis encoder cannot do {kbps} kbit/s with {channels} channels at {rate} Hz"
                ),
            ),
            other => failed(other),
        })?;
        let order = xiph::channel_order(spec.channels());
        Ok(Self {
            spec,
            codec,
            order,
            planes: vec![Vec::new(); order.len()],
            frames: 0,
        })
    }
}

impl AudioSink for VorbisWriter {
    fn write(&mut self, block: &AudioBuffer) -> Result<()> {
        super::same_channels(self.spec, block)?;
        for start in (0..block.frames()).step_by(BLOCK) {
            let end = block.frames().min(start + BLOCK);
            for (plane, channel) in self.planes.iter_mut().zip(self.order) {
                plane.clear();
                plane.extend_from_slice(&block.plane(*channel)[start..end]);
                super::sanitise(plane);
            }
            self.codec
                .encode_audio_block(&self.planes)
                .map_err(failed)?;
        }
        self.frames += block.frames() as u64;
        Ok(())
    }
}

impl FileEncoder for VorbisWriter {
    fn finish(self: Box<Self>) -> Result<()> {
        if self.frames == 0 {
            return Err(Error::Empty);
        }
        self.codec.finish().map_err(failed)?.flush()?;
        Ok(())
    }
}

fn failed(error: VorbisError) -> Error {
    match error {
        VorbisError::Io(error) => Error::Io(error),
        other => Error::Encoder {
            codec: "Vorbis",
            reason: other.to_string(),
        },
    }
}
