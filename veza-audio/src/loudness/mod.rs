//! Loudness by ITU-R BS.1770-4 and EBU R 128: integrated, range, maxima, peaks, of one sound or of
//! an album, over time and live; and the gains that players are told of.

mod album;
mod gating;
mod k_weighting;
mod meter;
mod replay_gain;
mod series;
mod true_peak;
mod windows;

pub use album::AlbumLoudness;
pub use meter::{LoudnessMeter, LoudnessReading};
pub use replay_gain::{ReplayGain, r128_gain};
pub use series::LoudnessPoint;

use serde::{Deserialize, Serialize};

/// How loud a sound is. A value is absent where there is nothing to measure: digital silence, or
/// a sound shorter than the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Loudness {
    /// Gated loudness of the whole (BS.1770-4: 400 ms blocks, -70 LUFS and -10 LU gates), in LUFS.
    pub integrated_lufs: Option<f64>,
    /// Loudness range (EBU Tech 3342: 3 s windows, 10th to 95th percentile), in LU.
    pub loudness_range_lu: Option<f64>,
    /// Loudest 400 ms (EBU Tech 3341), followed every 10 ms, in LUFS.
    pub momentary_max_lufs: Option<f64>,
    /// Loudest 3 s (EBU Tech 3341), followed every 10 ms, in LUFS.
    pub short_term_max_lufs: Option<f64>,
    /// Highest value of the signal between the samples too (BS.1770-4 Annex 2), in dBTP.
    pub true_peak_dbtp: Option<f64>,
    /// Highest absolute sample, in dBFS.
    pub sample_peak_dbfs: Option<f64>,
}

/// An amplitude in dB below full scale; nothing for silence.
pub(crate) fn amplitude_db(amplitude: f64) -> Option<f64> {
    (amplitude > 0.0).then(|| 20.0 * amplitude.log10())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_null_on_the_wire() {
        let loudness = Loudness {
            integrated_lufs: Some(-23.0),
            ..Loudness::default()
        };
        let json = serde_json::to_string(&loudness).unwrap();
        assert_eq!(
            json,
            r#"{"integratedLufs":-23.0,"loudnessRangeLu":null,"momentaryMaxLufs":null,"shortTermMaxLufs":null,"truePeakDbtp":null,"samplePeakDbfs":null}"#
        );
        assert_eq!(serde_json::from_str::<Loudness>(&json).unwrap(), loudness);
    }
}
