//! Going to a place of a file, and what is read from there.

use std::io::{Cursor, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use veza_audio::decode::{self, Decoder};
use veza_audio::{AudioBuffer, AudioSource, Limits};

use super::{decode_with_damage, open};
use crate::support::{Files, snr, sound, wav};

/// Twenty seconds, and a bit that fills no packet.
const FRAMES: usize = 20 * 44_100 + 77;
/// Frames that are read at each place.
const PIECE: usize = 9_000;

/// How near what is read has to be.
#[derive(Clone, Copy)]
enum Near {
    Same,
    /// Signal to noise, in dB.
    Within(f64),
}

fn files() -> Files {
    Files::new(&wav(&sound(2, FRAMES, 44_100, 16), 44_100, 16))
}

/// The next frames, up to [`PIECE`] of them.
fn piece(decoder: &mut Decoder) -> AudioBuffer {
    let mut all = AudioBuffer::new(decoder.spec().channels());
    let mut block = AudioBuffer::default();
    while all.frames() < PIECE && decoder.read(&mut block).unwrap() {
        all.extend_from(&block, 0, block.frames());
    }
    all.truncate(PIECE);
    all
}

/// Goes about a file in an order with leaps forward and back, to its ends and by single frames.
fn check(name: &str, bytes: &[u8], near: Near) {
    let (whole, _) = decode_with_damage(bytes).unwrap();
    let end = whole.frames();
    let mut decoder = open(bytes).unwrap();
    let places = [
        end / 2,
        end / 2 + 1,
        3,
        end - 1,
        end / 3,
        end - 5_000,
        0,
        1,
        1_152,
        44_100 * 7,
        44_100 * 7 - 1,
        end - PIECE,
    ];
    for at in places {
        decoder.seek(at as u64).unwrap();
        if let Some(left) = decoder.frames() {
            assert_eq!(left, (end - at) as u64, "{name} at {at}");
        }
        let got = piece(&mut decoder);
        let mut wanted = AudioBuffer::new(whole.channels());
        wanted.extend_from(&whole, at, PIECE.min(end - at));
        assert_eq!(got.frames(), wanted.frames(), "{name} at {at}");
        match near {
            Near::Same => assert!(
                got == wanted,
                "{name} at {at}: {:.1} dB",
                snr(&wanted, &got)
            ),
            // Too few frames tell nothing.
            Near::Within(_) if got.frames() < 1_000 => {}
            Near::Within(least) => {
                let found = snr(&wanted, &got);
                assert!(found > least, "{name} at {at}: {found:.1} dB");
            }
        }
        assert!(
            decoder.damage().is_none(),
            "{name} at {at}: {:?}",
            decoder.damage()
        );
    }
    // Beyond the end there is nothing, and it can be gone on from.
    for at in [end as u64, end as u64 + 1_000_000, u64::MAX] {
        decoder.seek(at).unwrap();
        assert_eq!(piece(&mut decoder).frames(), 0, "{name} at {at}");
    }
    decoder.seek(0).unwrap();
    assert_eq!(piece(&mut decoder).frames(), PIECE);
}

#[test]
fn every_format_is_read_from_any_frame_on() {
    let files = files();
    for (name, options, near) in [
        ("a.wav", &["-c:a", "pcm_s24le"][..], Near::Same),
        ("a.aiff", &[], Near::Same),
        ("a.flac", &[], Near::Same),
        ("b.flac", &["-frame_size", "1000"], Near::Same),
        ("alac.m4a", &["-c:a", "alac"], Near::Same),
        ("flac.mp4", &["-c:a", "flac", "-strict", "-2"], Near::Same),
        ("cbr.mp3", &["-b:a", "128k"], Near::Same),
        ("vbr.mp3", &["-q:a", "4"], Near::Same),
        ("low.mp3", &["-b:a", "32k", "-ar", "22050"], Near::Same),
        (
            "bare.mp3",
            &["-b:a", "192k", "-write_xing", "0"],
            Near::Same,
        ),
        (
            "vorbis.ogg",
            &["-c:a", "libvorbis", "-q:a", "4"],
            Near::Same,
        ),
        (
            "opus.opus",
            &["-c:a", "libopus", "-b:a", "96k"],
            Near::Within(30.0),
        ),
        (
            "opus.mp4",
            &["-c:a", "libopus", "-b:a", "96k", "-strict", "-2"],
            Near::Within(30.0),
        ),
        (
            "aac.m4a",
            &["-c:a", "aac", "-b:a", "192k", "-aac_pns", "0"],
            Near::Same,
        ),
        (
            "noise.m4a",
            &["-c:a", "aac", "-b:a", "96k"],
            Near::Within(10.0),
        ),
        (
            "pieces.mp4",
            &[
                "-c:a",
                "aac",
                "-aac_pns",
                "0",
                "-movflags",
                "frag_keyframe+empty_moov",
                "-frag_duration",
                "500000",
            ],
            Near::Same,
        ),
    ] {
        check(name, &files.make(name, options), near);
    }
}

/// Counts the bytes that are read of a file.
struct Counted(Cursor<Vec<u8>>, Arc<AtomicU64>);

impl Read for Counted {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let read = self.0.read(out)?;
        self.1.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

impl Seek for Counted {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.0.seek(to)
    }
}

#[test]
fn a_fragment_costs_the_fragment() {
    let minutes = 4 * 60 * 44_100;
    let files = Files::new(&wav(&sound(2, minutes, 44_100, 16), 44_100, 16));
    for (name, options) in [
        ("a.wav", &[][..]),
        ("a.flac", &[]),
        ("a.m4a", &["-c:a", "aac"]),
        ("a.ogg", &["-c:a", "libvorbis"]),
        ("a.opus", &["-c:a", "libopus"]),
    ] {
        let bytes = files.make(name, options);
        let (len, read) = (bytes.len() as u64, Arc::new(AtomicU64::new(0)));
        let input = Counted(Cursor::new(bytes), Arc::clone(&read));
        let mut decoder = decode::open(Box::new(input), &Limits::default()).unwrap();
        let opened = read.swap(0, Ordering::Relaxed);
        decoder.seek(minutes as u64 / 2).unwrap();
        assert_eq!(piece(&mut decoder).frames(), PIECE);
        let cost = read.load(Ordering::Relaxed);
        // A search looks into a buffer at each of its steps.
        let most = (2 << 20).min(len / 2);
        assert!(
            cost < most,
            "{name}: {cost} bytes of {len} ({opened} to open it)"
        );
    }
}

#[test]
fn damage_does_not_hide_the_places_behind_it() {
    let files = files();
    for (name, options) in [
        ("a.flac", &[][..]),
        ("a.mp3", &["-b:a", "128k"]),
        ("a.ogg", &["-c:a", "libvorbis"]),
        ("a.opus", &["-c:a", "libopus"]),
    ] {
        let mut bytes = files.make(name, options);
        let third = bytes.len() / 3;
        bytes[third..third + 3_000].fill(0x55);
        let (whole, damage) = decode_with_damage(&bytes).unwrap();
        assert!(!damage.is_none(), "{name}");
        let at = whole.frames() - 60_000;
        let mut decoder = open(&bytes).unwrap();
        decoder.seek(at as u64).unwrap();
        let got = piece(&mut decoder);
        let mut wanted = AudioBuffer::new(2);
        wanted.extend_from(&whole, at, PIECE);
        assert_eq!(got.frames(), PIECE, "{name}");
        assert!(
            snr(&wanted, &got) > 30.0,
            "{name}: {:.1} dB",
            snr(&wanted, &got)
        );
        assert!(decoder.damage().is_none(), "{name}: {:?}", decoder.damage());
    }
}
