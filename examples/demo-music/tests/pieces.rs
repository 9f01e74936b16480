//! What the pieces are as sound.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::sync::LazyLock;

struct Heard {
    title: &'static str,
    wav: Vec<u8>,
    /// Both channels, -1 to 1.
    left: Vec<f32>,
    right: Vec<f32>,
}

impl Heard {
    fn middle(&self) -> Vec<f32> {
        self.left
            .iter()
            .zip(&self.right)
            .map(|(l, r)| (l + r) / 2.0)
            .collect()
    }
}

/// Every piece, rendered once for all tests.
static HEARD: LazyLock<Vec<Heard>> = LazyLock::new(|| {
    let listen = |piece: demo_music::Piece| {
        let wav = (piece.render)();
        let sample = |bytes: &[u8]| f32::from(i16::from_le_bytes([bytes[0], bytes[1]])) / 32768.0;
        let frames = wav[44..].chunks_exact(4);
        let left = frames.clone().map(|frame| sample(&frame[..2])).collect();
        let right = frames.map(|frame| sample(&frame[2..])).collect();
        Heard {
            title: piece.title,
            wav,
            left,
            right,
        }
    };
    demo_music::pieces().into_iter().map(listen).collect()
});

fn decibels(amplitude: f32) -> f32 {
    20.0 * amplitude.max(1e-9).log10()
}

fn rms(samples: &[f32]) -> f32 {
    (samples.iter().map(|x| f64::from(x * x)).sum::<f64>() / samples.len() as f64).sqrt() as f32
}

#[test]
fn each_is_a_wav_file_of_60_to_100_seconds() {
    assert_eq!(HEARD.len(), 4);
    for Heard {
        title, wav, left, ..
    } in HEARD.iter()
    {
        let number = |at: usize| u32::from_le_bytes(wav[at..at + 4].try_into().unwrap());
        assert_eq!(
            (&wav[..4], &wav[8..16], &wav[36..40]),
            (&b"RIFF"[..], &b"WAVEfmt "[..], &b"data"[..])
        );
        assert_eq!(number(4) as usize, wav.len() - 8, "{title}");
        assert_eq!(number(40) as usize, wav.len() - 44, "{title}");
        // PCM, two channels, 44.1 kHz, 4 bytes a frame, 16 bits.
        assert_eq!(
            (number(20), number(24), number(32)),
            (0x0002_0001, 44_100, 0x0010_0004)
        );
        let seconds = left.len() as f32 / 44_100.0;
        assert!((60.0..=100.0).contains(&seconds), "{title}: {seconds} s");
    }
}

#[test]
fn none_is_too_hot_too_quiet_or_crushed() {
    for Heard {
        title, left, right, ..
    } in HEARD.iter()
    {
        let all: Vec<f32> = left.iter().chain(right).copied().collect();
        let peak = decibels(all.iter().fold(0.0f32, |peak, x| peak.max(x.abs())));
        let level = decibels(rms(&all));
        println!(
            "{title}: peak {peak:.1} dBFS, rms {level:.1} dBFS, crest {:.1} dB",
            peak - level
        );
        assert!((-6.0..=-0.3).contains(&peak), "{title}: peak {peak} dBFS");
        assert!(
            (-26.0..=-12.0).contains(&level),
            "{title}: level {level} dBFS"
        );
        assert!(
            peak - level > 10.0,
            "{title}: crest factor {} dB",
            peak - level
        );
        let mean = all.iter().sum::<f32>() / all.len() as f32;
        assert!(mean.abs() < 0.001, "{title}: offset {mean}");
    }
}

#[test]
fn none_has_a_hole_in_it_and_each_is_stereo() {
    for heard in HEARD.iter() {
        let body = heard.left.len() - 4 * 44_100;
        for (second, part) in heard.left[..body].chunks(44_100).enumerate().skip(1) {
            let level = decibels(rms(part));
            assert!(
                level > -50.0,
                "{}: {level} dBFS at second {second}",
                heard.title
            );
        }
        let side: Vec<f32> = heard
            .left
            .iter()
            .zip(&heard.right)
            .map(|(l, r)| (l - r) / 2.0)
            .collect();
        let width = decibels(rms(&side)) - decibels(rms(&heard.middle()));
        assert!(
            (-30.0..0.0).contains(&width),
            "{}: side {width} dB below middle",
            heard.title
        );
    }
}

#[test]
fn both_ends_are_silent_enough_not_to_click() {
    for Heard {
        title, left, right, ..
    } in HEARD.iter()
    {
        for channel in [left, right] {
            let ends = [&channel[..4], &channel[channel.len() - 4..]];
            assert!(
                ends.iter().all(|end| end.iter().all(|x| x.abs() < 0.01)),
                "{title}"
            );
        }
    }
}

#[test]
fn a_second_rendering_is_the_same_to_the_bit() {
    for (piece, heard) in demo_music::pieces().into_iter().zip(HEARD.iter()) {
        assert!((piece.render)() == heard.wav, "{}", piece.title);
    }
}

/// Shares of the energy in ten bands an octave apart, and how the level changes from one 50 ms to
/// the next: what an ear tells pieces apart by first.
fn portrait(samples: &[f32]) -> Vec<f32> {
    let mut shares = Vec::new();
    let mut rest = samples.to_vec();
    let mut cutoff = 12_000.0f32;
    for _ in 0..10 {
        let keep = (-std::f32::consts::TAU * cutoff / 44_100.0).exp();
        let mut low = 0.0;
        let mut energy = 0.0;
        for sample in &mut rest {
            low = *sample + (low - *sample) * keep;
            energy += f64::from((*sample - low) * (*sample - low));
            *sample = low;
        }
        shares.push(energy as f32);
        cutoff /= 2.0;
    }
    let total: f32 = shares.iter().sum();
    shares.iter_mut().for_each(|share| *share /= total);
    let levels: Vec<f32> = samples
        .chunks(2205)
        .map(|part| decibels(rms(part)).max(-60.0))
        .collect();
    let steps = levels
        .windows(2)
        .map(|pair| (pair[1] - pair[0]).abs())
        .sum::<f32>();
    shares.push(steps / levels.len() as f32 / 6.0);
    shares
}

#[test]
fn no_two_sound_alike() {
    let portraits: Vec<(&str, Vec<f32>)> = HEARD
        .iter()
        .map(|heard| {
            (
                heard.title,
                portrait(&heard.middle()[20 * 44_100..60 * 44_100]),
            )
        })
        .collect();
    for (n, (title, one)) in portraits.iter().enumerate() {
        println!("{title}: {one:.2?}");
        for (other_title, other) in &portraits[n + 1..] {
            let distance: f32 = one.iter().zip(other).map(|(a, b)| (a - b).abs()).sum();
            assert!(distance > 0.3, "{title} and {other_title}: {distance}");
        }
    }
}
