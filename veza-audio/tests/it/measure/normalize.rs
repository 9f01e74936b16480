//! Normalisation, measured again after it is done.

use veza_audio::dynamics::{Gain, NormalizePlan};
use veza_audio::loudness::{Loudness, LoudnessMeter};
use veza_audio::{AudioBuffer, AudioSink, AudioSource, AudioSpec, ChannelLayout, MemorySource};

use super::music;

fn measure(mut source: impl AudioSource) -> Loudness {
    let mut meter = LoudnessMeter::new(source.spec()).unwrap();
    let mut block = AudioBuffer::default();
    while source.read(&mut block).unwrap() {
        meter.write(&block).unwrap();
    }
    meter.finish()
}

#[test]
fn music_lands_on_its_target_and_under_its_ceiling() {
    for name in ["battle.ogg", "elvish-theme.ogg"] {
        let spec = AudioSpec::new(44_100, ChannelLayout::Stereo);
        let source = MemorySource::new(spec, music::stereo(name, "60"));
        let before = measure(source.clone());
        let mut limited = 0;
        for (target, ceiling) in [(-14.0, -1.0), (-23.0, -1.0), (-5.0, -2.0)] {
            let plan = NormalizePlan::new(&before, target, ceiling).unwrap();
            let after = measure(Gain::new(source.clone(), plan.gain_db).unwrap());
            let integrated = after.integrated_lufs.unwrap();
            assert!(
                (integrated - plan.expected_lufs.unwrap()).abs() < 0.01,
                "{integrated} {plan:?}"
            );
            assert!(
                after.true_peak_dbtp.unwrap() <= ceiling + 1e-4,
                "{after:?} {plan:?}"
            );
            if plan.peak_limited {
                limited += 1;
                assert!((after.true_peak_dbtp.unwrap() - ceiling).abs() < 1e-4);
            } else {
                assert!((integrated - target).abs() < 0.1);
            }
        }
        assert!(
            (1..3).contains(&limited),
            "{name}: {limited} of 3 are limited"
        );
    }
}

#[test]
fn the_limiter_reaches_what_one_gain_cannot() {
    for name in ["battle.ogg", "suspense.ogg"] {
        let spec = AudioSpec::new(44_100, ChannelLayout::Stereo);
        let source = MemorySource::new(spec, music::stereo(name, "30"));
        let before = measure(source.clone());
        // Four decibels more than there is room for.
        let ceiling = -1.0;
        let room = ceiling - before.true_peak_dbtp.unwrap();
        let target = before.integrated_lufs.unwrap() + room + 4.0;
        let linear = NormalizePlan::new(&before, target, ceiling).unwrap();
        assert!(linear.peak_limited && linear.expected_lufs.unwrap() < target - 3.9);

        let mut plan = NormalizePlan::with_limiter(&before, target, ceiling).unwrap();
        assert!(!plan.peak_limited && plan.limiter.is_some());
        let mut after = Loudness::default();
        for _ in 0..5 {
            let mut limited = plan.apply(source.clone()).unwrap();
            assert_eq!(limited.frames(), source.frames());
            after = measure(&mut limited);
            let peak = after.true_peak_dbtp.unwrap();
            assert!((ceiling - 0.6..=ceiling).contains(&peak), "{name}: {peak}");
            let report = limited.limited();
            let needed = before.true_peak_dbtp.unwrap() + plan.gain_db - ceiling;
            assert!(
                (report.max_db - needed).abs() < 1.0,
                "{name}: {report:?} {needed}"
            );
            assert!(report.share > 0.0 && report.share <= 1.0);
            plan = plan.corrected(&after);
        }
        let integrated = after.integrated_lufs.unwrap();
        assert!(
            (integrated - target).abs() < 0.1,
            "{name}: {integrated} for {target}"
        );
    }
}

#[test]
fn a_plan_without_a_limiter_reports_nothing_limited() {
    let spec = AudioSpec::new(44_100, ChannelLayout::Mono);
    let quiet = AudioBuffer::from_planes(vec![vec![0.01; 10_000]]);
    let source = MemorySource::new(spec, quiet);
    let plan = NormalizePlan::with_limiter(&measure(source.clone()), -60.0, -1.0).unwrap();
    let mut normalized = plan.apply(source).unwrap();
    let mut block = AudioBuffer::default();
    assert!(normalized.read(&mut block).unwrap());
    assert_eq!(normalized.limited(), Default::default());
}
