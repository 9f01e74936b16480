//! Loudness by ITU-R BS.1770-4 and EBU R 128: integrated, range, maxima, peaks, of one sound or of
//! an album, over time and live; and the gains that players are told of.

mod album;
mod gating;
mod k_weighting;
mod meter;
mod series;
mod true_peak;
mod windows;

pub use album::AlbumLoudness;
pub use meter::{LoudnessMeter, LoudnessReading};
pub use series::LoudnessPoint;

use serde::{Deserialize, Serialize};

use crate::tags::Gain;

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

impl Loudness {
    /// The gain and the peak which tags state of this sound (ReplayGain 2.0, -18 LUFS), by its
    /// true peak where it was measured; nothing for silence. [`crate::tags`] writes them as each
    /// format has them, R128 gains of Opus included.
    ///
    /// ```
    /// use veza_audio::loudness::Loudness;
    /// use veza_audio::tags::{ReplayGain, Tags};
    ///
    /// let track = Loudness {
    ///     integrated_lufs: Some(-11.58),
    ///     true_peak_dbtp: Some(-0.1),
    ///     ..Loudness::default()
    /// };
    /// let mut tags = Tags::new();
    /// tags.set_replay_gain(ReplayGain { track: track.gain(), album: None });
    /// assert_eq!(tags.get("replaygainTrackGain"), Some("-6.42 dB"));
    /// ```
    pub fn gain(&self) -> Option<Gain> {
        let peak_db = self.true_peak_dbtp.or(self.sample_peak_dbfs)?;
        Some(Gain::of(self.integrated_lufs?, peak_db))
    }
}

/// An amplitude in dB below full scale; nothing for silence.
pub(crate) fn amplitude_db(amplitude: f64) -> Option<f64> {
    (amplitude > 0.0).then(|| 20.0 * amplitude.log10())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_has_no_gain() {
        assert_eq!(Loudness::default().gain(), None);
        let quiet = Loudness {
            sample_peak_dbfs: Some(-60.0),
            ..Loudness::default()
        };
        assert_eq!(quiet.gain(), None);
    }

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
