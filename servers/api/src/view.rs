//! What the wire shows of accounts and tracks, and what events are told of a request.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::header;
use http::request::Parts;
use serde::Serialize;
use utoipa::ToSchema;
use veza_core::auth::{User, UserId};
use veza_core::kernel::{Metadata, Role, Timestamp};
use veza_core::streaming::{Loudness, Track, TrackId, TrackState, Visibility};
use veza_server_kit::ClientAddress;
use veza_server_kit::layers::RequestId;

use crate::contract::schema::{self, RoleName, Time};

/// One's own account.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = User)]
pub(crate) struct UserView {
    #[schema(value_type = Uuid)]
    id: UserId,
    email: String,
    username: String,
    #[schema(value_type = RoleName)]
    role: Role,
    #[schema(value_type = Time)]
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

/// A track.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Track)]
pub(crate) struct TrackView {
    #[schema(value_type = Uuid)]
    id: TrackId,
    title: String,
    artist: ArtistView,
    #[schema(required)]
    genre: Option<String>,
    #[schema(required)]
    description: Option<String>,
    #[schema(value_type = schema::Visibility)]
    visibility: Visibility,
    /// `queued`, `processing`, `ready` or `failed`.
    status: &'static str,
    /// How much of the work is done, 0 to 1.
    progress: f32,
    /// Why it cannot be played, once that is certain.
    #[schema(required)]
    failure: Option<FailureView>,
    #[schema(required)]
    duration_seconds: Option<f64>,
    /// The sample rate of the source, in Hz.
    #[schema(required)]
    sample_rate: Option<u32>,
    /// The number of channels of the source.
    #[schema(required)]
    channels: Option<u16>,
    #[schema(required, value_type = Option<schema::Loudness>)]
    loudness: Option<Loudness>,
    /// Where to play it, once it is ready.
    #[schema(required)]
    media: Option<MediaView>,
    #[schema(value_type = Time)]
    created_at: Timestamp,
    #[schema(value_type = Time)]
    updated_at: Timestamp,
}

/// Who a track is by.
#[derive(Serialize, ToSchema)]
#[schema(as = Artist)]
struct ArtistView {
    #[schema(value_type = Uuid)]
    id: UserId,
    username: String,
}

/// Why a track cannot be played.
#[derive(Serialize, ToSchema)]
#[schema(as = Failure)]
struct FailureView {
    /// A stable name for machines.
    code: String,
    /// What is wrong, in words.
    detail: String,
}

/// Addresses on the stream service.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Media)]
struct MediaView {
    /// The master playlist (RFC 8216).
    hls_url: String,
    /// The waveform as data.
    waveform_url: String,
    /// The waveform as a picture.
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

/// What the events of a request are told of it: which request it was, and whose program asked.
#[derive(Clone, Debug)]
pub(crate) struct Told(pub(crate) Metadata);

impl<S: Send + Sync> FromRequestParts<S> for Told {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let user_agent = parts
            .headers
            .get(header::USER_AGENT)
            .and_then(|value| value.to_str().ok())
            .map(|value| value.chars().take(200).collect());
        let client = ClientAddress::from_request_parts(parts, state).await.ok();
        let request = parts.extensions.get::<RequestId>();
        Ok(Self(Metadata {
            correlation_id: request.map(|RequestId(id)| id.clone()),
            user_agent,
            address: client.map(|client| client.ip().to_string()),
            ..Metadata::default()
        }))
    }
}
