//! Finds the file of a person's picture.

use crate::auth::UserId;
use crate::files::BlobKey;
use crate::kernel::Environment;

use super::error::AvatarError;
use super::model::{Avatar, AvatarImage, THUMBNAIL_SIZES};

/// The file to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AvatarFile {
    /// Where it is.
    pub key: BlobKey,
    /// Which picture it is of.
    pub image: AvatarImage,
    /// The side of the square, in pixels.
    pub size: u32,
}

/// The thumbnail of a person's picture which is `size` pixels wide at least, or the largest.
/// Everybody may see it.
///
/// # Errors
/// `NotFound`, `Port`.
pub async fn avatar_file(
    env: &Environment,
    user_id: UserId,
    size: u32,
) -> Result<AvatarFile, AvatarError> {
    let avatar = {
        let mut reader = env.store.glance().await?;
        reader.avatars().find(user_id).await?
    };
    let image = avatar
        .and_then(|avatar| avatar.image)
        .ok_or(AvatarError::NotFound)?;
    let [.., largest] = THUMBNAIL_SIZES;
    let size = THUMBNAIL_SIZES
        .into_iter()
        .find(|side| *side >= size)
        .unwrap_or(largest);
    let key = Avatar::prefix(user_id, image.revision)
        .join(&format!("{size}.{}", image.format.as_str()))
        .map_err(|_| AvatarError::NotFound)?;
    Ok(AvatarFile { key, image, size })
}
