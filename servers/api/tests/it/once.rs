//! Requests with an `Idempotency-Key`, on the way that creates: uploads.

use futures_util::future::join_all;
use http::StatusCode;
use veza_api::RateLimits;

use crate::support::{Answer, App};

async fn upload(app: &App, token: &str, key: &str, title: &str) -> Answer {
    let parts = [
        ("title", None, title.as_bytes()),
        ("file", Some("a.wav"), &b"RIFF"[..]),
    ];
    app.upload_with_key(token, Some(key), &parts).await
}

async fn tracks(app: &App, token: &str) -> usize {
    let page = app.get("/api/v1/users/me/tracks", Some(token)).await;
    page.json["items"].as_array().unwrap().len()
}

#[tokio::test]
async fn an_upload_that_is_sent_again_is_made_once_and_answered_the_same() {
    let app = App::new(RateLimits::Loose);
    let token = app.token_of("ada").await;
    let first = upload(&app, &token, "k-1", "One").await;
    assert_eq!(first.status, 202, "{}", first.json);
    assert!(!first.headers.contains_key("idempotency-replayed"));
    let again = upload(&app, &token, "\"k-1\"", "One").await;
    assert_eq!((again.status, &again.json), (first.status, &first.json));
    assert_eq!(again.headers["location"], first.headers["location"]);
    assert_eq!(again.headers["idempotency-replayed"], "true");
    assert_eq!(tracks(&app, &token).await, 1);
    assert_eq!(
        app.uploads().await,
        1,
        "the file that came again is removed"
    );

    let other = upload(&app, &token, "k-1", "Two").await;
    assert_eq!(other.status, 422);
    assert_eq!(other.json["code"], "request.idempotency_key_reused");
    assert_eq!(upload(&app, &token, "k-2", "Two").await.status, 202);
    let bob = app.token_of("bob").await;
    assert_eq!(upload(&app, &bob, "k-1", "Two").await.status, 202);
    assert_eq!(tracks(&app, &token).await, 2);
}

#[tokio::test]
async fn of_many_at_once_one_is_made() {
    let app = App::new(RateLimits::Loose);
    let token = app.token_of("ada").await;
    let attempts = (0..10).map(|_| upload(&app, &token, "k", "One"));
    let mut made = Vec::new();
    for answer in join_all(attempts).await {
        match answer.status {
            StatusCode::ACCEPTED => made.push(answer.json["id"].to_string()),
            StatusCode::CONFLICT => assert_eq!(answer.json["code"], "request.in_flight"),
            _ => panic!("{}", answer.text),
        }
    }
    made.dedup();
    assert_eq!(made.len(), 1);
    assert_eq!(tracks(&app, &token).await, 1);
}

#[tokio::test]
async fn what_was_refused_may_be_tried_again_with_the_same_key() {
    let app = App::new(RateLimits::Loose);
    let token = app.token_of("ada").await;
    let parts: [(&str, Option<&str>, &[u8]); 1] = [("file", Some("a.wav"), b"no sound")];
    let refused = app.upload_with_key(&token, Some("k"), &parts).await;
    assert_eq!(refused.status, 422);
    assert_eq!(upload(&app, &token, "k", "One").await.status, 202);
}

#[tokio::test]
async fn what_is_no_key_is_refused() {
    let app = App::new(RateLimits::Loose);
    let token = app.token_of("ada").await;
    for key in ["", "\"\"", &"k".repeat(256)] {
        let answer = upload(&app, &token, key, "One").await;
        assert_eq!(answer.status, 400, "{key}");
        assert_eq!(answer.json["code"], "request.idempotency_key");
    }
    assert_eq!(tracks(&app, &token).await, 0);
}
