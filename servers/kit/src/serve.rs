//! Serves a router over HTTP/1.1 to strangers: bounded connections, time-outs, a graceful end.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

use crate::Shutdown;
use crate::client_address::{ClientAddress, TrustedProxies};
use crate::paced::{Pace, PacedBody};
use crate::stalled::StallGuard;
use crate::worded::Worded;

/// What one listener allows its clients.
#[derive(Clone, Debug)]
pub struct ServeLimits {
    /// Most connections at once; more wait in the listener's queue.
    pub max_connections: usize,
    /// How long the head of a request may take, and a kept-alive connection may stay silent.
    pub head_timeout: Duration,
    /// How fast the body of a request has to come.
    pub body_pace: Pace,
    /// How long a peer may leave what is written to it untaken.
    pub write_patience: Duration,
    /// Largest head of a request, in bytes.
    pub max_head_bytes: usize,
    /// The proxies in front, whose word about the client's address is taken.
    pub trusted_proxies: TrustedProxies,
    /// How long requests in flight may go on once the end is asked for.
    pub drain: Duration,
}

impl Default for ServeLimits {
    fn default() -> Self {
        Self {
            max_connections: 4_096,
            head_timeout: Duration::from_secs(15),
            body_pace: Pace {
                window: Duration::from_secs(30),
                bytes: 4 * 1024,
            },
            write_patience: Duration::from_secs(30),
            max_head_bytes: 32 * 1024,
            trusted_proxies: TrustedProxies::default(),
            drain: Duration::from_secs(10),
        }
    }
}

/// Serves until `shutdown` is requested; then takes no more connections, lets requests in
/// flight end for `limits.drain` and closes what is left.
///
/// Each request carries its sender's address as [`ClientAddress`], and that of the other end of
/// its connection as [`ConnectInfo`]`<SocketAddr>`.
pub async fn serve(listener: TcpListener, router: Router, limits: ServeLimits, shutdown: Shutdown) {
    let limits = Arc::new(limits);
    let slots = Arc::new(Semaphore::new(limits.max_connections));
    let connections = TaskTracker::new();
    let cut = CancellationToken::new();
    loop {
        let slot = tokio::select! {
            slot = Arc::clone(&slots).acquire_owned() => slot,
            () = shutdown.requested() => break,
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = shutdown.requested() => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of descriptors, or a peer that was gone already: the next one may do.
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let router = router.clone();
        let (limits, shutdown, cut) = (Arc::clone(&limits), shutdown.clone(), cut.clone());
        connections.spawn(async move {
            tokio::select! {
                () = connection(stream, peer, router, &limits, &shutdown) => {}
                () = cut.cancelled() => {}
            }
            drop(slot);
        });
    }
    drop(listener);
    connections.close();
    if tokio::time::timeout(limits.drain, connections.wait())
        .await
        .is_err()
    {
        tracing::warn!(
            connections = connections.len(),
            "closed before their requests ended"
        );
        cut.cancel();
        connections.wait().await;
    }
}

async fn connection(
    stream: TcpStream,
    peer: std::net::SocketAddr,
    router: Router,
    limits: &Arc<ServeLimits>,
    shutdown: &Shutdown,
) {
    // Answers are written whole; waiting for more to send only delays them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "no TCP_NODELAY");
    }
    let pace = limits.body_pace;
    let proxies = Arc::clone(limits);
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(|body| Body::new(PacedBody::new(body, pace)));
        let client = proxies.trusted_proxies.client(peer.ip(), request.headers());
        let extensions = request.extensions_mut();
        extensions.insert(ClientAddress::new(client));
        extensions.insert(ConnectInfo(peer));
        router.clone().oneshot(request)
    });
    let io = TokioIo::new(Worded::new(StallGuard::new(stream, limits.write_patience)));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head_timeout)
        .max_buf_size(limits.max_head_bytes.max(8 * 1024))
        .serve_connection(io, service)
        .with_upgrades();
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = shutdown.requested() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::StrictJson;
    use axum::routing::{get, post};
    use std::net::SocketAddr;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    fn quick() -> ServeLimits {
        ServeLimits {
            max_connections: 2,
            head_timeout: Duration::from_millis(200),
            body_pace: Pace {
                window: Duration::from_millis(200),
                bytes: 64,
            },
            drain: Duration::from_millis(500),
            ..ServeLimits::default()
        }
    }

    async fn start(router: Router) -> (SocketAddr, Shutdown, tokio::task::JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shutdown = Shutdown::new();
        let task = tokio::spawn(serve(listener, router, quick(), shutdown.clone()));
        (address, shutdown, task)
    }

    async fn exchange(address: SocketAddr, request: &str) -> String {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        let reading = stream.read_to_string(&mut answer);
        tokio::time::timeout(Duration::from_secs(5), reading)
            .await
            .unwrap()
            .unwrap();
        answer
    }

    fn router() -> Router {
        Router::new()
            .route("/", get(|| async { "hello" }))
            .route("/json", post(|_: StrictJson<serde_json::Value>| async {}))
            .route(
                "/slow",
                get(|| async {
                    tokio::time::sleep(Duration::from_millis(200)).await;
                    "done"
                }),
            )
    }

    #[tokio::test]
    async fn a_half_sent_head_is_cut_and_others_are_served() {
        let (address, ..) = start(router()).await;
        let half = tokio::spawn(async move { exchange(address, "GET / HTTP/1.1\r\nHo").await });
        let whole = exchange(address, "GET / HTTP/1.0\r\n\r\n").await;
        assert!(whole.ends_with("hello"), "{whole}");
        let cut = half.await.unwrap();
        assert!(!cut.contains("200 OK"), "{cut}");
    }

    #[tokio::test]
    async fn a_dripping_body_is_answered_408() {
        let (address, ..) = start(router()).await;
        let head = "POST /json HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\
                    Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{";
        let answer = exchange(address, head).await;
        assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    }

    #[tokio::test]
    async fn what_is_no_request_is_told_so_in_a_problem_document() {
        let (address, ..) = start(router()).await;
        let many = "a: b\r\n".repeat(200);
        for (request, status, code) in [
            (
                "GET / HTTP/1.1\r\nno header\r\n\r\n".into(),
                "400",
                "request.http_malformed",
            ),
            ("\u{1}\r\n\r\n".into(), "400", "request.http_malformed"),
            (
                format!("GET / HTTP/1.1\r\n{many}\r\n"),
                "431",
                "request.headers_too_large",
            ),
        ] {
            let answer = exchange(address, &request).await;
            let (head, body) = answer.split_once("\r\n\r\n").unwrap();
            assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
            assert!(
                head.contains("content-type: application/problem+json"),
                "{answer}"
            );
            let problem: serde_json::Value = serde_json::from_str(body).unwrap();
            assert_eq!(problem["code"], code);
        }
    }

    #[tokio::test]
    async fn a_head_of_a_megabyte_is_refused() {
        let (address, ..) = start(router()).await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        let head = format!(
            "GET / HTTP/1.1\r\nHost: a\r\nX: {}\r\n\r\n",
            "x".repeat(1 << 20)
        );
        // The server may close while it is still being sent.
        let _ = stream.write_all(head.as_bytes()).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        assert!(!answer.starts_with(b"HTTP/1.1 200"));
    }

    #[tokio::test]
    async fn a_request_in_flight_ends_and_the_next_is_not_taken() {
        let (address, shutdown, task) = start(router()).await;
        let slow = tokio::spawn(async move {
            exchange(address, "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n").await
        });
        tokio::time::sleep(Duration::from_millis(60)).await;
        shutdown.request();
        assert!(slow.await.unwrap().ends_with("done"));
        task.await.unwrap();
        assert!(TcpStream::connect(address).await.is_err());
    }

    #[tokio::test]
    async fn a_silent_connection_does_not_keep_the_process() {
        let (address, shutdown, task) = start(router()).await;
        let _silent = TcpStream::connect(address).await.unwrap();
        tokio::time::sleep(Duration::from_millis(30)).await;
        shutdown.request();
        tokio::time::timeout(Duration::from_secs(3), task)
            .await
            .unwrap()
            .unwrap();
    }
}
