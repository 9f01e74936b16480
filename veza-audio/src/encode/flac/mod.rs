//! FLAC (RFC 9639): frames, and whole files.
//!
//! Fixed and linear prediction, partitioned Rice codes, stereo decorrelation; 16 and 24 bits,
//! one to eight channels. One block is held in memory, whatever the length.

mod effort;
mod file;
mod fixed;
mod frame;
mod lpc;
mod rice;
mod subframe;

pub use file::FlacWriter;

use super::pcm::quantise;
use super::{Packet, PacketEncoder, StreamInfo};
use crate::{AudioBuffer, AudioSpec, Error, Result};
use effort::Effort;
use frame::{BLOCK, FrameWriter};

/// Most channels in a FLAC stream.
pub const MAX_CHANNELS: usize = 8;
/// Highest sample rate a FLAC stream can state, in Hz.
pub const MAX_SAMPLE_RATE: u32 = 655_350;
/// Highest compression level.
pub const MAX_LEVEL: u8 = 8;

/// Refuses a depth or a level which this encoder does not have.
pub(crate) fn check(bits: u32, level: u8) -> Result<()> {
    if !matches!(bits, 16 | 24) {
        return Err(Error::invalid(
            "bits",
            format!("FLAC is written with 16 or 24, not {bits}"),
        ));
    }
    if level > MAX_LEVEL {
        return Err(Error::invalid(
            "level",
            format!("FLAC has 0 to {MAX_LEVEL}, not {level}"),
        ));
    }
    Ok(())
}

/// Encodes blocks of sound as FLAC frames of 4096 samples for each channel.
///
/// Samples are rounded to the nearest integer and clipped at full scale; 16- and 24-bit sources
/// come back bit for bit.
#[derive(Debug)]
pub struct FlacEncoder {
    info: StreamInfo,
    depth: u32,
    frames: FrameWriter,
    /// What does not fill a block yet.
    pending: Vec<Vec<i32>>,
    next: u32,
    summary: Summary,
}

/// What STREAMINFO says of the whole stream.
struct Summary {
    samples: u64,
    smallest: usize,
    largest: usize,
    digest: md5::Context,
    /// Scratch: samples as the digest wants them.
    interleaved: Vec<u8>,
}

impl std::fmt::Debug for Summary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Summary")
            .field("samples", &self.samples)
            .finish_non_exhaustive()
    }
}

impl FlacEncoder {
    /// An encoder of 16 or 24 `bits`, at a compression `level` of 0 (fastest) to 8 (smallest).
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for a rate, a number of channels, a depth or a level which
    /// FLAC or this encoder does not have.
    pub fn new(spec: AudioSpec, bits: u32, level: u8) -> Result<Self> {
        check(bits, level)?;
        let channels = spec.channels();
        if !(1..=MAX_CHANNELS).contains(&channels) {
            let reason = format!("FLAC holds 1 to {MAX_CHANNELS}, not {channels}");
            return Err(Error::invalid("channels", reason));
        }
        if !(1..=MAX_SAMPLE_RATE).contains(&spec.sample_rate) {
            let reason = format!(
                "FLAC holds 1 to {MAX_SAMPLE_RATE} Hz, not {}",
                spec.sample_rate
            );
            return Err(Error::invalid("sampleRate", reason));
        }
        let summary = Summary {
            samples: 0,
            smallest: usize::MAX,
            largest: 0,
            digest: md5::Context::new(),
            interleaved: Vec::new(),
        };
        let mut encoder = Self {
            info: StreamInfo {
                spec,
                codec: "fLaC",
                packet_frames: BLOCK as u32,
                priming: 0,
                bit_rate: None,
                config: Vec::new(),
            },
            depth: bits,
            frames: FrameWriter::new(spec.sample_rate, bits, channels, Effort::of_level(level)),
            pending: vec![Vec::with_capacity(BLOCK); channels],
            next: 0,
            summary,
        };
        encoder.info.config = encoder.stream_info(None);
        Ok(encoder)
    }

    fn encode_pending(&mut self, out: &mut Vec<Packet>) {
        let block = self.pending.first().map_or(0, Vec::len);
        let planes: Vec<&[i32]> = self.pending.iter().map(Vec::as_slice).collect();
        self.summary.digest_block(&planes, self.depth);
        let data = self.frames.encode(&planes, self.next);
        self.next += 1;
        self.summary.samples += block as u64;
        self.summary.smallest = self.summary.smallest.min(data.len());
        self.summary.largest = self.summary.largest.max(data.len());
        out.push(Packet {
            data,
            frames: block as u32,
        });
        self.pending.iter_mut().for_each(Vec::clear);
    }

    /// The 34 bytes of STREAMINFO (RFC 9639, 8.2). Sizes, length and digest are 0, which means
    /// unknown, until the digest is there.
    fn stream_info(&self, digest: Option<[u8; 16]>) -> Vec<u8> {
        let known = digest.is_some() && self.summary.samples > 0;
        let (smallest, largest) = if known {
            (self.summary.smallest, self.summary.largest)
        } else {
            (0, 0)
        };
        // 36 bits; a longer sound has an unknown length.
        let samples = if known && self.summary.samples >> 36 == 0 {
            self.summary.samples
        } else {
            0
        };
        let mut bytes = Vec::with_capacity(34);
        bytes.extend_from_slice(&(BLOCK as u16).to_be_bytes());
        bytes.extend_from_slice(&(BLOCK as u16).to_be_bytes());
        bytes.extend_from_slice(&(smallest as u32).to_be_bytes()[1..]);
        bytes.extend_from_slice(&(largest as u32).to_be_bytes()[1..]);
        let packed = u64::from(self.info.spec.sample_rate) << 44
            | (self.info.spec.channels() as u64 - 1) << 41
            | u64::from(self.depth - 1) << 36
            | samples;
        bytes.extend_from_slice(&packed.to_be_bytes());
        bytes.extend_from_slice(&digest.unwrap_or_default());
        bytes
    }
}

impl Summary {
    /// The digest is of the samples, interleaved, little endian.
    fn digest_block(&mut self, planes: &[&[i32]], depth: u32) {
        self.interleaved.clear();
        let frames = planes.first().map_or(0, |plane| plane.len());
        match (planes, depth) {
            // The usual case, quicker: a stereo frame is one word.
            ([left, right], 16) => {
                for (l, r) in left.iter().zip(*right) {
                    let word = (*l as u32 & 0xffff) | ((*r as u32) << 16);
                    self.interleaved.extend_from_slice(&word.to_le_bytes());
                }
            }
            _ => {
                let size = (depth / 8) as usize;
                for n in 0..frames {
                    for plane in planes {
                        self.interleaved
                            .extend_from_slice(&plane[n].to_le_bytes()[..size]);
                    }
                }
            }
        }
        self.digest.consume(&self.interleaved);
    }
}

impl PacketEncoder for FlacEncoder {
    /// `config` is the STREAMINFO block; after `finish` it holds the length, the frame sizes and
    /// the MD5 digest too.
    fn info(&self) -> &StreamInfo {
        &self.info
    }

    fn encode(&mut self, block: &AudioBuffer, out: &mut Vec<Packet>) -> Result<()> {
        super::same_channels(self.info.spec, block)?;
        let mut start = 0;
        while start < block.frames() {
            let taken = (BLOCK - self.pending[0].len()).min(block.frames() - start);
            for (plane, pending) in block.planes().iter().zip(&mut self.pending) {
                quantise(&plane[start..start + taken], self.depth, pending);
            }
            start += taken;
            if self.pending[0].len() == BLOCK {
                self.encode_pending(out);
            }
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut Vec<Packet>) -> Result<()> {
        if !self.pending[0].is_empty() {
            self.encode_pending(out);
        }
        let digest = self.summary.digest.clone().finalize();
        self.info.config = self.stream_info(Some(digest.0));
        Ok(())
    }
}
