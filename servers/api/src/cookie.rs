//! Cookies that hold a secret of a browser's.
//!
//! Scripts cannot read them (`HttpOnly`), other sites cannot send them (`SameSite=Strict`), and the
//! prefix `__Host-` makes a browser refuse one that another host or plain HTTP has set.

use http::{HeaderMap, HeaderValue, header};
use veza_server_kit::Problem;

/// Bytes of a secret at most; ours have 43.
const MAX_SECRET: usize = 128;

/// A cookie, by its name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SecretCookie(pub(crate) &'static str);

impl SecretCookie {
    /// The header that sets it for so many seconds; for none it removes it.
    pub(crate) fn set(self, secret: &str, seconds: i64) -> Option<HeaderValue> {
        let name = self.0;
        let cookie = format!(
            "{name}={secret}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Strict"
        );
        let mut value = HeaderValue::from_str(&cookie).ok()?;
        value.set_sensitive(true);
        Some(value)
    }

    /// The secret, if a browser sent one from a page of this service.
    ///
    /// # Errors
    /// 403 when a page of another origin had it sent.
    pub(crate) fn read(self, headers: &HeaderMap) -> Result<Option<String>, Problem> {
        let cookies = headers.get_all(header::COOKIE).iter();
        let secret = cookies
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, value)| *name == self.0 && (1..=MAX_SECRET).contains(&value.len()))
            .map(|(_, value)| value.to_owned());
        if secret.is_some() && !is_same_origin(headers) {
            return Err(Problem::new(
                http::StatusCode::FORBIDDEN,
                "auth.origin_foreign",
                "a page of another origin cannot use this session",
            ));
        }
        Ok(secret)
    }
}

/// Whether the page that asks is one of this host; what is no browser sends neither header.
fn is_same_origin(headers: &HeaderMap) -> bool {
    let text = |name| {
        let value: Option<&HeaderValue> = headers.get(name);
        value.map(|value| value.to_str().unwrap_or("?"))
    };
    if text(http::HeaderName::from_static("sec-fetch-site"))
        .is_some_and(|site| site != "same-origin" && site != "none")
    {
        return false;
    }
    let Some(origin) = text(header::ORIGIN) else {
        return true;
    };
    let host = origin.split_once("://").map(|(_, host)| host);
    host.is_some_and(|host| text(header::HOST).is_some_and(|own| own.eq_ignore_ascii_case(host)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(headers: &HeaderMap) -> Result<Option<String>, Problem> {
        SecretCookie("__Host-veza_refresh").read(headers)
    }

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_static(value));
        }
        headers
    }

    const COOKIE: (&str, &str) = ("cookie", "theme=dark; __Host-veza_refresh=abc; x=y");
    const HOST: (&str, &str) = ("host", "music.example");

    #[test]
    fn the_cookie_is_read_among_others() {
        assert_eq!(token(&headers(&[])).unwrap(), None);
        assert_eq!(
            token(&headers(&[COOKIE, HOST])).unwrap().as_deref(),
            Some("abc")
        );
        for other in [
            "__Host-veza_refresh=",
            "X__Host-veza_refresh=abc",
            "__Host-veza_refresh",
            "",
        ] {
            assert_eq!(token(&headers(&[("cookie", other)])).unwrap(), None);
        }
    }

    #[test]
    fn pages_of_other_origins_cannot_use_it() {
        for (name, value, good) in [
            ("origin", "https://music.example", true),
            ("origin", "https://MUSIC.example", true),
            ("origin", "https://evil.example", false),
            ("origin", "https://music.example.evil.example", false),
            ("origin", "https://music.example:8443", false),
            ("origin", "null", false),
            ("sec-fetch-site", "same-origin", true),
            ("sec-fetch-site", "none", true),
            ("sec-fetch-site", "same-site", false),
            ("sec-fetch-site", "cross-site", false),
        ] {
            let found = token(&headers(&[COOKIE, HOST, (name, value)]));
            assert_eq!(found.is_ok(), good, "{name}: {value}");
        }
        let without_cookie = headers(&[HOST, ("origin", "https://evil.example")]);
        assert_eq!(token(&without_cookie).unwrap(), None);
    }
}
