//! How sessions end.

use std::time::Duration;

use serde_json::json;
use tokio_tungstenite::tungstenite::Message;
use veza_chat_server::ChatConfig;

use crate::harness::{eventually, start};

#[tokio::test]
async fn a_silent_peer_is_given_up_and_one_that_answers_pings_is_not() {
    let config = ChatConfig {
        ping_every: Duration::from_millis(200),
        heartbeat_timeout: Duration::from_millis(2000),
        ..ChatConfig::default()
    };
    let server = start(config).await;
    let mut silent = server.member(1, "ada", "r").await;
    let mut awake = server.member(2, "ben", "r").await;
    // Reading is what answers pings: Ben reads until Ada is gone, Ada does not.
    assert_eq!(awake.until("presence", "left").await["username"], "ada");
    assert_eq!(silent.closed().await, 4000);
    awake.send("system", "ping", json!({})).await;
    awake.expect("system", "pong").await;
}

#[tokio::test]
async fn a_revoked_token_ends_its_session() {
    let reauthenticate_every = Duration::from_millis(100);
    let server = start(ChatConfig {
        reauthenticate_every,
        ..ChatConfig::default()
    })
    .await;
    let mut ada = server.user(1, "ada").await;
    let mut ben = server.user(2, "ben").await;
    server.tokens.revoke("token-of-ada");
    assert_eq!(ada.closed().await, 4002);
    ben.send("system", "ping", json!({})).await;
    ben.expect("system", "pong").await;
}

#[tokio::test]
async fn a_goodbye_is_returned_and_the_session_forgotten() {
    let server = start(ChatConfig::default()).await;
    let mut ada = server.user(1, "ada").await;
    ada.raw(Message::Close(None)).await;
    eventually("the session ends", || server.chat.session_count() == 0).await;
}

#[tokio::test]
async fn at_shutdown_everybody_is_told_to_reconnect() {
    let server = start(ChatConfig::default()).await;
    let mut ada = server.member(1, "ada", "r").await;
    let mut stranger = server.dial("/ws", &[]).await.unwrap();
    ada.say("r", "last words").await;
    ada.expect("message", "ack").await;
    let chat = server.chat.clone();
    let stopping = tokio::spawn(async move { chat.shut_down().await });
    ada.expect("message", "received").await;
    assert_eq!(ada.closed().await, 1012);
    assert_eq!(stranger.closed().await, 1012);
    stopping.await.unwrap();
    assert_eq!(server.chat.session_count(), 0);
    let (status, problem) = server.refused("/ws", &[]).await;
    assert_eq!((status, &problem["code"]), (503, &json!("chat.stopping")));
}
