//! The checker on what is made here, whole and with faults planted in it.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU64;
use std::ops::Range;
use std::sync::LazyLock;

use veza_audio::MemoryOutput;
use veza_audio::container::MeasuredLoudness;
use veza_audio::hls::check::{CheckLimits, Report, Rule, check};
use veza_audio::hls::{
    ContentKey, Encryption, EncryptionMethod, PackageSettings, Packager, PartSettings,
    PlaylistKind, SegmentFormat, Storage, master_playlist,
};

use super::faults::FAULTS;
use super::tools::{Encoded, aac, flac, mp3, opus, stereo};

pub(super) type Files = BTreeMap<String, Vec<u8>>;

/// A presentation of our own, to plant faults in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Base {
    /// Two rungs of transport streams.
    Ts,
    /// Two rungs of fragmented MPEG-4, with loudness.
    Fmp4,
    Packed,
    OneFile,
    /// Whole segments encrypted, with a vector.
    Aes,
    SampleAesTs,
    SampleAesPacked,
    Cbcs,
    /// Two sources with dates.
    Two,
    /// Low latency, while the sound goes on.
    Parts,
}

const BASES: [Base; 10] = [
    Base::Ts,
    Base::Fmp4,
    Base::Packed,
    Base::OneFile,
    Base::Aes,
    Base::SampleAesTs,
    Base::SampleAesPacked,
    Base::Cbcs,
    Base::Two,
    Base::Parts,
];

const LOUDNESS: MeasuredLoudness = MeasuredLoudness {
    integrated: -14.0,
    true_peak: -1.0,
};

static MADE: LazyLock<BTreeMap<Base, Files>> =
    LazyLock::new(|| BASES.into_iter().map(|base| (base, make(base))).collect());

fn settings(format: SegmentFormat) -> PackageSettings {
    PackageSettings {
        format,
        loudness: Some(LOUDNESS),
        ..PackageSettings::default()
    }
}

fn make(base: Base) -> Files {
    let source = aac(stereo(44_100), 880_000);
    let key = || {
        let key = ContentKey::new([7; 16], "key.bin").with_iv([9; 16]);
        Encryption::new(EncryptionMethod::SampleAes, key)
    };
    match base {
        Base::Ts => ladder(&[&source, &source], SegmentFormat::Ts),
        Base::Fmp4 => ladder(&[&source, &source], SegmentFormat::Fmp4),
        Base::Packed => one(&[&source], settings(SegmentFormat::Packed), None),
        Base::OneFile => {
            let settings = PackageSettings {
                storage: Storage::OneFile,
                ..settings(SegmentFormat::Ts)
            };
            one(&[&source], settings, None)
        }
        Base::Aes => {
            let two = NonZeroU64::new(2).unwrap();
            let encryption = Encryption::rotating(EncryptionMethod::Aes128, two, |period| {
                let key = ContentKey::new([7 + period as u8; 16], format!("key{period}.bin"));
                Ok(key.with_iv([9; 16]))
            });
            let mut files = one(&[&source], settings(SegmentFormat::Ts), Some(encryption));
            files.insert("key0.bin".into(), vec![7; 16]);
            files.insert("key1.bin".into(), vec![8; 16]);
            files
        }
        Base::SampleAesTs => one(&[&source], settings(SegmentFormat::Ts), Some(key())),
        Base::SampleAesPacked => one(&[&source], settings(SegmentFormat::Packed), Some(key())),
        Base::Cbcs => one(&[&source], settings(SegmentFormat::Fmp4), Some(key())),
        Base::Two => {
            let other = aac(stereo(48_000), 600_000);
            let settings = PackageSettings {
                start_time: Some(1_735_689_600_000),
                ..settings(SegmentFormat::Ts)
            };
            one(&[&source, &other], settings, None)
        }
        Base::Parts => parts(SegmentFormat::Fmp4).0,
    }
}

fn one(
    sources: &[&Encoded],
    settings: PackageSettings,
    encryption: Option<Encryption<'_>>,
) -> Files {
    super::tools::package(sources, settings, encryption).files
}

/// A master playlist over one rendition of each source.
fn ladder(sources: &[&Encoded], format: SegmentFormat) -> Files {
    let output = MemoryOutput::new();
    let mut renditions = Vec::new();
    for (rung, source) in sources.iter().enumerate() {
        let dir = ["a", "b", "c"][rung];
        let mut packager =
            Packager::new(&output, dir, source.info.clone(), settings(format)).unwrap();
        packager.write(&source.packets).unwrap();
        renditions.push(packager.finish(source.frames()).unwrap());
    }
    let mut files = output.files();
    files.insert(
        "master.m3u8".into(),
        master_playlist(&renditions).into_bytes(),
    );
    files
}

/// The files of a low-latency event in the middle of a segment, and after its end.
fn parts(format: SegmentFormat) -> (Files, Files) {
    let source = aac(stereo(44_100), 1_550_000);
    let settings = PackageSettings {
        playlist: PlaylistKind::Event,
        segment_seconds: 4.0,
        parts: Some(PartSettings {
            seconds: 0.5,
            blocking_reload: true,
        }),
        ..settings(format)
    };
    let made = super::tools::package(&[&source], settings, None);
    let mut during = made.files.clone();
    let moment = made.moments.iter().rev().find(|text| {
        text.trim_end()
            .rsplit("#EXTINF")
            .next()
            .unwrap()
            .matches("EXT-X-PART:")
            .count()
            == 3
    });
    during.insert("playlist.m3u8".into(), moment.unwrap().clone().into_bytes());
    (during, made.files)
}

fn checked(files: &Files) -> Report {
    let begin = if files.contains_key("master.m3u8") {
        "master.m3u8"
    } else {
        "playlist.m3u8"
    };
    let mut fetch = |uri: &str, range: Option<Range<u64>>, _max: u64| -> std::io::Result<Vec<u8>> {
        let file = files.get(uri).ok_or(std::io::ErrorKind::NotFound)?;
        let length = file.len() as u64;
        Ok(match range {
            None => file.clone(),
            Some(range) => {
                file[range.start.min(length) as usize..range.end.min(length) as usize].to_vec()
            }
        })
    };
    check(begin, &mut fetch, &CheckLimits::default()).unwrap()
}

/// Fails with the findings where a rule is broken.
fn assert_clean(files: &Files, what: &str) -> Report {
    let report = checked(files);
    assert!(report.findings.is_empty(), "{what}: {:#?}", report.findings);
    report
}

#[test]
fn our_own_output_breaks_no_rule() {
    let mut tested = BTreeSet::new();
    for (base, files) in MADE.iter() {
        let report = assert_clean(files, &format!("{base:?}"));
        assert!(report.passes() && report.segments >= 3, "{base:?}");
        tested.extend(
            report
                .rules
                .iter()
                .filter(|rule| rule.tested > 0)
                .map(|rule| rule.rule),
        );
    }
    // The other kinds.
    let frames = 700_000;
    let fmp4 = || settings(SegmentFormat::Fmp4);
    let of = |source: &Encoded, settings| one(&[source], settings, None);
    assert_clean(&of(&flac(stereo(44_100), frames), fmp4()), "FLAC");
    assert_clean(&of(&opus(frames), fmp4()), "Opus");
    assert_clean(
        &of(&mp3(stereo(44_100), frames), settings(SegmentFormat::Ts)),
        "MP3 in TS",
    );
    assert_clean(
        &of(
            &mp3(stereo(44_100), frames),
            settings(SegmentFormat::Packed),
        ),
        "MP3",
    );
    let one_file = PackageSettings {
        storage: Storage::OneFile,
        ..fmp4()
    };
    assert_clean(
        &of(&flac(stereo(48_000), frames), one_file),
        "one file of FLAC",
    );
    let live = PackageSettings {
        playlist: PlaylistKind::Live { segments: 4 },
        start_time: Some(0),
        ..settings(SegmentFormat::Ts)
    };
    assert_clean(&of(&aac(stereo(44_100), 1_600_000), live), "live");
    for format in [SegmentFormat::Ts, SegmentFormat::Fmp4] {
        let (during, after) = parts(format);
        assert_clean(&during, "parts while they come");
        assert_clean(&after, "parts at the end");
    }
    let (first, second) = (aac(stereo(44_100), frames), aac(stereo(48_000), frames));
    for format in [SegmentFormat::Fmp4, SegmentFormat::Packed] {
        assert_clean(
            &one(&[&first, &second], settings(format), None),
            "two sources",
        );
    }
    let mixed = ladder(
        &[&first, &flac(stereo(44_100), frames)],
        SegmentFormat::Fmp4,
    );
    assert_clean(&mixed, "AAC and FLAC");
    assert!(
        tested.len() > 80,
        "{} rules were put to the test",
        tested.len()
    );
}

#[test]
fn every_planted_fault_is_found() {
    let mut covered = BTreeSet::new();
    for (rule, base, plant) in FAULTS {
        let clean = &MADE[base];
        let mut files = clean.clone();
        plant(&mut files);
        assert_ne!(*clean, files, "{rule}: the fault changes nothing");
        let report = checked(&files);
        let found = report.findings.iter().any(|finding| finding.rule == *rule);
        assert!(found, "{rule} on {base:?}: {:#?}", report.findings);
        let result = report
            .rules
            .iter()
            .find(|result| result.rule == *rule)
            .unwrap();
        assert!(
            result.broken > 0 && result.tested >= result.broken,
            "{result:?}"
        );
        covered.insert(*rule);
    }
    let all: BTreeSet<&str> = Rule::ALL.iter().map(|rule| rule.id()).collect();
    let missing: Vec<_> = all.difference(&covered).collect();
    assert!(missing.is_empty(), "no fault is planted for {missing:?}");
}

#[test]
fn a_report_is_json() {
    let mut files = MADE[&Base::Ts].clone();
    files.remove("a/segment1.ts");
    let json = serde_json::to_value(checked(&files)).unwrap();
    assert_eq!(json["uri"], "master.m3u8");
    assert_eq!(json["playlists"], 2);
    let finding = &json["findings"][0];
    assert_eq!(finding["rule"], "segment.reachable");
    assert_eq!(finding["source"], "rfc8216");
    assert_eq!(finding["severity"], "error");
    assert_eq!(finding["uri"], "a/playlist.m3u8");
    assert!(finding["line"].as_u64().unwrap() > 5);
    assert_eq!(json["rules"].as_array().unwrap().len(), Rule::ALL.len());
}

#[test]
fn damage_anywhere_is_survived() {
    let mut seed = 0x9E37_79B9_7F4A_7C15u64;
    let mut random = move |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed >> 20) as usize % below.max(1)
    };
    for files in MADE.values() {
        for _ in 0..25 {
            let mut damaged = files.clone();
            for (name, bytes) in &mut damaged {
                if name.ends_with("master.m3u8") && random(4) > 0 {
                    continue;
                }
                for _ in 0..random(6) {
                    let at = random(bytes.len());
                    match random(3) {
                        0 => bytes[at] = random(256) as u8,
                        1 => bytes.truncate(at + 1),
                        // Lengths and counts lie at the start.
                        _ => {
                            let early = at % 400;
                            bytes[early] = [0, 0x7F, 0x80, 0xFF][random(4)];
                        }
                    }
                }
            }
            checked(&damaged);
        }
    }
}

#[test]
fn what_goes_over_the_limits_is_refused() {
    let files = &MADE[&Base::Ts];
    let mut fetch =
        |uri: &str, _range: Option<Range<u64>>, _max: u64| -> std::io::Result<Vec<u8>> {
            files
                .get(uri)
                .cloned()
                .ok_or(std::io::ErrorKind::NotFound.into())
        };
    for limits in [
        CheckLimits {
            max_playlists: 1,
            ..CheckLimits::default()
        },
        CheckLimits {
            max_segment_bytes: 1_000,
            ..CheckLimits::default()
        },
        CheckLimits {
            max_bytes: 150_000,
            ..CheckLimits::default()
        },
    ] {
        let error = check("master.m3u8", &mut fetch, &limits).unwrap_err();
        assert_eq!(error.code(), "audio.limit_exceeded", "{limits:?}");
    }
    let few = CheckLimits {
        max_findings: 2,
        ..CheckLimits::default()
    };
    let mut nothing = |uri: &str, _range: Option<Range<u64>>, _max: u64| match uri {
        name if name.ends_with(".m3u8") => Ok(files[name].clone()),
        _ => Err(std::io::Error::from(std::io::ErrorKind::NotFound)),
    };
    let report = check("master.m3u8", &mut nothing, &few).unwrap();
    assert_eq!(report.findings.len(), 2);
    assert!(report.findings_left_out >= 4);
}
