//! Takes a file for a person's picture.

use crate::auth::UserId;
use crate::files::{BlobKey, BlobStore, ByteRange, ReceivedUpload};
use crate::jobs::{NewJob, Priority};
use crate::kernel::{Environment, FieldError, PortError, Principal};

use super::THUMBNAILS_JOB;
use super::error::AvatarError;
use super::model::Avatar;

/// How many bytes tell what a file is.
const HEAD: u64 = 12;

/// Whether a file begins as a PNG, JPEG or WebP picture does, whatever its name says.
fn begins_as_picture(head: &[u8]) -> bool {
    head.starts_with(b"\x89PNG\r\n\x1a\n")
        || head.starts_with(b"\xff\xd8\xff")
        || (head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP"))
}

async fn head(blobs: &dyn BlobStore, key: &BlobKey, size: u64) -> Result<Vec<u8>, PortError> {
    let range = ByteRange {
        start: 0,
        end: HEAD.min(size),
    };
    let Some(mut blob) = blobs.get(key, Some(range)).await? else {
        return Ok(Vec::new());
    };
    let mut head = Vec::new();
    while let Some(chunk) = blob.body.next_chunk().await.map_err(|cause| {
        PortError::caused(
            crate::kernel::PortErrorKind::Unavailable,
            "avatar.head",
            cause,
        )
    })? {
        head.extend_from_slice(&chunk);
    }
    Ok(head)
}

/// Takes an upload for the picture of a person, and queues the job that makes thumbnails of it.
/// What is shown stays until they are made. After a refusal the upload is the caller's to
/// [discard](crate::files::discard_upload).
///
/// # Errors
/// `Forbidden`, `NotAPicture`, `Port`. After a `Port` that is not known for certain to have undone
/// everything, the upload has to stay: the job may be there.
pub async fn set_avatar(
    env: &Environment,
    blobs: &dyn BlobStore,
    principal: &Principal,
    user_id: UserId,
    upload: &ReceivedUpload,
) -> Result<Avatar, AvatarError> {
    if principal.user_id != user_id {
        return Err(AvatarError::Forbidden);
    }
    if !begins_as_picture(&head(blobs, &upload.key, upload.size).await?) {
        return Err(AvatarError::NotAPicture([FieldError {
            field: "file",
            message: "must be a PNG, JPEG or WebP picture".into(),
        }]));
    }
    let mut unit = env.store.begin().await?;
    let before = unit.avatars().find(user_id).await?;
    let avatar = Avatar {
        user_id,
        image: before.and_then(|before| before.image),
        pending: Some(upload.key.clone()),
        failure: None,
        updated_at: env.now(),
    };
    unit.avatars().put(&avatar).await?;
    let payload = serde_json::json!({ "userId": user_id, "source": upload.key });
    let job = NewJob::new(THUMBNAILS_JOB, payload).priority(Priority::High);
    unit.jobs().enqueue(&job.into_job(env)).await?;
    unit.commit().await?;
    Ok(avatar)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn magic_bytes_decide() {
        for head in [
            &b"\x89PNG\r\n\x1a\n\0\0\0\r"[..],
            b"\xff\xd8\xff\xe0....",
            b"RIFF\x10\0\0\0WEBP",
        ] {
            assert!(begins_as_picture(head), "{head:?}");
        }
        for head in [
            &b""[..],
            b"GIF89a",
            b"<svg xmlns=",
            b"RIFF\x10\0\0\0WAVE",
            b"\x89PNG",
        ] {
            assert!(!begins_as_picture(head), "{head:?}");
        }
    }
}
