//! Parts of segments, before the segments are there.

use veza_audio::MemoryOutput;
use veza_audio::hls::{
    PackageSettings, Packager, PartSettings, PlaylistKind, RenditionReport, SegmentFormat,
};

use super::tools::{aac, flac, package, stereo};

fn settings(format: SegmentFormat) -> PackageSettings {
    PackageSettings {
        format,
        playlist: PlaylistKind::Event,
        segment_seconds: 4.0,
        parts: Some(PartSettings {
            seconds: 0.5,
            blocking_reload: true,
        }),
        ..PackageSettings::default()
    }
}

/// The lines of a tag, without its name.
fn lines<'a>(text: &'a str, tag: &str) -> Vec<&'a str> {
    let prefix = format!("#{tag}:");
    text.lines()
        .filter_map(|line| line.strip_prefix(prefix.as_str()))
        .collect()
}

fn attribute<'a>(line: &'a str, name: &str) -> &'a str {
    let start = line.find(&format!("{name}=")).unwrap() + name.len() + 1;
    let value = &line[start..];
    value[..value.find(',').unwrap_or(value.len())].trim_matches('"')
}

#[test]
fn parts_make_up_their_segments() {
    for (source, format) in [
        (aac(stereo(44_100), 700_000), SegmentFormat::Fmp4),
        (aac(stereo(44_100), 700_000), SegmentFormat::Ts),
        (flac(stereo(48_000), 700_000), SegmentFormat::Fmp4),
    ] {
        let made = package(&[&source], settings(format), None);
        let mut seen = std::collections::BTreeMap::new();
        for text in &made.moments {
            let target: f64 = attribute(lines(text, "EXT-X-PART-INF")[0], "PART-TARGET")
                .parse()
                .unwrap();
            let control = lines(text, "EXT-X-SERVER-CONTROL")[0];
            assert_eq!(attribute(control, "CAN-BLOCK-RELOAD"), "YES");
            let hold: f64 = attribute(control, "PART-HOLD-BACK").parse().unwrap();
            assert!(hold >= 3.0 * target - 1e-9);
            for part in lines(text, "EXT-X-PART") {
                let duration: f64 = attribute(part, "DURATION").parse().unwrap();
                assert!(duration <= target, "{part}");
                seen.insert(attribute(part, "URI").to_owned(), duration);
            }
            // What is said to come next is not there yet, and comes.
            let hint = lines(text, "EXT-X-PRELOAD-HINT");
            assert_eq!(hint.len(), 1);
            let hint = attribute(hint[0], "URI");
            assert!(!seen.contains_key(hint));
        }
        for segment in 0..made.rendition.segments {
            let stem = format!("segment{segment}.");
            let extension = if format == SegmentFormat::Ts {
                "ts"
            } else {
                "m4s"
            };
            let parts: Vec<&Vec<u8>> = (0..)
                .map_while(|part| made.files.get(&format!("{stem}{part}.{extension}")))
                .collect();
            assert!(parts.len() > 1, "{} parts", parts.len());
            let joined: Vec<u8> = parts.into_iter().flatten().copied().collect();
            assert_eq!(joined, made.files[&format!("{stem}{extension}")]);
        }
        let decoded = made.play(&[]);
        assert!(
            decoded.frames().abs_diff(700_000) <= 4_096,
            "{}",
            decoded.frames()
        );
        assert!(made.text().ends_with("#EXT-X-ENDLIST\n"));
        assert!(!made.text().contains("PRELOAD-HINT"));
    }
}

#[test]
fn renditions_report_on_each_other() {
    let source = aac(stereo(44_100), 400_000);
    let output = MemoryOutput::new();
    let mut packager = Packager::new(
        &output,
        "a",
        source.info.clone(),
        settings(SegmentFormat::Fmp4),
    )
    .unwrap();
    let mut reports = Vec::new();
    for packet in &source.packets {
        if packager.write(std::slice::from_ref(packet)).unwrap() {
            reports.push(packager.report("../a/playlist.m3u8"));
        }
    }
    let position = |report: &RenditionReport| (report.last_sequence, report.last_part.unwrap());
    assert_eq!(position(&reports[0]), (0, 0));
    assert!(
        reports
            .windows(2)
            .all(|pair| position(&pair[0]) <= position(&pair[1]))
    );
    assert_eq!(reports.last().unwrap().last_sequence, 2);
    let text = packager.playlist_with(&reports[..1]);
    let line = lines(&text, "EXT-X-RENDITION-REPORT");
    assert_eq!(line, ["URI=\"../a/playlist.m3u8\",LAST-MSN=0,LAST-PART=0"]);
}

#[test]
fn parts_that_make_no_sense_are_refused() {
    let source = aac(stereo(44_100), 50_000);
    let output = MemoryOutput::new();
    for (format, playlist, seconds) in [
        (SegmentFormat::Packed, PlaylistKind::Event, 0.5),
        (SegmentFormat::Fmp4, PlaylistKind::Vod, 0.5),
        (SegmentFormat::Fmp4, PlaylistKind::Event, 0.02),
        (SegmentFormat::Fmp4, PlaylistKind::Event, 3.0),
        (SegmentFormat::Fmp4, PlaylistKind::Event, f64::NAN),
    ] {
        let settings = PackageSettings {
            playlist,
            parts: Some(PartSettings {
                seconds,
                blocking_reload: false,
            }),
            ..settings(format)
        };
        let error = Packager::new(&output, "", source.info.clone(), settings)
            .err()
            .unwrap();
        assert!(error.to_string().starts_with("parts: "), "{error}");
    }
}
