//! Where the mail server is, and how it is spoken to.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use lettre::transport::smtp::authentication::Credentials;
use url::{Host, Url};

/// How the line is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Security {
    /// TLS from the first byte.
    Implicit,
    /// TLS by `STARTTLS`, without which nothing is sent.
    StartTls,
    /// None.
    None,
}

/// Where the mail server is, and how it is spoken to.
#[derive(Clone)]
pub struct SmtpSettings {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) security: Security,
    pub(crate) credentials: Option<Credentials>,
    pub(crate) ca_pem: Option<Vec<u8>>,
    pub(crate) timeout: Duration,
    pub(crate) connections: usize,
}

impl fmt::Debug for SmtpSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpSettings")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("security", &self.security)
            .finish_non_exhaustive()
    }
}

/// What is wrong with the address of a mail server. It never quotes the address, which may hold
/// a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSettings {
    /// It cannot be read.
    #[error("not an address such as smtps://user:password@mail.example:465")]
    Url,
    /// It asks for something unknown.
    #[error("only `?tls=none` may follow the host, with smtp:// alone")]
    Unknown,
    /// A password would go over an open line.
    #[error("a password without TLS is sent to this machine alone")]
    OpenPassword,
    /// A certificate is not one.
    #[error("the certificates are not in the PEM format")]
    Certificates,
}

impl SmtpSettings {
    /// Reads the address of a mail server:
    ///
    /// | address | port | line |
    /// |---|---|---|
    /// | `smtps://mail.example` | 465 | TLS from the first byte |
    /// | `smtp://mail.example` | 587 | TLS by `STARTTLS`, without which nothing is sent |
    /// | `smtp://127.0.0.1:25?tls=none` | 25 | open; with a password to this machine alone |
    ///
    /// User and password go before the host, percent-encoded.
    ///
    /// # Errors
    /// [`InvalidSettings`].
    pub fn from_url(text: &str) -> Result<Self, InvalidSettings> {
        let url = Url::parse(text).map_err(|_| InvalidSettings::Url)?;
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err(InvalidSettings::Url);
        }
        let (security, usual_port) = match (url.scheme(), url.query()) {
            ("smtps", None) => (Security::Implicit, 465),
            ("smtp", None) => (Security::StartTls, 587),
            ("smtp", Some("tls=none")) => (Security::None, 25),
            ("smtp" | "smtps", Some(_)) => return Err(InvalidSettings::Unknown),
            _ => return Err(InvalidSettings::Url),
        };
        let host = match url.host() {
            Some(Host::Domain(name)) if !name.is_empty() => name.to_owned(),
            Some(Host::Ipv4(address)) => address.to_string(),
            Some(Host::Ipv6(address)) => address.to_string(),
            _ => return Err(InvalidSettings::Url),
        };
        let credentials = match (url.username(), url.password()) {
            ("", None) => None,
            (user, password) => Some(Credentials::new(
                decode(user)?,
                decode(password.unwrap_or_default())?,
            )),
        };
        let local = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
        if credentials.is_some() && security == Security::None && !local {
            return Err(InvalidSettings::OpenPassword);
        }
        Ok(Self {
            host,
            port: url.port().unwrap_or(usual_port),
            security,
            credentials,
            ca_pem: None,
            timeout: Duration::from_secs(20),
            connections: 4,
        })
    }

    /// Trusts these certificates (PEM) besides those of the system.
    ///
    /// # Errors
    /// `Certificates` when there is none in it.
    pub fn trust(mut self, pem: &[u8]) -> Result<Self, InvalidSettings> {
        lettre::transport::smtp::client::Certificate::from_pem(pem)
            .map_err(|_| InvalidSettings::Certificates)?;
        let text = String::from_utf8_lossy(pem);
        if !text.contains("-----BEGIN CERTIFICATE-----") {
            return Err(InvalidSettings::Certificates);
        }
        self.ca_pem = Some(pem.to_vec());
        Ok(self)
    }

    /// How long the sending of one mail may take, 20 s by default.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }
}

fn decode(text: &str) -> Result<String, InvalidSettings> {
    percent_encoding::percent_decode_str(text)
        .decode_utf8()
        .map(Into::into)
        .map_err(|_| InvalidSettings::Url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_tells_host_port_and_line() {
        for (url, port, security) in [
            ("smtps://mail.example", 465, Security::Implicit),
            ("smtps://mail.example:4650/", 4650, Security::Implicit),
            ("smtp://mail.example", 587, Security::StartTls),
            ("smtp://u:p@127.0.0.1:2525?tls=none", 2525, Security::None),
            ("smtp://mail.example?tls=none", 25, Security::None),
        ] {
            let settings = SmtpSettings::from_url(url).unwrap();
            assert_eq!(
                (settings.port, settings.security),
                (port, security),
                "{url}"
            );
        }
    }

    #[test]
    fn what_is_unsafe_or_unknown_is_refused_without_quoting_it() {
        for (url, why) in [
            ("mail.example", InvalidSettings::Url),
            ("smtp://", InvalidSettings::Url),
            ("http://mail.example", InvalidSettings::Url),
            ("smtp://mail.example/path", InvalidSettings::Url),
            (
                "smtp://mail.example?tls=opportunistic",
                InvalidSettings::Unknown,
            ),
            ("smtps://mail.example?tls=none", InvalidSettings::Unknown),
            (
                "smtp://u:p4ss@mail.example?tls=none",
                InvalidSettings::OpenPassword,
            ),
        ] {
            let error = SmtpSettings::from_url(url).unwrap_err();
            assert_eq!(error, why, "{url}");
            assert!(!error.to_string().contains("p4ss"));
        }
        let settings = SmtpSettings::from_url("smtps://user:p%404ss@mail.example").unwrap();
        assert!(!format!("{settings:?}").contains("4ss"));
        assert_eq!(
            settings.trust(b"no certificate").unwrap_err(),
            InvalidSettings::Certificates
        );
    }
}
