//! One file of a track's media.

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use uuid::Uuid;
use veza_core::files::{BlobKey, ByteRange, ChunkSource};
use veza_core::kernel::TypedId as _;
use veza_core::streaming::{RevisionId, TrackId, Visibility};
use veza_server_kit::{MaybeAuth, Problem, StrictPath};

use crate::range::{self, Asked};
use crate::{Stream, content_type};

pub(crate) async fn serve(
    State(stream): State<Stream>,
    StrictPath((id, revision, path)): StrictPath<(Uuid, Uuid, String)>,
    MaybeAuth(viewer): MaybeAuth,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (id, revision) = (TrackId::from(id), RevisionId::from(revision));
    let env = &stream.services.env;
    let (key, visibility) = stream
        .access
        .find(env, viewer.as_ref(), id, revision, &path)
        .await?;
    let info = stream
        .services
        .blobs
        .head(&key)
        .await?
        .ok_or_else(Problem::not_found)?;

    let etag = format!("\"{}-{:x}\"", revision.uuid().simple(), info.size);
    let content_type = content_type::of(&path);
    let mut answer = HeaderMap::new();
    answer.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    answer.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    answer.insert(
        header::CACHE_CONTROL,
        cache_control(content_type, visibility),
    );
    answer.insert(header::ETAG, text(&etag)?);
    if visibility == Visibility::Private {
        answer.insert(header::VARY, HeaderValue::from_static("Authorization"));
    }
    if range::is_known(&headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, answer).into_response());
    }
    let (status, part) = match range::asked(&headers, &etag, info.size) {
        Asked::Whole => (
            StatusCode::OK,
            ByteRange {
                start: 0,
                end: info.size,
            },
        ),
        Asked::Part(part) => {
            let content_range = format!("bytes {}-{}/{}", part.start, part.end - 1, info.size);
            answer.insert(header::CONTENT_RANGE, text(&content_range)?);
            (StatusCode::PARTIAL_CONTENT, part)
        }
        Asked::Unsatisfiable => {
            let content_range = text(&format!("bytes */{}", info.size))?;
            return Err(Problem::new(
                StatusCode::RANGE_NOT_SATISFIABLE,
                "streaming.media.range",
                format!("the file has {} bytes", info.size),
            )
            .with_header(header::CONTENT_RANGE, content_range));
        }
    };
    answer.insert(
        header::CONTENT_LENGTH,
        HeaderValue::from(part.end - part.start),
    );
    let body = match method {
        Method::HEAD => Body::empty(),
        _ => read(&stream, &key, part).await?,
    };
    Ok((status, answer, body).into_response())
}

async fn read(stream: &Stream, key: &BlobKey, part: ByteRange) -> Result<Body, Problem> {
    // Removed since it was looked at, as when its track was.
    let blob = stream
        .services
        .blobs
        .get(key, Some(part))
        .await?
        .ok_or_else(Problem::not_found)?;
    let chunks = futures_util::stream::try_unfold(blob.body, |mut body: Box<dyn ChunkSource>| {
        async move {
            match body.next_chunk().await {
                Ok(chunk) => Ok(chunk.map(|chunk| (chunk, body))),
                Err(error) => {
                    // The length is promised already; all that is left is to break off.
                    tracing::error!(%error, "a blob broke off while it was sent");
                    Err(error)
                }
            }
        }
    });
    Ok(Body::from_stream(chunks))
}

/// A revision's address always means the same bytes. Playlists are asked for again soon, so that
/// a track which is taken back stops playing.
fn cache_control(content_type: &str, visibility: Visibility) -> HeaderValue {
    HeaderValue::from_static(match (content_type == content_type::PLAYLIST, visibility) {
        (true, Visibility::Public) => "public, max-age=5",
        (false, Visibility::Public) => "public, max-age=31536000, immutable",
        (_, Visibility::Private) => "private, no-cache",
    })
}

fn text(value: &str) -> Result<HeaderValue, Problem> {
    HeaderValue::from_str(value).map_err(|_| Problem::internal())
}
