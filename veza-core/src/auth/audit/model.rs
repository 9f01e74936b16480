//! One line of the record.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::auth::UserId;
use crate::kernel::{Environment, Metadata, PortError, Timestamp, UnitOfWork};
use crate::typed_ids;

typed_ids! {
    /// The id of a line of the record.
    AuditEventId,
}

/// Defines the actions with their names, so that none can be forgotten when names are read.
macro_rules! audit_actions {
    ($($(#[$doc:meta])* $action:ident = $name:literal),+ $(,)?) => {
        /// What was done, or tried.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum AuditAction {
            $($(#[$doc])* $action,)+
        }

        impl AuditAction {
            /// Every action.
            pub const ALL: &'static [Self] = &[$(Self::$action),+];

            /// The name on the wire and in the store.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$action => $name,)+
                }
            }
        }
    };
}

audit_actions! {
    /// Somebody asked for an account.
    Register = "registration.request",
    /// The address of a registration was proved, and the account made.
    VerifyEmail = "registration.verify",
    /// Somebody came by a provider of identities, and the account was made.
    RegisterByProvider = "registration.provider",
    /// An operator made an account.
    AddAccount = "account.add",
    /// Somebody logged in.
    LogIn = "session.log_in",
    /// Somebody logged out.
    LogOut = "session.log_out",
    /// Somebody ended sessions of theirs.
    EndSession = "session.end",
    /// Somebody proved again who they are.
    Reauthenticate = "session.reauthenticate",
    /// A refresh token was shown that only a thief, or the victim of one, shows.
    RefreshTokenReuse = "session.refresh_reuse",
    /// Somebody asked for a new password.
    RequestPasswordReset = "password.reset_request",
    /// Somebody set a new password by a link.
    ResetPassword = "password.reset",
    /// Somebody changed their password.
    ChangePassword = "password.change",
    /// Somebody asked for another address.
    RequestEmailChange = "email.change_request",
    /// Somebody proved their new address.
    ChangeEmail = "email.change",
    /// Somebody gave their account another name.
    Rename = "account.rename",
    /// A second factor was put to use.
    EnableSecondFactor = "second_factor.enable",
    /// A second factor was taken out of use.
    DisableSecondFactor = "second_factor.disable",
    /// Recovery codes were replaced.
    RegenerateRecoveryCodes = "second_factor.recovery_codes",
    /// An identity of a provider was linked.
    LinkIdentity = "identity.link",
    /// An identity of a provider was unlinked.
    UnlinkIdentity = "identity.unlink",
    /// A key was made.
    CreateApiKey = "api_key.create",
    /// A key was ended.
    RevokeApiKey = "api_key.revoke",
    /// Somebody invited others.
    Invite = "invitation.create",
    /// An invitation was taken back.
    WithdrawInvitation = "invitation.withdraw",
    /// Somebody asked for an export of their account.
    RequestExport = "account.export_request",
    /// Somebody fetched the export of their account.
    FetchExport = "account.export_fetch",
    /// Somebody wants their account erased.
    RequestErasure = "account.erasure_request",
    /// Somebody came back before their account was erased.
    CancelErasure = "account.erasure_cancel",
    /// An account was erased.
    Erase = "account.erase",
    /// A role was changed.
    ChangeRole = "role.change",
    /// An account was banned.
    Ban = "account.ban",
    /// A ban was lifted.
    Unban = "account.unban",
    /// An operator gave a service a token.
    IssueServiceToken = "service_token.issue",
    /// An operator ended a token of a service.
    RevokeServiceToken = "service_token.revoke",
    /// A dead job was queued again.
    RetryJob = "job.retry",
    /// The dead jobs of a kind were queued again.
    RetryDeadJobs = "job.retry_dead",
    /// A job was called off.
    CancelJob = "job.cancel",
    /// A dead job was removed.
    DiscardJob = "job.discard",
}

impl fmt::Display for AuditAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that names no action.
#[derive(Debug, thiserror::Error)]
#[error("not an action of the audit log")]
pub struct UnknownAuditAction;

impl FromStr for AuditAction {
    type Err = UnknownAuditAction;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .iter()
            .copied()
            .find(|action| action.as_str() == text)
            .ok_or(UnknownAuditAction)
    }
}

/// Whether it was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It was done.
    Success,
    /// It was refused.
    Failure,
}

impl Outcome {
    /// The name on the wire and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
        }
    }

    /// The outcome of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Success, Self::Failure]
            .into_iter()
            .find(|outcome| outcome.as_str() == name)
    }
}

/// One line of the record. Ids of accounts stay when the accounts are gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEvent {
    /// Its id.
    pub id: AuditEventId,
    /// When it happened.
    pub at: Timestamp,
    /// What was done, or tried.
    pub action: AuditAction,
    /// Whether it was done.
    pub outcome: Outcome,
    /// Who did it; none when nobody had proved who they are.
    pub actor: Option<UserId>,
    /// The account that it is about, if there is one.
    pub subject: Option<UserId>,
    /// More about it, in words for administrators: the roles of a change, the reason of a ban.
    pub detail: Option<String>,
    /// The network address it came from.
    pub address: Option<String>,
    /// The program it came from.
    pub user_agent: Option<String>,
    /// The request it belongs to.
    pub correlation_id: Option<String>,
}

/// Which lines are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Those about this account, or done by it.
    pub user: Option<UserId>,
    /// Those of this action.
    pub action: Option<AuditAction>,
    /// Those after this one in the order of the list: the newest first.
    pub after: Option<(Timestamp, AuditEventId)>,
    /// How many at most.
    pub limit: u32,
}

/// What a use case puts on record.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    action: AuditAction,
    outcome: Outcome,
    actor: Option<UserId>,
    subject: Option<UserId>,
    detail: Option<String>,
}

impl Record {
    pub(crate) fn of(action: AuditAction, outcome: Outcome) -> Self {
        Self {
            action,
            outcome,
            actor: None,
            subject: None,
            detail: None,
        }
    }

    /// Done by this account to itself, unless [`about`](Self::about) says otherwise.
    pub(crate) fn by(mut self, actor: UserId) -> Self {
        self.actor = Some(actor);
        self.subject = self.subject.or(Some(actor));
        self
    }

    pub(crate) fn about(mut self, subject: Option<UserId>) -> Self {
        self.subject = subject;
        self
    }

    pub(crate) fn with(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }
}

/// Puts something on record in the unit of work that does it.
pub(crate) async fn append(
    env: &Environment,
    unit: &mut dyn UnitOfWork,
    record: Record,
    metadata: &Metadata,
) -> Result<(), PortError> {
    let event = AuditEvent {
        id: env.new_id(),
        at: env.now(),
        action: record.action,
        outcome: record.outcome,
        actor: record.actor,
        subject: record.subject,
        detail: record.detail,
        address: metadata.address.clone(),
        user_agent: metadata.user_agent.clone(),
        correlation_id: metadata.correlation_id.clone(),
    };
    unit.audit_log().append(&event).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_is_read_by_its_name_and_no_two_share_one() {
        for action in AuditAction::ALL {
            assert_eq!(action.as_str().parse::<AuditAction>().unwrap(), *action);
        }
        assert!("session".parse::<AuditAction>().is_err());
    }
}
