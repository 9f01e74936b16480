//! Numbers that look random, and are the same for the same seed.

use std::ops::Range;

/// A small xorshift generator.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        // Of nothing it would make nothing.
        Self(seed.max(1))
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    pub(crate) fn within(&mut self, range: Range<u64>) -> u64 {
        range.start + self.next() % (range.end - range.start)
    }

    /// Another one, whose numbers have nothing to do with these.
    pub(crate) fn fork(&mut self) -> Self {
        Self::new(self.next().wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }
}
