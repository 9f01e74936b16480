//! Chains: lengths, latencies, cuts, and what is no number.

use proptest::prelude::*;
use veza_audio::dynamics::{Compressor, Limiter};
use veza_audio::effects::{
    Chain, Effect, FadeCurve, FadeIn, FadeOut, Prepare, Processor, apply, parse,
};
use veza_audio::filter::{Filter, LinearPhaseEqualizer};
use veza_audio::{AudioBuffer, AudioSource, AudioSpec, MemorySource, Result, read_all};

use super::super::measure::signal::{noise, sine};
use super::{MONO, STEREO, impulse, is_processor, one_of_each, through};

fn linear(taps: usize) -> LinearPhaseEqualizer {
    LinearPhaseEqualizer {
        bands: vec![Filter::peaking(1_000.0, 1.0, 3.0)],
        taps: Some(taps),
    }
}

fn fade_out(seconds: f64) -> FadeOut {
    FadeOut {
        seconds,
        curve: FadeCurve::Linear,
    }
}

#[test]
fn as_many_frames_come_out_as_go_in() {
    let effects: Vec<Effect> = one_of_each().into_iter().filter(is_processor).collect();
    for frames in [0, 1, 777, 40_000] {
        let sound = AudioBuffer::from_planes(vec![noise(1, frames), noise(2, frames)]);
        for effect in &effects {
            let mut source = apply(
                MemorySource::new(STEREO, sound.clone()),
                std::slice::from_ref(effect),
            )
            .unwrap();
            assert_eq!(source.frames(), Some(frames as u64));
            let all = read_all(&mut source).unwrap();
            assert_eq!(all.frames(), frames, "{}", effect.name());
        }
        let mut source = apply(MemorySource::new(STEREO, sound), &effects).unwrap();
        let mut block = AudioBuffer::default();
        let mut count = 0;
        while source.read(&mut block).unwrap() {
            assert!((1..=veza_audio::MAX_BLOCK_FRAMES).contains(&block.frames()));
            count += block.frames();
        }
        assert_eq!(count, frames);
        assert!(!source.read(&mut block).unwrap() && block.is_empty());
    }
}

#[test]
fn latency_is_taken_back() {
    // Three effects which delay, none of which changes a soft impulse but for its level.
    let quiet: Vec<f32> = impulse(30_000, 12_000).iter().map(|x| x * 0.1).collect();
    let spec = MONO;
    let effects: Vec<Effect> = vec![
        linear(1_001).into(),
        Limiter::default().into(),
        fade_out(0.1).into(),
        linear(63).into(),
    ];
    let source = MemorySource::new(spec, AudioBuffer::from_planes(vec![quiet]));
    let all = read_all(&mut apply(source, &effects).unwrap()).unwrap();
    assert_eq!(all.frames(), 30_000);
    let highest = (0..30_000).max_by(|a, b| all.plane(0)[*a].total_cmp(&all.plane(0)[*b]));
    assert_eq!(highest, Some(12_000));
}

#[test]
fn tails_sound_out_when_asked_for() {
    let sound = AudioBuffer::from_planes(vec![impulse(1_000, 999)]);
    let chain = |taps| {
        let processors = vec![linear(taps).prepare(MONO).unwrap()];
        Chain::new(MemorySource::new(MONO, sound.clone()), processors).with_tails()
    };
    let mut source = chain(501);
    assert_eq!(source.frames(), Some(1_250));
    let all = read_all(&mut source).unwrap();
    assert_eq!(all.frames(), 1_250);
    // The response is symmetric around the impulse, so what comes after equals what came before.
    for n in 1..=250 {
        assert!((all.plane(0)[999 + n] - all.plane(0)[999 - n]).abs() < 1e-6);
    }
}

#[test]
fn fades_have_their_stated_length_and_curve() {
    let ones = vec![1.0; 20_000];
    for curve in [
        FadeCurve::Linear,
        FadeCurve::EqualPower,
        FadeCurve::Exponential,
        FadeCurve::SCurve,
    ] {
        let seconds = 0.1;
        let heard_in = through(FadeIn { seconds, curve }, STEREO, &ones);
        let heard_out = through(FadeOut { seconds, curve }, STEREO, &ones);
        for n in 0..4_800 {
            let stated = curve.gain((n as f64 + 0.5) / 4_800.0) as f32;
            assert!((heard_in[n] - stated).abs() < 1e-6);
            assert!((heard_out[19_999 - n] - stated).abs() < 1e-6);
        }
        assert!(heard_in[4_800..].iter().all(|sample| *sample == 1.0));
        assert!(
            heard_out[..20_000 - 4_800]
                .iter()
                .all(|sample| *sample == 1.0)
        );
    }
    // A sound shorter than its fade is faded from its first frame on.
    let short = through(fade_out(1.0), MONO, &[1.0; 10]);
    for (n, sample) in short.iter().enumerate() {
        assert!((sample - (9.5 - n as f32) / 10.0).abs() < 1e-6, "{short:?}");
    }
}

#[test]
fn a_fade_out_is_told_of_the_end_behind_effects_that_delay() {
    let effects: Vec<Effect> = vec![Limiter::default().into(), fade_out(0.01).into()];
    let source = MemorySource::new(MONO, AudioBuffer::from_planes(vec![vec![0.5; 5_000]]));
    let all = read_all(&mut apply(source, &effects).unwrap()).unwrap();
    for n in 0..480 {
        let stated = 0.5 * (n as f32 + 0.5) / 480.0;
        assert!((all.plane(0)[4_999 - n] - stated).abs() < 1e-6);
    }
    assert_eq!(all.plane(0)[4_000], 0.5);
}

#[test]
fn what_is_no_number_stays_where_it_is() {
    let mut sound = noise(3, 48_000);
    sound[20_000] = f32::NAN;
    sound[20_001] = f32::INFINITY;
    sound[20_500] = f32::MAX;
    sound[20_501] = f32::MIN;
    for effect in one_of_each().into_iter().filter(is_processor) {
        let heard = through(effect.clone(), STEREO, &sound);
        assert!(
            heard.iter().all(|sample| sample.is_finite()),
            "{}",
            effect.name()
        );
        let later = heard[36_000..38_000]
            .iter()
            .fold(0.0_f32, |a, b| a.max(b.abs()));
        assert!(later > 1e-3, "{}: {later}", effect.name());
    }
}

#[test]
fn effects_that_cannot_be_had_are_named() {
    let refused = |json: &str, spec: AudioSpec| {
        let source = MemorySource::new(spec, AudioBuffer::new(spec.channels()));
        let error = apply(source, &parse(json).unwrap()).err().expect("refused");
        error.to_string()
    };
    assert_eq!(
        refused(r#"[{"type":"gain","gainDb":1},{"type":"width"}]"#, MONO),
        "effects: number 2 (width): channels: 1; only stereo has a width"
    );
    assert_eq!(
        refused(r#"[{"type":"compressor","ratio":0}]"#, MONO),
        "effects: number 1 (compressor): ratio: 0; 1 to 100 can be asked for"
    );
    assert_eq!(
        refused(r#"[{"type":"trimSilence","keepSeconds":11}]"#, MONO),
        "effects: number 1 (trimSilence): keepSeconds: 11 s; 0 to 10 can be asked for"
    );
}

#[test]
fn reductions_can_be_read_while_it_runs() {
    let sound = AudioBuffer::from_planes(vec![sine(0.02, 0.9, 0.0, 40_000)]);
    let processors = vec![
        Filter::high_pass(20.0).prepare(MONO).unwrap(),
        Compressor::default().prepare(MONO).unwrap(),
    ];
    let mut chain = Chain::new(MemorySource::new(MONO, sound), processors);
    let mut block = AudioBuffer::default();
    chain.read(&mut block).unwrap();
    let reductions: Vec<_> = chain.reductions().collect();
    assert_eq!(reductions[0], None);
    assert!(reductions[1].unwrap().max_db > 5.0);
}

/// Gives noise for ever, without taking memory.
struct Endless(u32);

impl AudioSource for Endless {
    fn spec(&self) -> AudioSpec {
        STEREO
    }
    fn frames(&self) -> Option<u64> {
        None
    }
    fn read(&mut self, block: &mut AudioBuffer) -> Result<bool> {
        block.reset(2);
        block.resize(4_096);
        for channel in 0..2 {
            for sample in block.plane_mut(channel) {
                self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                *sample = self.0 as f32 / u32::MAX as f32 - 0.5;
            }
        }
        Ok(true)
    }
}

#[test]
fn the_block_keeps_its_memory_while_the_chain_runs() {
    let effects: Vec<Effect> = one_of_each().into_iter().filter(is_processor).collect();
    let mut source = apply(Endless(1), &effects).unwrap();
    let mut block = AudioBuffer::default();
    for _ in 0..20 {
        source.read(&mut block).unwrap();
    }
    let memory = |block: &AudioBuffer| -> Vec<_> {
        let planes = block.planes().iter();
        planes
            .map(|plane| (plane.as_ptr(), plane.capacity()))
            .collect()
    };
    let before = memory(&block);
    for _ in 0..200 {
        source.read(&mut block).unwrap();
    }
    assert_eq!(memory(&block), before);
}

fn cut(processor: &mut dyn Processor, sound: &AudioBuffer, lengths: &[usize]) -> AudioBuffer {
    let mut heard = AudioBuffer::new(2);
    let mut start = 0;
    for length in lengths.iter().cycle() {
        let end = sound.frames().min(start + length);
        let mut block = AudioBuffer::new(2);
        block.extend_from(sound, start, end - start);
        processor.process(&mut block).unwrap();
        heard.extend_from(&block, 0, end - start);
        start = end;
        if start == sound.frames() {
            return heard;
        }
    }
    heard
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn no_effect_cares_how_the_sound_is_cut(
        lengths in prop::collection::vec(1_usize..3_000, 1..6), seed: u64,
    ) {
        let sound = AudioBuffer::from_planes(vec![noise(seed, 30_000), noise(!seed, 30_000)]);
        for effect in one_of_each().into_iter().filter(is_processor) {
            let mut whole = sound.clone();
            effect.prepare(STEREO).unwrap().process(&mut whole).unwrap();
            let pieces = cut(&mut *effect.prepare(STEREO).unwrap(), &sound, &lengths);
            for (a, b) in whole.plane(1).iter().zip(pieces.plane(1)) {
                prop_assert!((a - b).abs() < 1e-5, "{}: {a} {b}", effect.name());
            }
        }
    }
}
