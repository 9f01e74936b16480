//! The things that operations are called on. What belongs to somebody belongs to `owner`.

use serde_json::json;

use super::server::People;
use crate::support::{App, PROVIDER};

/// Makes the thing of this name; answers its id.
pub(super) async fn make(app: &App, people: &People, thing: Option<&str>) -> Option<String> {
    let owner = people.token("owner").unwrap();
    let id = match thing? {
        "public track" => app.ready_track(owner, "public").await,
        "private track" => app.ready_track(owner, "private").await,
        "picture" => app.picture(owner).await,
        "waiting job" => app.job(false).await,
        "dead job" => app.job(true).await,
        "queued track" => app.queued_track(owner).await,
        "report" => app.report().await,
        "account" => id_in(app, owner, "/api/v1/users/me", "/id").await,
        "session" => id_in(app, owner, "/api/v1/auth/sessions", "/items/0/id").await,
        "provider" => PROVIDER.to_owned(),
        "identity" => app.identity(owner).await,
        "export" => app.export(owner).await,
        "api key" => {
            let body = json!({ "name": "A program", "permissions": ["track:read"] });
            let made = app.post_as(owner, "/api/v1/auth/api-keys", &body).await;
            made.json["id"].as_str().unwrap().to_owned()
        }
        other => panic!("nobody knows how to make a {other}"),
    };
    Some(id)
}

/// The id that stands at `pointer` in an answer to `token`.
async fn id_in(app: &App, token: &str, path: &str, pointer: &str) -> String {
    let answer = app.get(path, Some(token)).await.json;
    answer
        .pointer(pointer)
        .unwrap()
        .as_str()
        .unwrap()
        .to_owned()
}
