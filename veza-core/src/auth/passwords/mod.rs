//! Passwords: which may be chosen, and how they are changed.

mod change;
mod password;
mod request_reset;
mod reset;

pub use change::{ChangePassword, ChangePasswordError, change_password};
pub use password::{Password, PasswordHash};
pub use request_reset::{RequestPasswordReset, request_password_reset};
pub use reset::{ResetPassword, ResetPasswordError, reset_password};

use crate::kernel::{Environment, Metadata, PortError, UnitOfWork};
use crate::mail::MailContent;

use super::events::{PasswordChanged, WhyRevoked};
use super::link::LinkPurpose;
use super::mails;
use super::model::User;
use super::revocation::{Revocation, RevocationSubject};
use super::sessions::{SessionId, end_all_but};

/// Stores a new password of an account that the unit of work has locked, and all that follows:
/// every session but one ends, every access token is revoked, links for a new password are gone,
/// and the owner gets a mail.
async fn replace(
    env: &Environment,
    unit: &mut dyn UnitOfWork,
    user: &User,
    hash: &PasswordHash,
    kept: Option<SessionId>,
    metadata: &Metadata,
) -> Result<(), PortError> {
    let now = env.now();
    unit.users().set_password_hash(user.id, hash, now).await?;
    unit.account_links()
        .remove_of(user.id, LinkPurpose::ResetPassword)
        .await?;
    end_all_but(
        env,
        unit,
        user.id,
        kept,
        WhyRevoked::PasswordChanged,
        metadata,
    )
    .await?;
    let subject = RevocationSubject::User(user.id);
    let revocation = match kept {
        // The session that stays is given a new token in this unit of work.
        Some(_) => Revocation::before(env, subject, env.now()),
        None => Revocation::now(env, subject),
    };
    unit.revocations().add(&revocation).await?;
    let event = PasswordChanged { user_id: user.id };
    unit.outbox().append(&env.event(&event, metadata)).await?;
    let content = MailContent::PasswordChanged {
        username: user.username.clone(),
        at: now,
    };
    mails::enqueue(env, unit, &user.email, content).await
}
