//! An account as others see it.

use crate::kernel::{Environment, ErrorKind, PortError, UseCaseError};

use super::model::{User, UserId};

/// Why the account is not shown.
#[derive(Debug, thiserror::Error)]
pub enum ShowUserError {
    /// There is none.
    #[error("there is no such account")]
    NotFound,
    /// A port failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

impl UseCaseError for ShowUserError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound => ErrorKind::NotFound,
            Self::Port(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "auth.user.not_found",
            Self::Port(error) => error.code(),
        }
    }

    fn public_detail(&self) -> String {
        match self {
            Self::NotFound => self.to_string(),
            Self::Port(error) => error.public_detail(),
        }
    }
}

/// The account with this id, for everybody: its name and since when it is there are public, and
/// nothing else is to be shown of it.
///
/// # Errors
/// [`ShowUserError`].
pub async fn show_user(env: &Environment, id: UserId) -> Result<User, ShowUserError> {
    let mut reader = env.store.glance().await?;
    let user = reader.users().find(id).await?;
    user.ok_or(ShowUserError::NotFound)
}
