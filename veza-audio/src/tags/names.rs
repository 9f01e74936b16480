//! The names of tags here, and the keys they have in Vorbis comments and in what other formats
//! took over from there.

/// Each name, the key it is written by, and keys it is read by, too.
const NAMES: &[(&str, &str, &[&str])] = &[
    ("title", "TITLE", &[]),
    ("artist", "ARTIST", &[]),
    ("album", "ALBUM", &[]),
    ("albumArtist", "ALBUMARTIST", &["ALBUM ARTIST"]),
    ("genre", "GENRE", &[]),
    ("date", "DATE", &["YEAR"]),
    ("trackNumber", "TRACKNUMBER", &[]),
    ("trackTotal", "TRACKTOTAL", &["TOTALTRACKS"]),
    ("discNumber", "DISCNUMBER", &[]),
    ("discTotal", "DISCTOTAL", &["TOTALDISCS"]),
    ("composer", "COMPOSER", &[]),
    ("performer", "PERFORMER", &[]),
    ("comment", "COMMENT", &["DESCRIPTION"]),
    ("copyright", "COPYRIGHT", &[]),
    ("license", "LICENSE", &[]),
    ("publisher", "PUBLISHER", &["LABEL", "ORGANIZATION"]),
    ("isrc", "ISRC", &[]),
    ("language", "LANGUAGE", &[]),
    ("lyrics", "LYRICS", &["UNSYNCEDLYRICS"]),
    ("bpm", "BPM", &[]),
    ("key", "KEY", &["INITIALKEY"]),
    ("encoder", "ENCODER", &[]),
    ("replaygainTrackGain", "REPLAYGAIN_TRACK_GAIN", &[]),
    ("replaygainTrackPeak", "REPLAYGAIN_TRACK_PEAK", &[]),
    ("replaygainAlbumGain", "REPLAYGAIN_ALBUM_GAIN", &[]),
    ("replaygainAlbumPeak", "REPLAYGAIN_ALBUM_PEAK", &[]),
    ("r128TrackGain", "R128_TRACK_GAIN", &[]),
    ("r128AlbumGain", "R128_ALBUM_GAIN", &[]),
];

/// The name that a key of a file stands for; `None` where none is known.
pub(crate) fn name_of_key(key: &str) -> Option<&'static str> {
    let same = |known: &str| known.eq_ignore_ascii_case(key);
    NAMES
        .iter()
        .find(|(_, written, read)| same(written) || read.iter().any(|known| same(known)))
        .map(|(name, ..)| *name)
}

/// The key that a name is written by; one of our own in capitals where none is known.
pub(crate) fn comment_name(name: &str) -> String {
    NAMES.iter().find(|(known, ..)| *known == name).map_or_else(
        || name.to_ascii_uppercase(),
        |(_, key, _)| (*key).to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_comes_back_from_its_keys() {
        for (name, written, read) in NAMES {
            assert_eq!(comment_name(name), *written);
            for key in read.iter().chain([written]) {
                assert_eq!(name_of_key(&key.to_ascii_lowercase()), Some(*name), "{key}");
            }
        }
        assert_eq!(
            (comment_name("mood").as_str(), name_of_key("MOOD")),
            ("MOOD", None)
        );
    }
}
