//! Where the other services are, as the client of this request sees them.

use http::HeaderMap;
use http::header;

/// The origins under which clients reach the stream and chat services.
///
/// What is not set is derived: the host that the client named in its request, with the port of
/// the service. Behind a gateway, set both.
#[derive(Clone, Debug)]
pub struct Origins {
    /// The stream service, such as `https://media.example`.
    pub stream: Option<String>,
    /// The port of the stream service.
    pub stream_port: u16,
    /// The chat service, such as `wss://chat.example`.
    pub chat: Option<String>,
    /// The port of the chat service.
    pub chat_port: u16,
}

impl Origins {
    /// The origin of the stream service for a client which sent these headers.
    pub fn stream_for(&self, headers: &HeaderMap) -> String {
        self.stream
            .clone()
            .unwrap_or_else(|| format!("http://{}:{}", host(headers), self.stream_port))
    }

    /// The origin of the chat service for a client which sent these headers.
    pub fn chat_for(&self, headers: &HeaderMap) -> String {
        self.chat
            .clone()
            .unwrap_or_else(|| format!("ws://{}:{}", host(headers), self.chat_port))
    }
}

/// The host without its port. It goes into URLs and headers, so anything which is no host name
/// or address is replaced by the loopback.
fn host(headers: &HeaderMap) -> &str {
    let named = headers
        .get(header::HOST)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let host = match named.rsplit_once(':') {
        // Not the colons within the brackets of an IPv6 address.
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => named,
    };
    let inner = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let valid = match inner {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => {
            (1..=253).contains(&host.len())
                && host
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.')
        }
    };
    if valid { host } else { "127.0.0.1" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_client_is_sent_to_the_host_it_named() {
        let origins = Origins {
            stream: None,
            stream_port: 8082,
            chat: None,
            chat_port: 8081,
        };
        for (named, expected) in [
            ("localhost:8080", "http://localhost:8082"),
            ("music.example", "http://music.example:8082"),
            ("[::1]:8080", "http://[::1]:8082"),
            ("[::1]", "http://[::1]:8082"),
            ("a b", "http://127.0.0.1:8082"),
            ("evil\"; script-src *:80", "http://127.0.0.1:8082"),
            ("", "http://127.0.0.1:8082"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, named.parse().unwrap());
            assert_eq!(origins.stream_for(&headers), expected, "{named}");
        }
    }
}
