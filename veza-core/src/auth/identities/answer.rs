//! Takes the answer of a provider, and does what was begun.

use crate::auth::sessions::LogInOutcome;
use crate::auth::{AccessToken, RegistrationPolicy, TokenDigest, TokenIssuer};
use crate::kernel::{Environment, Metadata, PortError, PortErrorKind, Timestamp};

use super::begin::verifier_context;
use super::error::{IdentityError, Refusal};
use super::model::{AuthorizationPurpose, LinkedIdentity, PendingAuthorization};
use super::provider::{ProvedIdentity, Provider, Providers, Redemption};
use super::{link, reauthenticate, sign_in};

/// What came back from a provider.
#[derive(Clone)]
pub struct AnswerAuthorization {
    /// The provider's name here, by the address that the browser came back to.
    pub provider: String,
    /// The value that was sent (`state`).
    pub state: String,
    /// What stands for the person (`code`).
    pub code: String,
    /// Who says that the answer is theirs (`iss`), if anybody does.
    pub issuer: Option<String>,
    /// The secret that the browser keeps, if it has one.
    pub browser: Option<String>,
    /// Who may register here.
    pub policy: RegistrationPolicy,
    /// Where the wish comes from.
    pub metadata: Metadata,
}

impl std::fmt::Debug for AnswerAuthorization {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AnswerAuthorization")
            .field("provider", &self.provider)
            .field("metadata", &self.metadata)
            .finish_non_exhaustive()
    }
}

/// What was done.
#[derive(Clone, Debug)]
pub enum Answered {
    /// Somebody is let in, or asked for their second factor.
    SignedIn(LogInOutcome),
    /// The identity is linked.
    Linked(LinkedIdentity),
    /// The session has a fresh proof: an access token that says so, with its end.
    Reauthenticated(AccessToken, Timestamp),
}

/// What was done, and where the page goes now.
#[derive(Clone, Debug)]
pub struct AuthorizationOutcome {
    /// What was done.
    pub answered: Answered,
    /// The path of the page to show.
    pub return_to: Option<String>,
}

/// An authorization that was answered by its provider, and is to be ended by who does its work.
pub(super) struct Proved<'a> {
    pub(super) provider: &'a Provider,
    pub(super) pending: PendingAuthorization,
    pub(super) identity: ProvedIdentity,
    pub(super) metadata: Metadata,
}

/// Redeems the code of an answer and does what was begun. An answer is good once; one that the
/// provider could not be asked about may be tried again.
///
/// # Errors
/// [`IdentityError`].
pub async fn answer_authorization(
    env: &Environment,
    providers: &Providers,
    tokens: &dyn TokenIssuer,
    command: AnswerAuthorization,
) -> Result<AuthorizationOutcome, IdentityError> {
    let provider = providers
        .find(&command.provider)
        .ok_or(IdentityError::UnknownProvider)?;
    let pending = {
        let state = TokenDigest::of(&command.state);
        let mut reader = env.store.begin_read().await?;
        reader.pending_authorizations().find(&state).await?
    };
    let browser = command.browser.as_deref().map(TokenDigest::of);
    let pending = pending
        .filter(|pending| {
            pending.provider == provider.id
                && env.now() < pending.expires_at
                && browser == Some(pending.browser)
        })
        .ok_or(IdentityError::NotGood)?;
    let identity = match redeem(env, provider, &pending, &command).await {
        Err(error @ IdentityError::Refused(_)) => {
            // Whatever was wrong, the provider takes no code twice.
            let mut unit = env.store.begin().await?;
            unit.pending_authorizations().remove(&pending.state).await?;
            unit.commit().await?;
            return Err(error);
        }
        redeemed => redeemed?,
    };
    let return_to = pending.return_to.clone();
    let proved = Proved {
        provider,
        pending,
        identity,
        metadata: command.metadata,
    };
    let answered = match proved.pending.purpose {
        AuthorizationPurpose::SignIn { remember_me } => {
            let outcome = sign_in::sign_in(env, tokens, &proved, remember_me, command.policy);
            Answered::SignedIn(outcome.await?)
        }
        AuthorizationPurpose::Link {
            user_id,
            session_id,
        } => Answered::Linked(link::link(env, &proved, user_id, session_id).await?),
        AuthorizationPurpose::Reauthenticate {
            user_id,
            session_id,
        } => {
            let fresh = reauthenticate::reauthenticate(env, tokens, &proved, user_id, session_id);
            let (token, expires_at) = fresh.await?;
            Answered::Reauthenticated(token, expires_at)
        }
    };
    Ok(AuthorizationOutcome {
        answered,
        return_to,
    })
}

async fn redeem(
    env: &Environment,
    provider: &Provider,
    pending: &PendingAuthorization,
    command: &AnswerAuthorization,
) -> Result<ProvedIdentity, IdentityError> {
    const OP: &str = "pending_authorizations.verifier";
    let context = verifier_context(provider, &command.state);
    let verifier = env.sealer.open(&context, &pending.sealed_verifier)?;
    let verifier = String::from_utf8(verifier)
        .map_err(|error| PortError::caused(PortErrorKind::Corrupt, OP, error))?;
    let redemption = Redemption {
        redirect_uri: &provider.redirect_uri,
        code: &command.code,
        code_verifier: &verifier,
        issuer: command.issuer.as_deref(),
    };
    let identity = provider.port.redeem(redemption).await?;
    // An ID token that was made for another request is a stolen one.
    if identity.nonce.as_deref().map(TokenDigest::of) != Some(pending.nonce) {
        let reason = "the ID token answers another request".into();
        return Err(IdentityError::Refused(Refusal(reason)));
    }
    Ok(identity)
}
