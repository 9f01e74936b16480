use axum::body::Body;
use http::Request;
use serde_json::{Value, json};
use veza_api::RateLimits;
use veza_core::kernel::Role;

use crate::support::App;

#[tokio::test]
async fn an_account_shows_its_name_and_what_it_has_published_and_no_more() {
    let app = App::new(RateLimits::Loose);
    let ada = app.person("ada", Role::Creator).await;
    let public = app.ready_track(&ada, "public").await;
    app.ready_track(&ada, "private").await;
    app.queued_track(&ada).await;
    let id = app.get("/api/v1/users/me", Some(&ada)).await.json["id"].clone();
    let path = format!("/api/v1/users/{}", id.as_str().unwrap());
    let shown = app.get(&path, None).await;
    let mut fields: Vec<&String> = shown.json.as_object().unwrap().keys().collect();
    fields.sort();
    assert_eq!(fields, ["createdAt", "id", "username"]);
    for token in [None, Some(&*ada)] {
        let page = app.get(&format!("{path}/tracks"), token).await.json;
        let ids: Vec<&Value> = page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|t| &t["id"])
            .collect();
        assert_eq!(ids, [&public]);
    }
    let nobody = "/api/v1/users/0193c2f1-7a52-7c3e-8a11-3d5a7b9c1e2f";
    for path in [nobody.to_owned(), format!("{nobody}/tracks")] {
        let missing = app.get(&path, None).await;
        assert_eq!(missing.json["code"], "auth.user.not_found");
    }
}

#[tokio::test]
async fn an_account_is_renamed_by_its_owner_who_has_seen_it() {
    let app = App::new(RateLimits::Loose);
    let ada = app.person("ada", Role::User).await;
    app.person("bob", Role::User).await;
    let id = app.get("/api/v1/users/me", Some(&ada)).await.json["id"].clone();
    let path = format!("/api/v1/users/{}", id.as_str().unwrap());
    let put = async |tag: &str, name: &str| {
        let request = Request::put(&path)
            .header("authorization", format!("Bearer {ada}"))
            .header("content-type", "application/json")
            .header("if-match", tag)
            .body(Body::from(json!({"username": name}).to_string()))
            .unwrap();
        app.send(request).await
    };
    let seen = app.get(&path, None).await.headers["etag"].clone();
    let seen = seen.to_str().unwrap();
    assert_eq!(
        put(seen, "bob").await.json["code"],
        "auth.user.username_taken"
    );
    let body = json!({
        "email": "eve@example.com",
        "username": "eve",
        "password": "long enough, I hope",
    });
    let asked = app.post("/api/v1/auth/register", &body).await;
    assert_eq!(asked.status, 202, "{}", asked.text);
    let kept = put(seen, "eve").await;
    assert_eq!(kept.json["code"], "auth.user.username_taken", "for a day");
    assert_eq!(
        put(seen, "a b").await.json["errors"][0]["field"],
        "username"
    );
    let renamed = put(seen, " Ada-2 ").await;
    assert_eq!(renamed.status, 200, "{}", renamed.json);
    assert_eq!(renamed.json["username"], "ada-2");
    assert_eq!(put(seen, "ada-3").await.status, 412);
    let now = app.get(&path, None).await;
    assert_eq!(now.json["username"], "ada-2");
    assert_eq!(now.headers["etag"], renamed.headers["etag"]);
}
