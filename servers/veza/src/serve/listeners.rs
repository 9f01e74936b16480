//! The ports of the parts that run here.

use std::net::{IpAddr, SocketAddr};

use tokio::net::TcpListener;

use super::ServeError;
use crate::settings::{Part, Settings};

/// Where the services are reached, here or at another process of the same settings.
#[derive(Clone, Copy, Debug)]
pub(super) struct Addresses {
    pub(super) api: SocketAddr,
    pub(super) chat: SocketAddr,
    pub(super) stream: SocketAddr,
    /// Only where it is served.
    pub(super) rpc: Option<SocketAddr>,
}

/// The open ports: none for a part that runs elsewhere.
pub(super) struct Listeners {
    pub(super) api: Option<TcpListener>,
    pub(super) chat: Option<TcpListener>,
    pub(super) stream: Option<TcpListener>,
    pub(super) rpc: Option<TcpListener>,
    addresses: Addresses,
}

impl Listeners {
    /// Takes the ports of all parts that run here, or none.
    pub(super) async fn bind(settings: &Settings) -> Result<Self, ServeError> {
        let port = async |part, port, setting| {
            if settings.parts.contains(&part) {
                bind(settings.bind, port, setting).await
            } else {
                Ok((None, SocketAddr::new(settings.bind, port)))
            }
        };
        let (api, api_address) = port(Part::Api, settings.api_port, "--api-port").await?;
        let (chat, chat_address) = port(Part::Chat, settings.chat_port, "--chat-port").await?;
        let (stream, stream_address) =
            port(Part::Stream, settings.stream_port, "--stream-port").await?;
        let (rpc, rpc_address) = match settings.rpc_port {
            Some(number) => port(Part::Api, number, "--rpc-port").await?,
            None => (None, SocketAddr::new(settings.bind, 0)),
        };
        let addresses = Addresses {
            api: api_address,
            chat: chat_address,
            stream: stream_address,
            rpc: rpc.is_some().then_some(rpc_address),
        };
        Ok(Self {
            api,
            chat,
            stream,
            rpc,
            addresses,
        })
    }

    pub(super) fn addresses(&self) -> Addresses {
        self.addresses
    }
}

async fn bind(
    address: IpAddr,
    port: u16,
    setting: &str,
) -> Result<(Option<TcpListener>, SocketAddr), ServeError> {
    let what = || format!("{setting}: {address} port {port} cannot be listened on");
    let listener = TcpListener::bind((address, port))
        .await
        .map_err(ServeError::io(what()))?;
    let bound = listener.local_addr().map_err(ServeError::io(what()))?;
    Ok((Some(listener), bound))
}
