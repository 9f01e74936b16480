//! Figures of the resampler: noise, pass-band, aliases, lengths and alignment.

use std::f64::consts::TAU;

use proptest::prelude::*;
use veza_audio::resample::Resampler;
use veza_audio::{
    AudioBuffer, AudioSource, AudioSpec, ChannelLayout, MAX_BLOCK_FRAMES, MemorySource, read_all,
};

use super::signal::sine;

/// The ratios that matter to music: rates of files, of codecs and of telephones.
const RATIOS: [(u32, u32); 7] = [
    (44_100, 48_000),
    (48_000, 44_100),
    (96_000, 44_100),
    (8_000, 48_000),
    (192_000, 48_000),
    (192_000, 44_100),
    (44_100, 16_000),
];

fn resample(plane: Vec<f32>, from: u32, to: u32) -> Vec<f32> {
    let spec = AudioSpec::new(from, ChannelLayout::Mono);
    let source = MemorySource::new(spec, AudioBuffer::from_planes(vec![plane]));
    let mut resampler = Resampler::new(source, to).unwrap();
    assert_eq!(resampler.spec().sample_rate, to);
    let stated = resampler.frames();
    let sound = read_all(&mut resampler).unwrap();
    assert_eq!(stated, Some(sound.frames() as u64));
    sound.plane(0).to_vec()
}

/// Amplitude of a sine of so many cycles per sample, and the power of all else in dB below it,
/// by least squares over the middle of a sound.
fn fit(plane: &[f32], frequency: f64) -> (f64, f64) {
    let middle = plane.len() / 4..plane.len() * 3 / 4;
    let (mut cc, mut ss, mut cs, mut xc, mut xs) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for n in middle.clone() {
        let (s, c) = (TAU * frequency * n as f64).sin_cos();
        let x = f64::from(plane[n]);
        (cc, ss, cs) = (cc + c * c, ss + s * s, cs + c * s);
        (xc, xs) = (xc + x * c, xs + x * s);
    }
    let determinant = cc * ss - cs * cs;
    let (a, b) = (
        (xc * ss - xs * cs) / determinant,
        (xs * cc - xc * cs) / determinant,
    );
    let rest: f64 = middle
        .clone()
        .map(|n| {
            let (s, c) = (TAU * frequency * n as f64).sin_cos();
            (f64::from(plane[n]) - a * c - b * s).powi(2)
        })
        .sum();
    let signal = (a * a + b * b) / 2.0 * middle.len() as f64;
    (a.hypot(b), 10.0 * (signal / rest).log10())
}

fn db(amplitude: f64) -> f64 {
    20.0 * amplitude.log10()
}

#[test]
fn a_sine_stays_a_sine() {
    for (from, to) in RATIOS {
        let input = sine(997.0 / f64::from(from), 0.9, 0.3, from as usize);
        let (amplitude, snr) = fit(&resample(input, from, to), 997.0 / f64::from(to));
        assert!(snr >= 140.0, "{from} -> {to}: {snr:.1} dB SNR");
        assert!(
            db(amplitude / 0.9).abs() < 1e-4,
            "{from} -> {to}: {amplitude}"
        );
    }
}

#[test]
fn the_pass_band_is_flat() {
    for (from, to) in RATIOS {
        let nyquist = f64::from(from.min(to)) / 2.0;
        for part in [0.001, 0.01, 0.1, 0.5, 0.9, 0.97] {
            let frequency = nyquist * part;
            let input = sine(frequency / f64::from(from), 0.9, 0.0, from as usize);
            let (amplitude, _) = fit(&resample(input, from, to), frequency / f64::from(to));
            let gain = db(amplitude / 0.9);
            assert!(
                gain.abs() < 0.001,
                "{from} -> {to}: {gain:.5} dB at {frequency} Hz"
            );
        }
    }
}

#[test]
fn what_lies_above_the_new_band_is_removed() {
    for (from, to) in RATIOS.into_iter().filter(|(from, to)| from > to) {
        let (low, high) = (f64::from(to) / 2.0, f64::from(from) / 2.0);
        for frequency in [low * 1.01, low + (high - low) * 0.3, high * 0.98] {
            if frequency >= high {
                continue;
            }
            let output = resample(
                sine(frequency / f64::from(from), 0.9, 0.0, from as usize),
                from,
                to,
            );
            let middle = &output[output.len() / 4..output.len() * 3 / 4];
            let rest = middle
                .iter()
                .fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
            assert!(
                rest < 1e-6,
                "{from} -> {to}: {:.1} dB at {frequency} Hz",
                db(rest.into())
            );
        }
    }
}

#[test]
fn images_of_the_old_band_do_not_appear() {
    // 3.5 kHz at 8 kHz has an image at 4.5 kHz; what is no sine of 3.5 kHz would be that.
    let output = resample(sine(3_500.0 / 8_000.0, 0.9, 0.0, 8_000), 8_000, 48_000);
    let (_, snr) = fit(&output, 3_500.0 / 48_000.0);
    assert!(snr > 140.0, "{snr:.1} dB");
}

#[test]
fn an_impulse_stays_where_it_was() {
    for (from, to) in RATIOS {
        // At half a second, which is a whole number of frames at every rate.
        let mut input = vec![0.0; from as usize];
        input[from as usize / 2] = 1.0;
        let output = resample(input, from, to);
        let centre = to as usize / 2;
        let highest = (0..output.len())
            .max_by(|a, b| output[*a].total_cmp(&output[*b]))
            .unwrap();
        assert_eq!(highest, centre, "{from} -> {to}");
        // And the response is symmetrical about it, so that nothing is late by a part of a frame.
        for distance in 1..200 {
            let (before, after) = (output[centre - distance], output[centre + distance]);
            assert!(
                (before - after).abs() < 1e-6,
                "{from} -> {to}: {before} {after}"
            );
        }
    }
}

#[test]
fn equal_rates_change_nothing() {
    let input = sine(0.1, 0.9, 0.0, 50_000);
    assert_eq!(resample(input.clone(), 44_100, 44_100), input);
}

#[test]
fn channels_do_not_mix_and_blocks_stay_within_bounds() {
    let silent = vec![0.0; 100_000];
    let planes = vec![sine(0.02, 0.9, 0.0, 100_000), silent];
    let spec = AudioSpec::new(8_000, ChannelLayout::Stereo);
    let source = MemorySource::new(spec, AudioBuffer::from_planes(planes));
    let mut resampler = Resampler::new(source, 192_000).unwrap();
    let mut block = AudioBuffer::default();
    let mut frames = 0;
    while resampler.read(&mut block).unwrap() {
        assert!((1..=MAX_BLOCK_FRAMES).contains(&block.frames()));
        assert!(block.plane(1).iter().all(|sample| *sample == 0.0));
        frames += block.frames();
    }
    assert_eq!(frames, 2_400_000);
    assert!(!resampler.read(&mut block).unwrap() && block.is_empty());
}

/// Gives a sound in blocks of odd lengths.
struct Choppy {
    whole: MemorySource,
    rest: AudioBuffer,
    length: usize,
}

impl AudioSource for Choppy {
    fn spec(&self) -> AudioSpec {
        self.whole.spec()
    }
    fn frames(&self) -> Option<u64> {
        None
    }
    fn read(&mut self, block: &mut AudioBuffer) -> veza_audio::Result<bool> {
        if self.rest.is_empty() && !self.whole.read(&mut self.rest)? {
            block.reset(self.spec().channels());
            return Ok(false);
        }
        let frames = self.length.min(self.rest.frames());
        block.reset(self.spec().channels());
        block.extend_from(&self.rest, 0, frames);
        self.rest.drop_front(frames);
        Ok(true)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn lengths_are_exact_and_blocks_do_not_matter(
        frames in 0_usize..20_000,
        length in 1_usize..5_000,
        from in prop::sample::select(vec![8_000_u32, 11_025, 16_000, 44_100, 48_000, 96_000]),
        to in prop::sample::select(vec![8_000_u32, 22_050, 44_100, 48_000, 192_000]),
    ) {
        let input = sine(0.01, 0.5, 0.0, frames);
        let spec = AudioSpec::new(from, ChannelLayout::Mono);
        let whole = MemorySource::new(spec, AudioBuffer::from_planes(vec![input.clone()]));
        let choppy = Choppy { whole, rest: AudioBuffer::new(1), length };
        let parts = read_all(&mut Resampler::new(choppy, to).unwrap()).unwrap();
        let expected = (frames as f64 * f64::from(to) / f64::from(from)).round() as usize;
        prop_assert_eq!(parts.frames(), expected);
        prop_assert_eq!(parts.plane(0), resample(input, from, to));
    }
}
