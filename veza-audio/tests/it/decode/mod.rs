//! Decoding against the known source, and against FFmpeg.

mod aac;
mod robust;
mod seek;

use std::io::Cursor;

use veza_audio::decode::{self, Damage, Decoder, Probe};
use veza_audio::{AudioBuffer, AudioSource, Error, Limits, MAX_BLOCK_FRAMES};

use crate::support::{Files, as_floats, ffmpeg_decodes, lag, snr, sound, wav};

fn open(bytes: &[u8]) -> Result<Decoder, Error> {
    decode::open(Box::new(Cursor::new(bytes.to_vec())), &Limits::default())
}

fn probe(bytes: &[u8]) -> Result<Probe, Error> {
    decode::probe(Box::new(Cursor::new(bytes.to_vec())), &Limits::default())
}

/// Decodes to the end, holding the decoder to what it promises.
fn decode_with_damage(bytes: &[u8]) -> Result<(AudioBuffer, Damage), Error> {
    let mut decoder = open(bytes)?;
    let channels = decoder.spec().channels();
    let mut all = AudioBuffer::new(channels);
    let mut block = AudioBuffer::default();
    while decoder.read(&mut block)? {
        assert!((1..=MAX_BLOCK_FRAMES).contains(&block.frames()));
        assert_eq!(block.channels(), channels);
        assert!(
            block
                .planes()
                .iter()
                .flatten()
                .all(|sample| sample.is_finite())
        );
        all.extend_from(&block, 0, block.frames());
    }
    assert!(block.is_empty());
    assert!(!decoder.read(&mut block)?, "after the end there is nothing");
    Ok((all, decoder.damage().clone()))
}

/// Decodes a sound file; checks that `probe` and `frames` told its length.
fn decode(bytes: &[u8]) -> AudioBuffer {
    let stated = open(bytes).unwrap().frames();
    let (all, damage) = decode_with_damage(bytes).unwrap();
    assert!(damage.is_none(), "{damage:?}");
    assert_eq!(probe(bytes).unwrap().frames, all.frames() as u64);
    if let Some(frames) = stated {
        assert_eq!(frames, all.frames() as u64);
    }
    all
}

/// Three seconds at 44.1 kHz are 132,300 frames; 77 more make no whole packet of any codec.
const FRAMES: usize = 132_377;

struct Lossless {
    name: &'static str,
    options: &'static [&'static str],
    container: &'static str,
    codec: &'static str,
}

const LOSSLESS_16: &[Lossless] = &[
    Lossless {
        name: "a.wav",
        options: &[],
        container: "wav",
        codec: "pcm_s16le",
    },
    Lossless {
        name: "b.wav",
        options: &["-c:a", "pcm_s24le"],
        container: "wav",
        codec: "pcm_s24le",
    },
    Lossless {
        name: "c.wav",
        options: &["-c:a", "pcm_s32le"],
        container: "wav",
        codec: "pcm_s32le",
    },
    Lossless {
        name: "d.wav",
        options: &["-c:a", "pcm_f32le"],
        container: "wav",
        codec: "pcm_f32le",
    },
    Lossless {
        name: "e.wav",
        options: &["-c:a", "pcm_f64le"],
        container: "wav",
        codec: "pcm_f64le",
    },
    Lossless {
        name: "f.wav",
        options: &["-rf64", "always"],
        container: "wav",
        codec: "pcm_s16le",
    },
    Lossless {
        name: "g.flac",
        options: &[],
        container: "flac",
        codec: "flac",
    },
    Lossless {
        name: "h.m4a",
        options: &["-c:a", "alac"],
        container: "mp4",
        codec: "alac",
    },
    Lossless {
        name: "i.aiff",
        options: &[],
        container: "aiff",
        codec: "pcm_s16be",
    },
    Lossless {
        name: "j.aiff",
        options: &["-c:a", "pcm_s24be"],
        container: "aiff",
        codec: "pcm_s24be",
    },
    Lossless {
        name: "k.aifc",
        options: &["-f", "aiff", "-c:a", "pcm_s16le"],
        container: "aiff",
        codec: "pcm_s16le",
    },
    Lossless {
        name: "l.aifc",
        options: &["-f", "aiff", "-c:a", "pcm_f32be"],
        container: "aiff",
        codec: "pcm_f32be",
    },
    Lossless {
        name: "m.mp4",
        options: &["-c:a", "flac", "-strict", "-2"],
        container: "mp4",
        codec: "flac",
    },
    Lossless {
        name: "n.mp4",
        options: &[
            "-c:a",
            "flac",
            "-strict",
            "-2",
            "-movflags",
            "frag_keyframe+empty_moov+delay_moov",
            "-frag_duration",
            "500000",
        ],
        container: "mp4",
        codec: "flac",
    },
];

fn check_lossless(channels: usize, rate: u32, bits: u32, cases: &[Lossless]) {
    let planes = sound(channels, FRAMES, rate, bits);
    let wanted = as_floats(&planes, bits);
    let files = Files::new(&wav(&planes, rate, bits));
    for case in cases {
        let bytes = files.make(case.name, case.options);
        let what = format!("{} with {channels} channels at {rate} Hz", case.name);
        let found = probe(&bytes).unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(found.frames, FRAMES as u64, "{what}");
        assert_eq!(found.container.name(), case.container, "{what}");
        assert_eq!(found.codec, case.codec, "{what}");
        assert_eq!(
            (found.sample_rate, found.channels),
            (rate, channels),
            "{what}"
        );
        assert!(decode(&bytes) == wanted, "{what} is not the source");
    }
}

#[test]
fn lossless_files_decode_to_the_source() {
    check_lossless(2, 44_100, 16, LOSSLESS_16);
}

#[test]
fn lossless_files_decode_to_the_source_at_other_rates_and_channels() {
    check_lossless(1, 48_000, 16, LOSSLESS_16);
    let some = [
        Lossless {
            name: "a.flac",
            options: &["-sample_fmt", "s32"],
            container: "flac",
            codec: "flac",
        },
        Lossless {
            name: "b.m4a",
            options: &["-c:a", "alac", "-sample_fmt", "s32p"],
            container: "mp4",
            codec: "alac",
        },
        Lossless {
            name: "c.wav",
            options: &["-c:a", "pcm_s24le"],
            container: "wav",
            codec: "pcm_s24le",
        },
        Lossless {
            name: "d.aiff",
            options: &["-c:a", "pcm_s24be"],
            container: "aiff",
            codec: "pcm_s24be",
        },
    ];
    check_lossless(2, 96_000, 24, &some);
    check_lossless(6, 48_000, 24, &some[..1]);
    check_lossless(6, 48_000, 24, &some[2..]);
}

#[test]
fn every_channel_of_surround_sound_is_in_its_place() {
    let planes = sound(6, 48_000, 48_000, 16);
    let wanted = as_floats(&planes, 16);
    let files = Files::new(&wav(&planes, 48_000, 16));
    for (name, options) in [
        ("a.flac", &["-c:a", "flac"][..]),
        ("b.m4a", &["-channel_layout", "5.1", "-c:a", "alac"]),
        ("c.ogg", &["-c:a", "libvorbis", "-q:a", "8"]),
        (
            "d.opus",
            &["-c:a", "libopus", "-b:a", "510k", "-mapping_family", "1"],
        ),
    ] {
        let bytes = files.make(name, options);
        let got = decode(&bytes);
        assert_eq!(got.channels(), 6, "{name}");
        for channel in 0..6 {
            // The low-frequency channel is cut off by lossy codecs; its 880 Hz are not in it.
            if channel == 3 && (name.starts_with('c') || name.starts_with('d')) {
                continue;
            }
            let one =
                |sound: &AudioBuffer| AudioBuffer::from_planes(vec![sound.plane(channel).to_vec()]);
            let snr = snr(&one(&wanted), &one(&got));
            assert!(snr > 8.0, "{name}, channel {channel}: {snr} dB");
        }
    }
}

#[test]
fn lossy_files_decode_to_as_many_frames_in_their_places() {
    for (rate, channels) in [(44_100, 2), (48_000, 1)] {
        let planes = sound(channels, FRAMES, rate, 16);
        let wanted = as_floats(&planes, 16);
        let files = Files::new(&wav(&planes, rate, 16));
        for (name, options, least) in [
            ("a.mp3", &["-c:a", "libmp3lame", "-b:a", "192k"][..], 18.0),
            ("b.mp3", &["-c:a", "libmp3lame", "-q:a", "2"], 18.0),
            ("c.m4a", &["-c:a", "aac", "-b:a", "160k"], 18.0),
            ("d.ogg", &["-c:a", "libvorbis", "-q:a", "6"], 15.0),
            (
                "e.mp4",
                &[
                    "-c:a",
                    "aac",
                    "-b:a",
                    "160k",
                    "-movflags",
                    "frag_keyframe+empty_moov+delay_moov",
                    "-frag_duration",
                    "500000",
                ],
                18.0,
            ),
        ] {
            let bytes = files.make(name, options);
            let got = decode(&bytes);
            let what = format!("{name}, {channels} channels at {rate} Hz");
            assert_eq!(got.frames(), FRAMES, "{what}");
            assert_eq!(lag(&wanted, &got), 0, "{what}");
            let snr_source = snr(&wanted, &got);
            assert!(
                snr_source > least,
                "{what}: {snr_source} dB from the source"
            );
            let mut theirs = ffmpeg_decodes(&files.path(name), channels);
            theirs.drop_front(lag(&got, &theirs) as usize);
            let from_ffmpeg = snr(&theirs, &got);
            assert!(
                from_ffmpeg > 80.0,
                "{what}: {from_ffmpeg} dB from what FFmpeg decodes"
            );
        }
    }
}

#[test]
fn opus_decodes_at_48_khz_to_as_many_frames() {
    for channels in [1, 2] {
        let planes = sound(channels, FRAMES, 48_000, 16);
        let wanted = as_floats(&planes, 16);
        let files = Files::new(&wav(&planes, 48_000, 16));
        for name in ["a.opus", "b.mp4"] {
            let bytes = files.make(name, &["-c:a", "libopus", "-b:a", "192k", "-strict", "-2"]);
            let got = decode(&bytes);
            assert_eq!((name, got.frames()), (name, FRAMES));
            assert_eq!(lag(&wanted, &got), 0, "{name}");
            let theirs = ffmpeg_decodes(&files.path(name), channels);
            let from_ffmpeg = snr(&theirs, &got);
            assert!(
                from_ffmpeg > 60.0,
                "{name}: {from_ffmpeg} dB from what FFmpeg decodes"
            );
        }
    }
}

#[test]
fn the_gain_of_an_opus_header_is_applied() {
    let planes = sound(1, 48_000, 48_000, 16);
    let files = Files::new(&wav(&planes, 48_000, 16));
    let mut bytes = files.make("a.opus", &["-c:a", "libopus"]);
    let before = decode(&bytes);
    let at = bytes
        .windows(8)
        .position(|part| part == b"OpusHead")
        .unwrap();
    // -6.0206 dB halve the sound.
    bytes[at + 16..at + 18].copy_from_slice(&(-1_541i16).to_le_bytes());
    fix_first_page(&mut bytes);
    let mut half = decode(&bytes);
    half.scale(2.0);
    assert!(snr(&before, &half) > 60.0);
}

/// Writes the checksum of the first Ogg page anew, bit by bit.
fn fix_first_page(bytes: &mut [u8]) {
    let segments = usize::from(bytes[26]);
    let body: usize = bytes[27..27 + segments]
        .iter()
        .map(|&size| usize::from(size))
        .sum();
    bytes[22..26].fill(0);
    let crc = bytes[..27 + segments + body]
        .iter()
        .fold(0u32, |crc, &byte| {
            (0..8).fold(crc ^ u32::from(byte) << 24, |crc, _| {
                if crc >> 31 == 1 {
                    crc << 1 ^ 0x04c1_1db7
                } else {
                    crc << 1
                }
            })
        });
    bytes[22..26].copy_from_slice(&crc.to_le_bytes());
}

#[test]
fn an_edit_list_takes_the_priming_off() {
    let planes = sound(2, 132_300, 44_100, 16);
    let files = Files::new(&wav(&planes, 44_100, 16));
    let bytes = files.make("a.m4a", &["-c:a", "aac"]);
    assert!(bytes.windows(4).any(|part| part == b"elst"));
    assert_eq!(decode(&bytes).frames(), 132_300);
}

#[test]
fn a_wav_written_as_a_stream_is_read_whole() {
    let planes = sound(2, FRAMES, 44_100, 16);
    let source = wav(&planes, 44_100, 16);
    let files = Files::new(&source);
    let path = files.path("in.wav");
    let streamed = crate::support::ffmpeg(&["-i", path.to_str().unwrap(), "-f", "wav", "pipe:1"]);
    assert!(
        streamed
            .windows(8)
            .any(|part| part == b"data\xff\xff\xff\xff")
    );
    let wanted = as_floats(&planes, 16);
    assert!(decode(&streamed) == wanted);
    // Others leave both sizes at 0.
    let mut zeros = source;
    zeros[4..8].fill(0);
    zeros[40..44].fill(0);
    assert!(decode(&zeros) == wanted);
}

#[test]
fn a_probe_is_the_agreed_json() {
    let planes = sound(2, 44_100, 44_100, 16);
    let files = Files::new(&wav(&planes, 44_100, 16));
    let bytes = files.make(
        "a.flac",
        &["-metadata", "title=A \u{7}bell", "-fflags", "+bitexact"],
    );
    let json = serde_json::to_string(&probe(&bytes).unwrap()).unwrap();
    assert_eq!(
        json,
        "{\"container\":\"flac\",\"codec\":\"flac\",\"sampleRate\":44100,\"channels\":2,\
         \"bitsPerSample\":16,\"frames\":44100,\"durationSeconds\":1.0,\
         \"tags\":{\"title\":\"A  bell\"}}"
    );
    let bytes = files.make("a.mp3", &["-c:a", "libmp3lame"]);
    let json = serde_json::to_value(probe(&bytes).unwrap()).unwrap();
    assert!(json["bitsPerSample"].is_null());
}

#[test]
fn tags_have_the_same_names_in_every_format() {
    let planes = sound(1, 44_100, 44_100, 16);
    let files = Files::new(&wav(&planes, 44_100, 16));
    for (name, options) in [
        ("a.wav", &[][..]),
        ("b.flac", &[]),
        ("c.mp3", &["-c:a", "libmp3lame"]),
        ("d.mp3", &["-c:a", "libmp3lame", "-id3v2_version", "3"]),
        ("e.m4a", &["-c:a", "aac"]),
        ("f.ogg", &["-c:a", "libvorbis"]),
        ("g.opus", &["-c:a", "libopus"]),
        ("h.aiff", &["-write_id3v2", "1"]),
    ] {
        let mut all = vec!["-metadata", "title=Été", "-metadata", "artist=An Artist"];
        all.extend(["-metadata", "album=The Album", "-metadata", "genre=Jazz"]);
        all.extend(["-metadata", "track=3", "-metadata", "date=2024"]);
        all.extend(options);
        let tags = probe(&files.make(name, &all)).unwrap().tags;
        for (key, value) in [
            ("title", "Été"),
            ("artist", "An Artist"),
            ("album", "The Album"),
            ("genre", "Jazz"),
            ("trackNumber", "3"),
            ("date", "2024"),
        ] {
            assert_eq!(tags.get(key), Some(value), "{key} of {name}: {tags:?}");
        }
    }
}

#[test]
fn real_music_has_its_length_and_sounds_as_ffmpeg_has_it() {
    let mut names: Vec<_> = std::fs::read_dir(crate::music::folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ext| ext == "ogg"))
        .collect();
    names.sort();
    for path in names.iter().take(3) {
        let bytes = std::fs::read(path).unwrap();
        let got = decode(&bytes);
        // The granule of the last page is the length (Vorbis I, A.2). FFmpeg also gives what stands
        // before time zero, which the first page's granule takes off.
        let last = bytes
            .windows(5)
            .rposition(|mark| mark == b"OggS\0")
            .unwrap();
        let granule = u64::from_le_bytes(*bytes[last + 6..].first_chunk().unwrap());
        assert_eq!(got.frames() as u64, granule, "{path:?}");
        let mut theirs = ffmpeg_decodes(path, got.channels());
        theirs.drop_front(theirs.frames() - got.frames());
        let snr = snr(&theirs, &got);
        assert!(snr > 80.0, "{path:?}: {snr} dB");
    }
}

#[test]
fn limits_are_kept() {
    let planes = sound(2, 132_300, 44_100, 16);
    let bytes = wav(&planes, 44_100, 16);
    let open = |limits: Limits| decode::open(Box::new(Cursor::new(bytes.clone())), &limits).err();
    let code = |error: Option<Error>| error.map(|error| error.code());
    let usual = Limits::default();
    assert_eq!(
        code(open(Limits {
            max_seconds: 2,
            ..usual
        })),
        Some("audio.limit_exceeded")
    );
    assert_eq!(
        code(open(Limits {
            max_channels: 1,
            ..usual
        })),
        Some("audio.limit_exceeded")
    );
    assert_eq!(
        code(open(Limits {
            max_sample_rate: 32_000,
            ..usual
        })),
        Some("audio.limit_exceeded")
    );
    assert_eq!(code(open(usual)), None);
    // Where no length is stated, what is read counts.
    let files = Files::new(&bytes);
    let mp3 = files.make("a.mp3", &["-c:a", "libmp3lame", "-write_xing", "0"]);
    let limits = Limits {
        max_seconds: 2,
        ..usual
    };
    let mut decoder = decode::open(Box::new(Cursor::new(mp3)), &limits).unwrap();
    assert_eq!(decoder.frames(), None);
    let error = veza_audio::read_all(&mut decoder).unwrap_err();
    assert_eq!(
        error.to_string(),
        "duration in seconds is 3, and at most 2 is allowed"
    );
}

#[test]
fn an_empty_file_of_a_known_kind_is_said_to_be_empty() {
    assert!(matches!(
        open(&wav(&[vec![]], 44_100, 16)),
        Err(Error::Empty)
    ));
}

#[test]
fn a_codec_which_is_not_read_is_named() {
    let planes = sound(2, 44_100, 44_100, 16);
    let files = Files::new(&wav(&planes, 44_100, 16));
    for (name, options, said) in [
        (
            "a.mp4",
            &["-c:a", "ac3"][..],
            "mp4 holds ac-3, which is not supported",
        ),
        (
            "b.wav",
            &["-c:a", "adpcm_ima_wav"],
            "wav holds codec 0x0011, which is not supported",
        ),
        (
            "c.mp3",
            &["-c:a", "mp2", "-f", "mp2"],
            "mp3 holds MPEG layer 2, which is not supported",
        ),
        (
            "d.ogg",
            &["-c:a", "flac"],
            "ogg holds FLAC, which is not supported",
        ),
    ] {
        let error = probe(&files.make(name, options)).unwrap_err();
        assert_eq!(error.to_string(), said);
        assert_eq!(error.code(), "audio.unsupported_codec");
    }
}

#[test]
fn extended_high_efficiency_aac_is_refused_by_its_name() {
    let planes = sound(2, 44_100, 44_100, 16);
    let files = Files::new(&wav(&planes, 44_100, 16));
    let mut bytes = files.make("a.m4a", &["-c:a", "aac"]);
    let at = bytes
        .windows(5)
        .position(|part| part == [5, 0x80, 0x80, 0x80, 5])
        .unwrap();
    // Object type 42, escaped, in the first eleven bits of the configuration.
    bytes[at + 5] = 0b1111_1001;
    bytes[at + 6] = 0b0100_1000;
    let error = probe(&bytes).unwrap_err();
    assert!(error.to_string().contains("USAC"), "{error}");
    assert_eq!(error.code(), "audio.unsupported_codec");
}
