//! A server of its own for each cell, so that no call sees what another left.

use std::collections::BTreeMap;

use reqwest::multipart::{Form, Part};
use reqwest::{Client, Method};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use veza_api::RateLimits;
use veza_api::rpc::METHODS;
use veza_core::kernel::Role;
use veza_server_kit::{ServeLimits, Shutdown, serve};

use super::file::Operation;
use crate::document::Received;
use crate::support::App;

pub(super) struct Server {
    pub(super) app: App,
    client: Client,
    address: String,
    task: JoinHandle<()>,
}

/// One person of each role, somebody who is banned, and a service, with their tokens.
pub(super) struct People(BTreeMap<&'static str, String>);

impl People {
    /// The token of somebody of this role; none of `anonymous`.
    pub(super) fn token(&self, role: &str) -> Option<&str> {
        self.0.get(role).map(String::as_str)
    }
}

impl Server {
    /// A server, and `client` to call it with: making one takes longer than all else here.
    pub(super) async fn start(client: &Client) -> Self {
        let app = App::new(RateLimits::Loose);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (limits, shutdown) = (ServeLimits::default(), Shutdown::new());
        let task = tokio::spawn(serve(listener, app.router(), limits, shutdown));
        Self {
            app,
            client: client.clone(),
            address,
            task,
        }
    }

    pub(super) async fn call(
        &self,
        operation: &Operation,
        token: Option<&str>,
        id: Option<&str>,
    ) -> Received {
        let (method, path) = operation.call.split_once(' ').unwrap();
        let mut path = path.to_owned();
        if let (Some(id), Some(from), Some(to)) = (id, path.find('{'), path.find('}')) {
            path.replace_range(from..=to, id);
        }
        assert!(!path.contains('{'), "{path} has a part that is not known");
        if let Some(query) = &operation.query {
            path = format!("{path}?{query}");
        }
        let method: Method = method.parse().unwrap();
        let mut request = self
            .client
            .request(method, format!("{}{path}", self.address));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        for (name, value) in &operation.headers {
            request = request.header(name, value);
        }
        if let Some(body) = &operation.body {
            request = request.json(body);
        }
        if operation.form {
            let file = Part::bytes(b"RIFF".to_vec()).file_name("a.wav");
            request = request.multipart(Form::new().part("file", file));
        }
        Received::of(request.send().await.unwrap()).await
    }
}

/// Makes one person of each role, somebody who is banned, and a service.
pub(super) async fn people(app: &App) -> People {
    let mut people = BTreeMap::new();
    for (name, role) in [
        ("guest", Role::Guest),
        ("user", Role::User),
        ("premium", Role::Premium),
        ("creator", Role::Creator),
        ("moderator", Role::Moderator),
        ("admin", Role::Admin),
        ("owner", Role::User),
        ("other", Role::User),
    ] {
        people.insert(name, app.person(name, role).await);
    }
    // Their session was open before the ban, and their token has minutes to go.
    let banned = app.person("banned", Role::Moderator).await;
    let id = app.verifier.verify(&banned).unwrap().user_id;
    app.ban(&people["admin"], id).await;
    people.insert("banned", banned);
    let all = METHODS.map(|method| method.path);
    let service = app.service(&all).await;
    people.insert("service", service.token.expose().to_owned());
    People(people)
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}
