//! Sends somebody to a provider.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::auth::sessions::{StepUpError, present, require_step_up};
use crate::auth::{OpaqueToken, Session, TokenDigest, User};
use crate::kernel::{Environment, FieldError, PortError, Principal, Timestamp};

use super::error::IdentityError;
use super::model::{AUTHORIZATION_LIFETIME, AuthorizationPurpose, PendingAuthorization};
use super::provider::{AuthorizationRequest, Provider, Providers};

/// Authorizations that are over and are removed when one is added.
const PRUNED_AT_ONCE: u32 = 100;
/// Bytes of a path to return to, at most.
const MAX_RETURN_TO: usize = 512;

/// Where to, and how back.
#[derive(Clone, Debug, Default)]
pub struct BeginAuthorization {
    /// The provider's name here.
    pub provider: String,
    /// The path of the page to show afterwards.
    pub return_to: Option<String>,
    /// The secret that the browser has from an authorization before, if it has one: what was begun
    /// in other windows stays good.
    pub browser: Option<String>,
}

/// The wish to be let in.
#[derive(Clone, Debug, Default)]
pub struct BeginSignIn {
    /// Where to, and how back.
    pub way: BeginAuthorization,
    /// Whether the session is to be remembered.
    pub remember_me: bool,
    /// The code of an invitation, for who has no account yet.
    pub invitation: Option<String>,
}

/// What is begun.
#[derive(Clone, Debug)]
pub struct Begun {
    /// Where to send the browser.
    pub authorization_url: String,
    /// What the browser has to keep, and to show with the answer.
    pub browser: OpaqueToken,
    /// When it is too late to come back.
    pub expires_at: Timestamp,
}

/// Begins to sign somebody in.
///
/// # Errors
/// `UnknownProvider`, `Invalid`; those of the ports, which are `Unavailable` when the provider does
/// not answer.
pub async fn begin_sign_in(
    env: &Environment,
    providers: &Providers,
    command: BeginSignIn,
) -> Result<Begun, IdentityError> {
    let purpose = AuthorizationPurpose::SignIn {
        remember_me: command.remember_me,
    };
    let invitation = command.invitation.as_deref().map(TokenDigest::of);
    begin(env, providers, command.way, purpose, invitation).await
}

/// Begins to link an identity to the account of whoever asks, who has to have proved who they are
/// within ten minutes.
///
/// # Errors
/// `UnknownProvider`, `Invalid`, `StepUp`; those of the ports.
pub async fn begin_link(
    env: &Environment,
    providers: &Providers,
    principal: &Principal,
    way: BeginAuthorization,
) -> Result<Begun, IdentityError> {
    let shown = {
        let mut reader = env.store.begin_read().await?;
        require_step_up(env, &mut *reader, principal).await
    };
    let (user_id, session_id) = ids(shown)?;
    let purpose = AuthorizationPurpose::Link {
        user_id,
        session_id,
    };
    begin(env, providers, way, purpose, None).await
}

/// Begins a fresh proof of who somebody is, for the session they have: for accounts without a
/// password.
///
/// # Errors
/// `UnknownProvider`, `Invalid`, `StepUp` when there is no session; those of the ports.
pub async fn begin_reauthentication(
    env: &Environment,
    providers: &Providers,
    principal: &Principal,
    way: BeginAuthorization,
) -> Result<Begun, IdentityError> {
    let shown = {
        let mut reader = env.store.begin_read().await?;
        present(env, &mut *reader, principal).await
    };
    let (user_id, session_id) = ids(shown)?;
    let purpose = AuthorizationPurpose::Reauthenticate {
        user_id,
        session_id,
    };
    begin(env, providers, way, purpose, None).await
}

fn ids(
    shown: Result<(User, Session), StepUpError>,
) -> Result<(crate::auth::UserId, crate::auth::SessionId), StepUpError> {
    shown.map(|(user, session)| (user.id, session.id))
}

async fn begin(
    env: &Environment,
    providers: &Providers,
    way: BeginAuthorization,
    purpose: AuthorizationPurpose,
    invitation: Option<TokenDigest>,
) -> Result<Begun, IdentityError> {
    let provider = providers
        .find(&way.provider)
        .ok_or(IdentityError::UnknownProvider)?;
    let return_to = way.return_to.map(checked_path).transpose()?;
    let secret = || OpaqueToken::generate(&*env.entropy);
    let (state, nonce, verifier) = (secret(), secret(), secret());
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.expose().as_bytes()));
    let request = AuthorizationRequest {
        redirect_uri: &provider.redirect_uri,
        state: state.expose(),
        nonce: nonce.expose(),
        code_challenge: &challenge,
        prove_again: matches!(purpose, AuthorizationPurpose::Reauthenticate { .. }),
    };
    let authorization_url = provider.port.authorization_url(request).await?;
    let browser = way.browser.as_deref().and_then(OpaqueToken::parse);
    let browser = browser.unwrap_or_else(secret);
    let now = env.now();
    let pending = PendingAuthorization {
        state: state.digest(),
        provider: provider.id.clone(),
        browser: browser.digest(),
        nonce: nonce.digest(),
        sealed_verifier: seal(env, provider, &state, &verifier)?,
        purpose,
        invitation,
        return_to,
        created_at: now,
        expires_at: now.plus(AUTHORIZATION_LIFETIME),
    };
    let mut unit = env.store.begin().await?;
    unit.pending_authorizations()
        .prune(now, PRUNED_AT_ONCE)
        .await?;
    unit.pending_authorizations().add(&pending).await?;
    unit.commit().await?;
    Ok(Begun {
        authorization_url,
        browser,
        expires_at: pending.expires_at,
    })
}

/// A path of the page: what a browser could take for another site's address is none.
fn checked_path(path: String) -> Result<String, IdentityError> {
    let is_path = path.len() <= MAX_RETURN_TO
        && path.starts_with('/')
        && !path.starts_with("//")
        && path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    if is_path {
        return Ok(path);
    }
    Err(IdentityError::Invalid(vec![FieldError {
        field: "returnTo",
        message: format!("has to be a path of at most {MAX_RETURN_TO} characters"),
    }]))
}

fn seal(
    env: &Environment,
    provider: &Provider,
    state: &OpaqueToken,
    verifier: &OpaqueToken,
) -> Result<Vec<u8>, PortError> {
    let context = verifier_context(provider, state.expose());
    env.sealer.seal(&context, verifier.expose().as_bytes())
}

/// A sealed verifier opens for its own authorization only.
pub(super) fn verifier_context(provider: &Provider, state: &str) -> String {
    format!("auth.pkce:{}:{state}", provider.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_path_of_the_page_is_returned_to() {
        for path in ["/", "/tracks/1?a=b#c"] {
            assert_eq!(checked_path(path.into()).unwrap(), path);
        }
        let long = format!("/{}", "a".repeat(512));
        for path in [
            "",
            "tracks",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a b",
            "/\r\nSet-Cookie: a",
            &long,
        ] {
            assert!(checked_path(path.into()).is_err(), "{path}");
        }
    }
}
