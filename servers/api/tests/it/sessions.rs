use std::time::Duration;

use http::header;
use serde_json::{Value, json};
use veza_api::RateLimits;
use veza_core::auth::refresh_revocations;
use veza_core::kernel::Role;

use crate::support::{Answer, App, PASSWORD, token_in};

const COOKIE: &str = "__Host-veza_refresh";

async fn log_in(app: &App, name: &str, more: Value) -> Answer {
    let mut body = json!({"email": format!("{name}@example.com"), "password": PASSWORD});
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    let answer = app.post("/api/v1/auth/login", &body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer
}

/// The cookie of an answer as a browser sends it back, and what the browser is told about it.
fn cookie(answer: &Answer) -> (String, String) {
    let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
    let (pair, about) = cookie.split_once("; ").unwrap();
    (pair.to_owned(), about.to_owned())
}

fn access(answer: &Answer) -> &str {
    answer.json["accessToken"].as_str().unwrap()
}

#[tokio::test]
async fn a_browser_stays_signed_in_by_a_cookie_that_no_script_sees() {
    let app = App::new(RateLimits::Loose);
    app.token_of("ada").await;
    let answer = log_in(&app, "ada", json!({})).await;
    assert!(answer.json.get("refreshToken").is_none());
    let (first, about) = cookie(&answer);
    assert!(first.starts_with(&format!("{COOKIE}=")), "{first}");
    assert_eq!(
        about,
        "Path=/; Max-Age=2592000; Secure; HttpOnly; SameSite=Strict"
    );
    let remembered = log_in(&app, "ada", json!({"rememberMe": true})).await;
    assert!(cookie(&remembered).1.contains("Max-Age=7776000;"));

    let refresh = async |headers: &[(&str, &str)]| {
        app.post_with("/api/v1/auth/refresh", &json!({}), headers)
            .await
    };
    let own = ("origin", "https://music.test:8080");
    let answer = refresh(&[("cookie", &first), own]).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let me = app.get("/api/v1/users/me", Some(access(&answer))).await;
    assert_eq!(me.json, answer.json["user"]);
    let (second, _) = cookie(&answer);
    assert_ne!(first, second);

    let foreign = refresh(&[("cookie", &second), ("origin", "https://evil.example")]).await;
    assert_eq!(
        (foreign.status.as_u16(), &foreign.json["code"]),
        (403, &json!("auth.origin_foreign"))
    );
    let nobody = refresh(&[]).await;
    assert_eq!(
        (nobody.status.as_u16(), &nobody.json["code"]),
        (401, &json!("auth.refresh_token.missing"))
    );
    // A form of another site sends no JSON.
    let form = [("cookie", second.as_str()), ("content-type", "text/plain")];
    assert!(refresh(&form).await.status.is_client_error());
    assert_eq!(refresh(&[("cookie", &second)]).await.status, 200);
}

#[tokio::test]
async fn other_clients_hold_the_refresh_token_themselves() {
    let app = App::new(RateLimits::Loose);
    app.token_of("ada").await;
    let answer = log_in(&app, "ada", json!({"tokenDelivery": "body"})).await;
    assert!(!answer.headers.contains_key(header::SET_COOKIE));
    let refresh = async |token: &Value| {
        let body = json!({ "refreshToken": token });
        app.post("/api/v1/auth/refresh", &body).await
    };
    let first = answer.json["refreshToken"].clone();
    let second = refresh(&first).await;
    assert_eq!(second.status, 200, "{}", second.text);
    assert!(!second.headers.contains_key(header::SET_COOKIE));
    let third = refresh(&second.json["refreshToken"]).await;
    assert_eq!(third.status, 200);
    let reused = refresh(&first).await;
    assert_eq!(
        (reused.status.as_u16(), &reused.json["code"]),
        (401, &json!("auth.refresh_token.invalid"))
    );
    assert_eq!(refresh(&third.json["refreshToken"]).await.status, 401);
    let body = json!({"refreshToken": first, "more": 1});
    let answer = app.post("/api/v1/auth/refresh", &body).await;
    assert_eq!(answer.status, 422);
}

#[tokio::test]
async fn signing_out_counts_at_once() {
    let app = App::new(RateLimits::Loose);
    app.token_of("ada").await;
    let answer = log_in(&app, "ada", json!({})).await;
    let bearer = format!("Bearer {}", access(&answer));
    let (pair, _) = cookie(&answer);
    let headers = [("cookie", pair.as_str()), ("authorization", &bearer)];
    let out = app
        .post_with("/api/v1/auth/logout", &json!({}), &headers)
        .await;
    assert_eq!((out.status.as_u16(), out.text.as_str()), (204, ""));
    assert_eq!(cookie(&out).0, format!("{COOKIE}="));
    assert!(cookie(&out).1.contains("Max-Age=0;"));

    let me = app.get("/api/v1/users/me", Some(access(&answer))).await;
    assert_eq!(
        (me.status.as_u16(), &me.json["code"]),
        (401, &json!("auth.token.revoked"))
    );
    let again = app
        .post_with("/api/v1/auth/logout", &json!({}), &headers)
        .await;
    assert_eq!(again.status, 204);
}

#[tokio::test]
async fn sessions_are_seen_and_ended() {
    let app = App::new(RateLimits::Loose);
    let token = app.token_of("ada").await;
    let other = log_in(&app, "ada", json!({})).await;
    let listed = app.get("/api/v1/auth/sessions", Some(&token)).await.json;
    let items = listed["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    let current: Vec<_> = items.iter().map(|item| &item["current"]).collect();
    assert!(current.contains(&&json!(true)) && current.contains(&&json!(false)));
    let ended = app
        .method("DELETE", "/api/v1/auth/sessions", Some(&token))
        .await;
    assert_eq!(ended.status, 204);
    let path = "/api/v1/users/me";
    assert_eq!(app.get(path, Some(access(&other))).await.status, 401);
    assert_eq!(app.get(path, Some(&token)).await.status, 200);
}

#[tokio::test]
async fn a_password_is_changed_and_reset() {
    let app = App::new(RateLimits::Loose);
    app.token_of("ada").await;
    let answer = log_in(&app, "ada", json!({})).await;
    let bearer = format!("Bearer {}", access(&answer));
    let auth = [("authorization", bearer.as_str())];
    app.clock.advance(Duration::from_secs(601));
    refresh_revocations(&app.env, &app.revocations)
        .await
        .unwrap();
    let new = "another one, just as long";
    let body = json!({"presentPassword": PASSWORD, "newPassword": new});
    let change = async |auth| {
        app.post_with("/api/v1/auth/password/change", &body, auth)
            .await
    };
    let answer = change(&auth).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.json["code"]),
        (403, &json!("auth.step_up_required"))
    );
    let proof = json!({ "password": PASSWORD });
    let answer = app
        .post_with("/api/v1/auth/reauthenticate", &proof, &auth)
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    app.clock.advance(Duration::from_millis(1));
    let answer = change(&auth).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let path = "/api/v1/users/me";
    assert_eq!(app.get(path, Some(access(&answer))).await.status, 200);

    app.clock.advance(Duration::from_millis(1));
    let body = json!({"email": "ada@example.com"});
    let asked = app.post("/api/v1/auth/password/reset", &body).await;
    assert_eq!((asked.status.as_u16(), asked.text.as_str()), (202, ""));
    let token = token_in(&app.mail_to("ada@example.com").await.unwrap());
    let body = json!({"token": token, "password": PASSWORD});
    let set = app.post("/api/v1/auth/password/reset/confirm", &body).await;
    assert_eq!(set.status, 204, "{}", set.text);
    assert_eq!(app.get(path, Some(access(&answer))).await.status, 401);
    log_in(&app, "ada", json!({})).await;
}

#[tokio::test]
async fn an_address_is_changed_by_its_proof() {
    let app = App::new(RateLimits::Loose);
    let token = app.token_of("ada").await;
    let bearer = format!("Bearer {token}");
    let body = json!({"email": "new@example.org"});
    let asked = app
        .post_with(
            "/api/v1/auth/email/change",
            &body,
            &[("authorization", &bearer)],
        )
        .await;
    assert_eq!(asked.status, 202, "{}", asked.text);
    let proof = token_in(&app.mail_to("new@example.org").await.unwrap());
    let body = json!({ "token": proof });
    let user = app.post("/api/v1/auth/email/confirm", &body).await;
    assert_eq!(user.json["email"], "new@example.org", "{}", user.text);
}

#[tokio::test]
async fn who_is_banned_is_told_why_and_what_happened_is_on_record() {
    let app = App::new(RateLimits::Loose);
    let admin = app.person("root", Role::Admin).await;
    let ada = app.token_of("ada").await;
    let me = app.get("/api/v1/users/me", Some(&ada)).await.json;
    let path = format!("/api/v1/admin/users/{}/ban", me["id"].as_str().unwrap());
    let request = http::Request::put(&path)
        .header(header::AUTHORIZATION, format!("Bearer {admin}"))
        .header(header::CONTENT_TYPE, "application/json")
        .body(json!({"reason": "spam"}).to_string().into())
        .unwrap();
    let banned = app.send(request).await;
    assert_eq!(banned.json["ban"]["reason"], "spam", "{}", banned.text);
    assert_eq!(banned.json["ban"]["until"], Value::Null);
    assert_eq!(app.get("/api/v1/users/me", Some(&ada)).await.status, 401);
    let body = json!({"email": "ada@example.com", "password": PASSWORD});
    let refused = app.post("/api/v1/auth/login", &body).await;
    assert_eq!(
        (refused.status.as_u16(), &refused.json["code"]),
        (403, &json!("auth.account_banned"))
    );
    let lifted = app.method("DELETE", &path, Some(&admin)).await;
    assert_eq!(lifted.status, 204);

    let path = "/api/v1/admin/audit-events?action=account.ban&limit=1";
    let record = app.get(path, Some(&admin)).await.json;
    assert_eq!(record["items"][0]["subjectId"], me["id"]);
    assert_eq!(record["items"][0]["detail"], "spam");
    assert_eq!(record["items"][0]["address"], "192.0.2.7");
    assert_eq!(record["nextCursor"], Value::Null);
    let path = "/api/v1/admin/audit-events?action=nothing";
    assert_eq!(app.get(path, Some(&admin)).await.status, 400);
}

#[tokio::test]
async fn while_revocations_are_not_known_nobody_is_let_in() {
    let app = App::new(RateLimits::Loose);
    let token = app.token_of("ada").await;
    app.clock.advance(Duration::from_secs(6));
    let answer = app.get("/api/v1/users/me", Some(&token)).await;
    assert_eq!(answer.status, 503);
    assert!(answer.headers.contains_key(header::RETRY_AFTER));
    assert_eq!(app.get("/api/v1/tracks", None).await.status, 200);
}
