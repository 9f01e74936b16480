//! `POST /tracks`: a form with one file, which is stored as it comes.

use std::future::Future;
use std::sync::Arc;

use async_trait::async_trait;
use axum::Json;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use veza_core::files::{
    BlobStore, BoxError, ChunkSource, ReceiveError, ReceivedUpload, discard_upload, receive_upload,
};
use veza_core::kernel::idempotency::Claim;
use veza_core::kernel::{ErrorKind, Metadata, Principal, UseCaseError};
use veza_core::streaming::{UploadTrack, Visibility, upload_track};
use veza_server_kit::{Auth, Problem};

use crate::Api;
use crate::contract::schema;
use crate::multipart::{Multipart, Part};
use crate::once;
use crate::probe::ProbeError;
use crate::view::{Told, TrackView};

/// The largest text field, in bytes: 5,000 characters of at most four.
const MAX_TEXT: usize = 20_000;
/// What a form may hold besides its file, in bytes.
const MAX_OVERHEAD: u64 = 128 * 1024;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default().routes(routes!(upload))
}

/// The form of an upload; no field may be there twice.
#[derive(ToSchema)]
#[expect(dead_code, reason = "a description; the form is read as it comes")]
struct UploadForm {
    /// The sound: WAV, FLAC, MP3, M4A, AIFF, Ogg Vorbis or Opus.
    #[schema(value_type = String, format = Binary, content_media_type = "application/octet-stream")]
    file: Vec<u8>,
    /// A title of 1 to 200 characters; else the name of the file.
    title: Option<String>,
    /// A genre of at most 50 characters.
    genre: Option<String>,
    /// A description of at most 5,000 characters.
    description: Option<String>,
    #[schema(value_type = Option<schema::Visibility>)]
    visibility: Option<String>,
}

/// Upload a track
///
/// The track is there at once, as `queued`; its media are made by and by.
#[utoipa::path(
    post,
    path = "/tracks",
    operation_id = "tracks.upload",
    tag = "tracks",
    security(("accessToken" = [])),
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses(
        (status = 202, description = "The track", body = TrackView,
            headers(("Location" = String, description = "Where the track is"))),
    ),
)]
pub(super) async fn upload(
    State(api): State<Api>,
    Auth(who): Auth,
    Told(metadata): Told,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Problem> {
    let key = once::key(&headers)?;
    let mut form = Multipart::new(request, api.max_upload_bytes.saturating_add(MAX_OVERHEAD))?;
    if key.is_some() {
        form = form.fingerprinted();
    }
    let fields = match read(&api, &who, &mut form).await {
        Ok(fields) => fields,
        Err(problem) => {
            form.linger();
            return Err(problem);
        }
    };
    let (Some(key), Some(request_hash)) = (key, form.fingerprint()) else {
        return publish(api, who, fields, metadata, headers).await;
    };
    let claim = Claim {
        owner: who.user_id,
        key,
        operation: "POST /api/v1/tracks".into(),
        request_hash,
    };
    // An upload that is not needed goes with the work that is not done.
    let once = api.once.clone();
    let work = async move {
        let outcome = publish(api, who, fields, metadata, headers).await;
        outcome.unwrap_or_else(IntoResponse::into_response)
    };
    Ok(once::run(once, claim, work).await)
}

/// Reads the whole form, and stores its file.
async fn read(api: &Api, who: &Principal, form: &mut Multipart) -> Result<Fields, Problem> {
    let mut fields = Fields::default();
    while let Some(part) = form.next_part().await? {
        fields.read(api, who, form, part).await?;
    }
    Ok(fields)
}

/// Makes a track of what was read.
async fn publish(
    api: Api,
    who: Principal,
    fields: Fields,
    metadata: Metadata,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Some(mut pending) = fields.file else {
        return Err(Problem::field("file", "is missing"));
    };
    match api.services.prober.probe(&pending.upload.key).await {
        Ok(()) => {}
        Err(ProbeError::Refused { code, detail }) => {
            return Err(
                Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail.clone())
                    .with_error("file", detail),
            );
        }
        Err(ProbeError::Failed(cause)) => {
            tracing::error!(cause, "an upload could not be looked at");
            return Err(Problem::unavailable(5));
        }
    }
    let command = UploadTrack {
        upload: pending.upload.clone(),
        file_name: pending.file_name.take(),
        title: fields.title,
        genre: fields.genre,
        description: fields.description,
        visibility: fields.visibility.unwrap_or_default(),
        metadata,
    };
    let track = pending
        .hand_to(upload_track(&api.services.env, &who, command))
        .await?;
    let location = format!("/api/v1/tracks/{}", track.id);
    let view = TrackView::of(track, &api.origins.stream_for(&headers));
    Ok((
        StatusCode::ACCEPTED,
        [(header::LOCATION, location)],
        Json(view),
    )
        .into_response())
}

#[derive(Default)]
struct Fields {
    title: Option<String>,
    genre: Option<String>,
    description: Option<String>,
    visibility: Option<Visibility>,
    file: Option<Pending>,
}

impl Fields {
    async fn read(
        &mut self,
        api: &Api,
        who: &Principal,
        form: &mut Multipart,
        part: Part,
    ) -> Result<(), Problem> {
        let twice = || Problem::field(part.name.as_str(), "is there twice");
        let text = match part.name.as_str() {
            "title" => &mut self.title,
            "genre" => &mut self.genre,
            "description" => &mut self.description,
            "visibility" => {
                let name = form.text("visibility", MAX_TEXT).await?;
                let visibility = Visibility::from_name(&name)
                    .ok_or_else(|| Problem::field("visibility", "must be public or private"))?;
                return match self.visibility.replace(visibility) {
                    None => Ok(()),
                    Some(_) => Err(twice()),
                };
            }
            "file" if self.file.is_some() => return Err(twice()),
            "file" => {
                self.file = Some(
                    Pending::receive(api, who, form, part.file_name, api.max_upload_bytes).await?,
                );
                return Ok(());
            }
            unknown => {
                let unknown: String = unknown.chars().take(100).collect();
                return Err(Problem::field(unknown, "is not a field of this form"));
            }
        };
        if text.is_some() {
            return Err(twice());
        }
        *text = Some(form.text(&part.name, MAX_TEXT).await?);
        Ok(())
    }
}

/// A file that has been stored and is no track yet. Dropped before it is one, as when the client
/// goes away or the form turns out to be wrong, it is removed.
pub(super) struct Pending {
    upload: ReceivedUpload,
    file_name: Option<String>,
    /// Where to remove it from; none while that is not ours to decide.
    blobs: Option<Arc<dyn BlobStore>>,
}

impl Pending {
    /// Stores the part that the form is at, of at most `max` bytes.
    pub(super) async fn receive(
        api: &Api,
        who: &Principal,
        form: &mut Multipart,
        file_name: Option<String>,
        max: u64,
    ) -> Result<Self, Problem> {
        let blobs = Arc::clone(&api.services.blobs);
        let mut body = FilePart { form };
        let received = receive_upload(&api.services.env, &*blobs, who, &mut body, max).await;
        match received {
            Ok(upload) => Ok(Self {
                upload,
                file_name,
                blobs: Some(blobs),
            }),
            Err(ReceiveError::BrokenOff(cause)) => match cause.downcast::<FormError>() {
                Ok(error) => Err(error.0),
                Err(cause) => Err(ReceiveError::BrokenOff(cause).into()),
            },
            Err(error @ ReceiveError::Empty) => {
                Err(Problem::from(error).with_error("file", "is empty"))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// What was stored.
    pub(super) fn upload(&self) -> &ReceivedUpload {
        &self.upload
    }

    /// Leaves the file to a use case that stores a reference to it. It is removed when the use
    /// case refuses it. When a port fails, or this is dropped while the use case is at work (the
    /// client went away), the reference may be stored all the same: an answer that is lost on its
    /// way from the database undoes no commit. Then the file stays; if it is of no use after all,
    /// the sweep takes it.
    pub(super) async fn hand_to<T, E: UseCaseError>(
        mut self,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        let blobs = self.blobs.take();
        let outcome = work.await;
        if let Err(error) = &outcome
            && !matches!(error.kind(), ErrorKind::Unavailable | ErrorKind::Internal)
        {
            self.blobs = blobs;
        }
        outcome
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        let Some(blobs) = self.blobs.take() else {
            return;
        };
        let upload = self.upload.clone();
        tokio::spawn(async move {
            if let Err(error) = discard_upload(&*blobs, &upload).await {
                tracing::warn!(%error, "an upload of no use is left for the sweep");
            }
        });
    }
}

/// The blocks of the part that a form is at.
struct FilePart<'a> {
    form: &'a mut Multipart,
}

#[async_trait]
impl ChunkSource for FilePart<'_> {
    async fn next_chunk(&mut self) -> Result<Option<Bytes>, BoxError> {
        self.form
            .next_block()
            .await
            .map_err(|problem| FormError(problem).into())
    }
}

/// A problem on its way through the blob store.
#[derive(Debug, thiserror::Error)]
#[error("the form broke off")]
struct FormError(Problem);

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::{pending, ready};

    use futures_util::FutureExt as _;
    use veza_core::files::{BlobKey, MemoryChunks, UploadId};
    use veza_core::kernel::{PortError, PortErrorKind};
    use veza_core::memory::MemoryBlobs;
    use veza_core::streaming::TrackError;

    /// Whether an upload is still there after a use case has ended so, or was dropped at its work.
    async fn is_kept(outcome: Option<Result<(), TrackError>>) -> bool {
        let blobs: Arc<dyn BlobStore> = Arc::new(MemoryBlobs::new());
        let id = UploadId::from(uuid::Uuid::from_u128(7));
        let key: BlobKey = id.blob_key();
        let size = blobs
            .put(&key, &mut MemoryChunks::new("RIFF"), 99)
            .await
            .unwrap();
        let upload = Pending {
            upload: ReceivedUpload {
                id,
                key: key.clone(),
                size,
            },
            file_name: None,
            blobs: Some(Arc::clone(&blobs)),
        };
        match outcome {
            Some(outcome) => drop(upload.hand_to(ready(outcome)).await),
            None => {
                let work = pending::<Result<(), TrackError>>();
                assert!(upload.hand_to(work).now_or_never().is_none());
            }
        }
        // A removal is a task of its own.
        tokio::task::yield_now().await;
        blobs.head(&key).await.unwrap().is_some()
    }

    #[tokio::test]
    async fn a_file_stays_unless_it_is_certain_that_nothing_refers_to_it() {
        let failed = |kind| Err(TrackError::Port(PortError::new(kind, "unit.commit")));
        assert!(is_kept(Some(Ok(()))).await);
        assert!(is_kept(None).await, "the client went away");
        assert!(is_kept(Some(failed(PortErrorKind::Unavailable))).await);
        assert!(is_kept(Some(failed(PortErrorKind::Internal))).await);
        assert!(!is_kept(Some(Err(TrackError::Forbidden))).await);
        let twice = PortErrorKind::Duplicate("id");
        assert!(!is_kept(Some(failed(twice))).await, "undone for certain");
    }
}
