//! Loudness normalisation by one gain (EBU R 128), which never lifts the true peak over a ceiling.

use serde::{Deserialize, Serialize};

use crate::loudness::Loudness;
use crate::{Error, Result};

/// The targets that can be asked for, in LUFS.
const TARGETS: std::ops::RangeInclusive<f64> = -70.0..=0.0;

/// What normalisation will do, before it is done.
///
/// The gain is the same from beginning to end: dynamics stay as they are. Where the target can't be
/// reached without the true peak going over the ceiling, the gain is lower and
/// [`Self::peak_limited`] says so: nothing is ever compressed unasked.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NormalizePlan {
    /// What every sample is to be changed by, in dB.
    pub gain_db: f64,
    /// What was asked for, in LUFS.
    pub target_lufs: f64,
    /// The integrated loudness after the gain, in LUFS; absent for silence.
    pub expected_lufs: Option<f64>,
    /// Whether the ceiling keeps the sound below the target.
    pub peak_limited: bool,
}

impl NormalizePlan {
    /// Plans the gain from what was measured to `target_lufs`, with a true peak of at most
    /// `ceiling_dbtp`. Silence is left as it is, unless its peaks are over the ceiling.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for a target that is not within -70 to 0 LUFS, or a ceiling
    /// that is not a number of at most 0 dBTP.
    pub fn new(measured: &Loudness, target_lufs: f64, ceiling_dbtp: f64) -> Result<Self> {
        if !TARGETS.contains(&target_lufs) {
            let reason = format!("{target_lufs} LUFS; -70 to 0 can be asked for");
            return Err(Error::invalid("target", reason));
        }
        if !ceiling_dbtp.is_finite() || ceiling_dbtp > 0.0 {
            let reason = format!("{ceiling_dbtp} dBTP; at most 0 can be asked for");
            return Err(Error::invalid("ceiling", reason));
        }
        let finite = |value: Option<f64>| value.filter(|value| value.is_finite());
        let integrated = finite(measured.integrated_lufs);
        let wanted = integrated.map_or(0.0, |lufs| target_lufs - lufs);
        let room =
            finite(measured.true_peak_dbtp).map_or(f64::INFINITY, |peak| ceiling_dbtp - peak);
        let gain_db = wanted.min(room);
        Ok(Self {
            gain_db,
            target_lufs,
            expected_lufs: integrated.map(|lufs| lufs + gain_db),
            peak_limited: room < wanted,
        })
    }
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
    fn a_loud_sound_is_turned_down_to_the_target() {
        let plan = NormalizePlan::new(&measured(-8.0, 0.5), -14.0, -1.0).unwrap();
        assert_eq!((plan.gain_db, plan.peak_limited), (-6.0, false));
        assert_eq!(plan.expected_lufs, Some(-14.0));
    }

    #[test]
    fn the_ceiling_comes_before_the_target() {
        let plan = NormalizePlan::new(&measured(-24.0, -4.0), -14.0, -1.0).unwrap();
        assert_eq!((plan.gain_db, plan.peak_limited), (3.0, true));
        assert_eq!(plan.expected_lufs, Some(-21.0));
    }

    #[test]
    fn silence_is_left_alone() {
        let plan = NormalizePlan::new(&Loudness::default(), -14.0, -1.0).unwrap();
        assert_eq!(
            (plan.gain_db, plan.expected_lufs, plan.peak_limited),
            (0.0, None, false)
        );
    }

    #[test]
    fn parameters_that_make_no_sense_are_refused_by_name() {
        for (target, ceiling, named) in [
            (f64::NAN, -1.0, "target: "),
            (0.1, -1.0, "target: "),
            (-70.1, -1.0, "target: "),
            (-14.0, 0.1, "ceiling: "),
            (-14.0, f64::NEG_INFINITY, "ceiling: "),
        ] {
            let error = NormalizePlan::new(&measured(-20.0, -3.0), target, ceiling).unwrap_err();
            assert!(error.to_string().starts_with(named), "{error}");
        }
    }

    #[test]
    fn the_plan_is_camel_case_on_the_wire() {
        let plan = NormalizePlan::new(&measured(-20.0, -9.0), -14.0, -1.0).unwrap();
        assert_eq!(
            serde_json::to_string(&plan).unwrap(),
            r#"{"gainDb":6.0,"targetLufs":-14.0,"expectedLufs":-14.0,"peakLimited":false}"#
        );
    }
}
