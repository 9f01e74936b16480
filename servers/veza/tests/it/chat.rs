//! The chat's port, with tokens of the API's.

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::Request;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::support::Veza;

type Socket = WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>;

#[tokio::test]
async fn two_people_talk_in_a_room() {
    let data = tempfile::tempdir().unwrap();
    let veza = Veza::start(data.path()).await;
    let mut ada = connect(&veza, "ada").await;
    let mut bob = connect(&veza, "bob").await;
    for socket in [&mut ada, &mut bob] {
        say(socket, json!({"type": "room", "action": "join", "data": {"room_id": "studio"}, "request_id": "r1"})).await;
    }
    // Bob is in the room once his join is answered.
    hear(&mut bob, |frame| frame["request_id"] == "r1").await;
    say(
        &mut ada,
        json!({"type": "message", "action": "send", "request_id": "r2", "data": {
            "room_id": "studio", "content": "Hello!", "message_type": "text", "reply_to": null, "metadata": {}
        }}),
    )
    .await;
    let ack = hear(&mut ada, |frame| frame["action"] == "ack").await;
    let heard = hear(&mut bob, |frame| frame["action"] == "received").await;
    assert_eq!(heard["data"]["content"], "Hello!");
    assert_eq!(heard["data"]["message_id"], ack["data"]["message_id"]);
}

#[tokio::test]
async fn nobody_enters_without_a_token_of_ours() {
    let data = tempfile::tempdir().unwrap();
    let veza = Veza::start(data.path()).await;
    match connect_async(request(&veza, "forged")).await {
        Err(Error::Http(answer)) => assert_eq!(answer.status(), 401),
        other => panic!("a forged token got {other:?}"),
    }
}

#[tokio::test]
async fn a_program_enters_by_a_key_that_is_for_it_until_it_is_revoked() {
    let data = tempfile::tempdir().unwrap();
    let veza = Veza::start(data.path()).await;
    let token = veza.token_of("ada").await;
    let key = async |permission: &str| {
        let body = json!({"name": "A bot", "permissions": [permission]});
        let made = veza
            .http
            .post(veza.url("/auth/api-keys"))
            .bearer_auth(&token);
        let made = made.json(&body).send().await.unwrap();
        made.json::<Value>().await.unwrap()
    };
    let reader = key("track:read").await;
    match connect_async(request(&veza, reader["key"].as_str().unwrap())).await {
        Err(Error::Http(answer)) => assert_eq!(answer.status(), 401),
        other => panic!("a key for something else got {other:?}"),
    }
    let bot = key("chat:connect").await;
    let (mut socket, _) = connect_async(request(&veza, bot["key"].as_str().unwrap()))
        .await
        .unwrap();
    hear(&mut socket, |frame| frame["action"] == "hello").await;

    let url = veza.url(&format!("/auth/api-keys/{}", bot["id"].as_str().unwrap()));
    let end = veza.http.delete(url).bearer_auth(&token).send();
    assert_eq!(end.await.unwrap().status(), 204);
    let closed = async { while let Some(Ok(_)) = socket.next().await {} };
    let closed = tokio::time::timeout(std::time::Duration::from_secs(5), closed);
    closed.await.unwrap();
}

fn request(veza: &Veza, token: &str) -> Request<()> {
    let mut request = veza.chat.as_str().into_client_request().unwrap();
    let bearer = format!("Bearer {token}").parse().unwrap();
    request.headers_mut().insert("authorization", bearer);
    request
}

async fn connect(veza: &Veza, name: &str) -> Socket {
    let token = veza.token_of(name).await;
    let (mut socket, _) = connect_async(request(veza, &token)).await.unwrap();
    hear(&mut socket, |frame| frame["action"] == "hello").await;
    socket
}

async fn say(socket: &mut Socket, frame: Value) {
    socket.send(Message::text(frame.to_string())).await.unwrap();
}

/// The next frame of which `wanted` is true; others are passed over.
async fn hear(socket: &mut Socket, wanted: impl Fn(&Value) -> bool) -> Value {
    let next = async {
        while let Some(message) = socket.next().await {
            if let Message::Text(text) = message.unwrap() {
                let frame: Value = serde_json::from_str(&text).unwrap();
                if wanted(&frame) {
                    return frame;
                }
            }
        }
        panic!("the socket ended");
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), next)
        .await
        .expect("a frame in time")
}
