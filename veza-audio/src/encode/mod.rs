//! Codecs and files, from PCM.
//!
//! A codec which a container wraps (AAC) is a [`PacketEncoder`]; a whole file is a
//! [`FileEncoder`].

mod aac;
mod packet;

pub use aac::{AAC_PACKET_FRAMES, AacEncoder, AacSettings};
pub use packet::{Packet, PacketEncoder, StreamInfo};

use crate::{AudioSink, Result};

/// A file being written.
///
/// Every file says in its header or its last page how many frames it holds, so that a reader gets
/// back as many frames as went in.
pub trait FileEncoder: AudioSink {
    /// Writes what is still due and completes the headers.
    ///
    /// # Errors
    /// Those of the encoder and of the output.
    fn finish(self: Box<Self>) -> Result<()>;
}
