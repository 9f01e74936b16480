//! What a file is, by the end of its name. The names are the packager's own.

/// The media type of a file.
pub(crate) fn of(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("m3u8") => PLAYLIST,
        Some("ts") => "video/mp2t",
        Some("m4s") => "video/iso.segment",
        Some("mp4" | "m4a") => "audio/mp4",
        Some("aac") => "audio/aac",
        Some("mp3") => "audio/mpeg",
        Some("flac") => "audio/flac",
        Some("ogg" | "opus") => "audio/ogg",
        Some("json") => "application/json",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}

/// An HLS playlist (RFC 8216, section 4).
pub(crate) const PLAYLIST: &str = "application/vnd.apple.mpegurl";
