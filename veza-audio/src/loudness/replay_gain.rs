//! The gains that players read from tags.

use serde::{Deserialize, Serialize};

use super::Loudness;

/// The loudness that ReplayGain 2.0 plays at, in LUFS.
const REPLAY_GAIN_LUFS: f64 = -18.0;
/// The loudness that R128 gains play at (EBU R 128; RFC 7845, 5.2.1), in LUFS.
const R128_LUFS: f64 = -23.0;

/// What ReplayGain 2.0 tells a player of a track or an album.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReplayGain {
    /// What brings the sound to -18 LUFS, in dB.
    pub gain_db: f64,
    /// The highest value of the sound, full scale being 1: its true peak.
    pub peak: f64,
}

impl ReplayGain {
    /// The gain and the peak of what was measured; nothing for silence.
    pub fn new(loudness: &Loudness) -> Option<Self> {
        let peak_db = loudness.true_peak_dbtp.or(loudness.sample_peak_dbfs)?;
        Some(Self {
            gain_db: REPLAY_GAIN_LUFS - loudness.integrated_lufs?,
            peak: crate::parameter::amplitude(peak_db),
        })
    }

    /// The gain as it stands in `REPLAYGAIN_TRACK_GAIN` and `REPLAYGAIN_ALBUM_GAIN`: `-6.42 dB`.
    pub fn gain_text(&self) -> String {
        // Never "-0.00".
        format!("{:.2} dB", (self.gain_db * 100.0).round() / 100.0 + 0.0)
    }

    /// The peak as it stands in `REPLAYGAIN_TRACK_PEAK` and `REPLAYGAIN_ALBUM_PEAK`: `0.988553`.
    pub fn peak_text(&self) -> String {
        format!("{:.6}", self.peak)
    }
}

/// The gain as it stands in `R128_TRACK_GAIN` and `R128_ALBUM_GAIN` of Opus (RFC 7845, 5.2.1):
/// what brings the decoded sound, with the header's output gain already applied, to -23 LUFS, in
/// 1/256 dB (Q7.8). Nothing for silence.
pub fn r128_gain(loudness: &Loudness) -> Option<i16> {
    let gain_db = R128_LUFS - loudness.integrated_lufs?;
    let steps = (gain_db * 256.0).round();
    Some(steps.clamp(i16::MIN.into(), i16::MAX.into()) as i16)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(integrated: f64, peak: f64) -> Loudness {
        Loudness {
            integrated_lufs: Some(integrated),
            true_peak_dbtp: Some(peak),
            ..Loudness::default()
        }
    }

    #[test]
    fn gains_are_written_as_players_read_them() {
        let gain = ReplayGain::new(&measured(-11.58, -0.1)).unwrap();
        assert_eq!(
            (gain.gain_text(), gain.peak_text()),
            ("-6.42 dB".into(), "0.988553".into())
        );
        let gain = ReplayGain::new(&measured(-17.999, 3.0)).unwrap();
        assert_eq!(
            (gain.gain_text(), gain.peak_text()),
            ("0.00 dB".into(), "1.412538".into())
        );
        assert_eq!(ReplayGain::new(&Loudness::default()), None);
    }

    #[test]
    fn r128_gains_are_in_256ths_of_a_decibel() {
        assert_eq!(r128_gain(&measured(-23.0, 0.0)), Some(0));
        assert_eq!(r128_gain(&measured(-9.5, 0.0)), Some(-3_456));
        assert_eq!(r128_gain(&measured(-70.0, 0.0)), Some(12_032));
        assert_eq!(r128_gain(&measured(200.0, 0.0)), Some(i16::MIN));
        assert_eq!(r128_gain(&Loudness::default()), None);
    }
}
