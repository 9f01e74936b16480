//! The stream of what happens, over the network.

use std::time::Duration;

use futures_util::StreamExt as _;
use tokio::net::TcpListener;
use veza_api::RateLimits;
use veza_core::auth::refresh_revocations;
use veza_core::kernel::Role;
use veza_server_kit::{ServeLimits, serve};

use crate::support::App;

/// The text of the stream until it holds `wanted`, or ends.
async fn read_until(
    stream: &mut (impl futures_util::Stream<Item = reqwest::Result<bytes::Bytes>> + Unpin),
    wanted: &str,
) -> String {
    let mut text = String::new();
    let until = tokio::time::Instant::now() + Duration::from_secs(10);
    while !text.contains(wanted) {
        let next = tokio::time::timeout_at(until, stream.next()).await;
        match next.unwrap_or_else(|_| panic!("{wanted:?} did not come: {text:?}")) {
            Some(Ok(block)) => text.push_str(&String::from_utf8_lossy(&block)),
            _ => break,
        }
    }
    text
}

#[tokio::test]
async fn one_is_told_what_becomes_of_ones_tracks_until_the_token_is_revoked() {
    let app = App::new(RateLimits::Loose);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/api/v1/events", listener.local_addr().unwrap());
    let limits = ServeLimits::default();
    let server = tokio::spawn(serve(listener, app.router(), limits, app.shutdown.clone()));
    let client = reqwest::Client::new();
    let ada = app.person("ada", Role::User).await;
    let bob = app.person("bob", Role::User).await;

    let open = client.get(&url).bearer_auth(&ada).send().await.unwrap();
    assert_eq!(open.headers()["content-type"], "text/event-stream");
    let mut stream = open.bytes_stream();
    assert!(
        read_until(&mut stream, "\n\n")
            .await
            .contains("event: ready")
    );
    app.queued_track(&bob).await;
    let track = app.queued_track(&ada).await;
    let told = read_until(&mut stream, "\n\n").await;
    assert!(
        told.contains(&track) && told.contains("\"status\":\"queued\""),
        "{told}"
    );
    assert!(told.contains("id: "), "{told}");
    assert_eq!(
        told.matches("event: track").count(),
        1,
        "bob's is bob's: {told}"
    );

    let again = client
        .get(&url)
        .bearer_auth(&ada)
        .header("last-event-id", "1");
    let mut again = again.send().await.unwrap().bytes_stream();
    assert!(
        read_until(&mut again, "\n\n")
            .await
            .contains("event: resync")
    );

    let sessions = app.get("/api/v1/auth/sessions", Some(&ada)).await.json;
    let session = sessions["items"][0]["id"].as_str().unwrap();
    let path = format!("/api/v1/auth/sessions/{session}");
    assert_eq!(app.method("DELETE", &path, Some(&ada)).await.status, 204);
    refresh_revocations(&app.env, &app.revocations)
        .await
        .unwrap();
    let began = std::time::Instant::now();
    while stream.next().await.is_some() {}
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "{:?}",
        began.elapsed()
    );

    let mut left = Vec::new();
    for place in 0..6 {
        let open = client.get(&url).bearer_auth(&bob).send().await.unwrap();
        assert_eq!(open.status() == 200, place < 5, "{place}");
        left.push(open);
    }
    let mut last = left.remove(0).bytes_stream();
    read_until(&mut last, "\n\n").await;
    app.shutdown.request();
    assert!(read_until(&mut last, "event: bye").await.contains("bye"));
    drop(left);
    tokio::time::timeout(Duration::from_secs(15), server)
        .await
        .unwrap()
        .unwrap();
}
