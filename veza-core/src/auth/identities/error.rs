//! Why nobody was let in, linked or unlinked.

use crate::auth::StepUpError;
use crate::auth::sessions::LogInError;
use crate::kernel::{ErrorKind, FieldError, PortError, UseCaseError};

use super::model::MAX_IDENTITIES;
use super::provider::RedeemError;

/// What was wrong with a provider's answer, for logs alone.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Refusal(pub String);

/// Why nobody was let in, linked or unlinked.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// Nobody signs in with a provider of this name here.
    #[error("there is no such provider")]
    UnknownProvider,
    /// Some fields are not allowed.
    #[error("some fields are not allowed")]
    Invalid(Vec<FieldError>),
    /// It was answered before, is too old, was never begun, or not in this browser or with this
    /// provider. Which is not told.
    #[error("this sign-in has ended; start again")]
    NotGood,
    /// The provider's answer proves nothing.
    #[error("the provider's answer was not accepted; start again")]
    Refused(#[source] Refusal),
    /// The identity opens no account. Whether another account has its address is not told.
    #[error(
        "this identity opens no account here; sign in another way and link it, or register with \
         a mail address"
    )]
    NotLinked,
    /// Nobody can register here.
    #[error("registration is closed here")]
    RegistrationClosed,
    /// An invitation is needed, and none, or none that is good, was shown.
    #[error("a good invitation is needed to register here")]
    InvitationNotGood,
    /// The account is shut out.
    #[error(transparent)]
    LogIn(LogInError),
    /// The identity opens another account.
    #[error("this identity is linked to another account")]
    LinkedElsewhere,
    /// The account has as many as it may.
    #[error("an account has {MAX_IDENTITIES} identities at most; unlink one first")]
    TooMany,
    /// Whoever proved who they are is not the one who is signed in, or did so too long ago.
    #[error("this does not prove that the account is yours")]
    OtherPerson,
    /// The account has no password, and nobody could sign in any more.
    #[error("this is the only way to sign in; set a password first")]
    LastWayIn,
    /// The account has no such identity.
    #[error("there is no such identity")]
    NotFound,
    /// The last proof of who one is is too old, or there is no session.
    #[error(transparent)]
    StepUp(#[from] StepUpError),
    /// A port failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

impl From<RedeemError> for IdentityError {
    fn from(error: RedeemError) -> Self {
        match error {
            RedeemError::Refused(reason) => Self::Refused(Refusal(reason)),
            RedeemError::Port(error) => Self::Port(error),
        }
    }
}

impl From<LogInError> for IdentityError {
    fn from(error: LogInError) -> Self {
        match error {
            LogInError::Port(error) => Self::Port(error),
            other => Self::LogIn(other),
        }
    }
}

impl UseCaseError for IdentityError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::UnknownProvider | Self::NotFound => ErrorKind::NotFound,
            Self::Invalid(_) => ErrorKind::Invalid,
            Self::NotGood | Self::Refused(_) => ErrorKind::Unauthenticated,
            // Not 401: the session is good, and a client would only refresh its token.
            Self::NotLinked | Self::RegistrationClosed | Self::OtherPerson => ErrorKind::Forbidden,
            Self::InvitationNotGood | Self::LinkedElsewhere | Self::TooMany | Self::LastWayIn => {
                ErrorKind::Conflict
            }
            Self::LogIn(error) => error.kind(),
            Self::StepUp(error) => error.kind(),
            Self::Port(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::UnknownProvider => "auth.provider.not_found",
            Self::Invalid(_) => "auth.provider.invalid",
            Self::NotGood => "auth.provider.sign_in_not_good",
            Self::Refused(_) => "auth.provider.answer_refused",
            Self::NotLinked => "auth.identity.not_linked",
            Self::RegistrationClosed => "auth.registration.closed",
            Self::InvitationNotGood => "auth.invitation.not_good",
            Self::LinkedElsewhere => "auth.identity.linked_elsewhere",
            Self::TooMany => "auth.identity.too_many",
            Self::OtherPerson => "auth.identity.other_person",
            Self::LastWayIn => "auth.identity.last_way_in",
            Self::NotFound => "auth.identity.not_found",
            Self::LogIn(error) => error.code(),
            Self::StepUp(error) => error.code(),
            Self::Port(error) => error.code(),
        }
    }

    fn public_detail(&self) -> String {
        match self {
            Self::LogIn(error) => error.public_detail(),
            Self::StepUp(error) => error.public_detail(),
            Self::Port(error) => error.public_detail(),
            other => other.to_string(),
        }
    }

    fn field_errors(&self) -> &[FieldError] {
        match self {
            Self::Invalid(fields) => fields,
            _ => &[],
        }
    }
}
