//! Effects and chains of them.

mod chain;
mod dither;
mod dynamics;
mod filters;
mod limiter;
mod trim;

use std::f64::consts::TAU;

use veza_audio::effects::{Effect, Prepare, apply, parse};
use veza_audio::{AudioBuffer, AudioSpec, ChannelLayout, MemorySource, read_all};

/// One channel at 48 kHz.
pub(crate) const MONO: AudioSpec = AudioSpec {
    sample_rate: 48_000,
    layout: ChannelLayout::Mono,
};

/// Two channels at 48 kHz.
pub(crate) const STEREO: AudioSpec = AudioSpec {
    sample_rate: 48_000,
    layout: ChannelLayout::Stereo,
};

/// A sound of equal channels, through one effect, latency taken back.
pub(crate) fn through(effect: impl Into<Effect>, spec: AudioSpec, plane: &[f32]) -> Vec<f32> {
    let sound = AudioBuffer::from_planes(vec![plane.to_vec(); spec.channels()]);
    let mut source = apply(MemorySource::new(spec, sound), &[effect.into()]).unwrap();
    let all = read_all(&mut source).unwrap();
    assert_eq!(all.frames(), plane.len());
    all.plane(0).to_vec()
}

/// The level and the phase (in turns) of the response to an impulse, at `frequency` cycles per
/// sample.
pub(crate) fn response(impulse: &[f32], frequency: f64) -> (f64, f64) {
    let (mut re, mut im) = (0.0, 0.0);
    for (n, sample) in impulse.iter().enumerate() {
        let angle = TAU * (frequency * n as f64).fract();
        re += f64::from(*sample) * angle.cos();
        im -= f64::from(*sample) * angle.sin();
    }
    (re.hypot(im), im.atan2(re) / TAU)
}

/// A sound of silence with one sample of full scale.
pub(crate) fn impulse(frames: usize, at: usize) -> Vec<f32> {
    let mut plane = vec![0.0; frames];
    plane[at] = 1.0;
    plane
}

pub(crate) fn db(amplitude: f64) -> f64 {
    20.0 * amplitude.log10()
}

/// One of each effect, with parameters under which it has something to do.
pub(crate) fn one_of_each() -> Vec<Effect> {
    let effects = parse(
        r#"[
            {"type": "peaking", "frequency": 900, "gainDb": 9},
            {"type": "lowShelf", "frequency": 200, "gainDb": 6},
            {"type": "highShelf", "frequency": 3000, "gainDb": 6},
            {"type": "lowPass", "frequency": 3500},
            {"type": "highPass", "frequency": 30, "slopeDb": 48},
            {"type": "bandPass", "frequency": 1000, "q": 0.3},
            {"type": "notch", "frequency": 50, "q": 10},
            {"type": "allPass", "frequency": 700},
            {"type": "gain", "gainDb": 6},
            {"type": "equalizer", "bands": [{"type": "peaking", "frequency": 100, "gainDb": 3}]},
            {"type": "linearPhaseEqualizer", "bands": [{"type": "highShelf", "frequency": 1000, "gainDb": 4}], "taps": 511},
            {"type": "compressor", "thresholdDb": -30, "sideChainHighPass": 80, "detector": "rms"},
            {"type": "expander", "thresholdDb": -20},
            {"type": "deEsser", "frequency": 2000},
            {"type": "limiter", "ceilingDbtp": -6},
            {"type": "width", "width": 1.5, "monoBelow": 100},
            {"type": "fadeIn", "seconds": 0.1, "curve": "equalPower"},
            {"type": "fadeOut", "seconds": 0.2, "curve": "exponential"},
            {"type": "trimSilence", "thresholdDb": -70},
            {"type": "dither", "bits": 16, "shaping": "weighted"}
        ]"#,
    )
    .unwrap();
    let have: Vec<_> = effects.iter().map(Effect::name).collect();
    for name in Effect::names() {
        assert!(have.contains(&name), "{name} is not tested");
    }
    effects
}

/// Whether the effect can be had as a processor: all but trimming.
pub(crate) fn is_processor(effect: &Effect) -> bool {
    effect.prepare(STEREO).is_ok()
}
