//! The parametric equaliser: filters in series, with no delay.

use serde::{Deserialize, Serialize};

use super::{Cascade, Filter};
use crate::effects::{Prepare, Processor};
use crate::{AudioBuffer, AudioSpec, Error, Result, parameter, samples};

/// Most bands of an equaliser.
pub(super) const MAX_BANDS: usize = 64;
/// How long a change of settings takes: short to the hand, long enough not to be heard as a click.
const GLIDE_SECONDS: f64 = 0.02;

/// A parametric equaliser of up to 64 bands, of minimum phase.
///
/// ```
/// use veza_audio::filter::{Equalizer, Filter};
///
/// let warm = Equalizer::new(vec![Filter::low_shelf(120.0, 3.0), Filter::high_shelf(9_000.0, -2.0)]);
/// assert!((warm.response_db(20.0, 48_000) - 3.0).abs() < 0.1);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Equalizer {
    /// The filters, each of which the sound passes.
    pub bands: Vec<Filter>,
}

impl Equalizer {
    /// An equaliser of the given bands.
    pub fn new(bands: Vec<Filter>) -> Self {
        Self { bands }
    }

    /// What all bands together do to a sine of `frequency` Hz in a stream of `sample_rate` Hz, in
    /// dB.
    pub fn response_db(&self, frequency: f64, sample_rate: u32) -> f64 {
        self.bands
            .iter()
            .map(|band| band.response_db(frequency, sample_rate))
            .sum()
    }

    fn check(&self, sample_rate: u32) -> Result<()> {
        check_bands(&self.bands, sample_rate)
    }
}

/// Refuses too many bands, and the first which cannot be made, by its number.
pub(super) fn check_bands(bands: &[Filter], sample_rate: u32) -> Result<()> {
    if bands.len() > MAX_BANDS {
        let reason = format!(
            "{} of them; at most {MAX_BANDS} can be asked for",
            bands.len()
        );
        return Err(Error::invalid("bands", reason));
    }
    for (number, band) in (1..).zip(bands) {
        band.check(sample_rate)
            .map_err(|error| Error::invalid("bands", format!("band {number}: {error}")))?;
    }
    Ok(())
}

impl Prepare for Equalizer {
    fn prepare(&self, spec: AudioSpec) -> Result<Box<dyn Processor>> {
        Ok(Box::new(EqualizerProcessor::new(self, spec)?))
    }
}

/// An [`Equalizer`] at work, whose settings may be changed while it runs.
#[derive(Debug)]
pub struct EqualizerProcessor {
    spec: AudioSpec,
    cascade: Cascade,
}

impl EqualizerProcessor {
    /// An equaliser for sound of `spec`.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for a band that cannot be made at that rate.
    pub fn new(settings: &Equalizer, spec: AudioSpec) -> Result<Self> {
        settings.check(spec.sample_rate)?;
        Ok(Self::of(&settings.bands, spec))
    }

    pub(super) fn of(bands: &[Filter], spec: AudioSpec) -> Self {
        Self {
            spec,
            cascade: Cascade::of(bands, spec.sample_rate, spec.channels()),
        }
    }

    /// Goes over to other settings within 20 ms. The sound stays bounded whatever the settings
    /// and however often they change. This may allocate, when there are more bands than before.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for a band that cannot be made; the settings stay as they were.
    pub fn set(&mut self, settings: &Equalizer) -> Result<()> {
        settings.check(self.spec.sample_rate)?;
        let rate = self.spec.sample_rate;
        let sections = settings.bands.iter().flat_map(|band| band.sections(rate));
        self.cascade
            .move_to(sections.collect(), parameter::frames(GLIDE_SECONDS, rate));
        Ok(())
    }
}

impl Processor for EqualizerProcessor {
    fn process(&mut self, block: &mut AudioBuffer) -> Result<()> {
        samples::admit(self.spec, block)?;
        self.cascade.run(block);
        Ok(())
    }

    fn reset(&mut self) {
        self.cascade.reset();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_band_that_cannot_be_made_is_named_by_its_number() {
        let equalizer = Equalizer::new(vec![Filter::low_pass(100.0), Filter::low_pass(-1.0)]);
        let error = equalizer.check(44_100).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("bands: band 2: frequency: -1 Hz"),
            "{error}"
        );
        let error = Equalizer::new(vec![Filter::low_pass(100.0); 65])
            .check(44_100)
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "bands: 65 of them; at most 64 can be asked for"
        );
    }
}
