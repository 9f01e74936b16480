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
    blocks: Gated,
    spread: Gated,
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
            self.blocks.push(self.momentary.now / MOMENTARY as f64);
        }
        if self.steps.len() == SHORT_TERM {
            self.short_term.now = self.steps.iter().sum();
            self.spread.push(self.short_term.now / SHORT_TERM as f64);
        }
    }

    /// Integrated loudness (LUFS), loudness range (LU), and the highest momentary and short-term
    /// loudness (LUFS).
    pub(crate) fn finish(self) -> [Option<f64>; 4] {
        let highest =
            |sum: Sum, steps: usize| (sum.max > 0.0).then(|| lufs(sum.max / steps as f64));
        [
            self.blocks.integrated(),
            self.spread.range(),
            highest(self.momentary, MOMENTARY),
            highest(self.short_term, SHORT_TERM),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn maxima(energies: impl IntoIterator<Item = f64>) -> [f64; 2] {
        let mut windows = Windows::default();
        energies.into_iter().for_each(|energy| windows.push(energy));
        let [_, _, momentary, short_term] = windows.finish();
        [momentary.unwrap(), short_term.unwrap()]
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
        let [integrated, range, ..] = windows.finish();
        assert!((integrated.unwrap() - lufs(0.1)).abs() < 1e-9);
        assert_eq!(range, None);
    }
}
