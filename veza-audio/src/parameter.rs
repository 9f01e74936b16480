//! Parameters of a call, held against the range that makes sense.

use std::ops::RangeInclusive;

use crate::{Error, Result};

/// Refuses a value which is not a number or lies out of `range`, by name and with its unit.
///
/// # Errors
/// [`Error::InvalidParameter`].
pub(crate) fn within(
    name: &'static str,
    value: f64,
    unit: &str,
    range: RangeInclusive<f64>,
) -> Result<()> {
    if range.contains(&value) {
        return Ok(());
    }
    let (least, most) = (range.start(), range.end());
    let space = if unit.is_empty() { "" } else { " " };
    let reason = format!("{value}{space}{unit}; {least} to {most} can be asked for");
    Err(Error::invalid(name, reason))
}

/// The factor of so many decibels.
pub(crate) fn amplitude(db: f64) -> f64 {
    10_f64.powf(db / 20.0)
}

/// What is left, after one frame, of a difference that falls to 1/e in `ms` milliseconds; nothing
/// when there is no time.
pub(crate) fn decay(ms: f64, sample_rate: u32) -> f64 {
    if ms <= 0.0 {
        return 0.0;
    }
    (-1_000.0 / (ms * f64::from(sample_rate))).exp()
}

/// A time as a number of frames, to the nearest.
pub(crate) fn frames(seconds: f64, sample_rate: u32) -> usize {
    (seconds * f64::from(sample_rate)).round() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_out_of_range_is_named_with_its_unit() {
        assert!(within("q", 1.0, "", 0.1..=40.0).is_ok());
        let error = within("frequency", f64::NAN, "Hz", 10.0..=20.0).unwrap_err();
        assert_eq!(
            error.to_string(),
            "frequency: NaN Hz; 10 to 20 can be asked for"
        );
        let error = within("q", 0.0, "", 0.1..=40.0).unwrap_err();
        assert_eq!(error.to_string(), "q: 0; 0.1 to 40 can be asked for");
    }

    #[test]
    fn a_time_of_nothing_leaves_nothing() {
        assert_eq!(decay(0.0, 48_000), 0.0);
        let after: f64 = (0..480).map(|_| decay(10.0, 48_000)).product();
        assert!((after - (-1.0_f64).exp()).abs() < 1e-12);
    }
}
