use serde_json::json;

use crate::support::{Answer, Veza};

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
