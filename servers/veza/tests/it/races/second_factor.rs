//! A code is taken once, be it of an authenticator or for the day that is lost.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

use super::{all_post, only, rounds, start};
use crate::support::{Answer, PASSWORD, Veza};

/// What an authenticator shows, so many steps of half a minute from now.
fn code(secret: &str, steps: u64) -> String {
    let secret = Secret::try_from_base32(secret).unwrap();
    let totp = Builder::new()
        .with_secret(secret.as_bytes().to_vec())
        .build_noncompliant();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    totp.generate(now.as_secs() + 30 * steps).to_string()
}

/// The first step of a login: its ticket.
async fn ticket(veza: &Veza, name: &str) -> Value {
    let body = json!({"email": format!("{name}@example.com"), "password": PASSWORD});
    let answer = veza.post("/auth/login", &body).await;
    assert_eq!(answer.status, 202, "{}", answer.json);
    answer.json["ticket"].clone()
}

async fn post_as(veza: &Veza, token: &str, path: &str, body: &Value) -> Answer {
    let request = veza.http.post(veza.url(path)).bearer_auth(token).json(body);
    Answer::of(request.send().await.unwrap()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_who_show_the_same_code_one_is_let_in() {
    let data = tempfile::tempdir().unwrap();
    let veza = start(data.path()).await;
    for round in 0..rounds() {
        // A code is good for half a minute: who is new has used none.
        let name = format!("ada{round}");
        let token = veza.token_of(&name).await;
        let set_up = post_as(&veza, &token, "/auth/2fa/setup", &json!({})).await;
        let secret = set_up.json["secret"].as_str().unwrap();
        let confirm = json!({ "code": code(secret, 0) });
        let confirmed = all_post(&veza, "/auth/2fa/confirm", Some(&token), &confirm).await;
        let codes = &only(&confirmed, 200, 409).json["recoveryCodes"];

        // The next one is taken a little early.
        let shown = json!({"ticket": ticket(&veza, &name).await, "code": code(secret, 1)});
        only(
            &all_post(&veza, "/auth/2fa/verify", None, &shown).await,
            200,
            401,
        );
        let again = json!({"ticket": ticket(&veza, &name).await, "code": shown["code"]});
        assert_eq!(veza.post("/auth/2fa/verify", &again).await.status, 401);

        let shown = json!({"ticket": ticket(&veza, &name).await, "recoveryCode": codes[0]});
        let entered = all_post(&veza, "/auth/2fa/verify", None, &shown).await;
        let token = only(&entered, 200, 401).json["accessToken"].clone();
        let again = json!({"ticket": ticket(&veza, &name).await, "recoveryCode": codes[0]});
        assert_eq!(veza.post("/auth/2fa/verify", &again).await.status, 401);
        let left = veza.get("/auth/2fa", token.as_str()).await.json;
        assert_eq!(left["recoveryCodesLeft"], 9);
    }
}
