//! The windows of 400 ms and 3 s, sliding over the energy of steps of 10 ms.

use std::collections::VecDeque;

use super::gating::{Gated, lufs};

/// Steps in a second.
pub(crate) const STEPS_PER_SECOND: u64 = 100;
/// Steps in a momentary window, which is the gating block too (400 ms).
const MOMENTARY: usize = 40;
/// Steps in a short-term window (3 s).
const SHORT_TERM: usize = 300;
/// Steps from one window to the next whose energies are gated: 75 % overlap of the gating blocks
/// (BS.1770-4), and ten values a second of the short-term loudness (Tech 3342).
const HOP: usize = 10;

/// Both windows, the highest energy of each, and the energies to be gated.
///
/// For the maxima the windows begin in silence, as they do on a meter which is switched on before
/// the sound; only whole windows are gated.
#[derive(Debug, Default)]
pub(crate) struct Windows {
    steps: VecDeque<f64>,
    count: usize,
    momentary: Sum,
    short_term: Sum,
    gated: GatedWindows,
}

/// The energies of the windows which are gated: gating blocks and short-term windows.
#[derive(Debug, Default)]
pub(crate) struct GatedWindows {
    blocks: Gated,
    spread: Gated,
}

impl GatedWindows {
    /// Integrated loudness, in LUFS.
    pub(crate) fn integrated(&self) -> Option<f64> {
        self.blocks.integrated()
    }

    /// Loudness range, in LU.
    pub(crate) fn range(&self) -> Option<f64> {
        self.spread.range()
    }

    /// Adds the windows of another sound.
    pub(crate) fn merge(&mut self, other: Self) {
        self.blocks.merge(other.blocks);
        self.spread.merge(other.spread);
    }
}

/// A sliding sum and its maximum.
#[derive(Debug, Default)]
struct Sum {
    now: f64,
    max: f64,
}

impl Sum {
    fn slide(&mut self, enters: f64, leaves: f64) {
        // What rounding leaves after a loud sound must not become a negative energy.
        self.now = (self.now + enters - leaves).max(0.0);
        self.max = self.max.max(self.now);
    }
}

impl Windows {
    /// Takes the mean energy of the next step.
    pub(crate) fn push(&mut self, energy: f64) {
        let leaves = self
            .steps
            .len()
            .checked_sub(MOMENTARY)
            .map(|index| self.steps[index]);
        self.momentary.slide(energy, leaves.unwrap_or_default());
        self.steps.push_back(energy);
        let leaves = if self.steps.len() > SHORT_TERM {
            self.steps.pop_front()
        } else {
            None
        };
        self.short_term.slide(energy, leaves.unwrap_or_default());
        self.count += 1;
        if self.count.is_multiple_of(HOP) {
            self.gate();
        }
    }

    /// Sums anew what is gated, so that rounding doesn't add up over hours.
    fn gate(&mut self) {
        if let Some(first) = self.steps.len().checked_sub(MOMENTARY) {
            self.momentary.now = self.steps.range(first..).sum();
            self.gated
                .blocks
                .push(self.momentary.now / MOMENTARY as f64);
        }
        if self.steps.len() == SHORT_TERM {
            self.short_term.now = self.steps.iter().sum();
            self.gated
                .spread
                .push(self.short_term.now / SHORT_TERM as f64);
        }
    }

    /// The momentary and the short-term loudness of what came last, in LUFS.
    pub(crate) fn now(&self) -> [Option<f64>; 2] {
        [
            window_lufs(self.momentary.now, MOMENTARY),
            window_lufs(self.short_term.now, SHORT_TERM),
        ]
    }

    /// The highest of both so far, in LUFS.
    pub(crate) fn maxima(&self) -> [Option<f64>; 2] {
        [
            window_lufs(self.momentary.max, MOMENTARY),
            window_lufs(self.short_term.max, SHORT_TERM),
        ]
    }

    /// The integrated loudness so far, in LUFS.
    pub(crate) fn integrated(&self) -> Option<f64> {
        self.gated.integrated()
    }

    /// The windows to be gated, at the end.
    pub(crate) fn finish(self) -> GatedWindows {
        self.gated
    }
}

/// The loudness of a window of so many steps with this sum; nothing for silence.
fn window_lufs(sum: f64, steps: usize) -> Option<f64> {
    (sum > 0.0).then(|| lufs(sum / steps as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn maxima(energies: impl IntoIterator<Item = f64>) -> [f64; 2] {
        let mut windows = Windows::default();
        energies.into_iter().for_each(|energy| windows.push(energy));
        windows.maxima().map(Option::unwrap)
    }

    fn close(values: [f64; 2], energies: [f64; 2]) {
        for (value, energy) in values.into_iter().zip(energies) {
            assert!((value - lufs(energy)).abs() < 1e-9, "{value} {energy}");
        }
    }

    #[test]
    fn a_window_holds_its_own_length_and_no_more() {
        let energies = (0..1_000).map(|step| if step == 500 { 1.0 } else { 0.5 });
        close(maxima(energies), [20.5 / 40.0, 150.5 / 300.0]);
    }

    #[test]
    fn a_burst_counts_against_the_silence_before_it() {
        close(maxima([1.0; 10]), [10.0 / 40.0, 10.0 / 300.0]);
    }

    #[test]
    fn only_whole_windows_are_gated() {
        let mut windows = Windows::default();
        (0..299).for_each(|_| windows.push(0.1));
        let gated = windows.finish();
        assert!((gated.integrated().unwrap() - lufs(0.1)).abs() < 1e-9);
        assert_eq!(gated.range(), None);
    }
}
