//! The picture of a person.

use crate::auth::UserId;
use crate::files::BlobKey;
use crate::kernel::Timestamp;
use crate::typed_ids;

typed_ids! {
    /// The id of one making of a picture. An address with it in never changes what it stands for.
    AvatarRevisionId,
}

/// The sides of the squares that are made, in pixels.
pub const THUMBNAIL_SIZES: [u32; 3] = [64, 256, 512];

/// A kind of pictures that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PictureFormat {
    /// Without transparency.
    Jpeg,
    /// With transparency.
    Png,
}

impl PictureFormat {
    /// The name in the store, and the ending of files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Png => "png",
        }
    }

    /// The media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }

    /// The format of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Jpeg, Self::Png]
            .into_iter()
            .find(|format| format.as_str() == name)
    }
}

/// A picture that can be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AvatarImage {
    /// Which making of it.
    pub revision: AvatarRevisionId,
    /// As what it was made.
    pub format: PictureFormat,
}

/// The picture of a person: the one that is shown, and the one that is being made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Avatar {
    /// Whose.
    pub user_id: UserId,
    /// What is shown.
    pub image: Option<AvatarImage>,
    /// The file that thumbnails are being made of.
    pub pending: Option<BlobKey>,
    /// Why the last file was not taken, as a stable name.
    pub failure: Option<String>,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Avatar {
    /// Where the thumbnails of a person go, whatever their revision.
    pub fn root(user_id: UserId) -> BlobKey {
        format!("avatars/{user_id}")
            .parse()
            .expect("an id is a segment of a key")
    }

    /// Where the thumbnails of one revision go.
    pub fn prefix(user_id: UserId, revision: AvatarRevisionId) -> BlobKey {
        format!("avatars/{user_id}/{revision}")
            .parse()
            .expect("an id is a segment of a key")
    }
}
