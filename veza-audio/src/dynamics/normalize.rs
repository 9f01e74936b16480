//! Loudness normalisation (EBU R 128), which never lifts the true peak over a ceiling: by one gain,
//! or by a gain and a limiter.

use serde::{Deserialize, Serialize};

use super::Limiter;
use crate::effects::{Amplify, Chain, GainReduction, Prepare, Processor};
use crate::loudness::Loudness;
use crate::{AudioBuffer, AudioSource, AudioSpec, Error, Result};

/// The targets that can be asked for, in LUFS.
const TARGETS: std::ops::RangeInclusive<f64> = -70.0..=0.0;

/// What normalisation will do, before it is done.
///
/// By [`Self::new`] the gain is the same from beginning to end: dynamics stay as they are. Where the
/// target can't be reached without the true peak going over the ceiling, the gain is lower and
/// [`Self::peak_limited`] says so: nothing is ever compressed unasked. Who asks for it by
/// [`Self::with_limiter`] gets the whole gain, and a limiter which holds the peaks that would go
/// over the ceiling.
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
    /// The limiter after the gain, where one was asked for and there is something to limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limiter: Option<Limiter>,
}

impl NormalizePlan {
    /// Plans the gain from what was measured to `target_lufs`, with a true peak of at most
    /// `ceiling_dbtp`. Silence is left as it is, unless its peaks are over the ceiling.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for a target that is not within -70 to 0 LUFS, or a ceiling
    /// that is not a number of at most 0 dBTP.
    pub fn new(measured: &Loudness, target_lufs: f64, ceiling_dbtp: f64) -> Result<Self> {
        let Wishes {
            integrated,
            wanted,
            room,
        } = Wishes::new(measured, target_lufs, ceiling_dbtp)?;
        let gain_db = wanted.min(room);
        Ok(Self {
            gain_db,
            target_lufs,
            expected_lufs: integrated.map(|lufs| lufs + gain_db),
            peak_limited: room < wanted,
            limiter: None,
        })
    }

    /// Plans the gain to `target_lufs` itself, with a limiter of the usual speed for the peaks that
    /// would go over the ceiling. What the limiter takes away makes the sound a little softer than
    /// the target: [`Self::corrected`] makes up for it.
    ///
    /// # Errors
    /// As [`Self::new`]; and for a ceiling below -60 dBTP.
    pub fn with_limiter(measured: &Loudness, target_lufs: f64, ceiling_dbtp: f64) -> Result<Self> {
        let wishes = Wishes::new(measured, target_lufs, ceiling_dbtp)?;
        crate::parameter::within("ceiling", ceiling_dbtp, "dBTP", -60.0..=0.0)?;
        let limiter = Limiter {
            ceiling_dbtp,
            ..Limiter::default()
        };
        Ok(Self {
            gain_db: wishes.wanted,
            target_lufs,
            expected_lufs: wishes.integrated.map(|_| target_lufs),
            peak_limited: false,
            limiter: (wishes.wanted > wishes.room).then_some(limiter),
        })
    }

    /// The same plan with the gain changed by what was missing to the target, as measured of the
    /// normalised sound. A few rounds end within a tenth of a LU, unless the target is so
    /// high that the limiter takes away what the gain adds. A linear plan stays as it is.
    pub fn corrected(self, after: &Loudness) -> Self {
        let missing = after
            .integrated_lufs
            .map_or(0.0, |lufs| self.target_lufs - lufs);
        if self.limiter.is_none() || !missing.is_finite() {
            return self;
        }
        Self {
            gain_db: self.gain_db + missing,
            ..self
        }
    }

    /// Normalises `source` as planned.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] when the plan was not made by one of the functions here.
    pub fn apply<S: AudioSource>(&self, source: S) -> Result<Normalized<S>> {
        let spec = source.spec();
        let gain = Amplify {
            gain_db: self.gain_db,
        };
        let mut processors: Vec<Box<dyn Processor>> = vec![gain.prepare(spec)?];
        if let Some(limiter) = self.limiter {
            processors.push(limiter.prepare(spec)?);
        }
        Ok(Normalized(Chain::new(source, processors)))
    }
}

/// A source at the loudness that a [`NormalizePlan`] planned, with as many frames as before.
#[derive(Debug)]
pub struct Normalized<S>(Chain<S>);

impl<S: AudioSource> Normalized<S> {
    /// How much the limiter took away so far; nothing when there is none.
    pub fn limited(&self) -> GainReduction {
        self.0.reductions().flatten().last().unwrap_or_default()
    }
}

impl<S: AudioSource> AudioSource for Normalized<S> {
    fn spec(&self) -> AudioSpec {
        self.0.spec()
    }

    fn frames(&self) -> Option<u64> {
        self.0.frames()
    }

    fn read(&mut self, block: &mut AudioBuffer) -> Result<bool> {
        self.0.read(block)
    }
}

/// What was measured, what is wanted, and what there is room for, in LUFS and dB.
struct Wishes {
    integrated: Option<f64>,
    wanted: f64,
    room: f64,
}

impl Wishes {
    fn new(measured: &Loudness, target_lufs: f64, ceiling_dbtp: f64) -> Result<Self> {
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
        Ok(Self {
            integrated,
            wanted,
            room,
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
    fn the_limiter_is_there_only_when_it_has_something_to_do() {
        let plan = NormalizePlan::with_limiter(&measured(-24.0, -4.0), -14.0, -1.0).unwrap();
        assert_eq!((plan.gain_db, plan.peak_limited), (10.0, false));
        assert_eq!(plan.expected_lufs, Some(-14.0));
        assert_eq!(plan.limiter.unwrap().ceiling_dbtp, -1.0);
        let corrected = plan.corrected(&measured(-14.5, -1.0));
        assert_eq!(corrected.gain_db, 10.5);

        let plan = NormalizePlan::with_limiter(&measured(-8.0, 0.5), -14.0, -1.0).unwrap();
        assert_eq!((plan.gain_db, plan.limiter), (-6.0, None));
        assert_eq!(plan.corrected(&measured(-14.5, -6.0)), plan);
        assert!(NormalizePlan::with_limiter(&measured(-8.0, 0.5), -14.0, -61.0).is_err());
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
