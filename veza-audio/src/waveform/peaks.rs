//! The peaks that wavesurfer.js takes: one list of numbers for each channel.
//!
//! Source: <https://wavesurfer.xyz/docs/> (`peaks`, `exportPeaks`).

use std::io::Write;

use super::{MinMax, Waveform};
use crate::{Error, Result};

/// Digits after the point, as a power of ten: what the player itself exports.
const PRECISION: f64 = 10_000.0;

impl Waveform {
    /// Writes at most `length` peaks for each channel as JSON, `[[0.1,-0.2],…]`: of the lowest and
    /// the highest sample the one farther from silence, -1.0 to 1.0, to four digits.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for a length of 0 or over 1,048,576, [`Error::Io`] when writing
    /// fails.
    pub fn write_peaks(&self, out: &mut dyn Write, length: usize) -> Result<()> {
        let view = self.view(0..self.frames().max(1), length.min(self.pixels().max(1)))?;
        let peak = |pair: &MinMax| {
            let far = if i32::from(pair.max) >= -i32::from(pair.min) {
                pair.max
            } else {
                pair.min
            };
            (f64::from(far) / 32_768.0 * PRECISION).round() / PRECISION
        };
        let peaks: Vec<Vec<f64>> = view
            .channels
            .iter()
            .map(|channel| channel.iter().map(peak).collect())
            .collect();
        serde_json::to_writer(out, &peaks).map_err(|error| Error::Io(error.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peaks(waveform: &Waveform, length: usize) -> Vec<Vec<f64>> {
        let mut bytes = Vec::new();
        waveform.write_peaks(&mut bytes, length).unwrap();
        serde_json::from_slice(&bytes).unwrap()
    }

    #[test]
    fn the_farther_extreme_of_each_pixel_is_the_peak() {
        let pairs = [(-32_768, 32_767), (-100, 16_384), (-8_192, 300), (0, 0)]
            .map(|(min, max)| MinMax { min, max })
            .to_vec();
        let waveform = Waveform::from_pairs(44_100, 256, 2, pairs).unwrap();
        assert_eq!(peaks(&waveform, 100), [[-1.0, -0.25], [0.5, 0.0]]);
        assert_eq!(peaks(&waveform, 1), [[-1.0], [0.5]]);
        assert!(waveform.write_peaks(&mut Vec::new(), 0).is_err());
    }

    #[test]
    fn an_empty_waveform_has_one_silent_peak() {
        let waveform = Waveform::from_pairs(44_100, 256, 1, vec![]).unwrap();
        assert_eq!(peaks(&waveform, 100), [[0.0]]);
    }
}
