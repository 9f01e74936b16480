//! The text of playlists (RFC 8216, 4.3).

mod date;
mod master;
mod media;

pub use master::master_playlist;
pub use media::RenditionReport;
pub(super) use media::{Entry, LowLatency, MediaList, Part};

/// Microseconds as decimal seconds.
pub(super) fn seconds(microseconds: u64) -> String {
    let (whole, rest) = (microseconds / 1_000_000, microseconds % 1_000_000);
    format!("{whole}.{rest:06}")
}
