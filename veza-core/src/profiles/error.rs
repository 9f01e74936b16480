//! Why a wish about pictures is not fulfilled.

use crate::kernel::{ErrorKind, FieldError, PortError, UseCaseError};

/// The errors of the use cases of people; those of workers have only [`PortError`].
#[derive(Debug, thiserror::Error)]
pub enum AvatarError {
    /// There is no such picture.
    #[error("there is no such picture")]
    NotFound,
    /// It is somebody else's profile.
    #[error("this is not allowed to you")]
    Forbidden,
    /// The file is not a picture of a kind that is taken.
    #[error("the file is no PNG, JPEG or WebP picture")]
    NotAPicture([FieldError; 1]),
    /// A port failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

impl UseCaseError for AvatarError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound => ErrorKind::NotFound,
            Self::Forbidden => ErrorKind::Forbidden,
            Self::NotAPicture(_) => ErrorKind::Invalid,
            Self::Port(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "profiles.avatar.not_found",
            Self::Forbidden => "profiles.avatar.forbidden",
            Self::NotAPicture(_) => "profiles.avatar.not_a_picture",
            Self::Port(error) => error.code(),
        }
    }

    fn public_detail(&self) -> String {
        match self {
            Self::Port(error) => error.public_detail(),
            other => other.to_string(),
        }
    }

    fn field_errors(&self) -> &[FieldError] {
        match self {
            Self::NotAPicture(fields) => fields,
            _ => &[],
        }
    }
}
