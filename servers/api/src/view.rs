//! What the wire shows of accounts and tracks, and what events are told of a request.

use http::{HeaderMap, header};
use serde::Serialize;
use veza_core::auth::{User, UserId};
use veza_core::kernel::{Metadata, Role, Timestamp};
use veza_core::streaming::{Loudness, Track, TrackId, TrackState, Visibility};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserView {
    id: UserId,
    email: String,
    username: String,
    role: Role,
    created_at: Timestamp,
}

impl UserView {
    pub(crate) fn of(user: &User) -> Self {
        Self {
            id: user.id,
            email: user.email.clone(),
            username: user.username.clone(),
            role: user.role,
            created_at: user.created_at,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TrackView {
    id: TrackId,
    title: String,
    artist: ArtistView,
    genre: Option<String>,
    description: Option<String>,
    visibility: Visibility,
    status: &'static str,
    progress: f32,
    failure: Option<FailureView>,
    duration_seconds: Option<f64>,
    sample_rate: Option<u32>,
    channels: Option<u16>,
    loudness: Option<Loudness>,
    media: Option<MediaView>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

#[derive(Serialize)]
struct ArtistView {
    id: UserId,
    username: String,
}

#[derive(Serialize)]
struct FailureView {
    code: String,
    detail: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MediaView {
    hls_url: String,
    waveform_url: String,
    picture_url: String,
}

impl TrackView {
    /// The track, with media addresses on the stream service at `stream`.
    pub(crate) fn of(track: Track, stream: &str) -> Self {
        let media = track.media().copied();
        let measured = media.map(|media| media.measurements);
        let failure = match &track.state {
            TrackState::Failed(failure) => Some(FailureView {
                code: failure.code.clone(),
                detail: failure.detail.clone(),
            }),
            _ => None,
        };
        Self {
            id: track.id,
            status: track.state.status(),
            progress: track.state.progress(),
            failure,
            duration_seconds: measured.map(|m| m.duration_seconds),
            sample_rate: measured.map(|m| m.sample_rate),
            channels: measured.map(|m| m.channels),
            loudness: measured.map(|m| m.loudness),
            media: media.map(|media| {
                let base = format!("{stream}/v1/tracks/{}/{}", track.id, media.revision);
                MediaView {
                    hls_url: format!("{base}/master.m3u8"),
                    waveform_url: format!("{base}/waveform.json"),
                    picture_url: format!("{base}/waveform.png"),
                }
            }),
            artist: ArtistView {
                id: track.artist.id,
                username: track.artist.username,
            },
            title: track.title,
            genre: track.genre,
            description: track.description,
            visibility: track.visibility,
            created_at: track.created_at,
            updated_at: track.updated_at,
        }
    }
}

/// What the events of a request are told of it.
pub(crate) fn metadata(headers: &HeaderMap) -> Metadata {
    let user_agent = headers
        .get(header::USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .map(|value| value.chars().take(200).collect());
    Metadata {
        user_agent,
        ..Metadata::default()
    }
}
