use http::header;
use serde_json::json;
use veza_api::RateLimits;

use crate::support::App;

const EXPORT: &str = "/api/v1/users/me/export";

#[tokio::test]
async fn an_export_is_asked_for_shown_and_fetched() {
    let app = App::new(RateLimits::Loose);
    let token = app.token_of("ada").await;
    assert_eq!(app.get(EXPORT, Some(&token)).await.status, 404);
    let asked = app.method("POST", EXPORT, Some(&token)).await;
    assert_eq!(asked.status, 202, "{}", asked.text);
    let expected = json!({
        "status": "pending",
        "requestedAt": asked.json["requestedAt"],
        "size": null,
        "expiresAt": null,
    });
    assert_eq!(asked.json, expected);
    let archive = format!("{EXPORT}/archive");
    let early = app.get(&archive, Some(&token)).await;
    assert_eq!(early.json["code"], "account.export.not_found");

    app.export(&token).await;
    let shown = app.get(EXPORT, Some(&token)).await;
    assert_eq!(
        (&shown.json["status"], &shown.json["size"]),
        (&json!("ready"), &json!(7))
    );
    let fetched = app.get(&archive, Some(&token)).await;
    assert_eq!(
        (fetched.status.as_u16(), fetched.text.as_str()),
        (200, "archive")
    );
    assert_eq!(fetched.headers[header::CONTENT_TYPE], "application/zip");
    assert_eq!(fetched.headers[header::CACHE_CONTROL], "no-store");
    let disposition = fetched.headers[header::CONTENT_DISPOSITION]
        .to_str()
        .unwrap();
    assert!(disposition.starts_with("attachment"), "{disposition}");
}

#[tokio::test]
async fn a_key_of_a_program_fetches_no_export() {
    let app = App::new(RateLimits::Loose);
    let token = app.token_of("ada").await;
    app.export(&token).await;
    let body = json!({ "name": "Sync", "permissions": ["track:read"] });
    let made = app.post_as(&token, "/api/v1/auth/api-keys", &body).await;
    let key = made.json["key"].as_str().unwrap();
    for (method, path) in [
        ("POST", EXPORT.to_owned()),
        ("GET", format!("{EXPORT}/archive")),
    ] {
        let answer = app.method(method, &path, Some(key)).await;
        assert_eq!(answer.status, 401, "{}", answer.text);
    }
}

#[tokio::test]
async fn few_exports_are_asked_for_in_a_day() {
    let app = App::new(RateLimits::Strict);
    let token = app.token_of("ada").await;
    for _ in 0..3 {
        assert_eq!(app.method("POST", EXPORT, Some(&token)).await.status, 202);
    }
    let refused = app.method("POST", EXPORT, Some(&token)).await;
    assert_eq!(refused.status, 429);
    assert!(refused.headers.contains_key(header::RETRY_AFTER));
    let other = app.token_of("bob").await;
    assert_eq!(app.method("POST", EXPORT, Some(&other)).await.status, 202);
}
