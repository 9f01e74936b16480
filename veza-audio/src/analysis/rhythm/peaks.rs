//! Peaks of a curve over time.

use crate::{Error, Result};

/// What makes a value a peak (Böck, Krebs and Schedl, *Evaluating the online capabilities of onset
/// detection methods*, 2012). Lengths are in frames.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PeakPicking {
    /// A peak is the highest of so many frames before it.
    pub before_max: usize,
    /// And of so many after it.
    pub after_max: usize,
    /// It stands above the mean of so many frames before it,
    pub before_mean: usize,
    /// itself, and so many after it,
    pub after_mean: usize,
    /// by at least so much.
    pub above_mean: f32,
    /// No peak comes so few frames after another, or fewer.
    pub wait: usize,
}

impl PeakPicking {
    /// The windows of `librosa.onset.onset_detect` for a curve of so many frames a second, scaled
    /// to reach from 0 to 1: highest within 30 ms before, 0.07 above the mean of 100 ms before
    /// and after, 30 ms apart.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for a rate that is not positive, or above a million.
    pub fn of_onsets(frames_per_second: f64) -> Result<Self> {
        if !(frames_per_second > 0.0 && frames_per_second <= 1e6) {
            let reason = format!("{frames_per_second} frames a second");
            return Err(Error::invalid("frame rate", reason));
        }
        let frames = |seconds: f64| (seconds * frames_per_second + 1e-9).floor() as usize;
        Ok(Self {
            before_max: frames(0.03),
            after_max: 0,
            before_mean: frames(0.1),
            after_mean: frames(0.1),
            above_mean: 0.07,
            wait: frames(0.03),
        })
    }
}

/// The frames at which `curve` has a peak, in order. What is not a number is none.
///
/// ```
/// use veza_audio::analysis::{PeakPicking, pick_peaks};
///
/// let picking = PeakPicking::of_onsets(100.0)?;
/// let mut curve = vec![0.0; 100];
/// curve[20] = 1.0;
/// curve[60] = 0.5;
/// assert_eq!(pick_peaks(&curve, &picking), [20, 60]);
/// # Ok::<(), veza_audio::Error>(())
/// ```
pub fn pick_peaks(curve: &[f32], picking: &PeakPicking) -> Vec<usize> {
    let sums: Vec<f64> = std::iter::once(0.0)
        .chain(curve.iter().scan(0.0, |sum, value| {
            *sum += f64::from(if value.is_finite() { *value } else { 0.0 });
            Some(*sum)
        }))
        .collect();
    let mut peaks = Vec::new();
    let mut next = 0;
    for (frame, value) in curve.iter().enumerate() {
        if frame < next {
            continue;
        }
        let window = |before: usize, after: usize| {
            frame.saturating_sub(before)..frame.saturating_add(after + 1).min(curve.len())
        };
        let highest = curve[window(picking.before_max, picking.after_max)]
            .iter()
            .all(|other| other <= value);
        let around = window(picking.before_mean, picking.after_mean);
        let mean = (sums[around.end] - sums[around.start]) / around.len() as f64;
        if highest && value.is_finite() && f64::from(*value) >= mean + f64::from(picking.above_mean)
        {
            peaks.push(frame);
            next = frame.saturating_add(picking.wait).saturating_add(1);
        }
    }
    peaks
}

#[cfg(test)]
mod tests {
    use super::*;

    const PICKING: PeakPicking = PeakPicking {
        before_max: 2,
        after_max: 2,
        before_mean: 5,
        after_mean: 5,
        above_mean: 0.1,
        wait: 3,
    };

    #[test]
    fn a_peak_is_the_highest_around_and_not_too_soon() {
        let mut curve = vec![0.0; 40];
        curve[10] = 1.0;
        curve[11] = 0.9;
        curve[13] = 1.0;
        curve[20] = 0.05;
        curve[30] = 0.5;
        assert_eq!(pick_peaks(&curve, &PICKING), [10, 30]);
    }

    #[test]
    fn what_is_no_number_is_no_peak() {
        let mut curve = vec![0.0; 20];
        curve[5] = f32::NAN;
        curve[15] = 1.0;
        assert_eq!(pick_peaks(&curve, &PICKING), [15]);
        assert!(pick_peaks(&[], &PICKING).is_empty());
        assert!(PeakPicking::of_onsets(0.0).is_err());
        assert!(PeakPicking::of_onsets(f64::NAN).is_err());
    }
}
