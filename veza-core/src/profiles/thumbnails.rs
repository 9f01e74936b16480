//! Makes the picture that is shown of the file that was taken.

use serde::Deserialize;

use crate::auth::UserId;
use crate::files::BlobKey;
use crate::jobs::{Fenced, Job, Outcome};
use crate::kernel::{Environment, Metadata, PortError};

use super::events::AvatarChanged;
use super::model::{Avatar, AvatarImage, AvatarRevisionId, PictureFormat};

/// What a thumbnails job is about.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload {
    user_id: UserId,
    source: BlobKey,
}

/// The work to be done.
#[derive(Clone, Debug, PartialEq)]
pub struct Thumbnails {
    /// The job.
    pub job: Job,
    /// Whose picture.
    pub user_id: UserId,
    /// The file to be read. It goes when the job is done.
    pub source: BlobKey,
    /// The revision to be made.
    pub revision: AvatarRevisionId,
}

impl Thumbnails {
    /// Where the thumbnails go.
    pub fn prefix(&self) -> BlobKey {
        Avatar::prefix(self.user_id, self.revision)
    }
}

/// What there is to do for a claimed job; none when its payload cannot be read.
pub fn begin_thumbnails(env: &Environment, job: &Job) -> Option<Thumbnails> {
    let payload: Payload = serde_json::from_value(job.payload.clone()).ok()?;
    Some(Thumbnails {
        job: job.clone(),
        user_id: payload.user_id,
        source: payload.source,
        revision: env.new_id(),
    })
}

/// Shows the revision, once every thumbnail of it is in the blob store, and tells
/// `profiles.avatar.changed.v1`. Answers the image that is shown no more, whose files are the
/// caller's to remove; those of `work` are, when another file was taken meanwhile (`None` within)
/// or the job is lost.
///
/// # Errors
/// Those of the store.
pub async fn complete_thumbnails(
    env: &Environment,
    work: &Thumbnails,
    format: PictureFormat,
) -> Result<Option<Option<AvatarImage>>, PortError> {
    let mut unit = env.store.begin().await?;
    let now = env.now();
    let fenced = unit
        .jobs()
        .finish(&work.job.token(), &Outcome::Done, now)
        .await?;
    if fenced == Fenced::Lost {
        return Ok(None);
    }
    let avatar = unit.avatars().find(work.user_id).await?;
    let Some(avatar) = avatar.filter(|avatar| avatar.pending.as_ref() == Some(&work.source)) else {
        unit.commit().await?;
        return Ok(None);
    };
    let before = avatar.image;
    unit.avatars()
        .put(&Avatar {
            image: Some(AvatarImage {
                revision: work.revision,
                format,
            }),
            pending: None,
            failure: None,
            updated_at: now,
            ..avatar
        })
        .await?;
    let event = AvatarChanged {
        user_id: work.user_id,
        revision: work.revision,
    };
    let metadata = Metadata {
        causation_id: Some(work.job.id.to_string()),
        ..Metadata::default()
    };
    unit.outbox().append(&env.event(&event, &metadata)).await?;
    unit.commit().await?;
    Ok(Some(before))
}

/// Ends a job whose file is no picture that can be shown. What was shown before stays.
///
/// # Errors
/// Those of the store.
pub async fn refuse_picture(
    env: &Environment,
    work: &Thumbnails,
    code: &str,
) -> Result<(), PortError> {
    let mut unit = env.store.begin().await?;
    let now = env.now();
    let outcome = Outcome::Dead { error: code.into() };
    let fenced = unit.jobs().finish(&work.job.token(), &outcome, now).await?;
    if fenced == Fenced::Lost {
        return Ok(());
    }
    let avatar = unit.avatars().find(work.user_id).await?;
    if let Some(avatar) = avatar.filter(|avatar| avatar.pending.as_ref() == Some(&work.source)) {
        unit.avatars()
            .put(&Avatar {
                pending: None,
                failure: Some(code.into()),
                updated_at: now,
                ..avatar
            })
            .await?;
    }
    unit.commit().await
}
