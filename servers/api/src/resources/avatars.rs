//! `/users/{id}/avatar`: the picture of a person.

use axum::Json;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use veza_core::auth::UserId;
use veza_core::kernel::TypedId as _;
use veza_core::profiles::{self, AvatarError};
use veza_server_kit::{Auth, Problem, StrictPath, StrictQuery};

use super::uploads::Pending;
use crate::Api;
use crate::blob_body::blob_body;
use crate::multipart::Multipart;
use crate::view::Told;

/// The largest picture that is taken, in bytes.
const MAX_PICTURE: u64 = 8 << 20;
/// What a form may hold besides its file, in bytes.
const MAX_OVERHEAD: u64 = 16 * 1024;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default().routes(routes!(get, set, remove))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SizeQuery {
    /// How many pixels a side it is to have at least; by default 256. There are 64, 256 and 512.
    #[param(minimum = 0, maximum = 4294967295_i64, format = Int64)]
    size: Option<u32>,
}

/// The picture of a person
///
/// A square without metadata, as JPEG or PNG.
#[utoipa::path(
    get,
    path = "/users/{id}/avatar",
    operation_id = "users.avatar.get",
    tag = "users",
    security(()),
    params(SizeQuery, ("id" = Uuid, Path, description = "The person")),
    responses(
        (status = 200, description = "The picture", content(
            (String = "image/jpeg"),
            (String = "image/png"),
        )),
        (status = 304, description = "It is as it was"),
    ),
)]
pub(super) async fn get(
    State(api): State<Api>,
    StrictPath(id): StrictPath<Uuid>,
    StrictQuery(query): StrictQuery<SizeQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let size = query.size.unwrap_or(256);
    let file = profiles::avatar_file(&api.services.env, UserId::from(id), size).await?;
    let etag = format!("\"{}-{}\"", file.image.revision.uuid().simple(), file.size);
    let answer = [
        (
            header::CONTENT_TYPE,
            file.image.format.media_type().to_owned(),
        ),
        (header::CACHE_CONTROL, "public, max-age=300".to_owned()),
        (header::ETAG, etag.clone()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    let seen = headers.get(header::IF_NONE_MATCH);
    if seen.is_some_and(|seen| seen.as_bytes() == etag.as_bytes()) {
        return Ok((StatusCode::NOT_MODIFIED, answer).into_response());
    }
    let blob = api.services.blobs.get(&file.key, None).await?;
    let blob = blob.ok_or(AvatarError::NotFound)?;
    Ok((answer, blob_body(blob)).into_response())
}

/// The form of a picture.
#[derive(ToSchema)]
#[expect(dead_code, reason = "a description; the form is read as it comes")]
struct PictureForm {
    /// A PNG, JPEG or WebP picture of at most 8 MiB and 10,000 pixels a side.
    #[schema(value_type = String, format = Binary, content_media_type = "application/octet-stream")]
    file: Vec<u8>,
}

/// How it stands with a person's picture.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AvatarView {
    /// Whether thumbnails are being made.
    processing: bool,
}

/// Show another picture
///
/// Thumbnails are made by and by; until then the picture before is shown.
#[utoipa::path(
    post,
    path = "/users/{id}/avatar",
    operation_id = "users.avatar.set",
    tag = "users",
    security(("accessToken" = [])),
    params(("id" = Uuid, Path, description = "Oneself")),
    request_body(content = PictureForm, content_type = "multipart/form-data"),
    responses((status = 202, description = "It is taken", body = AvatarView)),
)]
pub(super) async fn set(
    State(api): State<Api>,
    Auth(who): Auth,
    StrictPath(id): StrictPath<Uuid>,
    request: Request,
) -> Result<(StatusCode, Json<AvatarView>), Problem> {
    let user_id = UserId::from(id);
    if who.user_id != user_id {
        // Before megabytes are taken in for nothing.
        return Err(AvatarError::Forbidden.into());
    }
    let mut form = Multipart::new(request, MAX_PICTURE + MAX_OVERHEAD)?;
    let mut file = None;
    let read = async {
        while let Some(part) = form.next_part().await? {
            match part.name.as_str() {
                "file" if file.is_none() => {
                    let pending = Pending::receive(&api, &who, &mut form, None, MAX_PICTURE);
                    file = Some(pending.await?);
                }
                "file" => return Err(Problem::field("file", "is there twice")),
                unknown => {
                    let unknown: String = unknown.chars().take(100).collect();
                    return Err(Problem::field(unknown, "is not a field of this form"));
                }
            }
        }
        Ok(())
    };
    if let Err(problem) = read.await {
        form.linger();
        return Err(problem);
    }
    let Some(pending) = file else {
        return Err(Problem::field("file", "is missing"));
    };
    let services = &api.services;
    let upload = pending.upload().clone();
    let set = profiles::set_avatar(&services.env, &*services.blobs, &who, user_id, &upload);
    pending.hand_to(set).await?;
    Ok((StatusCode::ACCEPTED, Json(AvatarView { processing: true })))
}

/// Show no picture any more
///
/// What was shown is removed by and by, also from where it was kept.
#[utoipa::path(
    delete,
    path = "/users/{id}/avatar",
    operation_id = "users.avatar.remove",
    tag = "users",
    security(("accessToken" = [])),
    params(("id" = Uuid, Path, description = "Oneself, or anybody for who looks after the platform")),
    responses((status = 204, description = "It is gone")),
)]
pub(super) async fn remove(
    State(api): State<Api>,
    Auth(who): Auth,
    Told(metadata): Told,
    StrictPath(id): StrictPath<Uuid>,
) -> Result<StatusCode, Problem> {
    let env = &api.services.env;
    profiles::remove_avatar(env, &who, UserId::from(id), &metadata).await?;
    Ok(StatusCode::NO_CONTENT)
}
