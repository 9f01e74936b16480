//! Who is at the other end, when there may be proxies between.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use http::request::Parts;
use http::{HeaderMap, HeaderName, header};
use ipnet::IpNet;

use crate::config::ConfigError;

/// Entries of a forwarding header that are looked at; an honest chain is far shorter.
const MAX_HOPS: usize = 16;

/// Which header the proxies set. A proxy sets one and passes the other on as the client sent it,
/// so only one can be believed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ForwardedBy {
    /// `X-Forwarded-For: client, proxy`.
    #[default]
    XForwardedFor,
    /// `Forwarded: for=client, for=proxy` (RFC 7239).
    Forwarded,
}

/// The proxies whose word about the client is taken. None, unless they are named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies {
    networks: Vec<IpNet>,
    header: ForwardedBy,
}

impl TrustedProxies {
    /// The proxies in these networks or at these addresses (`10.0.0.0/8`, `192.0.2.1`).
    ///
    /// # Errors
    /// [`ConfigError`] for what is neither.
    pub fn new<'a>(
        networks: impl IntoIterator<Item = &'a str>,
        header: ForwardedBy,
    ) -> Result<Self, ConfigError> {
        let parse = |text: &str| {
            let network = text.parse::<IpNet>().ok();
            let address = text.parse::<IpAddr>().ok();
            network.or(address.map(IpNet::from)).ok_or_else(|| {
                let reason = "is neither an address nor a network";
                ConfigError::new("--trusted-proxy", reason)
            })
        };
        Ok(Self {
            networks: networks.into_iter().map(parse).collect::<Result<_, _>>()?,
            header,
        })
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|net| net.contains(&address))
    }

    /// The client of a request which came from `peer`: the peer itself, unless it is a trusted
    /// proxy; then what that one says it came from, and so on. The header is read from its end,
    /// for everything before what trusted proxies wrote is the client's own invention. Where a
    /// proxy says nothing that can be read, it is the client itself.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        if !self.trusts(client) {
            return client;
        }
        let name = match self.header {
            ForwardedBy::XForwardedFor => HeaderName::from_static("x-forwarded-for"),
            ForwardedBy::Forwarded => header::FORWARDED,
        };
        let lines: Vec<_> = headers.get_all(name).iter().collect();
        let entries = lines
            .iter()
            .rev()
            .flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','));
        for entry in entries.take(MAX_HOPS) {
            let entry = std::str::from_utf8(entry).ok().map(str::trim);
            let node = entry.and_then(|entry| match self.header {
                ForwardedBy::XForwardedFor => Some(entry),
                ForwardedBy::Forwarded => forwarded_for(entry),
            });
            let Some(address) = node.and_then(address) else {
                return client;
            };
            client = address;
            if !self.trusts(client) {
                return client;
            }
        }
        client
    }
}

/// The `for` of one element of a `Forwarded` header.
fn forwarded_for(element: &str) -> Option<&str> {
    element.split(';').find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        let value = value.trim();
        let quoted = value.strip_prefix('"').and_then(|v| v.strip_suffix('"'));
        name.trim()
            .eq_ignore_ascii_case("for")
            .then_some(quoted.unwrap_or(value))
    })
}

/// The address of a node, with or without a port; none for `unknown` and names made up.
fn address(node: &str) -> Option<IpAddr> {
    let whole = node.parse::<IpAddr>().ok();
    let bracketed = || node.strip_prefix('[')?.split_once(']')?.0.parse().ok();
    let with_port = || node.parse::<SocketAddr>().ok().map(|socket| socket.ip());
    whole
        .or_else(bracketed)
        .or_else(with_port)
        .map(|address: IpAddr| address.to_canonical())
}

/// The address of whoever sent a request, as an extractor. The listener knows it
/// ([`serve`](crate::serve)); without one, as in tests of a bare router, it is `0.0.0.0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddress(IpAddr);

impl ClientAddress {
    /// Notes the address in a request.
    pub(crate) fn new(address: IpAddr) -> Self {
        Self(address)
    }

    /// The address.
    pub fn ip(self) -> IpAddr {
        self.0
    }
}

impl<S: Send + Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let known = parts.extensions.get::<Self>().copied();
        let peer = || parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(known
            .or_else(|| peer().map(|ConnectInfo(peer)| Self(peer.ip())))
            .unwrap_or(Self(IpAddr::V4(Ipv4Addr::UNSPECIFIED))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(header: ForwardedBy, peer: &str, lines: &[(&str, &str)]) -> String {
        let proxies = TrustedProxies::new(["10.0.0.0/8", "2001:db8::1"], header).unwrap();
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            let name: HeaderName = name.parse().unwrap();
            headers.append(name, value.parse().unwrap());
        }
        let peer = peer.parse().unwrap();
        proxies.client(peer, &headers).to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed_and_from_the_right() {
        let cases = [
            ("192.0.2.9", &["1.1.1.1"][..], "192.0.2.9"),
            ("10.0.0.1", &["1.1.1.1"], "1.1.1.1"),
            ("::ffff:10.0.0.1", &["1.1.1.1"], "1.1.1.1"),
            ("10.0.0.1", &["9.9.9.9, 1.1.1.1, 10.0.0.2"], "1.1.1.1"),
            ("10.0.0.1", &["9.9.9.9", "1.1.1.1", "10.0.0.2"], "1.1.1.1"),
            ("10.0.0.1", &["9.9.9.9, nonsense, 10.0.0.2"], "10.0.0.2"),
            ("10.0.0.1", &["9.9.9.9, "], "10.0.0.1"),
            ("10.0.0.1", &["unknown"], "10.0.0.1"),
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
            ("2001:db8::1", &["[2001:db8:5::7]:443"], "2001:db8:5::7"),
            ("10.0.0.1", &["1.1.1.1:5000"], "1.1.1.1"),
        ];
        for (peer, lines, expected) in cases {
            let lines: Vec<_> = lines.iter().map(|l| ("x-forwarded-for", *l)).collect();
            let found = client(ForwardedBy::XForwardedFor, peer, &lines);
            assert_eq!(found, expected, "{peer} {lines:?}");
        }
    }

    #[test]
    fn the_header_that_the_proxy_does_not_set_is_not_read() {
        let both = [("forwarded", "for=6.6.6.6"), ("x-forwarded-for", "1.1.1.1")];
        assert_eq!(
            client(ForwardedBy::XForwardedFor, "10.0.0.1", &both),
            "1.1.1.1"
        );
        assert_eq!(client(ForwardedBy::Forwarded, "10.0.0.1", &both), "6.6.6.6");
    }

    #[test]
    fn a_forwarded_header_is_read_as_rfc_7239_writes_it() {
        for (value, expected) in [
            ("for=1.1.1.1;proto=https, for=10.0.0.2", "1.1.1.1"),
            ("For=\"[2001:db8:cafe::17]:4711\"", "2001:db8:cafe::17"),
            ("proto=http; for=\"1.1.1.1:80\" ; by=10.0.0.1", "1.1.1.1"),
            ("for=_hidden", "10.0.0.1"),
            ("for=unknown, for=10.0.0.2", "10.0.0.2"),
            ("by=1.1.1.1", "10.0.0.1"),
        ] {
            let found = client(ForwardedBy::Forwarded, "10.0.0.1", &[("forwarded", value)]);
            assert_eq!(found, expected, "{value}");
        }
    }

    #[test]
    fn a_chain_without_end_is_not_followed() {
        let long = vec!["10.0.0.2"; 5_000].join(",");
        let found = client(
            ForwardedBy::XForwardedFor,
            "10.0.0.1",
            &[("x-forwarded-for", &long)],
        );
        assert_eq!(found, "10.0.0.2");
        assert!(TrustedProxies::new(["10.0.0.0/99"], ForwardedBy::default()).is_err());
    }
}
