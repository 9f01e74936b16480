//! The master playlist (RFC 8216, 4.3.4).

use std::fmt::Write;

use super::super::{Rendition, SegmentFormat};

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
