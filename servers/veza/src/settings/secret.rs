//! Addresses that hold passwords.

use std::fmt;
use std::str::FromStr;

/// A password of at least so many characters is asked for where others could reach the service.
const MIN_PASSWORD: usize = 12;

/// Passwords that stand in examples, and of which everybody knows.
const DEFAULTS: [&str; 12] = [
    "admin",
    "changeme",
    "change-me",
    "default",
    "example",
    "guest",
    "password",
    "postgres",
    "rabbitmq",
    "redis",
    "secret",
    "veza",
];

/// A setting that may hold a password: it is never shown. `@FILE` stands for what is in the file,
/// as container platforms hand secrets over.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(String);

impl Secret {
    /// The value, for whom it is meant.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// Why this cannot be the address of a service with one of these schemes, if so.
    pub(crate) fn url_fault(&self, schemes: &[&str]) -> Option<String> {
        let Some(parts) = Parts::of(&self.0, schemes) else {
            return Some(format!("has to begin with {}", schemes.join(" or ")));
        };
        if parts.host.is_empty() {
            return Some("names no host".into());
        }
        if parts.is_local() {
            return None;
        }
        let password = parts.password.unwrap_or_default();
        let folded = password.to_lowercase();
        if DEFAULTS
            .iter()
            .any(|known| folded.trim_end_matches(|c: char| c.is_ascii_digit()) == *known)
        {
            return Some("its password is one that everybody knows".into());
        }
        (password.chars().count() < MIN_PASSWORD)
            .then(|| format!("its password needs {MIN_PASSWORD} characters at least"))
    }
}

/// What an address is made of.
struct Parts<'a> {
    host: &'a str,
    password: Option<&'a str>,
}

impl<'a> Parts<'a> {
    /// None when the scheme is another.
    fn of(url: &'a str, schemes: &[&str]) -> Option<Self> {
        let rest = schemes.iter().find_map(|scheme| url.strip_prefix(scheme))?;
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (user, host) = match authority.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, authority),
        };
        let password = user
            .and_then(|user| user.split_once(':'))
            .map(|(_, password)| password);
        Some(Self { host, password })
    }

    /// Whether only this machine can reach it.
    fn is_local(&self) -> bool {
        let name = match self.host.strip_prefix('[') {
            Some(rest) => rest.split(']').next().unwrap_or_default(),
            None => self.host.split(':').next().unwrap_or_default(),
        };
        name == "localhost"
            || name
                .parse::<std::net::IpAddr>()
                .is_ok_and(|address| address.is_loopback())
    }
}

/// Why a secret cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the file it names cannot be read: {0}")]
pub(crate) struct Unreadable(std::io::ErrorKind);

impl FromStr for Secret {
    type Err = Unreadable;

    fn from_str(text: &str) -> Result<Self, Unreadable> {
        match text.strip_prefix('@') {
            Some(file) => std::fs::read_to_string(file)
                .map(|content| Self(content.trim_end().to_owned()))
                .map_err(|error| Unreadable(error.kind())),
            None => Ok(Self(text.to_owned())),
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(url: &str) -> Option<String> {
        let secret: Secret = url.parse().unwrap();
        secret.url_fault(&["postgres://", "postgresql://"])
    }

    #[test]
    fn only_what_this_machine_alone_can_reach_may_go_without_a_good_password() {
        for url in [
            "postgres://postgres@localhost/veza",
            "postgres://127.0.0.1:5433/veza",
            "postgres://u:p@[::1]:5433/veza",
            "postgresql://veza:correct-horse-battery@db.internal/veza?sslmode=require",
        ] {
            assert_eq!(fault(url), None, "{url}");
        }
        for (url, words) in [
            ("mysql://u:p@localhost/veza", "postgres://"),
            ("postgres:///veza", "no host"),
            ("postgres://veza@db.internal/veza", "12 characters"),
            ("postgres://veza:short@db.internal/veza", "12 characters"),
            (
                "postgres://veza:Postgres1234567@db.internal/veza",
                "everybody knows",
            ),
        ] {
            let fault = fault(url).unwrap();
            assert!(fault.contains(words), "{url}: {fault}");
        }
    }

    #[test]
    fn a_secret_comes_from_a_file_and_is_not_shown() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("url");
        std::fs::write(&file, "postgres://u:hidden@localhost/veza\n").unwrap();
        let secret: Secret = format!("@{}", file.display()).parse().unwrap();
        assert_eq!(secret.expose(), "postgres://u:hidden@localhost/veza");
        assert!(!format!("{secret:?}").contains("hidden"));
        let missing = "@/nowhere/hidden".parse::<Secret>().unwrap_err();
        assert!(!missing.to_string().contains("hidden"));
    }
}
