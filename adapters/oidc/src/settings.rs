//! How a provider is reached.

use std::fmt;
use std::net::IpAddr;

use url::{Host, Url};

/// How a provider is reached, as its operator and ours have agreed.
#[derive(Clone)]
pub struct ProviderSettings {
    /// Who issues its ID tokens (`iss`): its metadata is at `/.well-known/openid-configuration`
    /// below this address.
    pub issuer: String,
    /// Who we are to it.
    pub client_id: String,
    /// What proves that; none for a client without a secret, which PKCE alone protects.
    pub client_secret: Option<String>,
    /// What is asked for besides `openid`.
    pub scopes: Vec<String>,
    /// Hosts besides the issuer's that its endpoints may be on.
    pub hosts: Vec<String>,
}

impl fmt::Debug for ProviderSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProviderSettings")
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}

/// Settings by which no provider can be reached. The words hold no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{setting} {reason}")]
pub struct InvalidProvider {
    /// Which of them: `issuer`.
    pub setting: &'static str,
    /// What is wrong with it.
    pub reason: &'static str,
}

impl ProviderSettings {
    /// Whether a provider can be reached by these settings, as far as they tell.
    ///
    /// # Errors
    /// The setting that cannot be used.
    pub fn validate(&self) -> Result<(), InvalidProvider> {
        self.check().map(drop)
    }

    /// The address of the issuer, if all of the settings can be used.
    pub(crate) fn check(&self) -> Result<Url, InvalidProvider> {
        let fault = |setting, reason| Err(InvalidProvider { setting, reason });
        let Ok(issuer) = Url::parse(&self.issuer) else {
            return fault("issuer", "is no address");
        };
        if !(issuer.scheme() == "https" || is_local(&issuer)) {
            return fault("issuer", "has to begin with https://");
        }
        let plain = issuer.query().is_none()
            && issuer.fragment().is_none()
            && issuer.username().is_empty()
            && issuer.password().is_none();
        if !plain {
            return fault("issuer", "must hold no query, fragment or password");
        }
        if self.client_id.is_empty() || self.client_id.len() > 512 {
            return fault("client_id", "has to have 1 to 512 characters");
        }
        if self.client_secret.as_ref().is_some_and(String::is_empty) {
            return fault("client_secret", "is empty");
        }
        let is_scope = |scope: &String| {
            !scope.is_empty() && scope.bytes().all(|b| b.is_ascii_graphic() && b != b'"')
        };
        if !self.scopes.iter().all(is_scope) {
            return fault("scopes", "has to hold names without blanks");
        }
        let is_host =
            |host: &String| Host::parse(host).is_ok_and(|known| known.to_string() == *host);
        if !self.hosts.iter().all(is_host) {
            return fault("hosts", "has to hold names of hosts, without ports");
        }
        Ok(issuer)
    }

    /// Whether requests may go there.
    pub(crate) fn may_ask(&self, issuer: &Url, url: &Url) -> bool {
        if url.origin() == issuer.origin() {
            return true;
        }
        url.scheme() == "https"
            && url.port().is_none()
            && url
                .host_str()
                .is_some_and(|host| self.hosts.iter().any(|allowed| allowed == host))
    }
}

/// Whether only this machine can be asked there: then, and only then, it may be without TLS.
pub(crate) fn is_local(url: &Url) -> bool {
    let local = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        None => false,
    };
    url.scheme() == "http" && local
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail where it stands")]
mod tests {
    use super::*;

    fn settings() -> ProviderSettings {
        ProviderSettings {
            issuer: "https://id.example/realm".into(),
            client_id: "veza".into(),
            client_secret: Some("hidden".into()),
            scopes: vec!["email".into()],
            hosts: vec!["keys.example".into()],
        }
    }

    #[test]
    fn what_cannot_be_used_is_named_and_not_shown() {
        assert!(settings().check().is_ok());
        type Change = fn(&mut ProviderSettings);
        let changes: [(&str, Change); 9] = [
            ("issuer", |s| s.issuer = "hidden".into()),
            ("issuer", |s| s.issuer = "http://id.example/hidden".into()),
            ("issuer", |s| s.issuer = "https://id.example/?hidden".into()),
            ("issuer", |s| {
                s.issuer = "https://a:hidden@id.example".into()
            }),
            ("client_id", |s| s.client_id = String::new()),
            ("client_secret", |s| s.client_secret = Some(String::new())),
            ("scopes", |s| s.scopes = vec!["hidden hidden".into()]),
            ("hosts", |s| s.hosts = vec!["hidden.example:443".into()]),
            ("hosts", |s| s.hosts = vec!["https://hidden.example".into()]),
        ];
        for (setting, change) in changes {
            let mut settings = settings();
            change(&mut settings);
            let fault = settings.check().unwrap_err();
            assert_eq!(fault.setting, setting);
            assert!(!fault.to_string().contains("hidden"), "{fault}");
        }
        assert!(!format!("{:?}", settings()).contains("hidden"));
    }

    #[test]
    fn requests_go_to_the_issuer_and_the_hosts_that_were_named() {
        let settings = settings();
        let issuer = settings.check().unwrap();
        for (url, allowed) in [
            ("https://id.example/token", true),
            ("https://keys.example/jwks", true),
            ("http://keys.example/jwks", false),
            ("https://keys.example:8443/jwks", false),
            ("https://id.example:8443/token", false),
            ("http://id.example/token", false),
            ("https://id.example.evil.example/token", false),
            ("https://169.254.169.254/latest", false),
        ] {
            let url = Url::parse(url).unwrap();
            assert_eq!(settings.may_ask(&issuer, &url), allowed, "{url}");
        }
    }

    #[test]
    fn only_this_machine_may_be_asked_without_tls() {
        for (issuer, good) in [
            ("http://127.0.0.1:3000", true),
            ("http://[::1]:3000", true),
            ("http://localhost/realm", true),
            ("http://localhost.evil.example", false),
            ("http://10.0.0.1", false),
        ] {
            let settings = ProviderSettings {
                issuer: issuer.into(),
                ..settings()
            };
            assert_eq!(settings.check().is_ok(), good, "{issuer}");
        }
    }
}
