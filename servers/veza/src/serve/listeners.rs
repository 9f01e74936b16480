//! The three ports.

use std::net::{IpAddr, SocketAddr};

use tokio::net::TcpListener;

use super::ServeError;
use super::args::Settings;

/// Where the services listen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Addresses {
    pub(super) api: SocketAddr,
    pub(super) chat: SocketAddr,
    pub(super) stream: SocketAddr,
}

pub(super) struct Listeners {
    pub(super) api: TcpListener,
    pub(super) chat: TcpListener,
    pub(super) stream: TcpListener,
    addresses: Addresses,
}

impl Listeners {
    /// Takes all three ports, or none.
    pub(super) async fn bind(settings: &Settings) -> Result<Self, ServeError> {
        let (api, api_address) = bind(settings.bind, settings.api_port, "--api-port").await?;
        let (chat, chat_address) = bind(settings.bind, settings.chat_port, "--chat-port").await?;
        let (stream, stream_address) =
            bind(settings.bind, settings.stream_port, "--stream-port").await?;
        let addresses = Addresses {
            api: api_address,
            chat: chat_address,
            stream: stream_address,
        };
        Ok(Self {
            api,
            chat,
            stream,
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
) -> Result<(TcpListener, SocketAddr), ServeError> {
    let what = || format!("{setting}: {address} port {port} cannot be listened on");
    let listener = TcpListener::bind((address, port))
        .await
        .map_err(ServeError::io(what()))?;
    let bound = listener.local_addr().map_err(ServeError::io(what()))?;
    Ok((listener, bound))
}
