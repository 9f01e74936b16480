//! Accounts: registration, sessions, passwords, roles and bans, access tokens, and the record of
//! all that.
//!
//! | folder | what it does |
//! |---|---|
//! | [`registration`] | accounts by proof of an address |
//! | [`sessions`] | logging in, refreshing, logging out, proving again who one is |
//! | [`revocation`] | access tokens that end before their time, within seconds everywhere |
//! | [`factors`] | the second factor: authenticators, recovery codes |
//! | [`api_keys`] | keys for programs |
//! | [`identities`] | signing in with a provider of identities |
//! | [`invitations`] | codes to register by |
//! | [`privacy`] | erasing an account |
//! | [`passwords`] | which may be chosen; changing and resetting them |
//! | [`email_change`] | another address for an account |
//! | [`services`] | tokens of other services |
//! | [`admin`] | roles and bans |
//! | [`audit`] | the record |
//!
//! Whether an address has an account is told to nobody who does not read its mail: what somebody
//! without a session asks for has the same answer and costs the same work either way.

pub mod admin;
pub mod api_keys;
pub mod audit;
pub mod email_change;
mod events;
mod exported;
pub mod factors;
pub mod identities;
pub mod invitations;
mod link;
mod mails;
mod me;
mod model;
pub mod passwords;
mod ports;
pub mod privacy;
mod profile;
pub mod registration;
mod rename;
pub mod revocation;
mod secret;
pub mod services;
pub mod sessions;
mod show_user;
mod validate;

pub use admin::{AdminError, BanUser, ChangeRole, UnbanUser, ban_user, change_role, unban_user};
pub use api_keys::{
    ApiKey, ApiKeyId, ApiKeys, CreateApiKey, RevokeApiKey, authenticate_api_key, create_api_key,
    list_api_keys, revoke_api_key,
};
pub use audit::{AuditAction, AuditEvent, AuditEventId, AuditFilter, AuditLog, Outcome};
pub use email_change::{
    ConfirmEmailChange, RequestEmailChange, confirm_email_change, request_email_change,
};
pub use events::{
    ApiKeyCreated, ApiKeyRevoked, EmailChanged, ErasureCancelled, ErasureRequested, IdentityLinked,
    IdentityUnlinked, MfaDisabled, MfaEnabled, PasswordChanged, RoleChanged, SessionsRevoked,
    UserBanned, UserErased, UserLoggedIn, UserRegistered, UserRenamed, UserUnbanned, WhyRevoked,
};
pub(crate) use exported::{AccountSection, RecordSection, SessionsSection};
pub use factors::{
    ChangeSecondFactor, CompleteLogIn, CompleteLogInError, ConfirmSecondFactor, MfaChallenge,
    MfaConfig, MfaConfigs, MfaTicket, MfaTickets, SecondFactor, SecondFactorError, complete_log_in,
    confirm_second_factor, disable_second_factor, regenerate_recovery_codes, second_factor_status,
    set_up_second_factor,
};
pub use identities::{
    AuthorizationPurpose, Identities, IdentityError, LinkedIdentity, LinkedIdentityId,
    PendingAuthorization, PendingAuthorizations, ProviderId, Providers, answer_authorization,
    begin_link, begin_reauthentication, begin_sign_in, list_identities, unlink_identity,
};
pub use invitations::{
    CreateInvitation, Invitation, InvitationError, InvitationId, Invitations, RegistrationPolicy,
    WithdrawInvitation, create_invitation, list_invitations, withdraw_invitation,
};
pub use link::{AccountLink, AccountLinks, LinkNotGood, LinkPurpose};
pub use me::{MeError, me};
pub use model::{AccessToken, Ban, TokenId, User, UserId};
pub use passwords::{
    ChangePassword, Password, PasswordHash, RequestPasswordReset, ResetPassword, change_password,
    request_password_reset, reset_password,
};
pub use ports::{
    ACCESS_TOKEN_LIFETIME, AccessGrant, JsonWebKey, JsonWebKeySet, PasswordHasher, PasswordMatch,
    PublicNumbers, TokenError, TokenIssuer, TokenVerifier, Users,
};
pub use privacy::{Erasure, ErasureError, Erasures, RequestErasure, erase_due, request_erasure};
pub use profile::{UserProfile, forget_changed_users, user_profile};
pub use registration::{
    AddAccount, AddAccountError, PendingRegistration, PendingRegistrationId, PendingRegistrations,
    Register, RegisterError, ResendVerification, VerifyEmail, add_account, register,
    resend_verification, verify_email,
};
pub use rename::{Rename, RenameError, rename};
pub use revocation::{
    RevocableTokens, Revocation, RevocationId, RevocationList, RevocationSubject, Revocations,
    refresh_revocations,
};
pub use secret::{OpaqueToken, TokenDigest};
pub use services::{
    IssueServiceToken, IssueServiceTokenError, IssuedServiceToken, MAX_SERVICE_TOKEN_LIFETIME,
    RevocableServiceTokens, ServiceGrant, ServiceToken, ServiceTokenIssuer, ServiceTokenVerifier,
    issue_service_token, revoke_service_token,
};
pub use sessions::{
    LogIn, LogInError, LogInOutcome, LogOut, LoggedIn, Reauthenticate, Refresh, RefreshError,
    RefreshToken, RefreshTokenState, STEP_UP_WINDOW, Session, SessionId, Sessions, StepUpError,
    end_other_sessions, end_session, list_sessions, log_in, log_out, reauthenticate, refresh,
};
pub use show_user::{ShowUserError, show_user};
