//! One band of an equaliser, as it is asked for.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::equalizer::EqualizerProcessor;
use super::section::Section;
use crate::effects::{Prepare, Processor};
use crate::parameter::{amplitude, within};
use crate::{AudioSpec, Error, Result};

/// The widest and the narrowest band.
const QS: std::ops::RangeInclusive<f64> = 0.025..=100.0;
/// The most a bell or shelf lifts or lowers, in dB.
const GAINS: std::ops::RangeInclusive<f64> = -60.0..=60.0;

/// What a filter does to the spectrum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FilterKind {
    /// A bell: lifts or lowers around its frequency.
    Peaking,
    /// Lifts or lowers what is below its frequency; half the gain (in dB) is at the frequency.
    LowShelf,
    /// Lifts or lowers what is above its frequency; half the gain (in dB) is at the frequency.
    HighShelf,
    /// Removes what is above its frequency.
    LowPass,
    /// Removes what is below its frequency.
    HighPass,
    /// Keeps what is around its frequency, which passes at 0 dB.
    BandPass,
    /// Removes its frequency.
    Notch,
    /// Turns the phase and leaves every level.
    AllPass,
}

impl FilterKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Peaking,
        Self::LowShelf,
        Self::HighShelf,
        Self::LowPass,
        Self::HighPass,
        Self::BandPass,
        Self::Notch,
        Self::AllPass,
    ];

    /// The name it has in a description: `highPass`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Peaking => "peaking",
            Self::LowShelf => "lowShelf",
            Self::HighShelf => "highShelf",
            Self::LowPass => "lowPass",
            Self::HighPass => "highPass",
            Self::BandPass => "bandPass",
            Self::Notch => "notch",
            Self::AllPass => "allPass",
        }
    }

    fn has_gain(self) -> bool {
        matches!(self, Self::Peaking | Self::LowShelf | Self::HighShelf)
    }

    fn has_slope(self) -> bool {
        matches!(self, Self::LowPass | Self::HighPass)
    }
}

impl fmt::Display for FilterKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One filter, with the responses of the "Audio EQ Cookbook" (R. Bristow-Johnson; W3C note).
///
/// ```
/// use veza_audio::filter::Filter;
///
/// let presence = Filter::peaking(3_000.0, 1.0, 4.0);
/// assert!((presence.response_db(3_000.0, 48_000) - 4.0).abs() < 1e-9);
/// let rumble = Filter::high_pass(30.0).with_slope(24);
/// assert!((rumble.response_db(15.0, 48_000) + 24.1).abs() < 0.1);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Filter {
    /// What it does.
    #[serde(rename = "type")]
    pub kind: FilterKind,
    /// The centre of a band, the corner of a pass, the middle of a shelf, in Hz: above 0, below
    /// half the sample rate.
    pub frequency: f64,
    /// How narrow (bells, notches) or how resonant (passes, shelves) it is, 0.025 to 100; without
    /// it, the square root of a half: a pass is then a Butterworth filter.
    #[serde(default = "butterworth")]
    pub q: f64,
    /// What a bell or shelf adds, in dB, -60 to 60; 0 for other kinds.
    #[serde(default)]
    pub gain_db: f64,
    /// How steep a low-pass or high-pass is, in dB per octave: 12, 24, 36, 48; 12 for other kinds.
    /// From 24 on it is a Butterworth filter of that order, whose last section has the Q that is
    /// asked for in proportion.
    #[serde(default = "gentle")]
    pub slope_db: u32,
}

fn butterworth() -> f64 {
    std::f64::consts::FRAC_1_SQRT_2
}

fn gentle() -> u32 {
    12
}

impl Filter {
    /// A filter of any kind, with a Q of the square root of a half, and no gain.
    pub fn new(kind: FilterKind, frequency: f64) -> Self {
        Self {
            kind,
            frequency,
            q: butterworth(),
            gain_db: 0.0,
            slope_db: gentle(),
        }
    }

    /// A bell of `gain_db` at `frequency` Hz.
    pub fn peaking(frequency: f64, q: f64, gain_db: f64) -> Self {
        Self {
            q,
            gain_db,
            ..Self::new(FilterKind::Peaking, frequency)
        }
    }

    /// A shelf of `gain_db` below `frequency` Hz.
    pub fn low_shelf(frequency: f64, gain_db: f64) -> Self {
        Self {
            gain_db,
            ..Self::new(FilterKind::LowShelf, frequency)
        }
    }

    /// A shelf of `gain_db` above `frequency` Hz.
    pub fn high_shelf(frequency: f64, gain_db: f64) -> Self {
        Self {
            gain_db,
            ..Self::new(FilterKind::HighShelf, frequency)
        }
    }

    /// A low-pass at `frequency` Hz, where it is 3 dB down.
    pub fn low_pass(frequency: f64) -> Self {
        Self::new(FilterKind::LowPass, frequency)
    }

    /// A high-pass at `frequency` Hz, where it is 3 dB down.
    pub fn high_pass(frequency: f64) -> Self {
        Self::new(FilterKind::HighPass, frequency)
    }

    /// The same filter with another Q.
    pub fn with_q(self, q: f64) -> Self {
        Self { q, ..self }
    }

    /// The same filter with another slope, in dB per octave.
    pub fn with_slope(self, slope_db: u32) -> Self {
        Self { slope_db, ..self }
    }

    /// What the filter does to a sine of `frequency` Hz in a stream of `sample_rate` Hz, in dB:
    /// what an equaliser's curve is drawn from. Minus infinity where nothing passes.
    pub fn response_db(&self, frequency: f64, sample_rate: u32) -> f64 {
        20.0 * self.magnitude(frequency, sample_rate).log10()
    }

    pub(super) fn magnitude(&self, frequency: f64, sample_rate: u32) -> f64 {
        self.sections(sample_rate)
            .map(|section| section.magnitude(frequency, sample_rate))
            .product()
    }

    /// Refuses a filter that cannot be made at `sample_rate` Hz.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`], by the name of what is wrong.
    pub fn check(&self, sample_rate: u32) -> Result<()> {
        let half = f64::from(sample_rate) / 2.0;
        // Nearer to the edges the tangent and what is left between samples lose their meaning.
        if !(self.frequency >= 0.1 && self.frequency < half) {
            let reason = format!(
                "{} Hz; a stream of {sample_rate} Hz has 0.1 Hz to just below {half} Hz",
                self.frequency
            );
            return Err(Error::invalid("frequency", reason));
        }
        within("q", self.q, "", QS)?;
        within("gainDb", self.gain_db, "dB", GAINS)?;
        if self.gain_db != 0.0 && !self.kind.has_gain() {
            let reason = format!("{} dB; a {} has none", self.gain_db, self.kind);
            return Err(Error::invalid("gainDb", reason));
        }
        if !matches!(self.slope_db, 12 | 24 | 36 | 48) {
            let reason = format!(
                "{} dB per octave; 12, 24, 36 and 48 can be asked for",
                self.slope_db
            );
            return Err(Error::invalid("slopeDb", reason));
        }
        if self.slope_db != 12 && !self.kind.has_slope() {
            let reason = format!("{} dB per octave; a {} has none", self.slope_db, self.kind);
            return Err(Error::invalid("slopeDb", reason));
        }
        Ok(())
    }

    /// The sections it is made of.
    pub(super) fn sections(&self, sample_rate: u32) -> impl Iterator<Item = Section> {
        let filter = *self;
        let count = if self.kind.has_slope() {
            (self.slope_db / 12).max(1)
        } else {
            1
        };
        (0..count).map(move |index| filter.section(index, count, sample_rate))
    }

    fn section(&self, index: u32, count: u32, sample_rate: u32) -> Section {
        // The poles of a Butterworth filter lie evenly on a half circle.
        let angle = std::f64::consts::PI * f64::from(2 * index + 1) / f64::from(4 * count);
        let even = 1.0 / (2.0 * angle.cos());
        let q = if count == 1 {
            self.q
        } else if index == count - 1 {
            even * self.q / butterworth()
        } else {
            even
        };
        let k = 1.0 / q;
        // The root of the gain, as the cookbook has it.
        let a = amplitude(self.gain_db / 2.0);
        let at = |k, mix| Section::new(self.frequency, sample_rate, k, mix);
        match self.kind {
            FilterKind::Peaking => at(k / a, [1.0, k / a * (a * a - 1.0), 0.0]),
            FilterKind::LowShelf => {
                let mut section = at(k, [1.0, k * (a - 1.0), a * a - 1.0]);
                section.g /= a.sqrt();
                section
            }
            FilterKind::HighShelf => {
                let mut section = at(k, [a * a, k * (1.0 - a) * a, 1.0 - a * a]);
                section.g *= a.sqrt();
                section
            }
            FilterKind::LowPass => at(k, [0.0, 0.0, 1.0]),
            FilterKind::HighPass => at(k, [1.0, -k, -1.0]),
            FilterKind::BandPass => at(k, [0.0, k, 0.0]),
            FilterKind::Notch => at(k, [1.0, -k, 0.0]),
            FilterKind::AllPass => at(k, [1.0, -2.0 * k, 0.0]),
        }
    }
}

impl Prepare for Filter {
    fn prepare(&self, spec: AudioSpec) -> Result<Box<dyn Processor>> {
        self.check(spec.sample_rate)?;
        Ok(Box::new(EqualizerProcessor::of(&[*self], spec)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pass_is_3_db_down_at_its_corner_however_steep() {
        for slope in [12, 24, 36, 48] {
            for filter in [Filter::low_pass(5_000.0), Filter::high_pass(5_000.0)] {
                let filter = filter.with_slope(slope);
                let at = filter.response_db(5_000.0, 44_100);
                assert!((at + 3.0103).abs() < 1e-3, "{slope}: {at}");
                let octave = filter.response_db(200.0, 44_100) - filter.response_db(100.0, 44_100);
                let expected = match filter.kind {
                    FilterKind::HighPass => f64::from(slope),
                    _ => 0.0,
                };
                assert!((octave - expected).abs() < 0.2, "{slope}: {octave}");
            }
        }
    }

    #[test]
    fn what_cannot_be_made_is_refused_by_name() {
        let refused = |filter: Filter| filter.check(48_000).unwrap_err().to_string();
        assert_eq!(
            refused(Filter::low_pass(24_000.0)),
            "frequency: 24000 Hz; a stream of 48000 Hz has 0.1 Hz to just below 24000 Hz"
        );
        assert!(refused(Filter::low_pass(f64::NAN)).starts_with("frequency: NaN"));
        assert!(refused(Filter::low_pass(100.0).with_q(0.0)).starts_with("q: 0;"));
        assert!(refused(Filter::peaking(100.0, 1.0, 61.0)).starts_with("gainDb: 61 dB;"));
        assert!(refused(Filter::low_pass(100.0).with_slope(18)).starts_with("slopeDb: 18 dB"));
        let mut notch = Filter::new(FilterKind::Notch, 50.0);
        notch.gain_db = 3.0;
        assert_eq!(refused(notch), "gainDb: 3 dB; a notch has none");
        notch.gain_db = 0.0;
        assert_eq!(
            refused(notch.with_slope(24)),
            "slopeDb: 24 dB per octave; a notch has none"
        );
    }

    #[test]
    fn names_are_those_of_the_description() {
        for kind in FilterKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
        }
        let filter: Filter = serde_json::from_str(r#"{"type":"highPass","frequency":30}"#).unwrap();
        assert_eq!(filter, Filter::high_pass(30.0));
    }
}
