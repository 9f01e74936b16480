//! What a provider says of itself (OpenID Connect Discovery 1.0), and its keys, kept for a while.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Client;
use serde::Deserialize;
use tokio::sync::Mutex;
use url::Url;
use veza_core::kernel::{Clock, PortError, PortErrorKind, Timestamp};

use crate::fetch;
use crate::keys::{KeySet, ProviderKey};
use crate::settings::ProviderSettings;

/// How long what was fetched is good.
const LIFETIME: Duration = Duration::from_secs(60 * 60);
/// How long after keys were fetched because of a name that was not known other such names are just
/// not known: nobody can have them fetched again and again by making names up.
const BETWEEN_UNKNOWN_KEYS: Duration = Duration::from_secs(30);
/// How long a provider that did not answer is left alone.
const PAUSE: Duration = Duration::from_secs(2);

/// What a provider says of itself.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Metadata {
    issuer: String,
    pub(crate) authorization_endpoint: Url,
    pub(crate) token_endpoint: Url,
    jwks_uri: Url,
    pub(crate) userinfo_endpoint: Option<Url>,
    #[serde(default = "basic")]
    pub(crate) token_endpoint_auth_methods_supported: Vec<String>,
    code_challenge_methods_supported: Option<Vec<String>>,
    /// Whether every answer names its issuer (RFC 9207).
    #[serde(default)]
    pub(crate) authorization_response_iss_parameter_supported: bool,
}

/// What is meant where a provider does not say it.
fn basic() -> Vec<String> {
    vec!["client_secret_basic".into()]
}

struct Kept<T> {
    value: Arc<T>,
    at: Timestamp,
}

impl<T> Kept<T> {
    fn is_younger(&self, now: Timestamp, age: Duration) -> bool {
        now < self.at.plus(age)
    }
}

#[derive(Default)]
struct State {
    metadata: Option<Kept<Metadata>>,
    keys: Option<Kept<KeySet>>,
    /// When the keys were last fetched because of a name that was not known.
    looked_again_at: Option<Timestamp>,
    failed_at: Option<Timestamp>,
}

/// The metadata and the keys of one provider.
pub(crate) struct Discovery {
    settings: Arc<ProviderSettings>,
    issuer: Url,
    http: Client,
    clock: Arc<dyn Clock>,
    /// Held while something is fetched: whoever else needs it waits for that, and not for another
    /// request.
    state: Mutex<State>,
}

impl Discovery {
    pub(crate) fn new(
        settings: Arc<ProviderSettings>,
        issuer: Url,
        http: Client,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            settings,
            issuer,
            http,
            clock,
            state: Mutex::default(),
        }
    }

    /// The metadata.
    pub(crate) async fn metadata(&self) -> Result<Arc<Metadata>, PortError> {
        let mut state = self.state.lock().await;
        self.metadata_in(&mut state).await
    }

    /// The key of this name, or all of them where a token names none. A name that is not known has
    /// the keys fetched again, unless they are all but new.
    pub(crate) async fn keys(&self, kid: Option<&str>) -> Result<Vec<ProviderKey>, PortError> {
        let mut state = self.state.lock().await;
        let now = self.clock.now();
        if let Some(keys) = &state.keys
            && keys.is_younger(now, LIFETIME)
        {
            let found = keys.value.find(kid);
            let again = state.looked_again_at;
            if !found.is_empty() || again.is_some_and(|at| now < at.plus(BETWEEN_UNKNOWN_KEYS)) {
                return Ok(found);
            }
            state.looked_again_at = Some(now);
        }
        let metadata = self.metadata_in(&mut state).await?;
        let keys: KeySet = self
            .fetch(&mut state, &metadata.jwks_uri, "provider.keys")
            .await?;
        let found = keys.find(kid);
        let value = Arc::new(keys);
        state.keys = Some(Kept { value, at: now });
        Ok(found)
    }

    async fn metadata_in(&self, state: &mut State) -> Result<Arc<Metadata>, PortError> {
        const OP: &str = "provider.metadata";
        let now = self.clock.now();
        if let Some(kept) = &state.metadata
            && kept.is_younger(now, LIFETIME)
        {
            return Ok(Arc::clone(&kept.value));
        }
        let mut url = self.issuer.clone();
        let path = url.path().trim_end_matches('/');
        url.set_path(&format!("{path}/.well-known/openid-configuration"));
        let metadata: Metadata = self.fetch(state, &url, OP).await?;
        if let Some(fault) = self.fault(&metadata) {
            state.failed_at = Some(now);
            return Err(PortError::caused(PortErrorKind::Unavailable, OP, fault));
        }
        let value = Arc::new(metadata);
        state.metadata = Some(Kept {
            value: Arc::clone(&value),
            at: now,
        });
        Ok(value)
    }

    /// Why these metadata cannot be used, if so.
    fn fault(&self, metadata: &Metadata) -> Option<&'static str> {
        if metadata.issuer != self.settings.issuer {
            return Some("the provider says that it is another issuer");
        }
        let authorization = &metadata.authorization_endpoint;
        if authorization.scheme() != "https" && authorization.origin() != self.issuer.origin() {
            return Some("people would be sent to it without TLS");
        }
        let asked = [&metadata.token_endpoint, &metadata.jwks_uri];
        let mut asked = asked.into_iter().chain(&metadata.userinfo_endpoint);
        if !asked.all(|url| self.settings.may_ask(&self.issuer, url)) {
            return Some("it has endpoints on hosts that the settings do not name");
        }
        let methods = metadata.code_challenge_methods_supported.as_ref();
        if methods.is_some_and(|methods| methods.iter().all(|method| method != "S256")) {
            return Some("it does not know PKCE with S256");
        }
        None
    }

    /// Fetches something, unless the last try has just failed.
    async fn fetch<T: serde::de::DeserializeOwned>(
        &self,
        state: &mut State,
        url: &Url,
        op: &'static str,
    ) -> Result<T, PortError> {
        let now = self.clock.now();
        if state.failed_at.is_some_and(|at| now < at.plus(PAUSE)) {
            return Err(PortError::new(PortErrorKind::Unavailable, op));
        }
        let answer = fetch::send(self.http.get(url.clone()), op).await;
        let fetched = answer.and_then(|answer| answer.good(op));
        state.failed_at = fetched.is_err().then(|| self.clock.now());
        fetched
    }
}
