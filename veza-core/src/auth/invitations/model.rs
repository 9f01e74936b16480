//! The invitation.

use std::str::FromStr;

use crate::auth::{TokenDigest, UserId};
use crate::kernel::{ErrorKind, FieldError, PortError, Role, Timestamp, UseCaseError};
use crate::typed_ids;

typed_ids! {
    /// The id of an invitation.
    InvitationId,
}

/// Invitations of one account at most.
pub const MAX_INVITATIONS: usize = 200;
/// Uses of one invitation at most.
pub const MAX_USES: u32 = 1_000;

/// Who may register.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RegistrationPolicy {
    /// Everybody.
    #[default]
    Open,
    /// Who has an invitation.
    Invited,
    /// Nobody.
    Closed,
}

impl RegistrationPolicy {
    /// The name in settings.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Invited => "invited",
            Self::Closed => "closed",
        }
    }
}

/// A text that names no policy.
#[derive(Debug, thiserror::Error)]
#[error("not one of open, invited and closed")]
pub struct UnknownPolicy;

impl FromStr for RegistrationPolicy {
    type Err = UnknownPolicy;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        [Self::Open, Self::Invited, Self::Closed]
            .into_iter()
            .find(|policy| policy.as_str() == name)
            .ok_or(UnknownPolicy)
    }
}

/// An invitation as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// What is known of its code.
    pub digest: TokenDigest,
    /// Who invites.
    pub invited_by: UserId,
    /// The role of those who come.
    pub role: Role,
    /// How many may still come.
    pub uses_left: u32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl Invitation {
    /// Whether somebody may still come by it.
    pub fn is_good(&self, now: Timestamp) -> bool {
        self.uses_left > 0 && now < self.expires_at
    }
}

/// Why an invitation was not made or not withdrawn.
#[derive(Debug, thiserror::Error)]
pub enum InvitationError {
    /// Some fields are not allowed.
    #[error("{} fields are not allowed", .0.len())]
    Invalid(Vec<FieldError>),
    /// Whoever asks may not invite.
    #[error("this needs the permission user:invite")]
    Forbidden,
    /// There are as many as one may have.
    #[error("an account has {MAX_INVITATIONS} invitations at most; withdraw one first")]
    TooMany,
    /// There is no such invitation, or it is somebody else's.
    #[error("there is no such invitation")]
    NotFound,
    /// A port failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

impl UseCaseError for InvitationError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Invalid(_) => ErrorKind::Invalid,
            Self::Forbidden => ErrorKind::Forbidden,
            Self::TooMany => ErrorKind::Conflict,
            Self::NotFound => ErrorKind::NotFound,
            Self::Port(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "auth.invitation.invalid",
            Self::Forbidden => "auth.invitation.forbidden",
            Self::TooMany => "auth.invitation.too_many",
            Self::NotFound => "auth.invitation.not_found",
            Self::Port(error) => error.code(),
        }
    }

    fn public_detail(&self) -> String {
        match self {
            Self::Invalid(_) => "some fields are not allowed".into(),
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
