//! Reads WAV, FLAC, MP3, M4A (AAC, ALAC, and FLAC or Opus in MP4), AIFF, Ogg Vorbis and Ogg Opus.
//!
//! AAC is of low complexity or HE-AAC (versions 1 and 2), in mono, stereo or surround; HE-AAC of
//! which only the stream itself tells is found in its first packets. USAC (xHE-AAC) is refused by
//! its name.
//!
//! The first bytes decide what a file is, never its name. Memory stays bounded whatever the length
//! and whatever a header claims; a damaged packet becomes silence of its own length.
//!
//! ```
//! use veza_audio::decode::{self, Input};
//! use veza_audio::{AudioBuffer, AudioSource, Limits};
//!
//! /// The highest sample of a file.
//! fn peak(file: impl Input + 'static) -> veza_audio::Result<f32> {
//!     let mut decoder = decode::open(Box::new(file), &Limits::default())?;
//!     let mut block = AudioBuffer::default();
//!     let mut peak = 0.0f32;
//!     while decoder.read(&mut block)? {
//!         for sample in block.planes().iter().flatten() {
//!             peak = peak.max(sample.abs());
//!         }
//!     }
//!     Ok(peak)
//! }
//!
//! // Anything that reads and seeks will do: a `std::fs::File`, or bytes in memory.
//! let wav = b"RIFF\x28\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0\
//!     data\x04\0\0\0\0\x40\0\xc0";
//! assert_eq!(peak(std::io::Cursor::new(wav))?, 0.5);
//! # Ok::<(), veza_audio::Error>(())
//! ```

mod aac;
mod aiff;
mod bytes;
mod codec;
mod decoder;
mod flac;
mod mp3;
mod mp4;
mod ogg;
mod packets;
mod pcm;
mod probe;
mod tags;
mod wav;

use std::io::{Read, Seek};

use bytes::Bytes;
use decoder::Opened;
pub use decoder::{Damage, Decoder, LostRange};
pub use probe::{Container, Info, Probe};

use crate::{Error, Limits, Result};

/// Something a file is read from: `std::fs::File`, `std::io::Cursor<Vec<u8>>`, ...
pub trait Input: Read + Seek + Send + Sync {}

impl<T: Read + Seek + Send + Sync> Input for T {}

/// Opens a file for decoding.
///
/// # Errors
/// [`Error::NotAudio`] for content of no known kind, [`Error::UnsupportedCodec`],
/// [`Error::Malformed`] where a header contradicts its format, [`Error::LimitExceeded`] where it
/// states more than `limits` allow, [`Error::Empty`], and [`Error::Io`].
pub fn open(input: Box<dyn Input>, limits: &Limits) -> Result<Decoder> {
    Decoder::new(opened(Bytes::new(input)?, limits)?, limits)
}

/// Says what a file is, and how long exactly: where the container does not state a length that can
/// be relied on, its packets are read to the end (not decoded), in bounded memory.
///
/// # Errors
/// As [`open`].
pub fn probe(input: Box<dyn Input>, limits: &Limits) -> Result<Probe> {
    open(input, limits)?.into_probe()
}

fn opened(mut bytes: Bytes, limits: &Limits) -> Result<Opened> {
    let start = tags::after_id3(&mut bytes)?;
    bytes.seek(start)?;
    let mut magic = [0; 12];
    let have = bytes.read_up_to(&mut magic)?;
    bytes.seek(start)?;
    match &magic[..have] {
        [b'f', b'L', b'a', b'C', ..] => flac::open(bytes, limits),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E'] if start == 0 => {
            wav::open(bytes, limits)
        }
        [b'R', b'F', b'6', b'4', _, _, _, _, b'W', b'A', b'V', b'E'] if start == 0 => {
            wav::open(bytes, limits)
        }
        [
            b'F',
            b'O',
            b'R',
            b'M',
            _,
            _,
            _,
            _,
            b'A',
            b'I',
            b'F',
            b'F' | b'C',
        ] if start == 0 => aiff::open(bytes, limits),
        [b'O', b'g', b'g', b'S', ..] if start == 0 => ogg::open(bytes, limits),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] if start == 0 => mp4::open(bytes, limits),
        _ => mp3::open(bytes, limits)?.ok_or(Error::NotAudio),
    }
}
