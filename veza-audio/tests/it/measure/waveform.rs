//! Waveforms of whole sounds: streaming, views and pictures of real music.

use proptest::prelude::*;
use veza_audio::waveform::image::{ImageSettings, Style, render_png};
use veza_audio::waveform::{Bits, DatVersion, MinMax, Waveform, WaveformBuilder, WaveformSettings};
use veza_audio::{AudioBuffer, AudioSpec, ChannelLayout};

use super::music;
use super::signal::{noise, push};

fn build(sound: &AudioBuffer, settings: WaveformSettings, lengths: &[usize]) -> Waveform {
    let layout = ChannelLayout::from_channels(sound.channels() as u16);
    let mut builder = WaveformBuilder::new(AudioSpec::new(44_100, layout), settings).unwrap();
    push(&mut builder, sound, lengths);
    builder.finish()
}

/// The extremes of the truncated integer mean, computed sample by sample.
fn plainly(sound: &AudioBuffer, samples_per_pixel: usize) -> Vec<MinMax> {
    let int16 = |sample: f32| {
        (f64::from(sample) * 32_768.0)
            .round_ties_even()
            .clamp(-32_768.0, 32_767.0) as i32
    };
    let channels = sound.channels() as i32;
    let mixed: Vec<i16> = (0..sound.frames())
        .map(|frame| {
            let sum: i32 = sound.planes().iter().map(|plane| int16(plane[frame])).sum();
            (sum / channels) as i16
        })
        .collect();
    mixed
        .chunks(samples_per_pixel)
        .map(|pixel| MinMax {
            min: pixel.iter().copied().min().unwrap(),
            max: pixel.iter().copied().max().unwrap(),
        })
        .collect()
}

#[test]
fn music_is_drawn_as_it_is_computed_sample_by_sample() {
    let sound = music::stereo("battle.ogg", "20");
    let waveform = build(&sound, WaveformSettings::default(), &[4_096]);
    assert_eq!(waveform.pairs(), plainly(&sound, 256));
    assert_eq!(waveform.pixels(), sound.frames().div_ceil(256));

    for (version, bits, size) in [
        (DatVersion::One, Bits::Sixteen, 20 + waveform.pixels() * 4),
        (DatVersion::Two, Bits::Eight, 24 + waveform.pixels() * 2),
    ] {
        let mut bytes = Vec::new();
        waveform.write_dat(&mut bytes, version, bits).unwrap();
        assert_eq!(bytes.len(), size);
        assert_eq!(
            Waveform::read_dat(&bytes).unwrap().pixels(),
            waveform.pixels()
        );
    }

    let style = Style::Bars { width: 3, gap: 2 };
    let bytes = render_png(
        &waveform,
        &ImageSettings {
            style,
            ..ImageSettings::default()
        },
    )
    .unwrap();
    assert!(bytes.starts_with(b"\x89PNG\r\n\x1a\n"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn block_lengths_do_not_matter(
        lengths in prop::collection::vec(1_usize..3_000, 1..8),
        samples_per_pixel in 1_u32..700,
        channels in 1_usize..5,
        split_channels: bool,
        seed: u64,
    ) {
        let planes = (0..channels).map(|c| noise(seed ^ c as u64, 10_000)).collect();
        let sound = AudioBuffer::from_planes(planes);
        let settings = WaveformSettings { samples_per_pixel, split_channels, rms: false };
        let parts = build(&sound, settings, &lengths);
        prop_assert_eq!(&parts, &build(&sound, settings, &[10_000]));
        if !split_channels {
            prop_assert_eq!(parts.pairs(), plainly(&sound, samples_per_pixel as usize));
        }
    }

    #[test]
    fn a_zoom_is_what_another_pass_would_make(
        samples_per_pixel in 1_u32..300,
        times in 1_u32..40,
        channels in 1_usize..4,
        split_channels: bool,
        seed: u64,
    ) {
        let planes = (0..channels).map(|c| noise(seed ^ c as u64, 10_000)).collect();
        let sound = AudioBuffer::from_planes(planes);
        let made = |samples_per_pixel| {
            let settings = WaveformSettings { samples_per_pixel, split_channels, rms: true };
            build(&sound, settings, &[1_000])
        };
        let zoomed = made(samples_per_pixel).zoom(samples_per_pixel * times).unwrap();
        let again = made(samples_per_pixel * times);
        prop_assert_eq!(zoomed.pairs(), again.pairs());
        for (ours, theirs) in zoomed.rms().unwrap().iter().zip(again.rms().unwrap()) {
            prop_assert!((ours - theirs).abs() < 1e-5, "{} {}", ours, theirs);
        }
    }

    #[test]
    fn a_view_loses_no_extreme_and_invents_none(
        start in 0_u64..9_000,
        span in 1_u64..9_000,
        width in 1_usize..300,
        seed: u64,
    ) {
        let sound = AudioBuffer::from_planes(vec![noise(seed, 10_000)]);
        let settings = WaveformSettings { samples_per_pixel: 16, split_channels: true, rms: false };
        let waveform = build(&sound, settings, &[10_000]);
        let view = waveform.view(start..start + span, width).unwrap();
        let exact = plainly(&sound, 1);
        for (pixel, seen) in view.channels[0].iter().enumerate() {
            let first = start + span * pixel as u64 / width as u64;
            let end = (start + span * (pixel as u64 + 1) / width as u64).max(first + 1);
            let within = |first: u64, end: u64| {
                let range = first.min(10_000) as usize..end.min(10_000) as usize;
                let lows = exact[range.clone()].iter().map(|pair| pair.min).min();
                let highs = exact[range].iter().map(|pair| pair.max).max();
                lows.zip(highs)
            };
            if let Some((min, max)) = within(first, end) {
                prop_assert!(seen.min <= min && seen.max >= max);
            }
            // Rounded outward by at most one pixel of a level no wider than what is shown.
            let slack = 16.max(span / width as u64);
            if first >= 10_000 {
                // Beyond the end: silence, or what is left of the last pixel.
                continue;
            }
            if let Some((min, max)) = within(first.saturating_sub(slack), end + slack) {
                prop_assert!(seen.min >= min && seen.max <= max);
            }
        }
    }

    #[test]
    fn no_bytes_at_all_make_the_readers_fall(bytes in prop::collection::vec(any::<u8>(), 0..200), version in 1_u8..3) {
        let _ = Waveform::read_json(&bytes);
        let _ = Waveform::read_dat(&bytes);
        let mut headed = vec![version, 0, 0, 0];
        headed.extend(bytes);
        if let Ok(waveform) = Waveform::read_dat(&headed) {
            waveform.view(0..waveform.frames().max(1), 10).unwrap();
        }
    }
}
