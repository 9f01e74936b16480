//! Where the values of one channel are, in rows.

use crate::waveform::MinMax;

/// Part of a lane's height that is left free above and below the wave.
const MARGIN: f32 = 0.04;

/// Rows of one channel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Lane {
    pub(super) top: usize,
    pub(super) bottom: usize,
}

impl Lane {
    /// So many lanes, one below the other.
    pub(super) fn stacked(lanes: usize, rows: usize) -> Vec<Self> {
        (0..lanes)
            .map(|index| Self {
                top: rows * index / lanes,
                bottom: rows * (index + 1) / lanes,
            })
            .collect()
    }

    pub(super) fn middle(self) -> f32 {
        (self.top + self.bottom) as f32 / 2.0
    }

    /// Rows from the middle to full scale.
    pub(super) fn reach(self) -> f32 {
        ((self.bottom - self.top) as f32 * (0.5 - MARGIN)).max(0.5)
    }

    /// The rows from the highest sample to the lowest: at least one, so that silence is a line.
    pub(super) fn span(self, pair: MinMax) -> (f32, f32) {
        let row = |value: i16| self.middle() - f32::from(value) / 32_768.0 * self.reach();
        let (top, bottom) = (row(pair.max), row(pair.min));
        let missing = (1.0 - (bottom - top)).max(0.0) / 2.0;
        (top - missing, bottom + missing)
    }

    /// The rows of a root mean square of 0.0 to 1.0, to both sides of the middle.
    pub(super) fn rms_span(self, rms: f32) -> (f32, f32) {
        let half = rms * self.reach();
        (self.middle() - half, self.middle() + half)
    }

    /// Half the height of a bar: at least `least`.
    pub(super) fn half_bar(self, pair: MinMax, least: f32) -> f32 {
        let amplitude = f32::from(pair.max).max(-f32::from(pair.min)) / 32_768.0;
        (amplitude * self.reach()).max(least)
    }
}
