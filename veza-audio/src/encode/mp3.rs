//! MP3 at a constant bit rate, with the LAME tag that makes its length exact.

use std::io::{SeekFrom, Write};

use rusty_mp3::encode::lametag::{self, TagInfo, TagStats};
use rusty_mp3::header::FrameHeader;
use rusty_mp3::header::MpegVersion;
use rusty_mp3::{Mp3Encode, encoder_header};

use super::{FileEncoder, SeekWrite, id3};
use crate::tags::Tags;
use crate::{AudioBuffer, AudioSink, AudioSpec, Error, Result};

/// Frames among which bits are shared before they are written: 26 s at 44.1 kHz.
///
/// The bit reservoir lets a hard frame use bytes an easy one before it left over, and the frames
/// which share it are laid out together. Beginning anew every so often keeps memory bounded and
/// costs at most 511 unused bytes each time.
const RUN: usize = 1000;
/// Up to this bit rate the encoder shares bits among frames. Above, nearly all frames have more
/// than they need.
const MAX_SHARED_KBPS: u32 = 256;
/// How strongly a frame's demand moves bits to it: the value the encoder was tuned with.
const SHARE: f32 = 0.2;

/// Writes an MP3 file: an ID3v2.4 tag, the LAME tag's frame, completed at the end with the exact
/// delay and padding, and the sound.
pub struct Mp3Writer {
    spec: AudioSpec,
    output: Box<dyn SeekWrite>,
    codec: Mp3Encode,
    header: FrameHeader,
    tag_header: FrameHeader,
    stats: TagStats,
    /// Where the LAME tag's frame begins in the output.
    tag_at: u64,
    shares_bits: bool,
    /// Frames of the run so far, which the codec holds.
    held: usize,
    /// Sound which does not fill a frame yet.
    pending: AudioBuffer,
    /// Frames of the source, and of silence put before them.
    frames: u64,
    priming: usize,
}

impl Mp3Writer {
    /// Begins a file.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for a rate, a number of channels or a bit rate MP3 does not
    /// have, and those of the output.
    pub fn new(
        spec: AudioSpec,
        kbps: u32,
        tags: &Tags,
        mut output: Box<dyn SeekWrite>,
    ) -> Result<Self> {
        super::EncodeSettings::Mp3 { kbps }.check(spec)?;
        let header = encoder_header(spec.sample_rate, spec.channels() as u16, kbps)
            .map_err(|error| Error::invalid("sampleRate", error.to_string()))?;
        output.write_all(&id3::tag(tags)?)?;
        let tag_at = output.stream_position()?;
        let tag_header = lametag::tag_header(&header);
        // Room for the tag's frame; the decoder of an unfinished file hears 26 ms of silence.
        output.write_all(&vec![0; tag_header.frame_size()])?;
        Ok(Self {
            spec,
            output,
            codec: Mp3Encode::new(),
            stats: TagStats::new(tag_header.frame_size()),
            tag_header,
            tag_at,
            // The codec lays bits out for MPEG-1 only.
            shares_bits: header.version == MpegVersion::V1 && kbps <= MAX_SHARED_KBPS,
            header,
            held: 0,
            pending: AudioBuffer::new(spec.channels()),
            frames: 0,
            priming: 0,
        })
    }

    /// Encodes the whole frames among what is pending.
    fn encode_pending(&mut self) -> Result<()> {
        let length = self.header.version.samples_per_frame();
        let mut start = 0;
        while self.pending.frames() - start >= length {
            let planes: Vec<&[f32]> = self
                .pending
                .planes()
                .iter()
                .map(|plane| &plane[start..start + length])
                .collect();
            if self.shares_bits {
                self.codec
                    .encode_frame_reservoir(&self.header, &planes, SHARE);
                self.held += 1;
            } else {
                let frame = self
                    .codec
                    .encode_frame(&self.header, &planes, None)
                    .map_err(failed)?;
                self.stats.add_frame(&frame);
                self.output.write_all(&frame)?;
            }
            start += length;
            if self.held == RUN {
                self.write_run()?;
            }
        }
        self.pending.drop_front(start);
        Ok(())
    }

    fn write_run(&mut self) -> Result<()> {
        self.held = 0;
        let run = self.codec.finish_reservoir();
        for frame in run.chunks(self.header.frame_size()) {
            self.stats.add_frame(frame);
        }
        self.output.write_all(&run)?;
        Ok(())
    }
}

impl AudioSink for Mp3Writer {
    fn write(&mut self, block: &AudioBuffer) -> Result<()> {
        super::same_channels(self.spec, block)?;
        let length = self.header.version.samples_per_frame();
        let mut start = 0;
        while start < block.frames() {
            // A frame's worth at a time, so that a long block is not held twice.
            let taken = length.min(block.frames() - start);
            let before = self.pending.frames();
            self.pending.extend_from(block, start, taken);
            for channel in 0..self.spec.channels() {
                super::sanitise(&mut self.pending.plane_mut(channel)[before..]);
            }
            self.encode_pending()?;
            start += taken;
        }
        self.frames += block.frames() as u64;
        Ok(())
    }
}

impl FileEncoder for Mp3Writer {
    fn finish(mut self: Box<Self>) -> Result<()> {
        if self.frames == 0 {
            return Err(Error::Empty);
        }
        let length = self.header.version.samples_per_frame();
        if self.frames < length as u64 {
            // A sound this short may need silence before it for players to trim it rightly.
            self.priming = lametag::extra_priming(self.frames, length);
            let mut primed = AudioBuffer::new(self.spec.channels());
            primed.resize(self.priming);
            primed.extend_from(&self.pending, 0, self.pending.frames());
            self.pending = primed;
        }
        let delay = lametag::ENCODER_DELAY + self.priming;
        let padding = lametag::padding_for(self.frames, delay, length) as usize;
        // The codec's own delay is inside its filters: all that is fed are whole frames.
        let fed = self.pending.frames() + lametag::ENCODER_DELAY + padding;
        self.pending.resize(fed);
        self.encode_pending()?;
        if self.held > 0 {
            self.write_run()?;
        }
        let end = self.output.stream_position()?;
        let info = TagInfo {
            vbr: false,
            delay,
            padding,
        };
        self.output.seek(SeekFrom::Start(self.tag_at))?;
        self.output
            .write_all(&lametag::tag_frame(&self.tag_header, &self.stats, &info))?;
        self.output.seek(SeekFrom::Start(end))?;
        self.output.flush()?;
        Ok(())
    }
}

fn failed(error: rusty_mp3::Error) -> Error {
    Error::Encoder {
        codec: "MP3",
        reason: error.to_string(),
    }
}
