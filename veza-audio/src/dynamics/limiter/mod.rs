//! The look-ahead limiter, which holds true peaks under a ceiling.

mod detector;
mod gain_curve;
mod stage;

use serde::{Deserialize, Serialize};

use crate::effects::{GainReduction, Prepare, Processor, ReductionMeter};
use crate::{AudioBuffer, AudioSpec, Result, parameter, samples};
use stage::{Stage, TILE};

/// By how much the limiter stays under what it is asked for, in dB: for what the moving gain adds
/// between samples, and for peaks that lie between the points it looks at.
const MARGIN_DB: f64 = 0.1;

/// Holds true peaks under a ceiling.
///
/// The sound is looked at between its samples too, interpolated eight-fold (ITU-R BS.1770-4
/// Annex 2 asks for four), by filters of 24, 56 and 128 samples, since meters differ in theirs; no
/// meter whose filter has up to 256 samples sees the ceiling passed. The gain falls in a smooth
/// curve before each peak, is there when the peak comes, and returns exponentially. All channels
/// get the same gain, so that the image stays where it is. A sound which stays under the ceiling
/// passes unchanged.
///
/// ```
/// use veza_audio::dynamics::Limiter;
/// use veza_audio::effects::apply;
/// use veza_audio::loudness::LoudnessMeter;
/// use veza_audio::{AudioBuffer, AudioSink, AudioSpec, ChannelLayout, MemorySource, read_all};
///
/// let spec = AudioSpec::new(48_000, ChannelLayout::Mono);
/// let loud: Vec<f32> = (0..48_000).map(|n| 1.4 * (n as f32 * 0.9).sin()).collect();
/// let source = MemorySource::new(spec, AudioBuffer::from_planes(vec![loud]));
/// let limiter = Limiter { ceiling_dbtp: -1.0, ..Limiter::default() };
/// let limited = read_all(&mut apply(source, &[limiter.into()])?)?;
///
/// let mut meter = LoudnessMeter::new(spec)?;
/// meter.write(&limited)?;
/// let peak = meter.finish().true_peak_dbtp.unwrap();
/// assert!((-1.2..=-1.0).contains(&peak), "{peak}");
/// # Ok::<(), veza_audio::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Limiter {
    /// What no true peak goes over, in dBTP, -60 to 0.
    pub ceiling_dbtp: f64,
    /// How long before a peak the gain begins to fall, in milliseconds, 0.5 to 20.
    pub lookahead_ms: f64,
    /// The time in which the gain comes back, to 1/e of what was missing, in milliseconds, 1 to
    /// 2,000.
    pub release_ms: f64,
}

impl Default for Limiter {
    fn default() -> Self {
        Self {
            ceiling_dbtp: -1.0,
            lookahead_ms: 5.0,
            release_ms: 100.0,
        }
    }
}

impl Prepare for Limiter {
    fn prepare(&self, spec: AudioSpec) -> Result<Box<dyn Processor>> {
        Ok(Box::new(LimiterProcessor::new(self, spec)?))
    }
}

/// A [`Limiter`] at work.
#[derive(Debug)]
struct LimiterProcessor {
    spec: AudioSpec,
    stage: Stage,
    meter: ReductionMeter,
}

impl LimiterProcessor {
    fn new(settings: &Limiter, spec: AudioSpec) -> Result<Self> {
        parameter::within("ceilingDbtp", settings.ceiling_dbtp, "dBTP", -60.0..=0.0)?;
        parameter::within("lookaheadMs", settings.lookahead_ms, "ms", 0.5..=20.0)?;
        parameter::within("releaseMs", settings.release_ms, "ms", 1.0..=2_000.0)?;
        let ceiling = parameter::amplitude(settings.ceiling_dbtp - MARGIN_DB);
        Ok(Self {
            spec,
            stage: Stage::new(spec, ceiling, settings.lookahead_ms, settings.release_ms),
            meter: ReductionMeter::default(),
        })
    }
}

impl Processor for LimiterProcessor {
    fn process(&mut self, block: &mut AudioBuffer) -> Result<()> {
        samples::admit(self.spec, block)?;
        let mut start = 0;
        while start < block.frames() {
            let end = block.frames().min(start + TILE);
            self.meter.push_linear(self.stage.run(block, start, end));
            start = end;
        }
        Ok(())
    }

    fn latency(&self) -> usize {
        self.stage.latency()
    }

    fn reset(&mut self) {
        self.stage.reset();
        self.meter = ReductionMeter::default();
    }

    fn reduction(&self) -> Option<GainReduction> {
        Some(self.meter.read())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ChannelLayout;

    const SPEC: AudioSpec = AudioSpec {
        sample_rate: 44_100,
        layout: ChannelLayout::Stereo,
    };

    #[test]
    fn what_is_under_the_ceiling_passes_unchanged() {
        let mut limiter = LimiterProcessor::new(&Limiter::default(), SPEC).unwrap();
        let plane: Vec<f32> = (0..9_000).map(|n| 0.8 * (n as f32 * 0.05).sin()).collect();
        let mut block = AudioBuffer::from_planes(vec![plane.clone(), plane.clone()]);
        limiter.process(&mut block).unwrap();
        let latency = limiter.latency();
        assert!(
            block.plane(0)[..latency]
                .iter()
                .all(|sample| *sample == 0.0)
        );
        assert_eq!(block.plane(1)[latency..], plane[..9_000 - latency]);
        assert_eq!(limiter.reduction(), Some(GainReduction::default()));
    }

    #[test]
    fn both_channels_get_the_gain_of_the_louder() {
        let mut limiter = LimiterProcessor::new(&Limiter::default(), SPEC).unwrap();
        let mut block = AudioBuffer::from_planes(vec![vec![2.0; 20_000], vec![0.5; 20_000]]);
        limiter.process(&mut block).unwrap();
        let (left, right) = (block.plane(0)[19_000], block.plane(1)[19_000]);
        assert!((left - 4.0 * right).abs() < 1e-6);
        assert!((20.0 * left.log10() + 1.1).abs() < 0.05, "{left}");
        let reduction = limiter.reduction().unwrap();
        assert!(
            reduction.max_db > 7.0 && reduction.share > 0.9,
            "{reduction:?}"
        );
    }

    #[test]
    fn parameters_that_make_no_sense_are_refused_by_name() {
        let refused = |limiter: Limiter| {
            let error = LimiterProcessor::new(&limiter, SPEC).unwrap_err();
            error.to_string()
        };
        let usual = Limiter::default();
        for (limiter, named) in [
            (
                Limiter {
                    ceiling_dbtp: 0.1,
                    ..usual
                },
                "ceilingDbtp: 0.1 dBTP;",
            ),
            (
                Limiter {
                    lookahead_ms: 0.0,
                    ..usual
                },
                "lookaheadMs: 0 ms;",
            ),
            (
                Limiter {
                    release_ms: f64::NAN,
                    ..usual
                },
                "releaseMs: NaN ms;",
            ),
        ] {
            assert!(refused(limiter).starts_with(named));
        }
    }
}
