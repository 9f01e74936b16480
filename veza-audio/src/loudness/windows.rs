//! The loudest 400 ms and 3 s, followed every 10 ms.

use std::collections::VecDeque;

/// Steps of 10 ms in a momentary window (400 ms, EBU Tech 3341).
const MOMENTARY: usize = 40;
/// Steps of 10 ms in a short-term window (3 s, EBU Tech 3341).
const SHORT_TERM: usize = 300;

/// Two sliding windows over the energy of 10 ms steps. Both begin in silence, as a meter does
/// which is switched on before the sound.
#[derive(Debug, Default)]
pub(crate) struct Windows {
    steps: VecDeque<f64>,
    momentary: f64,
    short_term: f64,
    momentary_max: f64,
    short_term_max: f64,
}

impl Windows {
    /// Takes the mean energy of the next 10 ms.
    pub(crate) fn push(&mut self, energy: f64) {
        self.momentary += energy;
        self.short_term += energy;
        if let Some(index) = self.steps.len().checked_sub(MOMENTARY) {
            self.momentary -= self.steps[index];
        }
        self.steps.push_back(energy);
        if self.steps.len() > SHORT_TERM {
            self.short_term -= self.steps.pop_front().unwrap_or_default();
        }
        self.momentary_max = self.momentary_max.max(self.momentary);
        self.short_term_max = self.short_term_max.max(self.short_term);
    }

    /// The highest mean energy of a momentary window.
    pub(crate) fn momentary_max(&self) -> f64 {
        self.momentary_max / MOMENTARY as f64
    }

    /// The highest mean energy of a short-term window.
    pub(crate) fn short_term_max(&self) -> f64 {
        self.short_term_max / SHORT_TERM as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_holds_its_own_length_and_no_more() {
        let mut windows = Windows::default();
        for step in 0..1_000 {
            windows.push(if step == 500 { 1.0 } else { 0.5 });
        }
        assert!((windows.momentary_max() - 20.5 / 40.0).abs() < 1e-12);
        assert!((windows.short_term_max() - 150.5 / 300.0).abs() < 1e-12);
    }

    #[test]
    fn a_burst_counts_against_the_silence_before_it() {
        let mut windows = Windows::default();
        (0..10).for_each(|_| windows.push(1.0));
        assert!((windows.momentary_max() - 0.25).abs() < 1e-12);
    }
}
