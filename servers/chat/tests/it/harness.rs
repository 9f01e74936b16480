//! A server on a free port, and clients.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::client::Response;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use uuid::Uuid;
use veza_chat_server::{Authenticator, ChatConfig, ChatServer, Identity, router};

/// Longer than anything here takes, shorter than a stuck test run.
const PATIENCE: Duration = Duration::from_secs(10);

/// A token whose check never ends, as when a database is black-holed.
pub(crate) const STALLING: &str = "stalling";

/// Tokens which are valid now.
#[derive(Default)]
pub(crate) struct Tokens(Mutex<HashMap<String, Identity>>);

impl Tokens {
    pub(crate) fn issue(&self, user: u128, name: &str) -> String {
        let token = format!("token-of-{name}");
        let identity = Identity {
            user_id: Uuid::from_u128(user),
            username: name.to_owned(),
        };
        self.0.lock().unwrap().insert(token.clone(), identity);
        token
    }

    pub(crate) fn revoke(&self, token: &str) {
        self.0.lock().unwrap().remove(token);
    }
}

#[async_trait]
impl Authenticator for Tokens {
    async fn authenticate(&self, token: &str) -> Option<Identity> {
        if token == STALLING {
            return std::future::pending().await;
        }
        self.0.lock().unwrap().get(token).cloned()
    }
}

pub(crate) struct Server {
    pub(crate) chat: ChatServer,
    pub(crate) tokens: Arc<Tokens>,
    pub(crate) address: SocketAddr,
}

pub(crate) async fn start(config: ChatConfig) -> Server {
    let tokens = Arc::<Tokens>::default();
    let chat = ChatServer::new(config, tokens.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = router(&chat);
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    Server {
        chat,
        tokens,
        address,
    }
}

pub(crate) struct Client {
    pub(crate) socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub(crate) response: Response,
}

impl Server {
    /// Connects with these headers; `path` is `/ws` and perhaps a query.
    pub(crate) async fn dial(
        &self,
        path: &str,
        headers: &[(&'static str, String)],
    ) -> Result<Client, Error> {
        let mut request = format!("ws://{}{path}", self.address).into_client_request()?;
        for (name, value) in headers {
            request.headers_mut().append(*name, value.parse().unwrap());
        }
        let (socket, response) = connect_async(request).await?;
        Ok(Client { socket, response })
    }

    /// The status, the headers and the problem document of a request that is not upgraded.
    pub(crate) async fn refused(
        &self,
        path: &str,
        headers: &[(&'static str, String)],
    ) -> (u16, Value) {
        match self.dial(path, headers).await {
            Err(Error::Http(response)) => {
                assert_eq!(
                    response.headers()["content-type"],
                    "application/problem+json"
                );
                let body = response.body().as_deref().unwrap_or_default();
                (
                    response.status().as_u16(),
                    serde_json::from_slice(body).unwrap(),
                )
            }
            Err(error) => panic!("{error}"),
            Ok(_) => panic!("upgraded"),
        }
    }

    /// A user who is connected and greeted.
    pub(crate) async fn user(&self, id: u128, name: &str) -> Client {
        let token = self.tokens.issue(id, name);
        let header = ("authorization", format!("Bearer {token}"));
        let mut client = self.dial("/ws", &[header]).await.unwrap();
        client.expect("system", "hello").await;
        client
    }

    /// A user who is connected and in a room.
    pub(crate) async fn member(&self, id: u128, name: &str, room: &str) -> Client {
        let mut client = self.user(id, name).await;
        client
            .send("room", "join", json!({ "room_id": room }))
            .await;
        client.expect("room", "joined").await;
        client
    }
}

impl Client {
    pub(crate) async fn raw(&mut self, message: Message) {
        self.socket.send(message).await.unwrap();
    }

    pub(crate) async fn send(&mut self, kind: &str, action: &str, data: Value) {
        let frame = json!({ "type": kind, "action": action, "data": data });
        self.raw(Message::text(frame.to_string())).await;
    }

    pub(crate) async fn say(&mut self, room: &str, content: &str) {
        self.send(
            "message",
            "send",
            json!({ "room_id": room, "content": content }),
        )
        .await;
    }

    /// The next text frame; pings and pongs are passed over.
    pub(crate) async fn next(&mut self) -> Value {
        loop {
            match self.message().await {
                Some(Ok(Message::Text(text))) => return serde_json::from_str(&text).unwrap(),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => panic!("no frame but {other:?}"),
            }
        }
    }

    /// The next frame, which has to be this one; its data.
    pub(crate) async fn expect(&mut self, kind: &str, action: &str) -> Value {
        let mut frame = self.next().await;
        assert_eq!(
            (&frame["type"], &frame["action"]),
            (&json!(kind), &json!(action)),
            "{frame}"
        );
        frame["data"].take()
    }

    /// The next frame of this kind; others are passed over.
    pub(crate) async fn until(&mut self, kind: &str, action: &str) -> Value {
        loop {
            let mut frame = self.next().await;
            if frame["type"] == kind && frame["action"] == action {
                return frame["data"].take();
            }
        }
    }

    /// The code the server closes with; frames before it are passed over.
    pub(crate) async fn closed(&mut self) -> u16 {
        loop {
            match self.message().await {
                Some(Ok(Message::Close(Some(frame)))) => return frame.code.into(),
                Some(Ok(Message::Text(_) | Message::Ping(_) | Message::Pong(_))) => {}
                other => panic!("not closed but {other:?}"),
            }
        }
    }

    async fn message(&mut self) -> Option<Result<Message, Error>> {
        tokio::time::timeout(PATIENCE, self.socket.next())
            .await
            .expect("nothing came in time")
    }
}

/// Waits until something holds.
pub(crate) async fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..1000 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("never: {what}");
}
