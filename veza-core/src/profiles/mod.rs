//! Profiles: how people show themselves. Pictures, so far.
//!
//! A picture is a stranger's file: it is stored as it came ([`set_avatar`]), read by a worker in a
//! confined process ([`begin_thumbnails`]), and shown only as what was made of it there
//! ([`complete_thumbnails`]): squares of fixed sizes, without metadata. The one before stays until
//! the new one is whole.

mod avatar_file;
mod error;
mod events;
mod exported;
mod model;
mod ports;
mod remove_avatar;
mod set_avatar;
mod thumbnails;

pub use avatar_file::{AvatarFile, avatar_file};
pub use error::AvatarError;
pub use events::{AvatarChanged, AvatarRemoved};
pub(crate) use exported::PictureSection;
pub use model::{Avatar, AvatarImage, AvatarRevisionId, PictureFormat, THUMBNAIL_SIZES};
pub use ports::Avatars;
pub(crate) use remove_avatar::take_away;
pub use remove_avatar::{purge_pictures, remove_avatar};
pub use set_avatar::set_avatar;
pub use thumbnails::{Thumbnails, begin_thumbnails, complete_thumbnails, refuse_picture};

/// The kind of the jobs which make thumbnails of a picture.
pub const THUMBNAILS_JOB: &str = "profiles.thumbnails";
/// The kind of the jobs which remove pictures that are shown no more.
pub const PURGE_PICTURES_JOB: &str = "profiles.purge_pictures";
