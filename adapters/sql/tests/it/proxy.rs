//! A network that can be made to swallow everything.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Forwards connections to a server, until it is told to hold everything back.
pub(crate) struct Proxy {
    port: u16,
    held: watch::Sender<bool>,
}

impl Proxy {
    /// Before the server on this port.
    pub(crate) async fn start(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (held, watched) = watch::channel(false);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let Ok(server) = TcpStream::connect(("127.0.0.1", server)).await else {
                    continue;
                };
                let (from_client, to_client) = client.into_split();
                let (from_server, to_server) = server.into_split();
                tokio::spawn(forward(from_client, to_server, watched.clone()));
                tokio::spawn(forward(from_server, to_client, watched.clone()));
            }
        });
        Self { port, held }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Holds everything back, or lets it go on.
    pub(crate) fn hold(&self, held: bool) {
        self.held.send_replace(held);
    }
}

async fn forward(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut held: watch::Receiver<bool>) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        let open = held.wait_for(|held| !held).await.is_ok();
        if !open || to.write_all(&buffer[..length]).await.is_err() {
            break;
        }
    }
}
