//! What accounts tell the other contexts.

use serde::Serialize;
use uuid::Uuid;

use crate::kernel::event::DomainEvent;
use crate::kernel::{Role, Timestamp, TypedId as _};

use super::api_keys::ApiKeyId;
use super::identities::LinkedIdentityId;
use super::model::UserId;
use super::sessions::SessionId;

/// Defines events about an account, with the type of each.
macro_rules! user_events {
    ($($name:ident = $type:literal),+ $(,)?) => {$(
        impl DomainEvent for $name {
            const TYPE: &'static str = $type;
            const AGGREGATE_TYPE: &'static str = "User";

            fn aggregate_id(&self) -> Uuid {
                self.user_id.uuid()
            }
        }
    )+};
}

user_events! {
    UserRegistered = "auth.user.registered.v1",
    UserLoggedIn = "auth.user.logged_in.v1",
    SessionsRevoked = "auth.session.revoked.v1",
    PasswordChanged = "auth.user.password_changed.v1",
    UserRenamed = "auth.user.renamed.v1",
    EmailChanged = "auth.user.email_changed.v1",
    RoleChanged = "auth.user.role_changed.v1",
    MfaEnabled = "auth.mfa.enabled.v1",
    MfaDisabled = "auth.mfa.disabled.v1",
    ApiKeyCreated = "auth.api_key.created.v1",
    ApiKeyRevoked = "auth.api_key.revoked.v1",
    IdentityLinked = "auth.identity.linked.v1",
    IdentityUnlinked = "auth.identity.unlinked.v1",
    ErasureRequested = "auth.user.erasure_requested.v1",
    ErasureCancelled = "auth.user.erasure_cancelled.v1",
    UserErased = "auth.user.erased.v1",
    UserBanned = "admin.user.banned.v1",
    UserUnbanned = "admin.user.unbanned.v1",
}

/// An account was made.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserRegistered {
    /// The account.
    pub user_id: UserId,
    /// Its address.
    pub email: String,
    /// Its name.
    pub username: String,
}

/// Somebody logged in.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserLoggedIn {
    /// The account.
    pub user_id: UserId,
}

/// Why sessions ended before their time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyRevoked {
    /// Their owner ended them.
    Ended,
    /// The password was changed.
    PasswordChanged,
    /// A refresh token was shown that only a thief, or the victim of one, shows.
    RefreshTokenReuse,
    /// A second factor was put to use: sessions that were opened without it end.
    SecondFactorChanged,
    /// The account will be erased.
    ErasureRequested,
    /// The account was banned.
    Banned,
}

/// Sessions of an account ended before their time.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionsRevoked {
    /// The account.
    pub user_id: UserId,
    /// The sessions.
    pub session_ids: Vec<SessionId>,
    /// Why.
    pub reason: WhyRevoked,
}

/// An account has another password.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PasswordChanged {
    /// The account.
    pub user_id: UserId,
}

/// An account has another address.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EmailChanged {
    /// The account.
    pub user_id: UserId,
    /// Its new address.
    pub email: String,
}

/// An account has another role.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RoleChanged {
    /// The account.
    pub user_id: UserId,
    /// The role before.
    pub from: Role,
    /// The role now.
    pub to: Role,
    /// Who changed it.
    pub changed_by: UserId,
}

/// An account was shut out.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserBanned {
    /// The account.
    pub user_id: UserId,
    /// Who decided it.
    pub banned_by: UserId,
    /// Why.
    pub reason: String,
    /// Until when; none for good.
    pub until: Option<Timestamp>,
}

/// An account is let in again.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserUnbanned {
    /// The account.
    pub user_id: UserId,
    /// Who decided it.
    pub unbanned_by: UserId,
}

/// An account has another name.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserRenamed {
    /// The account.
    pub user_id: UserId,
    /// Its name now.
    pub username: String,
}

/// Logging in asks for a second factor from now on.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MfaEnabled {
    /// The account.
    pub user_id: UserId,
}

/// Logging in asks for no second factor any more.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MfaDisabled {
    /// The account.
    pub user_id: UserId,
}

/// An account has another key.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiKeyCreated {
    /// The account.
    pub user_id: UserId,
    /// The key.
    pub api_key_id: ApiKeyId,
}

/// A key was ended.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiKeyRevoked {
    /// The account.
    pub user_id: UserId,
    /// The key.
    pub api_key_id: ApiKeyId,
}

/// Somebody at a provider opens an account from now on.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IdentityLinked {
    /// The account.
    pub user_id: UserId,
    /// The identity.
    pub identity_id: LinkedIdentityId,
    /// The provider.
    pub provider: String,
}

/// Somebody at a provider opens an account no more.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IdentityUnlinked {
    /// The account.
    pub user_id: UserId,
    /// The identity.
    pub identity_id: LinkedIdentityId,
    /// The provider.
    pub provider: String,
}

/// The owner of an account wants it erased.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ErasureRequested {
    /// The account.
    pub user_id: UserId,
    /// When it will be.
    pub due_at: Timestamp,
}

/// The owner of an account came back in time.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ErasureCancelled {
    /// The account.
    pub user_id: UserId,
}

/// All that is personal of an account is gone. Others should forget it too.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserErased {
    /// The account.
    pub user_id: UserId,
}
