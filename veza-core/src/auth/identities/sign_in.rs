//! Lets somebody in by their identity, and makes an account for who has none.

use crate::auth::audit::{self, AuditAction, Outcome, Record};
use crate::auth::registration::keep;
use crate::auth::sessions::{LogInOutcome, OpenSession, let_in};
use crate::auth::validate::{email_fault, fold_email};
use crate::auth::{
    LinkedIdentity, PasswordHash, RegistrationPolicy, TokenIssuer, User, invitations, mails,
};
use crate::kernel::{Environment, PortError, PortErrorKind, Role, UnitOfWork};
use crate::mail::MailContent;

use super::answer::Proved;
use super::error::IdentityError;
use super::handle;
use super::provider::ProvedIdentity;

/// How often names are tried until one is free.
const TRIES: u32 = 8;

/// Lets the owner of the identity in; who has no account gets one, if the provider has proved their
/// address and no account has it.
///
/// # Errors
/// `NotGood`, `NotLinked`, `RegistrationClosed`, `InvitationNotGood`, `LogIn`; those of the ports.
pub(super) async fn sign_in(
    env: &Environment,
    tokens: &dyn TokenIssuer,
    proved: &Proved<'_>,
    remember_me: bool,
    policy: RegistrationPolicy,
) -> Result<LogInOutcome, IdentityError> {
    let wish = OpenSession {
        remember_me,
        metadata: proved.metadata.clone(),
    };
    let mut tries = 0;
    loop {
        let outcome = try_sign_in(env, tokens, proved, &wish, policy, tries).await;
        match outcome {
            // Somebody was quicker with the name, the address or the identity itself: what is
            // there now decides.
            Err(IdentityError::Port(error)) if is_race(&error) && tries < TRIES => tries += 1,
            other => return other,
        }
    }
}

fn is_race(error: &PortError) -> bool {
    matches!(
        error.kind,
        PortErrorKind::Duplicate("identity" | "email" | "username")
    )
}

async fn try_sign_in(
    env: &Environment,
    tokens: &dyn TokenIssuer,
    proved: &Proved<'_>,
    wish: &OpenSession,
    policy: RegistrationPolicy,
    tries: u32,
) -> Result<LogInOutcome, IdentityError> {
    let email = verified_email(&proved.identity);
    let taken_by = match &email {
        None => None,
        Some(email) => {
            // Only read: a stranger locks nobody's account.
            let mut reader = env.store.begin_read().await?;
            reader.users().find_by_email(email).await?
        }
    };
    let mut unit = env.store.begin().await?;
    proved.end(&mut *unit).await?;
    let means = format!("provider {}", proved.provider.id);
    if let Some(user) = proved.owner(&mut *unit).await? {
        return Ok(let_in(env, unit, tokens, &user, wish, Some(&means)).await?);
    }
    let made = match (email, taken_by) {
        _ if policy == RegistrationPolicy::Closed => Err(IdentityError::RegistrationClosed),
        (Some(_), Some(owner)) => {
            let content = MailContent::AddressInUse {
                username: owner.username,
            };
            mails::enqueue(env, &mut *unit, &owner.email, content).await?;
            Err(IdentityError::NotLinked)
        }
        (None, _) => Err(IdentityError::NotLinked),
        (Some(email), None) => register(env, &mut *unit, proved, email, policy, tries).await,
    };
    match made {
        Ok(user) => Ok(let_in(env, unit, tokens, &user, wish, Some(&means)).await?),
        Err(error @ IdentityError::Port(_)) => Err(error),
        Err(refused) => {
            let record = Record::of(AuditAction::LogIn, Outcome::Failure)
                .with(format!("{means}: no account"));
            audit::append(env, &mut *unit, record, &wish.metadata).await?;
            unit.commit().await?;
            Err(refused)
        }
    }
}

/// The address that the provider has proved, in the form it is stored in.
fn verified_email(identity: &ProvedIdentity) -> Option<String> {
    let email = identity.email.as_deref().map(fold_email);
    email.filter(|email| identity.email_verified && email_fault(email).is_none())
}

/// Makes an account without a password, and links the identity to it.
async fn register(
    env: &Environment,
    unit: &mut dyn UnitOfWork,
    proved: &Proved<'_>,
    email: String,
    policy: RegistrationPolicy,
    tries: u32,
) -> Result<User, IdentityError> {
    let role = match (&proved.pending.invitation, policy) {
        (None, RegistrationPolicy::Open) => Role::User,
        (None, _) => return Err(IdentityError::InvitationNotGood),
        (Some(code), _) => invitations::consume(env, unit, code)
            .await?
            .ok_or(IdentityError::InvitationNotGood)?,
    };
    let now = env.now();
    let user = User {
        id: env.new_id(),
        username: handle::of(&*env.entropy, &proved.identity, &email, tries),
        email,
        role,
        password_hash: PasswordHash::unset(),
        ban: None,
        created_at: now,
        updated_at: now,
    };
    let record = Record::of(AuditAction::RegisterByProvider, Outcome::Success)
        .by(user.id)
        .with(proved.provider.id.as_str());
    keep(env, unit, &user, record, &proved.metadata).await?;
    unit.identities()
        .add(&proved.identity_of(env, user.id))
        .await?;
    unit.pending_registrations().remove_of(&user.email).await?;
    Ok(user)
}

impl Proved<'_> {
    /// Ends the authorization. Of several answers to it one gets past this.
    pub(super) async fn end(&self, unit: &mut dyn UnitOfWork) -> Result<(), IdentityError> {
        let ended = unit.pending_authorizations().remove(&self.pending.state);
        if ended.await? {
            Ok(())
        } else {
            Err(IdentityError::NotGood)
        }
    }

    /// Whose identity it is, if it is linked: the account, locked.
    pub(super) async fn owner(&self, unit: &mut dyn UnitOfWork) -> Result<Option<User>, PortError> {
        let (provider, subject) = (&self.provider.id, &self.identity.subject);
        let Some(linked) = unit.identities().find(provider, subject).await? else {
            return Ok(None);
        };
        let user = unit.users().find(linked.user_id).await?;
        // The account is locked now: the link is looked at again, as others have left it.
        let linked = unit.identities().find(provider, subject).await?;
        Ok(user.filter(|user| linked.is_some_and(|linked| linked.user_id == user.id)))
    }

    /// The identity, linked to this account.
    pub(super) fn identity_of(
        &self,
        env: &Environment,
        user_id: crate::auth::UserId,
    ) -> LinkedIdentity {
        LinkedIdentity {
            id: env.new_id(),
            user_id,
            provider: self.provider.id.clone(),
            subject: self.identity.subject.clone(),
            email: self.identity.email.as_deref().map(fold_email),
            created_at: env.now(),
        }
    }
}
