//! A TCP proxy which can turn into a black hole, or cut its connections.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Forward,
    /// Takes everything and hands on nothing.
    Swallow,
}

/// Stands between the broker and its clients until it is dropped.
pub(crate) struct Proxy {
    address: SocketAddr,
    mode: watch::Sender<Mode>,
    cuts: Arc<watch::Sender<u64>>,
    _task: JoinSet<()>,
}

impl Proxy {
    /// A proxy before the port of a broker on this machine.
    pub(crate) async fn start(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (mode, watching) = watch::channel(Mode::Forward);
        let cuts = Arc::new(watch::Sender::new(0));
        let cut = Arc::clone(&cuts);
        let mut task = JoinSet::new();
        task.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let (mode, cut) = (watching.clone(), cut.subscribe());
                connections.spawn(connect(client, port, mode, cut));
            }
        });
        Self {
            address,
            mode,
            cuts,
            _task: task,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("amqp://guest:guest@{}/%2f", self.address)
    }

    /// From now on nothing comes through, and nobody is told.
    pub(crate) fn swallow(&self) {
        self.mode.send_replace(Mode::Swallow);
    }

    /// New connections work again; what was swallowed is lost.
    pub(crate) fn forward(&self) {
        self.mode.send_replace(Mode::Forward);
    }

    /// Cuts all connections at once, from anywhere.
    pub(crate) fn cutter(&self) -> impl Fn() + Send + Sync + 'static {
        let cuts = Arc::clone(&self.cuts);
        move || cuts.send_modify(|count| *count += 1)
    }
}

async fn connect(
    mut client: TcpStream,
    port: u16,
    mode: watch::Receiver<Mode>,
    mut cut: watch::Receiver<u64>,
) {
    let Ok(mut broker) = TcpStream::connect(("127.0.0.1", port)).await else {
        return;
    };
    let (mut from_client, mut to_client) = client.split();
    let (mut from_broker, mut to_broker) = broker.split();
    tokio::select! {
        () = pump(&mut from_client, &mut to_broker, mode.clone()) => {}
        () = pump(&mut from_broker, &mut to_client, mode) => {}
        _ = cut.changed() => {}
    }
}

async fn pump(
    from: &mut tokio::net::tcp::ReadHalf<'_>,
    to: &mut tokio::net::tcp::WriteHalf<'_>,
    mode: watch::Receiver<Mode>,
) {
    let mut block = vec![0; 64 * 1024];
    // A stream with a hole in it is of no use any more.
    let mut swallowed = false;
    loop {
        let Ok(read @ 1..) = from.read(&mut block).await else {
            return;
        };
        swallowed |= *mode.borrow() == Mode::Swallow;
        if !swallowed && to.write_all(&block[..read]).await.is_err() {
            return;
        }
    }
}
