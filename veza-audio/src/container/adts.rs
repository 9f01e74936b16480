//! ADTS (ISO/IEC 14496-3, 1.A.3.2): the header which lets an AAC packet stand alone in a stream.

use crate::{Error, Result};

/// The length of a header without a checksum.
const HEADER_BYTES: usize = 7;

/// The longest packet, header included: the length has 13 bits.
const MAX_BYTES: usize = (1 << 13) - 1;

/// Puts ADTS headers in front of the packets of one stream.
pub(super) struct AdtsFramer {
    /// Profile, index of the sample rate and channel configuration, where the header has them.
    fixed: [u8; 2],
}

impl AdtsFramer {
    /// A framer of the stream that `config` (an `AudioSpecificConfig`) describes.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] where an ADTS header has no room for the configuration.
    pub(super) fn new(config: &[u8]) -> Result<Self> {
        let [first, second, ..] = config else {
            return Err(Error::invalid(
                "config",
                "an AudioSpecificConfig has 2 bytes or more",
            ));
        };
        let object_type = first >> 3;
        let rate_index = (first & 7) << 1 | second >> 7;
        let channels = second >> 3 & 0xF;
        if !(1..=4).contains(&object_type) || rate_index > 12 || !(1..=7).contains(&channels) {
            return Err(Error::invalid(
                "config",
                format!(
                    "ADTS has no object type {object_type} with rate index {rate_index} \
                     and channel configuration {channels}"
                ),
            ));
        }
        Ok(Self {
            fixed: [
                (object_type - 1) << 6 | rate_index << 2 | channels >> 2,
                (channels & 3) << 6,
            ],
        })
    }

    /// Appends `packet` with its header to `out`.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] when the packet is too long for ADTS.
    pub(super) fn push(&self, packet: &[u8], out: &mut Vec<u8>) -> Result<()> {
        let length = HEADER_BYTES + packet.len();
        if length > MAX_BYTES {
            return Err(Error::invalid(
                "packet",
                format!("{} bytes of AAC do not fit an ADTS frame", packet.len()),
            ));
        }
        out.extend_from_slice(&[
            // Sync word, MPEG-4, layer 0, no checksum.
            0xFF,
            0xF1,
            self.fixed[0],
            self.fixed[1] | (length >> 11) as u8,
            (length >> 3) as u8,
            // Buffer fullness "variable rate": all ones; one packet to a frame.
            (length << 5) as u8 | 0x1F,
            0xFC,
        ]);
        out.extend_from_slice(packet);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_of_stereo_at_44100_hz() {
        // AAC-LC (2), rate index 4, two channels.
        let framer = AdtsFramer::new(&[0x12, 0x10]).unwrap();
        let mut out = Vec::new();
        framer.push(&[0xAB; 300], &mut out).unwrap();
        assert_eq!(out[..7], [0xFF, 0xF1, 0x50, 0x80, 0x26, 0x7F, 0xFC]);
        assert_eq!(out.len(), 307);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert!(AdtsFramer::new(&[0x12]).is_err());
        // A rate which is spelt out, for want of an index.
        assert!(AdtsFramer::new(&[0x17, 0x80, 0x61, 0xA8, 0x10]).is_err());
        let framer = AdtsFramer::new(&[0x12, 0x10]).unwrap();
        assert!(framer.push(&[0; 8_185], &mut Vec::new()).is_err());
        assert!(framer.push(&[0; 8_184], &mut Vec::new()).is_ok());
    }
}
