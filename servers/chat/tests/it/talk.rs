//! Users who talk.

use serde_json::json;
use tokio_tungstenite::tungstenite::Message;
use veza_chat_server::ChatConfig;

use crate::harness::start;

#[tokio::test]
async fn a_message_is_acknowledged_and_reaches_the_room() {
    let server = start(ChatConfig::default()).await;
    let mut ada = server.member(1, "ada", "room-123").await;
    let mut ben = server.member(2, "ben", "room-123").await;
    let mut cyd = server.member(3, "cyd", "another").await;
    assert_eq!(ada.expect("presence", "joined").await["username"], "ben");

    let frame = json!({
        "type": "message", "action": "send",
        "data": {
            "room_id": "room-123", "content": "Hello World!", "message_type": "text",
            "reply_to": null, "metadata": {}, "client_msg_id": "m-1",
        },
        "request_id": "req-456", "timestamp": "2025-11-02T10:30:00Z",
    });
    ben.raw(Message::text(frame.to_string())).await;
    let ack = ben.next().await;
    assert_eq!(
        (&ack["action"], &ack["request_id"]),
        (&json!("ack"), &json!("req-456"))
    );
    assert_eq!(ack["data"]["durability"], "relayed");
    let own = ben.next().await;
    assert_eq!(
        (&own["action"], &own["request_id"]),
        (&json!("received"), &json!("req-456"))
    );
    let heard = ada.next().await;
    assert_eq!(heard["request_id"], json!(null));
    assert_eq!(heard["data"], own["data"]);
    assert_eq!(
        heard["data"]["sender_id"],
        "00000000-0000-0000-0000-000000000002"
    );
    assert_eq!(heard["data"]["message_id"], ack["data"]["message_id"]);

    ben.raw(Message::text(frame.to_string())).await;
    let again = ben.expect("message", "ack").await;
    assert_eq!(
        (&again["duplicate"], &again["seq"]),
        (&json!(true), &json!(1))
    );

    // Had either room leaked, this would not be the next thing heard.
    for client in [&mut ada, &mut cyd] {
        client.send("system", "ping", json!({})).await;
        client.expect("system", "pong").await;
    }
}

#[tokio::test]
async fn presence_and_typing_reach_the_room() {
    let server = start(ChatConfig::default()).await;
    let mut ada = server.member(1, "ada", "r").await;
    let mut ben = server.member(2, "ben", "r").await;
    ada.expect("presence", "joined").await;
    ben.send("typing", "start", json!({ "room_id": "r" })).await;
    assert_eq!(ada.expect("typing", "start").await["username"], "ben");
    ada.send("presence", "list", json!({ "room_id": "r" }))
        .await;
    assert_eq!(ada.expect("presence", "list").await["member_count"], 2);
    drop(ben);
    assert_eq!(ada.expect("presence", "left").await["username"], "ben");
}

#[tokio::test]
async fn many_messages_keep_their_order_for_everybody() {
    let mut config = ChatConfig::default();
    config.rate.burst = 1000;
    let server = start(config).await;
    let mut ada = server.member(1, "ada", "r").await;
    let mut ben = server.member(2, "ben", "r").await;
    for n in 0..200 {
        ada.say("r", &format!("a{n}")).await;
        ben.say("r", &format!("b{n}")).await;
    }
    let mut orders = Vec::new();
    for client in [&mut ada, &mut ben] {
        let mut order = Vec::new();
        while order.len() < 400 {
            let data = client.until("message", "received").await;
            assert_eq!(data["seq"], order.len() as u64 + 1);
            order.push(data["content"].as_str().unwrap().to_owned());
        }
        orders.push(order);
    }
    assert_eq!(orders[0], orders[1]);
}
