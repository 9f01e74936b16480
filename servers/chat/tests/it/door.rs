//! Who gets in.

use std::time::Duration;

use serde_json::json;
use tokio_tungstenite::tungstenite::Message;
use veza_chat_server::ChatConfig;

use crate::harness::{STALLING, eventually, start};

const JSON_PROTOCOL: &str = "sec-websocket-protocol";

#[tokio::test]
async fn a_token_comes_by_header_by_subprotocol_or_by_first_frame() {
    let server = start(ChatConfig::default()).await;
    let token = server.tokens.issue(1, "ada");

    let header = ("authorization", format!("bearer {token}"));
    let mut client = server.dial("/ws", &[header]).await.unwrap();
    client.expect("system", "hello").await;

    let offer = (JSON_PROTOCOL, format!("veza.v1.json, bearer.{token}"));
    let mut client = server.dial("/ws", &[offer]).await.unwrap();
    // The token must not come back in the answer: the chosen protocol alone does.
    assert_eq!(client.response.headers()[JSON_PROTOCOL], "veza.v1.json");
    client.expect("system", "hello").await;

    let mut client = server.dial("/ws", &[]).await.unwrap();
    let frame = json!({
        "type": "system", "action": "auth", "data": { "token": token }, "request_id": "req-1",
    });
    client.raw(Message::text(frame.to_string())).await;
    let hello = client.next().await;
    assert_eq!(
        (&hello["action"], &hello["request_id"]),
        (&json!("hello"), &json!("req-1"))
    );
    assert_eq!(hello["data"]["max_frame"], 65536);

    client
        .send("system", "auth", json!({ "token": token }))
        .await;
    let error = client.expect("system", "error").await;
    assert_eq!(error["code"], "auth.already_authenticated");
}

#[tokio::test]
async fn a_bad_token_stays_outside() {
    let server = start(ChatConfig::default()).await;
    for header in [
        ("authorization", "Bearer forged".to_owned()),
        ("authorization", "Bearer ".to_owned()),
        ("authorization", "Basic YTpi".to_owned()),
        (JSON_PROTOCOL, "veza.v1.json, bearer.forged".to_owned()),
    ] {
        let (status, problem) = server.refused("/ws", &[header]).await;
        assert_eq!(
            (status, &problem["code"]),
            (401, &json!("chat.unauthenticated"))
        );
    }
    let mut client = server.dial("/ws", &[]).await.unwrap();
    client
        .send("system", "auth", json!({ "token": "forged" }))
        .await;
    assert_eq!(client.closed().await, 4501);
    assert_eq!(server.chat.session_count(), 0);
}

#[tokio::test]
async fn nothing_is_done_for_a_stranger() {
    let config = ChatConfig {
        auth_timeout: Duration::from_millis(1500),
        ..ChatConfig::default()
    };
    let server = start(config).await;
    let mut client = server.dial("/ws", &[]).await.unwrap();
    client.send("room", "join", json!({ "room_id": "r" })).await;
    assert_eq!(client.closed().await, 4501);

    let mut silent = server.dial("/ws", &[]).await.unwrap();
    assert_eq!(silent.closed().await, 4001);

    let mut pinging = server.dial("/ws", &[]).await.unwrap();
    for _ in 0..60 {
        pinging.raw(Message::Ping(Default::default())).await;
    }
    assert_eq!(pinging.closed().await, 1008);
}

#[tokio::test]
async fn a_token_in_the_address_is_refused_even_when_valid() {
    let server = start(ChatConfig::default()).await;
    let token = server.tokens.issue(1, "ada");
    let (status, problem) = server.refused(&format!("/ws?token={token}"), &[]).await;
    assert_eq!(
        (status, &problem["code"]),
        (400, &json!("chat.query_not_allowed"))
    );
}

#[tokio::test]
async fn pages_of_listed_origins_alone_may_connect() {
    let allowed_origins = vec!["https://veza.example".to_owned()];
    let server = start(ChatConfig {
        allowed_origins,
        ..ChatConfig::default()
    })
    .await;
    let token = server.tokens.issue(1, "ada");
    let headers = |origin: &str| {
        [
            ("authorization", format!("Bearer {token}")),
            ("origin", origin.to_owned()),
        ]
    };
    for origin in [
        "https://evil.example",
        "http://veza.example",
        "https://veza.example.evil",
        "null",
    ] {
        let (status, problem) = server.refused("/ws", &headers(origin)).await;
        assert_eq!(
            (status, &problem["code"]),
            (403, &json!("chat.origin_not_allowed"))
        );
    }
    let mut client = server
        .dial("/ws", &headers("https://Veza.example"))
        .await
        .unwrap();
    client.expect("system", "hello").await;
}

#[tokio::test]
async fn a_protocol_that_is_not_spoken_here_is_refused() {
    let server = start(ChatConfig::default()).await;
    let offer = (JSON_PROTOCOL, "graphql-ws".to_owned());
    let (status, problem) = server.refused("/ws", &[offer]).await;
    assert_eq!(
        (status, &problem["code"]),
        (400, &json!("chat.subprotocol_unknown"))
    );
}

#[tokio::test]
async fn sockets_are_counted_and_given_back() {
    let server = start(ChatConfig {
        max_sockets: 2,
        ..ChatConfig::default()
    })
    .await;
    let ada = server.user(1, "ada").await;
    let _stranger = server.dial("/ws", &[]).await.unwrap();
    let (status, problem) = server.refused("/ws", &[]).await;
    assert_eq!((status, &problem["code"]), (503, &json!("chat.full")));
    drop(ada);
    eventually("the session ends", || server.chat.session_count() == 0).await;
    for attempt in 0.. {
        // The permit is given back a moment after the session.
        match server.dial("/ws", &[]).await {
            Ok(_) => break,
            Err(error) => assert!(attempt < 100, "{error}"),
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn a_check_that_never_ends_holds_nobody() {
    let config = ChatConfig {
        auth_timeout: Duration::from_millis(500),
        ..ChatConfig::default()
    };
    let server = start(config).await;
    let header = ("authorization", format!("Bearer {STALLING}"));
    let (status, problem) = server.refused("/ws", &[header]).await;
    assert_eq!(
        (status, &problem["code"]),
        (503, &json!("chat.authentication_stalled"))
    );
    let mut client = server.dial("/ws", &[]).await.unwrap();
    client
        .send("system", "auth", json!({ "token": STALLING }))
        .await;
    assert_eq!(client.closed().await, 4001);
}
