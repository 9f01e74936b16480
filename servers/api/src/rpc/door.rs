//! Connections, bounded in number, and none that says nothing.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio_stream::Stream;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::server::Connected;
use veza_server_kit::Shutdown;

/// Connections at once; more wait in the listener's queue.
const MAX_CONNECTIONS: usize = 256;
/// How long a new connection may say nothing.
const FIRST_WORD: Duration = Duration::from_secs(10);

/// A connection that holds its place.
pub(super) struct Guest {
    stream: TcpStream,
    _place: OwnedSemaphorePermit,
}

/// The connections of a listener, until the end is asked for.
pub(super) fn connections(
    listener: TcpListener,
    shutdown: Shutdown,
) -> impl Stream<Item = io::Result<Guest>> {
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let (sender, receiver) = mpsc::channel(16);
    tokio::spawn(async move {
        loop {
            let next = async {
                let place = Arc::clone(&places).acquire_owned().await.ok()?;
                Some((listener.accept().await, place))
            };
            let (accepted, place) = tokio::select! {
                next = next => match next {
                    Some(next) => next,
                    None => return,
                },
                () = shutdown.requested() => return,
            };
            let Ok((stream, _)) = accepted else {
                // Out of descriptors, or a peer that was gone already: the next one may do.
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            };
            let sender = sender.clone();
            tokio::spawn(async move {
                let spoke = tokio::time::timeout(FIRST_WORD, stream.peek(&mut [0])).await;
                if matches!(spoke, Ok(Ok(1))) && stream.set_nodelay(true).is_ok() {
                    let guest = Guest {
                        stream,
                        _place: place,
                    };
                    // Refused once the service has ended.
                    let _ = sender.send(Ok(guest)).await;
                }
            });
        }
    });
    ReceiverStream::new(receiver)
}

impl Connected for Guest {
    type ConnectInfo = ();

    fn connect_info(&self) -> Self::ConnectInfo {}
}

impl AsyncRead for Guest {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Guest {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
