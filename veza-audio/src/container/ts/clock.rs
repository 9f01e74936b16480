//! The clock of 90 kHz which time stamps count in.

/// Ticks per second of time stamps; they wrap at 33 bits.
pub(crate) const CLOCK: u64 = 90_000;
/// The bits of a time stamp.
pub(crate) const CLOCK_MASK: u64 = (1 << 33) - 1;
/// The time stamp of the first packet: late enough for the clock reference to come before it.
const FIRST_TIME: u64 = 10 * CLOCK;

/// Counts frames of sound, and says where they are on the clock.
pub(crate) struct Clock {
    sample_rate: u64,
    /// Ticks before the first frame counted.
    epoch: u64,
    frames: u64,
}

impl Clock {
    pub(crate) fn new(sample_rate: u32) -> Self {
        Self {
            sample_rate: u64::from(sample_rate.max(1)),
            epoch: FIRST_TIME,
            frames: 0,
        }
    }

    /// Runs on with frames of another rate.
    pub(crate) fn change_rate(&mut self, sample_rate: u32) {
        self.epoch = self.ticks();
        self.sample_rate = u64::from(sample_rate.max(1));
        self.frames = 0;
    }

    pub(crate) fn advance(&mut self, frames: u32) {
        self.frames += u64::from(frames);
    }

    /// The time of the next frame, which never wraps.
    pub(crate) fn ticks(&self) -> u64 {
        self.ticks_at(self.frames)
    }

    /// The time of a frame, counted from where the rate began.
    pub(crate) fn ticks_at(&self, frame: u64) -> u64 {
        let ticks = u128::from(frame) * u128::from(CLOCK) / u128::from(self.sample_rate);
        self.epoch + ticks as u64
    }

    /// The time stamp of the next frame: 33 bits.
    pub(crate) fn stamp(&self) -> u64 {
        self.ticks() & CLOCK_MASK
    }
}
