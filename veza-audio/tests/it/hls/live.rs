//! Playlists which grow while the sound goes on.

use veza_audio::hls::{PackageSettings, PlaylistKind, SegmentFormat};

use super::tools::{aac, package, read_media, stereo};

#[test]
fn an_event_grows_at_its_end_and_keeps_what_it_said() {
    let source = aac(stereo(44_100), 1_600_000);
    for format in [
        SegmentFormat::Fmp4,
        SegmentFormat::Ts,
        SegmentFormat::Packed,
    ] {
        let settings = PackageSettings {
            format,
            playlist: PlaylistKind::Event,
            ..PackageSettings::default()
        };
        let made = package(&[&source], settings, None);
        assert_eq!(
            made.moments.len(),
            5,
            "36.3 s: five segments and the rest at the end"
        );
        let all: Vec<&str> = made
            .moments
            .iter()
            .map(String::as_str)
            .chain([made.text()])
            .collect();
        for pair in all.windows(2) {
            assert!(
                pair[1].starts_with(pair[0]),
                "{}\n---\n{}",
                pair[0],
                pair[1]
            );
            assert!(!pair[0].contains("ENDLIST"));
        }
        assert!(made.text().contains("#EXT-X-PLAYLIST-TYPE:EVENT\n"));
        assert!(made.text().ends_with("#EXT-X-ENDLIST\n"));
        let media = made.media();
        let last = media.segments.last().unwrap().duration;
        assert!(last > 3.0, "{last} s is a stub");
        // The same segments as on demand, where the length is known from the start.
        let vod = package(
            &[&source],
            PackageSettings {
                format,
                ..PackageSettings::default()
            },
            None,
        );
        assert_eq!(vod.segments(), made.segments());
    }
}

#[test]
fn a_live_playlist_slides_and_counts_what_left() {
    let (first, second) = (
        aac(stereo(44_100), 1_000_000),
        aac(stereo(44_100), 1_200_000),
    );
    let settings = PackageSettings {
        format: SegmentFormat::Ts,
        playlist: PlaylistKind::Live { segments: 3 },
        segment_seconds: 4.0,
        start_time: Some(0),
        ..PackageSettings::default()
    };
    let made = package(&[&first, &second], settings, None);
    let mut last_sequence = 0;
    let mut discontinuities = 0;
    for text in made.moments.iter().map(String::as_str).chain([made.text()]) {
        let media = read_media(text);
        assert!(media.segments.len() <= 3 && !text.contains("PLAYLIST-TYPE"));
        assert!(media.media_sequence >= last_sequence);
        last_sequence = media.media_sequence;
        // A segment is named by its number, and dated by what came before it.
        let name = format!("segment{last_sequence}.ts");
        assert_eq!(media.segments[0].uri, name);
        if last_sequence < 5 {
            let date = media.segments[0]
                .program_date_time
                .unwrap()
                .timestamp_millis();
            assert!((date - last_sequence as i64 * 4_000).abs() < 30, "{date}");
        }
        discontinuities = media.discontinuity_sequence;
        let within = media.segments.iter().filter(|s| s.discontinuity).count() as u64;
        assert_eq!(
            discontinuities + within,
            u64::from(text.contains("segment6.ts") || last_sequence > 6)
        );
    }
    assert_eq!((last_sequence, discontinuities), (10, 1));
    assert_eq!(made.rendition.segments, 13);
    // What left the playlist is still there.
    assert!(made.files.contains_key("segment0.ts"));
}
