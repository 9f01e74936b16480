//! A blob as the body of an answer.

use axum::body::Body;
use futures_util::stream::try_unfold;
use veza_core::files::{Blob, BoxError};

/// The bytes of a blob, a chunk at a time.
pub(crate) fn blob_body(blob: Blob) -> Body {
    let chunks = try_unfold(blob.body, |mut body| async move {
        let chunk = body.next_chunk().await?;
        Ok::<_, BoxError>(chunk.map(|chunk| (chunk, body)))
    });
    Body::from_stream(chunks)
}
