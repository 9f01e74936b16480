//! The text of playlists (RFC 8216, 4.3).

use std::fmt::Write;

use super::{CutPlan, Rendition, SegmentFormat};

/// The media playlist of one rendition whose segments are named by `segment_name`.
pub(super) fn media_playlist(
    plan: &CutPlan,
    format: SegmentFormat,
    segment_name: impl Fn(usize) -> String,
) -> String {
    let mut text = format!(
        "#EXTM3U\n\
         #EXT-X-VERSION:{}\n\
         #EXT-X-TARGETDURATION:{}\n\
         #EXT-X-MEDIA-SEQUENCE:0\n\
         #EXT-X-PLAYLIST-TYPE:VOD\n\
         #EXT-X-INDEPENDENT-SEGMENTS\n",
        format.playlist_version(),
        plan.target_duration(),
    );
    if let Some(init) = format.init_name() {
        let _ = writeln!(text, "#EXT-X-MAP:URI=\"{init}\"");
    }
    for (index, segment) in plan.segments().iter().enumerate() {
        let (seconds, rest) = (
            segment.microseconds / 1_000_000,
            segment.microseconds % 1_000_000,
        );
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "#EXTINF:{seconds}.{rest:06},\n{}",
            segment_name(index)
        );
    }
    text.push_str("#EXT-X-ENDLIST\n");
    text
}

/// The master playlist over `renditions`, in their order: the first is what a player begins with.
///
/// The addresses are the renditions' own, so it is to lie in the folder that their writers were
/// given.
pub fn master_playlist(renditions: &[Rendition]) -> String {
    let version = renditions
        .iter()
        .map(|rendition| rendition.format.playlist_version())
        .max();
    let mut text = format!(
        "#EXTM3U\n#EXT-X-VERSION:{}\n#EXT-X-INDEPENDENT-SEGMENTS\n",
        version.unwrap_or(SegmentFormat::Ts.playlist_version()),
    );
    for rendition in renditions {
        let _ = writeln!(
            text,
            "#EXT-X-STREAM-INF:BANDWIDTH={},AVERAGE-BANDWIDTH={},CODECS=\"{}\"\n{}",
            rendition.bandwidth, rendition.average_bandwidth, rendition.codecs, rendition.uri,
        );
    }
    text
}
