use serde_json::json;

use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

use crate::mails::MailFolder;
use crate::support::{Answer, PASSWORD, Veza, add_account};

#[tokio::test]
async fn somebody_registers_reads_the_mail_and_is_in() {
    let data = tempfile::tempdir().unwrap();
    let veza = Veza::start(data.path()).await;
    let body = json!({"email": "ada@example.com", "username": "ada", "password": PASSWORD});
    let asked = veza.post("/auth/register", &body).await;
    assert_eq!(asked.status, 202, "{}", asked.json);
    let mails = MailFolder::of(data.path()).next(1).await;
    let body = json!({"token": mails[0].token});
    let made = veza.post("/auth/verify", &body).await;
    assert_eq!(made.status, 201, "{}", made.json);
    let token = veza.log_in("ada").await;
    let me = veza.get("/users/me", Some(&token)).await;
    assert_eq!(me.json["username"], "ada");
}

#[tokio::test]
async fn the_first_administrator_is_made_by_the_command_line_and_bans_within_five_seconds() {
    let data = tempfile::tempdir().unwrap();
    assert!(add_account(&data.path().join("data"), "root", "admin").await);
    let veza = Veza::start(&data.path().join("data")).await;
    assert!(!add_account(&data.path().join("data"), "root", "admin").await);
    let (admin, ada) = (veza.log_in("root").await, veza.token_of("ada").await);

    let mut request = veza.chat.as_str().into_client_request().unwrap();
    let bearer = format!("Bearer {ada}").parse().unwrap();
    request.headers_mut().insert("authorization", bearer);
    let (mut socket, _) = connect_async(request.clone()).await.unwrap();
    let me = veza.get("/users/me", Some(&ada)).await.json;
    let url = veza.url(&format!("/admin/users/{}/ban", me["id"].as_str().unwrap()));
    let ban = veza.http.put(url).bearer_auth(admin);
    let banned = ban.json(&json!({"reason": "spam"})).send().await.unwrap();
    assert_eq!(banned.status(), 200);
    let began = Instant::now();

    let refused = veza.get("/users/me", Some(&ada)).await;
    assert_eq!(refused.json["code"], "auth.token.revoked");
    let nothing = "0190a0a0-0000-7000-8000-000000000000";
    let media = format!("{}/v1/tracks/{nothing}/{nothing}/master.m3u8", veza.stream);
    let media = veza.http.get(media).bearer_auth(&ada).send().await.unwrap();
    assert_eq!(media.status(), 401, "the media's port knows too");
    assert!(connect_async(request).await.is_err(), "and the chat's door");
    let closed = async {
        while let Some(Ok(message)) = socket.next().await {
            if matches!(message, Message::Close(_)) {
                break;
            }
        }
    };
    let patience = Duration::from_secs(20);
    tokio::time::timeout(patience, closed).await.unwrap();
    let took = began.elapsed();
    assert!(took < Duration::from_secs(5), "the open socket: {took:?}");
}

#[tokio::test]
async fn an_account_is_still_there_after_kill_nine() {
    let data = tempfile::tempdir().unwrap();
    let mut veza = Veza::start(data.path()).await;
    let token = veza.token_of("ada").await;
    let me = veza.get("/users/me", Some(&token)).await;
    assert_eq!((me.status, &me.json["username"]), (200, &json!("ada")));
    veza.child.kill().await.unwrap();

    let veza = Veza::start(data.path()).await;
    // The key is kept, so the token is still good; so is the account.
    assert_eq!(veza.get("/users/me", Some(&token)).await.json, me.json);
    let taken =
        json!({"email": "x@example.com", "username": "ADA", "password": "long enough, I hope"});
    assert_eq!(veza.post("/auth/register", &taken).await.status, 409);
}

#[tokio::test]
async fn what_is_wrong_with_a_request_is_said_by_name() {
    let data = tempfile::tempdir().unwrap();
    let veza = Veza::start(data.path()).await;
    let url = veza.url("/auth/login");
    let send = async |content_type: &str, body: Vec<u8>| {
        let request = veza
            .http
            .post(&url)
            .header("content-type", content_type)
            .body(body);
        Answer::of(request.send().await.unwrap()).await
    };
    let deep = "[".repeat(10_000).into_bytes();
    assert_eq!(send("application/json", b"{".to_vec()).await.status, 400);
    assert_eq!(send("text/plain", b"{}".to_vec()).await.status, 415);
    assert!([400, 422].contains(&send("application/json", deep).await.status));
    // The answer has to reach a client which is still sending.
    let huge = send("application/json", vec![b' '; 20 << 20]).await;
    assert_eq!(
        (huge.status, &huge.json["code"]),
        (413, &json!("request.too_large"))
    );
    let body = br#"{"email":"a@b.example","password":"x","admin":true}"#;
    let unknown = send("application/json", body.to_vec()).await;
    assert_eq!(
        (unknown.status, &unknown.json["errors"][0]["field"]),
        (422, &json!("admin"))
    );
    assert_eq!(unknown.headers["content-type"], "application/problem+json");

    assert_eq!(veza.get("/tracks?cursor=forged", None).await.status, 400);
    assert_eq!(veza.get("/tracks/none", None).await.status, 404);
    let keys = veza.get("/auth/jwks.json", None).await.json;
    assert_eq!(keys["keys"][0]["alg"], "RS256");
}

#[tokio::test]
async fn logins_are_limited_unless_told_otherwise() {
    let data = tempfile::tempdir().unwrap();
    let veza = Veza::start_with(data.path(), &[]).await;
    let body = json!({"email": "nobody@example.com", "password": "a wrong password"});
    let mut statuses = Vec::new();
    for _ in 0..8 {
        statuses.push(veza.post("/auth/login", &body).await.status);
    }
    assert_eq!(statuses, [401, 401, 401, 401, 401, 401, 401, 429]);
}
