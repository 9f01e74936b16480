//! Serves packaged audio: HLS playlists, segments, waveforms.
//!
//! `GET` and `HEAD` of `/v1/tracks/{id}/{revision}/{path}`, for public tracks to everybody and
//! for private ones to their owner, with ranges and conditions (RFC 9110). An address holds the
//! revision of the media, so what it stands for never changes.

mod access;
mod content_type;
mod media;
mod range;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::FromRef;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use veza_core::auth::TokenVerifier;
use veza_core::files::BlobStore;
use veza_core::kernel::Environment;
use veza_server_kit::auth::recognise_api_keys;
use veza_server_kit::layers::{self, Cors};
use veza_server_kit::problem;

/// How long it may take until an answer begins; how long it lasts is the listener's to bound.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(15);

/// What the service works with.
#[derive(Clone)]
pub struct Services {
    /// Store and clock.
    pub env: Environment,
    /// Where the media are.
    pub blobs: Arc<dyn BlobStore>,
    /// Verifies access tokens.
    pub verifier: Arc<dyn TokenVerifier>,
}

#[derive(Clone)]
struct Stream {
    services: Services,
    access: Arc<access::AccessCache>,
}

impl FromRef<Stream> for Arc<dyn TokenVerifier> {
    fn from_ref(stream: &Stream) -> Self {
        Arc::clone(&stream.services.verifier)
    }
}

/// The service; `health` are the routes of [`veza_server_kit::health`].
pub fn router(services: Services, health: Router) -> Router {
    let recognised = from_fn_with_state(services.env.clone(), recognise_api_keys);
    let stream = Stream {
        services,
        access: Arc::new(access::AccessCache::default()),
    };
    let media = Router::new()
        .route("/v1/tracks/{id}/{revision}/{*path}", get(media::serve))
        .with_state(stream)
        .layer(recognised);
    let router = media.merge(health).fallback(problem::not_found);
    layers::standard(router, &Cors::PublicRead, Some(ANSWER_TIMEOUT))
}
