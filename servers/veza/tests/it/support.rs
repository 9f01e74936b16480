//! The binary, started on ports of the system's choice.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, Command};

pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_veza");

/// Asks for the servers of production instead of what is embedded: every test is to pass on both.
const FULL_SET: &str = "FULL_SET";

/// Whether the servers of production are asked for.
pub(crate) fn on_full_set() -> bool {
    std::env::var_os(FULL_SET).is_some()
}

/// A name of this data folder's own, on servers that all tests share.
fn namespace(data: &Path) -> String {
    format!("veza_{:x}", number(data))
}

fn number(data: &Path) -> u64 {
    let mut hasher = DefaultHasher::new();
    (data, std::process::id()).hash(&mut hasher);
    hasher.finish()
}

/// The setting that puts this data folder's rows into PostgreSQL, if that is asked for.
pub(crate) fn database(data: &Path) -> Vec<String> {
    if !on_full_set() {
        return Vec::new();
    }
    let url = test_services::postgres::database(&namespace(data)).unwrap();
    vec!["--database-url".to_owned(), url]
}

/// The settings that put this data folder's data on the servers of production, if these are
/// asked for.
pub(crate) fn full_set(data: &Path) -> Vec<String> {
    let mut settings = database(data);
    if on_full_set() {
        let redis = test_services::redis::shared().unwrap();
        let amqp = test_services::rabbitmq::shared().unwrap();
        // Of its sixteen databases one that few others use.
        let redis = format!("{redis}/{}", number(data) % 16);
        settings.extend(["--redis-url".to_owned(), redis]);
        settings.extend(["--amqp-url".to_owned(), amqp.to_owned()]);
        settings.extend(["--amqp-namespace".to_owned(), namespace(data)]);
    }
    settings
}

/// A running `veza serve`; killed when it is dropped.
pub(crate) struct Veza {
    pub(crate) child: Child,
    pub(crate) api: String,
    pub(crate) chat: String,
    pub(crate) stream: String,
    /// Only where it is asked for.
    pub(crate) rpc: Option<String>,
    pub(crate) http: reqwest::Client,
    data: PathBuf,
}

impl Veza {
    pub(crate) fn command(data: &Path, more: &[&str]) -> Command {
        let mut command = Command::new(BINARY);
        let mut ports = Vec::new();
        for port in ["--api-port", "--chat-port", "--stream-port"] {
            if !more.contains(&port) {
                ports.extend([port, "0"]);
            }
        }
        command
            .arg("serve")
            .arg("--data")
            .arg(data)
            .args(ports)
            .args(["--json", "--log", "warn"])
            .args(full_set(data))
            .args(more)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    pub(crate) async fn start(data: &Path) -> Self {
        Self::start_with(data, &["--rate-limits", "loose"]).await
    }

    pub(crate) async fn start_with(data: &Path, more: &[&str]) -> Self {
        let mut child = Self::command(data, more).spawn().unwrap();
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        // A first start makes a signing key, which takes a while without optimisation.
        tokio::time::timeout(Duration::from_secs(60), stdout.read_line(&mut line))
            .await
            .unwrap()
            .unwrap();
        let addresses: Value = serde_json::from_str(&line).unwrap();
        let address = |name: &str| addresses[name].as_str().unwrap().to_owned();
        Self {
            child,
            api: address("api"),
            chat: address("chat"),
            stream: address("stream"),
            rpc: addresses["rpc"].as_str().map(str::to_owned),
            http: reqwest::Client::new(),
            data: data.to_owned(),
        }
    }

    /// Sends a signal by name, such as `TERM`.
    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.id().unwrap().to_string();
        let sent = std::process::Command::new("kill")
            .args(["-s", name, &pid])
            .status()
            .unwrap();
        assert!(sent.success());
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}/api/v1{path}", self.api)
    }

    pub(crate) async fn get(&self, path: &str, token: Option<&str>) -> Answer {
        let mut request = self.http.get(self.url(path));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        Answer::of(request.send().await.unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        Answer::of(
            self.http
                .post(self.url(path))
                .json(body)
                .send()
                .await
                .unwrap(),
        )
        .await
    }

    /// Somebody with an account, which is made if need be: their token.
    pub(crate) async fn token_of(&self, name: &str) -> String {
        add_account(&self.data, name, "user").await;
        self.log_in(name).await
    }

    /// The token of somebody who has an account.
    pub(crate) async fn log_in(&self, name: &str) -> String {
        let body = json!({"email": format!("{name}@example.com"), "password": PASSWORD});
        let answer = self.post("/auth/login", &body).await;
        assert_eq!(answer.status, 200, "{}", answer.json);
        answer.json["accessToken"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn upload(&self, token: &str, name: &str, content: Vec<u8>) -> Answer {
        let file = Part::bytes(content).file_name(name.to_owned());
        let form = Form::new().text("genre", "Test").part("file", file);
        let request = self
            .http
            .post(self.url("/tracks"))
            .bearer_auth(token)
            .multipart(form);
        Answer::of(request.send().await.unwrap()).await
    }

    /// The track, once its status is `wanted`.
    pub(crate) async fn once(&self, token: &str, id: &str, wanted: &str) -> Value {
        let began = Instant::now();
        loop {
            let track = self.get(&format!("/tracks/{id}"), Some(token)).await.json;
            if track["status"] == wanted {
                return track;
            }
            assert!(began.elapsed() < Duration::from_secs(120), "{track}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// Of everybody here.
pub(crate) const PASSWORD: &str = "long enough, I hope";

/// Makes an account by the command line, beside a server or before its start; whether it is new.
pub(crate) async fn add_account(data: &Path, name: &str, role: &str) -> bool {
    add_account_at(data, name, role, &database(data)).await
}

/// The same, in the database that these settings name.
pub(crate) async fn add_account_at(
    data: &Path,
    name: &str,
    role: &str,
    database: &[String],
) -> bool {
    let mut child = Command::new(BINARY)
        .args(["accounts", "add", "--username", name, "--role", role])
        .args(["--email", &format!("{name}@example.com")])
        .arg("--data")
        .arg(data)
        .args(database)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(PASSWORD.as_bytes()).await.unwrap();
    stdin.write_all(b"\n").await.unwrap();
    drop(stdin);
    let output = child.wait_with_output().await.unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() || said.contains("taken"), "{said}");
    output.status.success()
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) json: Value,
}

impl Answer {
    pub(crate) async fn of(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let json = response.json().await.unwrap_or(Value::Null);
        Self {
            status,
            headers,
            json,
        }
    }
}

/// How many files there are below a folder.
pub(crate) fn files_below(folder: &Path) -> usize {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| if path.is_dir() { files_below(&path) } else { 1 })
        .sum()
}
