//! Signing in with a provider over HTTP. What providers really do is tested with the program.

use axum::body::Body;
use http::{Request, header};
use serde_json::{Value, json};
use veza_api::RateLimits;
use veza_core::auth::identities::ProvedIdentity;

use crate::support::{Answer, App, PROVIDER};

const SIGN_IN: &str = "/api/v1/auth/providers/local/sign-in";
const CALLBACK: &str = "/api/v1/auth/providers/local/callback";

fn cookie(answer: &Answer) -> String {
    let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

/// Begins, and comes back as this person: the answer's body and the cookie to hand it over with.
async fn come_back(app: &App, name: &str, delivery: &str) -> (Value, String) {
    let begun = app.post(SIGN_IN, &json!({"returnTo": "/uploads"})).await;
    assert_eq!(begun.status, 200, "{}", begun.text);
    assert_eq!(begun.json["expiresIn"], 600);
    let url = begun.json["authorizationUrl"].as_str().unwrap();
    let (_, state) = url.split_once("state=").unwrap();
    let person = ProvedIdentity {
        subject: name.into(),
        email: Some(format!("{name}@example.com")),
        email_verified: true,
        preferred_username: Some(name.into()),
        ..ProvedIdentity::default()
    };
    app.provider.give("code", person);
    let body = json!({"state": state, "code": "code", "tokenDelivery": delivery});
    (body, cookie(&begun))
}

#[tokio::test]
async fn tokens_are_given_as_they_are_asked_for() {
    let app = App::new(RateLimits::Loose);
    let listed = app.get("/api/v1/auth/providers", None).await;
    assert_eq!(listed.json["items"][0]["id"], PROVIDER);
    let (body, cookie) = come_back(&app, "ada", "cookie").await;
    let answer = app.post_with(CALLBACK, &body, &[("cookie", &cookie)]).await;
    assert_eq!(answer.json["outcome"], "signed_in", "{}", answer.text);
    assert_eq!(answer.json["returnTo"], "/uploads");
    assert!(answer.json["session"].get("refreshToken").is_none());
    let set = answer.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(set.starts_with("__Host-veza_refresh="), "{set}");
    let (body, cookie) = come_back(&app, "ada", "body").await;
    let answer = app.post_with(CALLBACK, &body, &[("cookie", &cookie)]).await;
    assert!(answer.json["session"]["refreshToken"].is_string());
    assert!(answer.headers.get(header::SET_COOKIE).is_none());
    let token = answer.json["session"]["accessToken"].as_str().unwrap();
    let identities = app.get("/api/v1/auth/identities", Some(token)).await;
    assert_eq!(identities.json["items"][0]["email"], "ada@example.com");
}

#[tokio::test]
async fn pages_of_other_origins_have_no_part_in_it() {
    let app = App::new(RateLimits::Loose);
    let (body, cookie) = come_back(&app, "ada", "cookie").await;
    let foreign = [("cookie", &*cookie), ("origin", "https://evil.example")];
    for path in [SIGN_IN, CALLBACK] {
        let sent = if path == SIGN_IN {
            json!({})
        } else {
            body.clone()
        };
        let answer = app.post_with(path, &sent, &foreign).await;
        assert_eq!(answer.status, 403, "{}", answer.text);
        assert_eq!(answer.json["code"], "auth.origin_foreign");
    }
    let without = app.post(CALLBACK, &body).await;
    assert_eq!(without.json["code"], "auth.provider.sign_in_not_good");
    assert_eq!(without.status, 401);
}

#[tokio::test]
async fn what_is_asked_for_is_checked() {
    let app = App::new(RateLimits::Loose);
    let elsewhere = json!({"returnTo": "//evil.example"});
    let answer = app.post(SIGN_IN, &elsewhere).await;
    assert_eq!(answer.status, 422, "{}", answer.text);
    assert_eq!(answer.json["errors"][0]["field"], "returnTo");
    for id in ["unknown", "%2e%2e", "a%00b"] {
        let path = SIGN_IN.replace("local", id);
        let answer = app.post(&path, &json!({})).await;
        assert_eq!(answer.json["code"], "auth.provider.not_found", "{id}");
    }
    let request = Request::post(CALLBACK)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(
            "{\"state\": \"a\", \"code\": \"b\", \"error\": \"x\"}",
        ));
    assert_eq!(app.send(request.unwrap()).await.status, 422);
}

#[tokio::test]
async fn sign_ins_of_one_network_are_limited() {
    let app = App::new(RateLimits::Strict);
    let mut granted = 0;
    loop {
        let answer = app.post(SIGN_IN, &json!({})).await;
        if answer.status == 429 {
            assert!(answer.headers.contains_key(header::RETRY_AFTER));
            break;
        }
        granted += 1;
    }
    assert!((100..=120).contains(&granted), "{granted}");
}
