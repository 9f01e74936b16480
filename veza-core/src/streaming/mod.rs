//! Tracks: from an upload to media that can be played.
//!
//! `queued → processing → ready | failed`. An upload makes a track and an ingest job at once
//! ([`upload_track`]). A worker takes the job ([`begin_ingest`]), writes its media under a revision
//! of its own, and publishes the revision at the end ([`complete_ingest`]), with a fencing token
//! which only the last claim of the job holds. So no half-made or doubled media is ever playable.

mod begin_ingest;
mod cancel_ingest;
mod complete_ingest;
mod delete_track;
mod details;
mod error;
mod events;
mod exported;
mod fail_ingest;
mod for_services;
mod get_track;
mod hand_back_ingest;
mod list;
mod list_tracks;
mod media_file;
mod model;
mod my_tracks;
mod ports;
mod published;
mod purge_media;
mod report_progress;
mod sweep_uploads;
mod tracks_of;
mod update_track;
mod upload_track;

pub use begin_ingest::{BeginIngest, Ingest, begin_ingest};
pub(crate) use cancel_ingest::ingest_cancelled;
pub use complete_ingest::{Published, complete_ingest};
pub use delete_track::delete_track;
pub use error::TrackError;
pub use events::{TrackDeleted, TrackFailed, TrackReady, TrackUpdated, TrackUploaded};
pub(crate) use exported::TracksSection;
pub use fail_ingest::{Fault, IngestFailed, fail_ingest};
pub use for_services::{track_for_service, tracks_for_service};
pub use get_track::get_track;
pub use hand_back_ingest::hand_back_ingest;
pub use list_tracks::{ListTracks, list_tracks};
pub use media_file::media_file;
pub use model::{
    Artist, Failure, Loudness, Measurements, Media, RevisionId, Source, Track, TrackId, TrackState,
    Visibility,
};
pub use my_tracks::my_tracks;
pub use ports::{SortOrder, TrackKeyset, TrackQuery, TrackScope, TrackSort, Tracks};
pub use published::forget_changed_tracks;
pub use purge_media::purge_media;
pub use report_progress::report_progress;
pub use sweep_uploads::sweep_uploads;
pub use tracks_of::tracks_of;
pub use update_track::{UpdateTrack, update_track};
pub use upload_track::{UploadTrack, upload_track};

/// The kind of the jobs which make a track's media.
pub const INGEST_JOB: &str = "streaming.ingest";
/// The kind of the jobs which remove media and sources that nothing refers to any more.
pub const PURGE_JOB: &str = "streaming.purge";
/// The kind of the jobs which remove uploads that became no track.
pub const SWEEP_JOB: &str = "streaming.sweep_uploads";
