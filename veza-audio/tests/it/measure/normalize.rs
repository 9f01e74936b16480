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
