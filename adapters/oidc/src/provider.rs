//! The port, by OpenID Connect.

use std::sync::Arc;

use async_trait::async_trait;
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::{Client, RequestBuilder};
use serde::Deserialize;
use url::form_urlencoded;
use veza_core::auth::identities::{
    AuthorizationRequest, IdentityProvider, ProvedIdentity, RedeemError, Redemption,
};
use veza_core::kernel::{Clock, PortError, PortErrorKind};

use crate::discovery::{Discovery, Metadata};
use crate::fetch;
use crate::id_token::{self, Expected, IdToken, Person};
use crate::settings::{InvalidProvider, ProviderSettings};

/// Characters of a code at most.
const MAX_CODE_LEN: usize = 4 * 1024;

/// A provider that speaks OpenID Connect.
pub struct OidcProvider {
    settings: Arc<ProviderSettings>,
    discovery: Discovery,
    http: Client,
    clock: Arc<dyn Clock>,
}

/// What the token endpoint answers when all is well (RFC 6749, 5.1; Core, 3.1.3.3).
#[derive(Deserialize)]
struct Tokens {
    access_token: String,
    token_type: String,
    id_token: String,
}

/// What it answers otherwise (RFC 6749, 5.2).
#[derive(Deserialize)]
struct TokenFault {
    error: String,
}

impl OidcProvider {
    /// A provider with these settings. Nothing is asked of it before somebody signs in.
    ///
    /// # Errors
    /// When a setting cannot be used.
    pub fn new(settings: ProviderSettings, clock: Arc<dyn Clock>) -> Result<Self, InvalidProvider> {
        let issuer = settings.check()?;
        let http = fetch::client().map_err(|_| InvalidProvider {
            setting: "issuer",
            reason: "cannot be asked: there is no TLS here",
        })?;
        let settings = Arc::new(settings);
        Ok(Self {
            discovery: Discovery::new(
                Arc::clone(&settings),
                issuer,
                http.clone(),
                Arc::clone(&clock),
            ),
            settings,
            http,
            clock,
        })
    }

    /// Whether its metadata and keys can be fetched and used, and how many keys there are; for
    /// `veza doctor`.
    ///
    /// # Errors
    /// Why not.
    pub async fn check(&self) -> Result<usize, PortError> {
        let keys = self.discovery.keys(None).await?.len();
        if keys == 0 {
            let cause = "it has no key that can be used";
            let kind = PortErrorKind::Unavailable;
            return Err(PortError::caused(kind, "provider.keys", cause));
        }
        Ok(keys)
    }

    /// The request that exchanges a code (RFC 6749, 4.1.3), with what proves who we are.
    fn token_request(&self, metadata: &Metadata, redemption: &Redemption<'_>) -> RequestBuilder {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "authorization_code");
        form.append_pair("code", redemption.code);
        form.append_pair("redirect_uri", redemption.redirect_uri);
        form.append_pair("code_verifier", redemption.code_verifier);
        let request = self
            .http
            .post(metadata.token_endpoint.clone())
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let id = &self.settings.client_id;
        let Some(secret) = &self.settings.client_secret else {
            form.append_pair("client_id", id);
            return request.body(form.finish());
        };
        let supported = &metadata.token_endpoint_auth_methods_supported;
        let has = |name| supported.iter().any(|method| method == name);
        if has("client_secret_post") && !has("client_secret_basic") {
            form.append_pair("client_id", id);
            form.append_pair("client_secret", secret);
            return request.body(form.finish());
        }
        // Both are encoded as a form would before they are put together (RFC 6749, 2.3.1).
        let encoded =
            |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        request
            .basic_auth(encoded(id), Some(encoded(secret)))
            .body(form.finish())
    }

    async fn tokens(
        &self,
        metadata: &Metadata,
        redemption: &Redemption<'_>,
    ) -> Result<Tokens, RedeemError> {
        const OP: &str = "provider.token";
        let request = self.token_request(metadata, redemption);
        let answer = fetch::send(request, OP).await?;
        if answer.is_outage() || answer.status.is_success() {
            let tokens: Tokens = answer.good(OP)?;
            if !tokens.token_type.eq_ignore_ascii_case("bearer") {
                return Err(refused("the access token is of no kind that is known"));
            }
            return Ok(tokens);
        }
        // Only names of errors are taken over: what else there is may hold anything.
        let error = answer.json::<TokenFault>().map(|fault| fault.error);
        let error = error.filter(|error| {
            error.len() <= 64 && error.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
        });
        let error = error.unwrap_or_else(|| answer.status.as_u16().to_string());
        if matches!(error.as_str(), "invalid_client" | "unauthorized_client") {
            // Nobody can sign in before the settings are mended.
            return Err(PortError::caused(PortErrorKind::Internal, OP, error).into());
        }
        Err(refused(&format!(
            "the provider does not take the code: {error}"
        )))
    }

    /// What is said of the person, where the ID token does not say it itself.
    async fn person(
        &self,
        metadata: &Metadata,
        token: &mut IdToken,
        access_token: &str,
    ) -> Result<(), RedeemError> {
        const OP: &str = "provider.userinfo";
        let (None, Some(endpoint)) = (&token.person.email, &metadata.userinfo_endpoint) else {
            return Ok(());
        };
        let request = self.http.get(endpoint.clone());
        let request = request
            .bearer_auth(access_token)
            .header(ACCEPT, "application/json");
        let answer = fetch::send(request, OP).await?;
        let person: Person = answer.good(OP)?;
        token.person = id_token::same_person(token, person).map_err(refused)?;
        Ok(())
    }
}

fn refused(reason: &str) -> RedeemError {
    RedeemError::Refused(reason.to_owned())
}

#[async_trait]
impl IdentityProvider for OidcProvider {
    async fn authorization_url(
        &self,
        request: AuthorizationRequest<'_>,
    ) -> Result<String, PortError> {
        let metadata = self.discovery.metadata().await?;
        let mut scope = String::from("openid");
        for more in self.settings.scopes.iter().filter(|more| *more != "openid") {
            scope.push(' ');
            scope.push_str(more);
        }
        let mut url = metadata.authorization_endpoint.clone();
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("redirect_uri", request.redirect_uri)
            .append_pair("scope", &scope)
            .append_pair("state", request.state)
            .append_pair("nonce", request.nonce)
            .append_pair("code_challenge", request.code_challenge)
            .append_pair("code_challenge_method", "S256");
        if request.prove_again {
            // Providers which do not look at the one look at the other; whether it was done is
            // told by `auth_time`.
            url.query_pairs_mut()
                .append_pair("max_age", "0")
                .append_pair("prompt", "login");
        }
        Ok(url.into())
    }

    async fn redeem(&self, redemption: Redemption<'_>) -> Result<ProvedIdentity, RedeemError> {
        let metadata = self.discovery.metadata().await?;
        // A mix-up: another provider's answer would have its code shown to this one.
        let named = metadata.authorization_response_iss_parameter_supported;
        let is_its_own = match redemption.issuer {
            Some(issuer) => issuer == self.settings.issuer,
            None => !named,
        };
        if !is_its_own {
            return Err(refused("the answer is not this provider's"));
        }
        if redemption.code.is_empty() || redemption.code.len() > MAX_CODE_LEN {
            return Err(refused("the code is none"));
        }
        let tokens = self.tokens(&metadata, &redemption).await?;
        let (algorithm, kid) = id_token::signed_by(&tokens.id_token).map_err(refused)?;
        let keys = self.discovery.keys(kid.as_deref()).await?;
        let expected = Expected {
            issuer: &self.settings.issuer,
            client_id: &self.settings.client_id,
            access_token: &tokens.access_token,
            now: self.clock.now(),
        };
        let mut token =
            id_token::check(&tokens.id_token, algorithm, &keys, &expected).map_err(refused)?;
        self.person(&metadata, &mut token, &tokens.access_token)
            .await?;
        let email_verified = token.person.email_is_verified();
        Ok(ProvedIdentity {
            subject: token.person.sub,
            nonce: token.nonce,
            email: token.person.email,
            email_verified,
            preferred_username: token.person.preferred_username,
            name: token.person.name,
            authenticated_at: token.authenticated_at,
        })
    }
}
