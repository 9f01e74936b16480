//! Where frequencies stand.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// How frequencies are spread over the height of a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FrequencyScale {
    /// As many Hz for each row.
    Linear,
    /// As many octaves for each row.
    Log,
    /// As many mel for each row (O'Shaughnessy: 2595 log10(1 + f / 700)): near to how pitches are
    /// heard.
    #[default]
    Mel,
}

impl FrequencyScale {
    fn forward(self, hz: f64) -> f64 {
        match self {
            Self::Linear => hz,
            Self::Log => hz.ln(),
            Self::Mel => (hz / 700.0).ln_1p(),
        }
    }

    fn back(self, value: f64) -> f64 {
        match self {
            Self::Linear => value,
            Self::Log => value.exp(),
            Self::Mel => 700.0 * value.exp_m1(),
        }
    }

    /// The frequency in Hz at a part of the way from the lowest to the highest.
    pub(super) fn at(self, band: &Range<f64>, part: f64) -> f64 {
        let (low, high) = (self.forward(band.start), self.forward(band.end));
        self.back(low + (high - low) * part)
    }

    /// The part of the way at which a frequency stands.
    pub(super) fn part_of(self, band: &Range<f64>, hz: f64) -> f64 {
        let (low, high) = (self.forward(band.start), self.forward(band.end));
        (self.forward(hz) - low) / (high - low)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scale_goes_there_and_back() {
        let band = 20.0..20_000.0;
        for scale in [
            FrequencyScale::Linear,
            FrequencyScale::Log,
            FrequencyScale::Mel,
        ] {
            assert!((scale.at(&band, 0.0) - 20.0).abs() < 1e-9);
            assert!((scale.at(&band, 1.0) - 20_000.0).abs() < 1e-6);
            for hz in [20.0, 440.0, 1_000.0, 15_000.0] {
                let part = scale.part_of(&band, hz);
                assert!((scale.at(&band, part) - hz).abs() < 1e-6, "{scale:?} {hz}");
            }
        }
        assert!((FrequencyScale::Log.part_of(&(10.0..1_000.0), 100.0) - 0.5).abs() < 1e-12);
    }
}
