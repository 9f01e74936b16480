//! Loudness against EBU Tech 3341 and 3342 (signals made here as they are described there) and
//! against another meter on real music.

use std::f64::consts::FRAC_PI_4;

use proptest::prelude::*;
use veza_audio::loudness::{AlbumLoudness, Loudness, LoudnessMeter, LoudnessPoint};
use veza_audio::{AudioBuffer, AudioSink, AudioSpec, ChannelLayout};

use super::music;
use super::signal::{amplitude, noise, push, sine};

const RATE: u32 = 48_000;

fn measure(sample_rate: u32, layout: ChannelLayout, sound: &AudioBuffer) -> Loudness {
    let mut meter = LoudnessMeter::new(AudioSpec::new(sample_rate, layout)).unwrap();
    push(&mut meter, sound, &[4_096]);
    meter.finish()
}

/// A sine of 1 kHz whose level changes: (dBFS, seconds), without a break in its phase.
fn tone(parts: &[(f64, f64)]) -> Vec<f32> {
    let mut plane = Vec::new();
    for (level, seconds) in parts {
        let frames = (seconds * f64::from(RATE)).round() as usize;
        let phase = plane.len() as f64 * 1_000.0 / f64::from(RATE) * std::f64::consts::TAU;
        plane.extend(sine(
            1_000.0 / f64::from(RATE),
            amplitude(*level),
            phase,
            frames,
        ));
    }
    plane
}

fn stereo(parts: &[(f64, f64)]) -> Loudness {
    let plane = tone(parts);
    let sound = AudioBuffer::from_planes(vec![plane.clone(), plane]);
    measure(RATE, ChannelLayout::Stereo, &sound)
}

#[track_caller]
fn reads(value: Option<f64>, expected: f64, tolerance: f64) {
    let value = value.expect("there is something to measure");
    assert!(
        (value - expected).abs() <= tolerance,
        "reads {value}, not {expected}"
    );
}

const SILENT: f64 = -1_000.0;

#[test]
fn tech_3341_cases_1_and_2_steady_tones() {
    for level in [-23.0, -33.0] {
        let loudness = stereo(&[(level, 20.0)]);
        reads(loudness.integrated_lufs, level, 0.1);
        reads(loudness.momentary_max_lufs, level, 0.1);
        reads(loudness.short_term_max_lufs, level, 0.1);
    }
}

#[test]
fn tech_3341_cases_3_to_5_gating() {
    let third = [(-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0)];
    let fourth = [
        (-72.0, 10.0),
        (-36.0, 10.0),
        (-23.0, 60.0),
        (-36.0, 10.0),
        (-72.0, 10.0),
    ];
    let fifth = [(-26.0, 20.0), (-20.0, 20.1), (-26.0, 20.0)];
    for parts in [&third[..], &fourth, &fifth] {
        reads(stereo(parts).integrated_lufs, -23.0, 0.1);
    }
}

#[test]
fn tech_3341_case_6_five_channels_and_no_lfe() {
    let levels = [-28.0, -28.0, -24.0, -30.0, -30.0];
    let mut planes: Vec<_> = levels.iter().map(|level| tone(&[(*level, 20.0)])).collect();
    let sound = AudioBuffer::from_planes(planes.clone());
    reads(
        measure(RATE, ChannelLayout::Surround50, &sound).integrated_lufs,
        -23.0,
        0.1,
    );

    planes.insert(3, tone(&[(0.0, 20.0)]));
    let sound = AudioBuffer::from_planes(planes);
    reads(
        measure(RATE, ChannelLayout::Surround51, &sound).integrated_lufs,
        -23.0,
        0.1,
    );
}

#[test]
fn tech_3341_case_9_short_term_is_steady() {
    let parts = [(-20.0, 1.34), (-30.0, 1.66)].repeat(5);
    reads(stereo(&parts).short_term_max_lufs, -23.0, 0.1);
}

/// The momentary and the short-term loudness of a stereo tone, every `every_ms`, read as it runs.
fn series(parts: &[(f64, f64)], every_ms: u32) -> Vec<LoudnessPoint> {
    let plane = tone(parts);
    let sound = AudioBuffer::from_planes(vec![plane.clone(), plane]);
    let spec = AudioSpec::new(RATE, ChannelLayout::Stereo);
    let mut meter = LoudnessMeter::new(spec).unwrap();
    meter = meter.with_series(every_ms).unwrap();
    let mut points = Vec::new();
    for start in (0..sound.frames()).step_by(7_777) {
        let mut block = AudioBuffer::new(2);
        block.extend_from(&sound, start, 7_777.min(sound.frames() - start));
        meter.write(&block).unwrap();
        points.extend(meter.take_series());
    }
    assert!(meter.take_series().is_empty());
    points
}

#[test]
fn tech_3341_cases_1_2_9_and_12_stay_where_they_are() {
    // Steady from the moment on at which the window is full.
    for level in [-23.0, -33.0] {
        for point in series(&[(level, 20.0)], 100) {
            if point.seconds >= 0.4 {
                reads(point.momentary_lufs, level, 0.1);
            }
            if point.seconds >= 3.0 {
                reads(point.short_term_lufs, level, 0.1);
            }
        }
    }
    let ninth = series(&[(-20.0, 1.34), (-30.0, 1.66)].repeat(5), 10);
    assert_eq!(ninth.len(), 1_500);
    for point in ninth.iter().filter(|point| point.seconds >= 3.0) {
        reads(point.short_term_lufs, -23.0, 0.1);
    }
    let twelfth = series(&[(-20.0, 0.18), (-30.0, 0.22)].repeat(25), 10);
    for point in twelfth.iter().filter(|point| point.seconds >= 1.0) {
        reads(point.momentary_lufs, -23.0, 0.1);
    }
}

#[test]
fn the_series_has_a_point_for_each_step_and_its_highest_is_the_maximum() {
    let parts = [(SILENT, 0.5), (-30.0, 4.0), (-18.0, 1.0), (-40.0, 3.0)];
    let points = series(&parts, 100);
    assert_eq!(points.len(), 85);
    for (n, point) in points.iter().enumerate() {
        assert!((point.seconds - (n + 1) as f64 / 10.0).abs() < 1e-9);
    }
    assert_eq!(points[3].momentary_lufs, None);
    let fine = series(&parts, 10);
    let whole = stereo(&parts);
    let highest = |of: fn(&LoudnessPoint) -> Option<f64>| {
        let values = fine.iter().filter_map(of);
        Some(values.fold(f64::NEG_INFINITY, f64::max))
    };
    let close = |a: Option<f64>, b: Option<f64>| reads(a, b.unwrap(), 1e-6);
    close(
        whole.momentary_max_lufs,
        highest(|point| point.momentary_lufs),
    );
    close(
        whole.short_term_max_lufs,
        highest(|point| point.short_term_lufs),
    );
}

#[test]
fn a_meter_can_be_read_while_it_runs() {
    let spec = AudioSpec::new(RATE, ChannelLayout::Mono);
    let mut meter = LoudnessMeter::new(spec).unwrap();
    assert_eq!(meter.reading(), Default::default());
    let loud = tone(&[(-20.0, 10.0)]);
    push(&mut meter, &AudioBuffer::from_planes(vec![loud]), &[4_800]);
    let reading = meter.reading();
    // One channel reads 3 dB lower than two.
    reads(reading.momentary_lufs, -23.0, 0.1);
    reads(reading.short_term_lufs, -23.0, 0.1);
    reads(reading.integrated_lufs, -23.0, 0.1);
    reads(reading.true_peak_dbtp, -20.0, 0.1);
    let soft = tone(&[(-26.0, 1.0)]);
    push(&mut meter, &AudioBuffer::from_planes(vec![soft]), &[4_800]);
    let reading = meter.reading();
    reads(reading.momentary_lufs, -29.0, 0.1);
    reads(reading.true_peak_dbtp, -20.0, 0.1);
    reads(
        meter.finish().integrated_lufs,
        reading.integrated_lufs.unwrap(),
        1e-9,
    );
}

#[test]
fn an_album_is_gated_as_one_programme() {
    let spec = AudioSpec::new(RATE, ChannelLayout::Stereo);
    let track = |parts: &[(f64, f64)]| {
        let plane = tone(parts);
        let mut meter = LoudnessMeter::new(spec).unwrap();
        let sound = AudioBuffer::from_planes(vec![plane.clone(), plane]);
        push(&mut meter, &sound, &[4_096]);
        meter
    };
    // Case 5 of Tech 3341 in three tracks: -26, -20, -26 are -23 together.
    let mut album = AlbumLoudness::default();
    for (level, seconds) in [(-26.0, 20.0), (-20.0, 20.1), (-26.0, 20.0)] {
        reads(
            album.add(track(&[(level, seconds)])).integrated_lufs,
            level,
            0.1,
        );
    }
    // A track below the relative gate, and silence, change nothing.
    album.add(track(&[(-45.0, 30.0)]));
    assert_eq!(album.add(track(&[(SILENT, 5.0)])).integrated_lufs, None);
    let whole = album.finish();
    reads(whole.integrated_lufs, -23.0, 0.1);
    reads(whole.short_term_max_lufs, -20.0, 0.1);
    reads(whole.sample_peak_dbfs, -20.0, 0.01);
    let gain = whole.gain().unwrap();
    assert!((gain.gain_db - 5.0).abs() < 0.1 && (gain.peak - 0.1).abs() < 1e-3);
    assert_eq!(AlbumLoudness::default().finish(), Loudness::default());
}

#[test]
fn an_album_reads_as_another_implementation_reads_it() {
    use ebur128::{EbuR128, Mode};
    let mut album = AlbumLoudness::default();
    let mut others = Vec::new();
    for (seed, level) in [(1, -14.0), (2, -22.0), (3, -30.0), (4, -17.0)] {
        let plane: Vec<f32> = noise(seed, 400_000)
            .into_iter()
            .map(|sample| sample * amplitude(level) as f32)
            .collect();
        let mut other = EbuR128::new(1, RATE, Mode::I | Mode::LRA).unwrap();
        other.set_channel(0, ebur128::Channel::Center).unwrap();
        other.add_frames_f32(&plane).unwrap();
        others.push(other);
        let mut meter = LoudnessMeter::new(AudioSpec::new(RATE, ChannelLayout::Mono)).unwrap();
        push(
            &mut meter,
            &AudioBuffer::from_planes(vec![plane]),
            &[10_000],
        );
        album.add(meter);
    }
    let ours = album.finish();
    let theirs = EbuR128::loudness_global_multiple(others.iter()).unwrap();
    reads(ours.integrated_lufs, theirs, 0.01);
    let theirs = EbuR128::loudness_range_multiple(others.iter()).unwrap();
    reads(ours.loudness_range_lu, theirs, 0.1);
}

#[test]
fn tech_3341_cases_10_and_11_short_term_is_caught_wherever_it_begins() {
    let mut rising = Vec::new();
    for n in 1..=20 {
        let silence = f64::from(n) * 0.15;
        let parts = [(SILENT, silence), (-23.0, 3.0), (SILENT, 1.0)];
        reads(stereo(&parts).short_term_max_lufs, -23.0, 0.1);
        let level = -38.0 + f64::from(n - 1);
        rising.extend([(SILENT, silence), (level, 3.0), (SILENT, 3.0 - silence)]);
        reads(stereo(&rising).short_term_max_lufs, level, 0.1);
    }
}

#[test]
fn tech_3341_case_12_momentary_is_steady() {
    let parts = [(-20.0, 0.18), (-30.0, 0.22)].repeat(25);
    reads(stereo(&parts).momentary_max_lufs, -23.0, 0.1);
}

#[test]
fn tech_3341_cases_13_and_14_momentary_is_caught_wherever_it_begins() {
    let mut rising = Vec::new();
    for n in 1..=20 {
        let silence = f64::from(n) * 0.02;
        let parts = [(SILENT, silence), (-23.0, 0.4), (SILENT, 1.0)];
        reads(stereo(&parts).momentary_max_lufs, -23.0, 0.1);
        let level = -38.0 + f64::from(n - 1);
        rising.extend([(SILENT, silence), (level, 0.4), (SILENT, 0.4 - silence)]);
        reads(stereo(&rising).momentary_max_lufs, level, 0.1);
    }
}

#[test]
fn tech_3341_cases_15_to_19_true_peak() {
    let cases = [
        (4.0, 0.0, 0.5, -6.0),
        (4.0, 45.0, 0.5, -6.0),
        (6.0, 60.0, 0.5, -6.0),
        (8.0, 67.5, 0.5, -6.0),
        (4.0, 45.0, 1.41, 3.0),
    ];
    for rate in [44_100, 48_000, 96_000] {
        for (divisor, degrees, level, expected) in cases {
            let phase: f64 = degrees * FRAC_PI_4 / 45.0;
            // Faded, since a sine that starts at once is a click with peaks of its own.
            let frames = rate as usize;
            let mut plane = sine(1.0 / divisor, level, phase, frames);
            for (n, sample) in plane.iter_mut().enumerate() {
                *sample *= (n.min(frames - n) as f32 / 4_800.0).min(1.0);
            }
            let sound = AudioBuffer::from_planes(vec![plane.clone(), plane]);
            let peak = measure(rate, ChannelLayout::Stereo, &sound)
                .true_peak_dbtp
                .unwrap();
            let allowed = expected - 0.4..=expected + 0.2;
            assert!(
                allowed.contains(&peak),
                "fs/{divisor} {degrees}° at {rate} Hz: {peak} dBTP"
            );
        }
    }
}

#[test]
fn tech_3341_cases_20_to_23_true_peak_wherever_the_samples_fall() {
    // A sine of a sixth of the rate at half of full scale, with one period that rises to full
    // scale, made at four times the rate, and taken from its first, second, third, fourth sample
    // on. What is between samples is lowered smoothly, so that nothing needs a filter.
    for offset in 0..4 {
        let plane: Vec<f32> = (0..RATE)
            .map(|n| {
                let t = f64::from(n) + f64::from(offset) / 4.0 - 24_000.0;
                let rise = 0.5 + 0.5 * (-(t / 12.0).powi(2)).exp();
                let edge = (24_000.0 - t.abs()) / 2_400.0;
                let phase = std::f64::consts::TAU * t / 6.0;
                (rise * edge.clamp(0.0, 1.0) * phase.cos()) as f32
            })
            .collect();
        let sound = AudioBuffer::from_planes(vec![plane.clone(), plane]);
        let peak = measure(RATE, ChannelLayout::Stereo, &sound)
            .true_peak_dbtp
            .unwrap();
        assert!((-0.4..=0.2).contains(&peak), "offset {offset}: {peak} dBTP");
    }
}

#[test]
fn every_layout_weighs_its_channels() {
    // The same tone in one channel after the other, against the front.
    let weights = |layout: ChannelLayout| -> Vec<f64> {
        let plane = tone(&[(-20.0, 2.0)]);
        (0..layout.channels())
            .map(|channel| {
                let mut planes = vec![vec![0.0; plane.len()]; layout.channels()];
                planes[channel].clone_from(&plane);
                let sound = AudioBuffer::from_planes(planes);
                let loudness = measure(RATE, layout, &sound).integrated_lufs;
                loudness.map_or(0.0, |lufs| 10_f64.powf((lufs + 23.0) / 10.0))
            })
            .collect()
    };
    for (layout, expected) in [
        (ChannelLayout::Mono, &[1.0][..]),
        (ChannelLayout::Stereo, &[1.0, 1.0]),
        (ChannelLayout::Surround30, &[1.0, 1.0, 1.0]),
        (ChannelLayout::Quad, &[1.0, 1.0, 1.41, 1.41]),
        (ChannelLayout::Surround50, &[1.0, 1.0, 1.0, 1.41, 1.41]),
        (ChannelLayout::Surround51, &[1.0, 1.0, 1.0, 0.0, 1.41, 1.41]),
        (
            ChannelLayout::Surround61,
            &[1.0, 1.0, 1.0, 0.0, 1.0, 1.41, 1.41],
        ),
        (
            ChannelLayout::Surround71,
            &[1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.41, 1.41],
        ),
    ] {
        for (weight, expected) in weights(layout).iter().zip(expected) {
            assert!((weight - expected).abs() < 0.03, "{layout:?}: {weight}");
        }
    }
}

#[test]
fn tech_3342_cases_1_to_4_loudness_range() {
    let cases: [(&[f64], f64); 4] = [
        (&[-20.0, -30.0], 10.0),
        (&[-20.0, -15.0], 5.0),
        (&[-40.0, -20.0], 20.0),
        (&[-50.0, -35.0, -20.0, -35.0, -50.0], 15.0),
    ];
    for (levels, expected) in cases {
        let parts: Vec<_> = levels.iter().map(|level| (*level, 20.0)).collect();
        reads(stereo(&parts).loudness_range_lu, expected, 1.0);
    }
}

#[test]
fn every_rate_reads_the_same_tone_alike() {
    for rate in [
        8_000, 11_025, 22_050, 32_000, 44_100, 88_200, 96_000, 192_000,
    ] {
        let plane = sine(
            997.0 / f64::from(rate),
            amplitude(-23.0),
            0.0,
            rate as usize * 5,
        );
        let sound = AudioBuffer::from_planes(vec![plane.clone(), plane]);
        let loudness = measure(rate, ChannelLayout::Stereo, &sound);
        reads(loudness.integrated_lufs, -23.0, 0.1);
        reads(loudness.short_term_max_lufs, -23.0, 0.1);
        reads(loudness.momentary_max_lufs, -23.0, 0.1);
        reads(loudness.sample_peak_dbfs, -23.0, 0.1);
    }
}

#[test]
fn silence_and_nothing_at_all_measure_nothing() {
    for frames in [0, RATE as usize * 5] {
        let sound = AudioBuffer::from_planes(vec![vec![0.0; frames]]);
        assert_eq!(
            measure(RATE, ChannelLayout::Mono, &sound),
            Loudness::default()
        );
    }
}

#[test]
fn samples_that_are_no_numbers_do_not_spoil_the_rest() {
    let mut plane = tone(&[(-23.0, 10.0)]);
    plane[1_000] = f32::NAN;
    plane[2_000] = f32::INFINITY;
    let sound = AudioBuffer::from_planes(vec![plane.clone(), plane]);
    reads(
        measure(RATE, ChannelLayout::Stereo, &sound).integrated_lufs,
        -23.0,
        0.1,
    );
}

#[test]
fn streams_out_of_range_are_refused_by_name() {
    for (rate, layout, named) in [
        (7_999, ChannelLayout::Mono, "7999 Hz"),
        (192_001, ChannelLayout::Mono, "192001 Hz"),
        (48_000, ChannelLayout::Discrete(9), "channels: 9"),
        (48_000, ChannelLayout::Discrete(0), "channels: 0"),
    ] {
        let error = LoudnessMeter::new(AudioSpec::new(rate, layout)).unwrap_err();
        assert!(error.to_string().contains(named), "{error}");
    }
    let mut meter = LoudnessMeter::new(AudioSpec::new(48_000, ChannelLayout::Stereo)).unwrap();
    let error = meter.write(&AudioBuffer::new(1)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "block: it has 1 channels, the stream has 2"
    );
}

#[test]
fn music_reads_as_it_does_elsewhere() {
    for name in ["battle.ogg", "elvish-theme.ogg", "suspense.ogg"] {
        let sound = music::stereo(name, "60");
        let loudness = measure(44_100, ChannelLayout::Stereo, &sound);
        let path = crate::music::piece(name);
        let filter = "aresample=44100,aformat=channel_layouts=stereo,ebur128=peak=true+sample";
        let log = music::ffmpeg(&["-t", "60", "-i", &path, "-af", filter, "-f", "null", "-"]).1;
        let summary = log
            .split("Summary:")
            .nth(1)
            .expect("ebur128 ends with a summary");
        let peaks: Vec<f64> = values(summary, "Peak:");
        reads(loudness.integrated_lufs, values(summary, "I:")[0], 0.1);
        reads(loudness.loudness_range_lu, values(summary, "LRA:")[0], 0.2);
        reads(loudness.sample_peak_dbfs, peaks[0], 0.1);
        reads(loudness.true_peak_dbtp, peaks[1], 0.2);
    }
}

#[test]
fn another_implementation_reads_the_same() {
    use ebur128::{Channel, EbuR128, Mode};
    let layouts = [
        (ChannelLayout::Mono, vec![Channel::Center]),
        (ChannelLayout::Stereo, vec![Channel::Left, Channel::Right]),
        (
            ChannelLayout::Surround71,
            vec![
                Channel::Left,
                Channel::Right,
                Channel::Center,
                Channel::Unused,
                Channel::Mp135,
                Channel::Mm135,
                Channel::Mp090,
                Channel::Mm090,
            ],
        ),
    ];
    for (layout, map) in layouts {
        for rate in [8_000, 22_050, 44_100, 96_000, 192_000] {
            let planes: Vec<Vec<f32>> = (0..map.len())
                .map(|channel| {
                    // Interpolators agree below half the band, so there the noise stays.
                    let white = noise(channel as u64, rate as usize * 6);
                    let mut plane: Vec<f32> = white
                        .windows(4)
                        .map(|near| near.iter().sum::<f32>() / 4.0)
                        .collect();
                    // Swells, so that the gates and the maxima have something to do.
                    for (n, sample) in plane.iter_mut().enumerate() {
                        let seconds = n as f64 / f64::from(rate);
                        *sample *= amplitude(-20.0 + 20.0 * (seconds * 2.0).sin()) as f32;
                    }
                    plane
                })
                .collect();
            let mut other =
                EbuR128::new(map.len() as u32, rate, Mode::I | Mode::TRUE_PEAK).unwrap();
            other.set_channel_map(&map).unwrap();
            let slices: Vec<&[f32]> = planes.iter().map(Vec::as_slice).collect();
            other.add_frames_planar_f32(&slices).unwrap();
            let peak = (0..map.len() as u32)
                .map(|channel| other.true_peak(channel).unwrap())
                .fold(0.0, f64::max);

            let ours = measure(rate, layout, &AudioBuffer::from_planes(planes));
            reads(ours.integrated_lufs, other.loudness_global().unwrap(), 0.01);
            reads(ours.true_peak_dbtp, 20.0 * peak.log10(), 0.2);
        }
    }
}

fn values(summary: &str, label: &str) -> Vec<f64> {
    summary
        .lines()
        .filter_map(|line| line.trim().strip_prefix(label))
        .filter_map(|rest| rest.split_whitespace().next()?.parse().ok())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn block_lengths_do_not_matter(lengths in prop::collection::vec(1_usize..9_000, 1..8), seed: u64) {
        let sound = AudioBuffer::from_planes(vec![noise(seed, 200_000), noise(!seed, 200_000)]);
        let spec = AudioSpec::new(44_100, ChannelLayout::Stereo);
        let mut meter = LoudnessMeter::new(spec).unwrap();
        push(&mut meter, &sound, &lengths);
        let whole = measure(44_100, ChannelLayout::Stereo, &sound);
        let ours = meter.finish();
        let pairs = [
            (ours.integrated_lufs, whole.integrated_lufs),
            (ours.loudness_range_lu, whole.loudness_range_lu),
            (ours.momentary_max_lufs, whole.momentary_max_lufs),
            (ours.short_term_max_lufs, whole.short_term_max_lufs),
            (ours.true_peak_dbtp, whole.true_peak_dbtp),
            (ours.sample_peak_dbfs, whole.sample_peak_dbfs),
        ];
        for (ours, whole) in pairs {
            prop_assert!((ours.unwrap() - whole.unwrap()).abs() < 1e-9);
        }
    }
}
