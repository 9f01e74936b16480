//! Peers who mean no good.

use std::time::Duration;

use futures_util::SinkExt;
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use veza_chat_server::{ChatConfig, RateLimit};

use crate::harness::start;

#[tokio::test]
async fn what_is_no_frame_ends_the_connection_with_its_code() {
    let server = start(ChatConfig::default()).await;
    let invalid = Frame::message(vec![0xff, 0xfe], OpCode::Data(Data::Text), true);
    for (message, code) in [
        (Message::binary(vec![1, 2, 3]), 1003),
        (Message::Frame(invalid), 1007),
        (Message::text(" ".repeat(64 * 1024 + 1)), 1009),
        (Message::text(" ".repeat(130 * 1024)), 1009),
    ] {
        let mut client = server.user(1, "ada").await;
        client.raw(message).await;
        assert_eq!(client.closed().await, code);
    }
    // The same before the token has come.
    for (message, code) in [
        (Message::binary(vec![1]), 1003),
        (Message::text(" ".repeat(64 * 1024 + 1)), 1009),
    ] {
        let mut client = server.dial("/ws", &[]).await.unwrap();
        client.raw(message).await;
        assert_eq!(client.closed().await, code);
    }
}

#[tokio::test]
async fn what_is_a_bad_frame_gets_an_error_and_the_connection_lives() {
    let server = start(ChatConfig::default()).await;
    let mut client = server.member(1, "ada", "r").await;
    let deep = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
    let missing = json!({ "type": "message", "action": "send", "data": { "room_id": "r" } });
    for (text, code) in [
        ("{".to_owned(), "frame.malformed"),
        (deep, "frame.too_deep"),
        (missing.to_string(), "frame.invalid_field"),
        (
            r#"{"type":"system","action":"pwn"}"#.to_owned(),
            "frame.unknown_action",
        ),
        (
            r#"{"type":"system","action":"ping","x":1}"#.to_owned(),
            "frame.unknown_field",
        ),
    ] {
        client.raw(Message::text(text)).await;
        assert_eq!(client.expect("system", "error").await["code"], code);
    }
    client.say("r", "still here").await;
    client.expect("message", "ack").await;
}

#[tokio::test]
async fn a_message_in_pieces_of_one_byte_is_one_message() {
    let server = start(ChatConfig::default()).await;
    let mut client = server.user(1, "ada").await;
    let text = br#"{"type":"system","action":"ping"}"#;
    for (n, byte) in text.iter().enumerate() {
        let data = if n == 0 { Data::Text } else { Data::Continue };
        let is_last = n + 1 == text.len();
        let piece = Frame::message(vec![*byte], OpCode::Data(data), is_last);
        client.raw(Message::Frame(piece)).await;
    }
    client.expect("system", "pong").await;
}

#[tokio::test]
async fn who_sends_too_fast_is_slowed_then_closed() {
    let rate = RateLimit {
        burst: 5,
        per_second: 0.1,
        patience: 10,
    };
    let server = start(ChatConfig {
        rate,
        ..ChatConfig::default()
    })
    .await;
    let mut fast = server.member(1, "ada", "r").await;
    for _ in 0..8 {
        fast.say("r", "x").await;
    }
    let error = fast.until("system", "error").await;
    assert_eq!(
        (&error["code"], &error["retryable"]),
        (&json!("rate.limited"), &json!(true))
    );
    assert!((1..=10_000).contains(&error["retry_after_ms"].as_u64().unwrap()));
    for _ in 0..20 {
        // The server may have closed in between.
        let _ = fast.socket.send(Message::text("x")).await;
    }
    assert_eq!(fast.closed().await, 1008);

    let mut pinging = server.user(2, "ben").await;
    for _ in 0..30 {
        let _ = pinging.socket.send(Message::Ping(Default::default())).await;
    }
    assert_eq!(pinging.closed().await, 1008);
}

#[tokio::test]
async fn who_does_not_read_is_closed_and_holds_nobody_up() {
    let mut config = ChatConfig {
        close_timeout: Duration::from_millis(200),
        ..ChatConfig::default()
    };
    config.rate.burst = 100_000;
    config.hub.outbound_budget_bytes = 256 * 1024;
    let server = start(config).await;
    let mut ada = server.member(1, "ada", "r").await;
    let _sleeper = server.member(2, "ben", "r").await;
    ada.expect("presence", "joined").await;
    let text = "x".repeat(15_000);
    // The system's own buffers on loopback take some megabytes before the server's queue grows.
    for n in 0..3000 {
        ada.say("r", &text).await;
        ada.expect("message", "ack").await;
        let frame = ada.next().await;
        if frame["action"] == "received" && server.chat.session_count() == 1 {
            assert_eq!(ada.until("presence", "left").await["username"], "ben");
            return;
        }
        assert_eq!(frame["action"], "received", "message {n}");
    }
    panic!("45 MB later the sleeper is still there");
}
