//! Second factors, keys of programs and invitations over HTTP.

use serde_json::{Value, json};
use totp_rs::{Builder, Secret};
use veza_api::RateLimits;
use veza_core::kernel::Role;

use crate::support::{App, PASSWORD};

fn code(app: &App, secret: &str) -> String {
    let secret = Secret::try_from_base32(secret).unwrap();
    let totp = Builder::new()
        .with_secret(secret.as_bytes().to_vec())
        .build_noncompliant();
    let seconds = app.env.clock.now().as_seconds();
    totp.generate(u64::try_from(seconds).unwrap()).to_string()
}

async fn log_in(app: &App, name: &str) -> crate::support::Answer {
    let body = json!({"email": format!("{name}@example.com"), "password": PASSWORD});
    app.post("/api/v1/auth/login", &body).await
}

#[tokio::test]
async fn signing_in_takes_two_steps_once_a_second_factor_is_in_use() {
    let app = App::new(RateLimits::Loose);
    let token = app.token_of("ada").await;
    let set_up = app
        .post_as(&token, "/api/v1/auth/2fa/setup", &json!({}))
        .await;
    assert_eq!(set_up.status, 200, "{}", set_up.text);
    assert!(set_up.json["qrSvg"].as_str().unwrap().contains("<svg"));
    let secret = set_up.json["secret"].as_str().unwrap().to_owned();
    assert_eq!(log_in(&app, "ada").await.status, 200, "not confirmed yet");

    let body = json!({ "code": code(&app, &secret) });
    let confirmed = app.post_as(&token, "/api/v1/auth/2fa/confirm", &body).await;
    assert_eq!(confirmed.status, 200, "{}", confirmed.text);
    let codes = confirmed.json["recoveryCodes"].as_array().unwrap().clone();
    assert_eq!(codes.len(), 10);

    let first = log_in(&app, "ada").await;
    assert_eq!(first.status, 202);
    assert!(first.json.get("accessToken").is_none());
    assert!(first.headers.get("set-cookie").is_none());
    assert_eq!(first.json["expiresIn"], 300);
    let ticket = &first.json["ticket"];
    let verify = async |more: Value| {
        let mut body = json!({ "ticket": ticket });
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        app.post("/api/v1/auth/2fa/verify", &body).await
    };
    assert_eq!(verify(json!({})).await.status, 422);
    let used = verify(json!({ "code": code(&app, &secret) })).await;
    assert_eq!(used.status, 401, "the code has been used to confirm");
    assert_eq!(used.json["code"], "auth.second_factor.code_wrong");
    let second = verify(json!({ "recoveryCode": codes[0] })).await;
    assert_eq!(second.status, 200, "{}", second.text);
    assert!(second.headers.get("set-cookie").is_some());
    let token = second.json["accessToken"].as_str().unwrap();
    let status = app.get("/api/v1/auth/2fa", Some(token)).await;
    assert_eq!(status.json["recoveryCodesLeft"], 9);
    let me = app
        .get("/api/v1/users/me", Some(ticket.as_str().unwrap()))
        .await;
    assert_eq!(me.status, 401, "a ticket is no access token");

    let body = json!({ "recoveryCode": codes[1] });
    let off = app.post_as(token, "/api/v1/auth/2fa/disable", &body).await;
    assert_eq!(off.status, 204, "{}", off.text);
    assert_eq!(log_in(&app, "ada").await.status, 200);
}

#[tokio::test]
async fn a_key_is_shown_in_place_of_an_access_token() {
    let app = App::new(RateLimits::Loose);
    let token = app.token_of("ada").await;
    let path = "/api/v1/auth/api-keys";
    let body = json!({ "name": "Sync", "permissions": ["track:read"] });
    let made = app.post_as(&token, path, &body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let key = made.json["key"].as_str().unwrap();
    assert!(key.starts_with("vzk_"));
    let me = app.get("/api/v1/users/me", Some(key)).await;
    assert_eq!(me.json["username"], "ada");

    let upload = app
        .upload(key, &[("file", Some("a.wav"), b"RIFF....")])
        .await;
    assert_eq!(
        upload.status, 403,
        "it was made for reading: {}",
        upload.text
    );
    for refused in [
        app.post_as(key, path, &body).await,
        app.post_as(key, "/api/v1/auth/2fa/setup", &json!({})).await,
        app.method("DELETE", "/api/v1/auth/sessions", Some(key))
            .await,
    ] {
        assert!(
            [401, 403].contains(&refused.status.as_u16()),
            "{}",
            refused.text
        );
    }
    let listed = app.get(path, Some(&token)).await;
    assert_eq!(listed.json["items"].as_array().unwrap().len(), 1);
    assert!(!listed.text.contains(&key[40..]), "the secret is not kept");

    let id = made.json["id"].as_str().unwrap();
    let end = app
        .method("DELETE", &format!("{path}/{id}"), Some(&token))
        .await;
    assert_eq!(end.status, 204);
    let me = app.get("/api/v1/users/me", Some(key)).await;
    assert_eq!(me.status, 401);
    assert_eq!(me.json["code"], "auth.token.invalid");
    assert!(me.headers.get("www-authenticate").is_some());
    let too_much = json!({ "name": "Sync", "permissions": ["system:config"] });
    let refused = app.post_as(&token, path, &too_much).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
}

#[tokio::test]
async fn an_invitation_brings_somebody_in_with_its_role() {
    let app = App::new(RateLimits::Loose);
    let token = app.person("mona", Role::Moderator).await;
    let path = "/api/v1/auth/invitations";
    let body = json!({ "role": "creator", "uses": 1 });
    let made = app.post_as(&token, path, &body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let register = async |name: &str, code: &Value| {
        let body = json!({
            "email": format!("{name}@example.com"),
            "username": name,
            "password": PASSWORD,
            "invitation": code,
        });
        app.post("/api/v1/auth/register", &body).await
    };
    assert_eq!(register("ada", &made.json["code"]).await.status, 202);
    let refused = register("bob", &json!("made up")).await;
    assert_eq!(refused.status, 422);
    assert_eq!(refused.json["errors"][0]["field"], "invitation");
    let mail = app.mail_to("ada@example.com").await.unwrap();
    let body = json!({ "token": crate::support::token_in(&mail) });
    let user = app.post("/api/v1/auth/verify", &body).await;
    assert_eq!(user.json["user"]["role"], "creator", "{}", user.text);
    let listed = app.get(path, Some(&token)).await;
    assert_eq!(listed.json["items"][0]["usesLeft"], 0);
}

#[tokio::test]
async fn too_many_wrong_codes_are_told_how_long_to_wait() {
    let app = App::new(RateLimits::Loose);
    let token = app.token_of("ada").await;
    let set_up = app
        .post_as(&token, "/api/v1/auth/2fa/setup", &json!({}))
        .await;
    let secret = set_up.json["secret"].as_str().unwrap().to_owned();
    let body = json!({ "code": code(&app, &secret) });
    app.post_as(&token, "/api/v1/auth/2fa/confirm", &body).await;
    let ticket = log_in(&app, "ada").await.json["ticket"].clone();
    // The code that was used is right no more.
    let body = json!({ "ticket": ticket, "code": code(&app, &secret) });
    let mut refused = app.post("/api/v1/auth/2fa/verify", &body).await;
    for _ in 0..5 {
        assert_eq!(refused.status, 401, "{}", refused.text);
        let ticket = log_in(&app, "ada").await.json["ticket"].clone();
        let body = json!({ "ticket": ticket, "code": code(&app, &secret) });
        refused = app.post("/api/v1/auth/2fa/verify", &body).await;
    }
    assert_eq!(refused.status, 429, "{}", refused.text);
    assert_eq!(refused.json["code"], "auth.second_factor.wait");
    assert_eq!(refused.headers["retry-after"], "2");
}
