//! Chance that repeats itself.

/// A xorshift generator (Marsaglia, "Xorshift RNGs", 2003; the 64-bit variant 13, 7, 17).
pub(crate) struct Chance(u64);

impl Chance {
    /// The sequence of a seed other than 0.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.max(1))
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number in -1..1: white noise.
    pub(crate) fn noise(&mut self) -> f32 {
        // The upper 24 bits fill the mantissa exactly.
        (self.next() >> 40) as f32 / (1u32 << 23) as f32 - 1.0
    }

    /// A number in `low..high`.
    pub(crate) fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * (self.noise() + 1.0) / 2.0
    }
}
