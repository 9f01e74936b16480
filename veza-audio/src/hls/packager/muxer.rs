//! One segment of any format.

use super::super::SegmentFormat;
use crate::Result;
use crate::container::fmp4::Fmp4Muxer;
use crate::container::packed::PackedMuxer;
use crate::container::protection::PacketCipher;
use crate::container::ts::{TimedTag, TsMuxer};
use crate::encode::{Packet, StreamInfo};

pub(super) enum Muxer {
    Ts(TsMuxer),
    Fmp4(Fmp4Muxer),
    Packed(PackedMuxer),
}

impl Muxer {
    pub(super) fn new(info: &StreamInfo, format: SegmentFormat, metadata: bool) -> Result<Self> {
        Ok(match format {
            SegmentFormat::Ts if metadata => Self::Ts(TsMuxer::new(info)?.with_metadata()),
            SegmentFormat::Ts => Self::Ts(TsMuxer::new(info)?),
            SegmentFormat::Fmp4 => Self::Fmp4(Fmp4Muxer::new(info)?),
            SegmentFormat::Packed => Self::Packed(PackedMuxer::new(info)?),
        })
    }

    /// Goes on with another source. The clocks of transport streams and packed audio run on; the
    /// init segment of fragmented MPEG-4 begins a new time line.
    pub(super) fn change_stream(&mut self, info: &StreamInfo) -> Result<()> {
        match self {
            Self::Ts(muxer) => muxer.change_stream(info),
            Self::Fmp4(muxer) => {
                *muxer = Fmp4Muxer::new(info)?;
                Ok(())
            }
            Self::Packed(muxer) => muxer.change_stream(info),
        }
    }

    /// Appends a segment, or a part of one. `tags` count frames as the packets do.
    pub(super) fn segment(
        &mut self,
        packets: &[Packet],
        tags: &[TimedTag],
        cipher: Option<&PacketCipher>,
        other_key: bool,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        match self {
            Self::Ts(muxer) => muxer.segment_with(packets, tags, cipher, out),
            Self::Fmp4(muxer) => muxer.segment_with(packets, tags, cipher, other_key, out),
            Self::Packed(muxer) => muxer.segment_with(packets, cipher, out),
        }
    }
}
