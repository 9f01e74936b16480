//! Sends requests over HTTP/1.1: at a fixed rate whatever the answers do (open loop), or as fast
//! as they come (closed loop).

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant as Moment, sleep_until};

use crate::Failure;

/// Makes request number `n`.
pub(crate) type Maker = Arc<dyn Fn(u64) -> Request<Full<Bytes>> + Send + Sync>;

/// What was seen of the answers.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// How long each answer took, in microseconds, in ascending order.
    micros: Vec<u32>,
    /// Answers of another status than the one wanted, and requests without an answer.
    pub(crate) failed: u64,
    /// From the first request to the last answer.
    pub(crate) took: Duration,
}

impl Seen {
    /// Answers in a second.
    pub(crate) fn rate(&self) -> f64 {
        self.micros.len() as f64 / self.took.as_secs_f64()
    }

    /// The time in milliseconds within which this share of the answers came.
    pub(crate) fn percentile(&self, share: f64) -> f64 {
        let last = self.micros.len().saturating_sub(1);
        let at = (share * last as f64).round() as usize;
        self.micros
            .get(at)
            .map_or(f64::NAN, |micros| f64::from(*micros) / 1_000.0)
    }
}

/// Sends `rate` requests a second for so long, over so many connections. Each answer's time runs
/// from the moment at which its request was due, so that a server which stalls is charged for
/// all that had to wait.
pub(crate) async fn open_loop(
    address: SocketAddr,
    rate: f64,
    lasting: Duration,
    connections: usize,
    make: Maker,
) -> Result<Seen, Failure> {
    let total = (rate * lasting.as_secs_f64()) as u64;
    let due = move |start: Instant, n: u64| start + Duration::from_secs_f64(n as f64 / rate);
    run(address, connections, total, Some(due), make).await
}

/// Sends so many requests over so many connections, each as soon as the last one is answered.
pub(crate) async fn closed_loop(
    address: SocketAddr,
    total: u64,
    connections: usize,
    make: Maker,
) -> Result<Seen, Failure> {
    run::<fn(Instant, u64) -> Instant>(address, connections, total, None, make).await
}

async fn run<D>(
    address: SocketAddr,
    connections: usize,
    total: u64,
    due: Option<D>,
    make: Maker,
) -> Result<Seen, Failure>
where
    D: Fn(Instant, u64) -> Instant + Copy + Send + 'static,
{
    let next = Arc::new(AtomicU64::new(0));
    let mut open = Vec::new();
    for _ in 0..connections {
        open.push(connect(address).await?);
    }
    let start = Instant::now();
    let mut workers = JoinSet::new();
    for mut sender in open {
        let (next, make) = (Arc::clone(&next), Arc::clone(&make));
        workers.spawn(async move {
            let (mut micros, mut failed) = (Vec::new(), 0);
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                if n >= total {
                    return (micros, failed);
                }
                let began = match due {
                    Some(due) => {
                        let due = due(start, n);
                        sleep_until(Moment::from_std(due)).await;
                        due
                    }
                    None => Instant::now(),
                };
                match send(&mut sender, make(n)).await {
                    Ok(status) if status.is_success() => {
                        micros.push(began.elapsed().as_micros().try_into().unwrap_or(u32::MAX));
                    }
                    Ok(_) => failed += 1,
                    Err(_) => {
                        failed += 1;
                        match connect(address).await {
                            Ok(again) => sender = again,
                            Err(_) => return (micros, failed),
                        }
                    }
                }
            }
        });
    }
    let mut seen = Seen::default();
    while let Some(worker) = workers.join_next().await {
        let (micros, failed) = worker?;
        seen.micros.extend(micros);
        seen.failed += failed;
    }
    seen.took = start.elapsed();
    seen.micros.sort_unstable();
    Ok(seen)
}

async fn connect(address: SocketAddr) -> Result<SendRequest<Full<Bytes>>, Failure> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender)
}

async fn send(
    sender: &mut SendRequest<Full<Bytes>>,
    request: Request<Full<Bytes>>,
) -> Result<StatusCode, Failure> {
    sender.ready().await?;
    let response = sender.send_request(request).await?;
    let status = response.status();
    let mut body = response.into_body();
    while let Some(frame) = body.frame().await {
        frame?;
    }
    Ok(status)
}

/// The body of one answer.
pub(crate) async fn answer(
    address: SocketAddr,
    request: Request<Full<Bytes>>,
) -> Result<Bytes, Failure> {
    let mut sender = connect(address).await?;
    let response = sender.send_request(request).await?;
    Ok(response.into_body().collect().await?.to_bytes())
}
