//! What a container gives: packets of known length in time.

use crate::Result;

/// A packet, as time: how much silence stands before it, and how much sound it holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Unit {
    /// Frames which are lost before this packet; silence takes their place.
    pub(super) gap: u64,
    /// Frames the packet decodes to.
    pub(super) frames: u64,
    /// How many of them, at the end, are no part of the sound.
    pub(super) trim_end: u64,
    /// Whether bytes before it had to be skipped because they made no sense.
    pub(super) after_damage: bool,
}

impl Unit {
    pub(super) fn of(frames: u64) -> Self {
        Self {
            frames,
            ..Self::default()
        }
    }

    /// Frames by which the packet moves the stream on.
    pub(super) fn advance(&self) -> u64 {
        self.gap
            .saturating_add(self.frames.saturating_sub(self.trim_end))
    }
}

/// Takes a container apart.
pub(super) trait Demuxer: Send {
    /// Replaces `data` by the next packet; `None` at the end.
    ///
    /// # Errors
    /// What leaves nothing to go on with. A damaged packet is not an error here.
    fn next(&mut self, data: &mut Vec<u8>) -> Result<Option<Unit>>;

    /// Moves to a packet from which on decoding gives decoded frame `to` as it would have been
    /// given from the beginning; answers the decoded frame at which that packet begins.
    ///
    /// # Errors
    /// Those of reading.
    fn seek(&mut self, to: u64) -> Result<u64>;
}

/// The part of the decoded frames which is the sound: without the encoder's delay and padding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Window {
    /// Decoded frames to drop at the beginning.
    pub(super) start: u64,
    /// The decoded frame at which the sound ends, where the container states it.
    pub(super) end: Option<u64>,
}

impl Window {
    /// Frames of the sound out of `decoded` frames.
    pub(super) fn frames(&self, decoded: u64) -> u64 {
        self.end
            .map_or(decoded, |end| end.min(decoded))
            .saturating_sub(self.start)
    }

    /// Frames of the sound as the container states them.
    pub(super) fn stated(&self) -> Option<u64> {
        self.end.map(|end| end.saturating_sub(self.start))
    }
}
