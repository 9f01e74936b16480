//! One's own account.

use crate::kernel::{Environment, ErrorKind, PortError, Principal, UseCaseError};

use super::model::User;

/// Why the account is not shown.
#[derive(Debug, thiserror::Error)]
pub enum MeError {
    /// The token is good, and its account is gone.
    #[error("the account of this access token is gone")]
    AccountGone,
    /// A port failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

impl UseCaseError for MeError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::AccountGone => ErrorKind::Unauthenticated,
            Self::Port(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::AccountGone => "auth.account_gone",
            Self::Port(error) => error.code(),
        }
    }

    fn public_detail(&self) -> String {
        match self {
            Self::AccountGone => self.to_string(),
            Self::Port(error) => error.public_detail(),
        }
    }
}

/// The account of whoever asks.
///
/// # Errors
/// [`MeError`].
pub async fn me(env: &Environment, principal: &Principal) -> Result<User, MeError> {
    let mut reader = env.store.begin_read().await?;
    reader
        .users()
        .find(principal.user_id)
        .await?
        .ok_or(MeError::AccountGone)
}
