//! A refresh token gives one next.
//!
//! A token is taken again while its child is unused, for an answer may be lost. So all fifty who
//! show it are answered; but the children that were given before the last are good for nothing,
//! and of all that fifty can make of a token one line goes on.

use serde_json::{Value, json};

use super::{all, all_post, at_once, only, rounds, send, start};
use crate::support::{PASSWORD, Veza};

async fn refresh(veza: &Veza, token: &Value) -> crate::support::Answer {
    veza.post("/auth/refresh", &json!({ "refreshToken": token }))
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_who_refresh_one_line_goes_on() {
    let data = tempfile::tempdir().unwrap();
    let veza = start(data.path()).await;
    veza.token_of("ada").await;
    for _ in 0..rounds() {
        let login = json!({
            "email": "ada@example.com", "password": PASSWORD, "tokenDelivery": "body",
        });
        let login = veza.post("/auth/login", &login).await.json;
        let sessions = async |access: &Value| {
            let sessions = veza.get("/auth/sessions", access.as_str()).await;
            assert_eq!(sessions.status, 200, "{}", sessions.json);
            sessions.json["items"].as_array().unwrap().len()
        };
        let before = sessions(&login["accessToken"]).await;
        let first = json!({ "refreshToken": login["refreshToken"] });
        let children = all_post(&veza, "/auth/refresh", None, &first).await;
        all(&children, 200);

        let grandchildren = at_once(|n| {
            let request = veza.http.post(veza.url("/auth/refresh"));
            let token = &children[n].json["refreshToken"];
            send(request.json(&json!({ "refreshToken": token })), n)
        })
        .await;
        let winner = &only(&grandchildren, 200, 401).json;
        assert_eq!(sessions(&winner["accessToken"]).await, before);
        let next = refresh(&veza, &winner["refreshToken"]).await;
        assert_eq!(next.status, 200, "the losers have ended nothing");

        // What is older than the parent ends all that came of it.
        assert_eq!(refresh(&veza, &login["refreshToken"]).await.status, 401);
        let ended = refresh(&veza, &next.json["refreshToken"]).await;
        assert_eq!(ended.status, 401);
    }
}
