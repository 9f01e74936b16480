//! Files which are cut short, damaged, or made of nothing.

use veza_audio::{AudioBuffer, Error};

use super::{FRAMES, decode_with_damage, probe};
use crate::support::{Files, snr, sound, wav};

#[test]
fn a_file_cut_short_gives_what_is_there_and_says_what_is_missing() {
    let planes = sound(2, FRAMES, 44_100, 16);
    let files = Files::new(&wav(&planes, 44_100, 16));
    for (name, options) in ROBUST {
        if name.ends_with("m4a") {
            continue; // its index is at its end
        }
        let bytes = files.make(name, options);
        let cut = &bytes[..bytes.len() * 2 / 3];
        let (whole, _) = decode_with_damage(&bytes).unwrap();
        let (got, damage) = decode_with_damage(cut).unwrap_or_else(|e| panic!("{name}: {e}"));
        let share = got.frames() as f64 / whole.frames() as f64;
        // Ogg's pages are of a second here, and a page counts only when it is whole.
        assert!((0.3..0.8).contains(&share), "{name}: {share}");
        assert_eq!(probe(cut).unwrap().frames, got.frames() as u64, "{name}");
        // Pages and fragments do not say ahead how much there is.
        if !name.starts_with(['g', 'h', 'i']) {
            assert_eq!(
                damage.missing_frames,
                (whole.frames() - got.frames()) as u64,
                "{name}"
            );
        }
    }
}

#[test]
fn damaged_packets_are_silence_in_their_places() {
    let planes = sound(2, 441_000, 44_100, 16);
    let files = Files::new(&wav(&planes, 44_100, 16));
    for (name, options) in ROBUST {
        let bytes = files.make(name, options);
        let (whole, _) = decode_with_damage(&bytes).unwrap();
        let mut broken = bytes.clone();
        for n in 1..=4 {
            let at = bytes.len() / 10 + n * bytes.len() / 7;
            for byte in &mut broken[at..at + 16] {
                *byte ^= 0x5a;
            }
        }
        let (got, damage) = decode_with_damage(&broken).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(
            probe(&broken).unwrap().frames,
            got.frames() as u64,
            "{name}"
        );
        assert_eq!(got.frames(), whole.frames(), "{name}");
        // PCM, ALAC and the inside of an MP3 frame carry nothing by which damage can be seen.
        assert!(
            name.starts_with(['a', 'c', 'e', 'f']) || !damage.is_none(),
            "{name}: nothing is told"
        );
        let share = kept(&whole, &got);
        assert!(
            share > 0.93,
            "{name} keeps {share} of its sound, {damage:?}"
        );
    }
}

/// The share of a sound which is the same at the same time, by blocks of 1,000 frames.
fn kept(whole: &AudioBuffer, got: &AudioBuffer) -> f64 {
    let part = |sound: &AudioBuffer, start| {
        let mut part = AudioBuffer::new(2);
        part.extend_from(sound, start, 1_000);
        part
    };
    let blocks = whole.frames() / 1_000;
    let same = (0..blocks).filter(|n| snr(&part(whole, n * 1_000), &part(got, n * 1_000)) > 40.0);
    same.count() as f64 / blocks as f64
}

const ROBUST: &[(&str, &[&str])] = &[
    ("a.wav", &[]),
    ("b.flac", &[]),
    ("c.mp3", &["-c:a", "libmp3lame", "-b:a", "128k"]),
    // Noise that the decoder makes up itself would differ after each lost packet.
    ("d.m4a", &["-c:a", "aac", "-aac_pns", "0"]),
    ("e.m4a", &["-c:a", "alac"]),
    ("f.aiff", &[]),
    ("g.ogg", &["-c:a", "libvorbis"]),
    ("h.opus", &["-c:a", "libopus"]),
    (
        "i.mp4",
        &[
            "-c:a",
            "aac",
            "-aac_pns",
            "0",
            "-movflags",
            "frag_keyframe+empty_moov+delay_moov",
            "-frag_duration",
            "50000",
        ],
    ),
];

/// A small generator of numbers, the same at every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % end
    }
}

/// Reads it all; an error is well and good, if it has words.
fn survive(bytes: &[u8]) {
    let outcome = decode_with_damage(bytes);
    let probed = probe(bytes);
    match (&outcome, &probed) {
        (Ok((all, _)), Ok(probe)) => assert_eq!(probe.frames, all.frames() as u64),
        (Err(error), _) | (_, Err(error)) => assert!(!error.to_string().is_empty()),
    }
}

#[test]
fn mutilated_files_do_no_harm() {
    let planes = sound(2, 9_000, 44_100, 16);
    let files = Files::new(&wav(&planes, 44_100, 16));
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    for (name, options) in ROBUST {
        let mut all = vec!["-metadata", "title=T"];
        all.extend(*options);
        let bytes = files.make(name, &all);
        for n in 0..100 {
            survive(&bytes[..bytes.len() * n / 100]);
        }
        // Every length of the first bytes, where the headers are.
        for len in 0..bytes.len().min(200) {
            survive(&bytes[..len]);
        }
        for round in 0..400 {
            let mut broken = bytes.clone();
            // Headers are hit more often than sound, and by values which overflow.
            let reach = if round % 2 == 0 {
                bytes.len().min(1_500)
            } else {
                bytes.len()
            };
            for _ in 0..=numbers.below(6) {
                let at = match numbers.below(3) {
                    0 => bytes.len() - 1 - numbers.below(reach),
                    _ => numbers.below(reach),
                };
                broken[at] = [0, 0xff, 0x7f, 0x80, numbers.below(256) as u8][numbers.below(5)];
            }
            survive(&broken);
        }
    }
}

#[test]
fn content_of_no_known_kind_is_refused() {
    let mut numbers = Numbers(88_172_645_463_325_252);
    for len in [0, 1, 3, 4, 11, 12, 100, 10_000, 200_000] {
        let bytes: Vec<u8> = (0..len).map(|_| numbers.below(256) as u8).collect();
        assert!(matches!(probe(&bytes), Err(Error::NotAudio)), "{len} bytes");
    }
    for other in [
        &b"\x89PNG\r\n\x1a\n0000"[..],
        b"%PDF-1.7 ......",
        b"<html></html>......",
        b"PK\x03\x04........",
    ] {
        assert!(matches!(probe(other), Err(Error::NotAudio)));
    }
    for (magic, len) in [
        (&b"RIFF\0\0\0\0WAVE"[..], 9_000),
        (b"FORM\0\0\0\0AIFF", 9_000),
        (b"fLaC", 9_000),
        (b"OggS\0", 9_000),
        (b"\0\0\0\x08ftyp", 9_000),
        (b"ID3\x04\0\0\0\0\0\0", 9_000),
    ] {
        for _ in 0..50 {
            let mut bytes = magic.to_vec();
            bytes.extend((0..len).map(|_| numbers.below(256) as u8));
            survive(&bytes);
        }
    }
}

#[test]
fn files_made_to_cost_time_are_given_up() {
    let started = std::time::Instant::now();
    // Nothing but marks of pages, each of which claims the largest page there is.
    let mut page = b"OggS\0".to_vec();
    page.resize(26, 0);
    page.push(255);
    page.resize(60, 255);
    survive(&page.repeat(50_000));
    // Nothing but tags, and nothing but chunks whose tags claim all the rest.
    survive(&b"ID3\x04\0\0\0\0\0\0".repeat(300_000));
    let mut chunks = b"RIFF\0\0\0\0WAVE".to_vec();
    chunks.extend(b"id3 \x0a\0\0\0ID3\x04\0\0\x7f\x7f\x7f\x7f".repeat(200_000));
    survive(&chunks);
    // A track whose samples last no time, and lie over one another without end.
    let planes = sound(2, 9_000, 44_100, 16);
    let mut m4a = Files::new(&wav(&planes, 44_100, 16)).make("a.m4a", &["-c:a", "alac"]);
    let body =
        |kind: &[u8; 4], file: &[u8]| file.windows(4).position(|part| part == kind).unwrap() + 4;
    let (stts, stsz, stsc) = (
        body(b"stts", &m4a),
        body(b"stsz", &m4a),
        body(b"stsc", &m4a),
    );
    m4a[stts + 12..stts + 16].fill(0);
    m4a[stsz + 4..stsz + 12].copy_from_slice(&[0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff]);
    m4a[stsc + 12..stsc + 16].fill(0xff);
    survive(&m4a);
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}
