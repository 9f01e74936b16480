use axum::body::Body;
use http::Request;
use serde_json::{Value, json};
use veza_api::RateLimits;

use crate::support::App;

/// A track that can be played; its id.
async fn ready(app: &App, token: &str, title: &str, genre: &str, visibility: &str) -> String {
    let fields = [
        ("title", title),
        ("genre", genre),
        ("visibility", visibility),
    ];
    app.make_ready(token, &fields).await
}

fn titles(page: &Value) -> Vec<&str> {
    page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|track| track["title"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn a_ready_track_shows_what_was_measured_and_where_to_play_it() {
    let app = App::new(RateLimits::Loose);
    let token = app.token_of("ada").await;
    let id = ready(&app, &token, "One", "House", "public").await;
    let track = app.get(&format!("/api/v1/tracks/{id}"), None).await.json;
    assert_eq!(
        (&track["status"], &track["progress"]),
        (&json!("ready"), &json!(1.0))
    );
    assert_eq!(track["durationSeconds"], 12.5);
    assert_eq!(track["loudness"]["integratedLufs"], -14.0);
    let url = track["media"]["hlsUrl"].as_str().unwrap();
    assert!(
        url.starts_with(&format!("http://music.test:8082/v1/tracks/{id}/")),
        "{url}"
    );
    assert!(url.ends_with("/master.m3u8"));
}

#[tokio::test]
async fn lists_are_paged_sorted_and_filtered() {
    let app = App::new(RateLimits::Loose);
    let token = app.token_of("ada").await;
    for (title, genre) in [("b", "House"), ("A", "house"), ("c", "Folk")] {
        ready(&app, &token, title, genre, "public").await;
    }
    ready(&app, &token, "hidden", "House", "private").await;

    let all = app.get("/api/v1/tracks?sort_by=title", None).await.json;
    assert_eq!(
        (titles(&all), &all["nextCursor"]),
        (vec!["A", "b", "c"], &json!(null))
    );
    let house = app
        .get("/api/v1/tracks?genre=HOUSE&sort_by=title&order=desc", None)
        .await
        .json;
    assert_eq!(titles(&house), ["b", "A"]);

    let mut seen = Vec::new();
    let mut path = "/api/v1/tracks?sort_by=title&limit=1".to_owned();
    loop {
        let page = app.get(&path, None).await.json;
        seen.extend(titles(&page).into_iter().map(str::to_owned));
        match page["nextCursor"].as_str() {
            Some(next) => path = format!("/api/v1/tracks?sort_by=title&limit=1&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, ["A", "b", "c"]);

    let mine = app.get("/api/v1/users/me/tracks", Some(&token)).await.json;
    assert_eq!(titles(&mine).len(), 4);
    assert_eq!(app.get("/api/v1/users/me/tracks", None).await.status, 401);
}

#[tokio::test]
async fn what_is_no_page_is_refused_by_name() {
    let app = App::new(RateLimits::Loose);
    for (query, field) in [
        ("cursor=forged", ""),
        ("cursor=", ""),
        ("limit=many", "limit"),
        ("limit=-1", "limit"),
        ("sort_by=loudness", "sort_by"),
        ("order=up", "order"),
    ] {
        let answer = app.get(&format!("/api/v1/tracks?{query}"), None).await;
        assert_eq!(answer.status, 400, "{query}");
        if !field.is_empty() {
            assert_eq!(
                answer.json["errors"][0]["field"], field,
                "{query}: {}",
                answer.json
            );
        }
    }
    for id in ["x", "..", "0190a0a0-0000-7000-8000-00000000000g"] {
        assert_eq!(
            app.get(&format!("/api/v1/tracks/{id}"), None).await.status,
            404
        );
    }
}

#[tokio::test]
async fn only_its_owner_sees_and_removes_a_private_track() {
    let app = App::new(RateLimits::Loose);
    let (ada, bob) = (app.token_of("ada").await, app.token_of("bob").await);
    let hidden = ready(&app, &ada, "hidden", "Folk", "private").await;
    let shown = ready(&app, &ada, "shown", "Folk", "public").await;
    let path = |track: &str| format!("/api/v1/tracks/{track}");
    for (who, track, get, delete) in [
        (None, &hidden, 404, 401),
        (Some(&bob), &hidden, 404, 404),
        (Some(&bob), &shown, 200, 403),
        (Some(&ada), &hidden, 200, 204),
        (Some(&ada), &shown, 200, 204),
        (Some(&ada), &shown, 404, 404),
    ] {
        let who = who.map(String::as_str);
        assert_eq!(app.get(&path(track), who).await.status, get);
        assert_eq!(app.method("DELETE", &path(track), who).await.status, delete);
    }
}

#[tokio::test]
async fn a_track_is_changed_by_who_has_seen_it() {
    let app = App::new(RateLimits::Loose);
    let token = app.token_of("ada").await;
    let id = ready(&app, &token, "One", "House", "public").await;
    let path = format!("/api/v1/tracks/{id}");
    let put = async |tag: Option<&str>, body: Value| {
        let mut request = Request::put(&path)
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json");
        if let Some(tag) = tag {
            request = request.header("if-match", tag);
        }
        let request = request.body(Body::from(body.to_string())).unwrap();
        app.send(request).await
    };
    let seen = app.get(&path, Some(&token)).await;
    let tag = seen.headers["etag"].to_str().unwrap();

    let change = json!({"title": "Two", "visibility": "private"});
    let missing = put(None, change.clone()).await;
    assert_eq!(
        (missing.status.as_u16(), missing.json["code"].as_str()),
        (428, Some("request.if_match_required"))
    );
    assert_eq!(put(Some("\"v1-00\""), change.clone()).await.status, 412);
    assert_eq!(put(Some("v1"), change.clone()).await.status, 400);
    let unknown = json!({"title": "Two", "visibility": "private", "artist": "bob"});
    assert_eq!(
        put(Some(tag), unknown).await.json["errors"][0]["field"],
        "artist"
    );

    let changed = put(Some(tag), change.clone()).await;
    assert_eq!(changed.status, 200, "{}", changed.json);
    assert_eq!(changed.json["title"], "Two");
    assert_eq!(
        changed.json["genre"],
        Value::Null,
        "what is left out is removed"
    );
    assert_ne!(changed.headers["etag"], tag);
    let stale = put(Some(tag), change).await;
    assert_eq!(
        (stale.status.as_u16(), stale.json["code"].as_str()),
        (412, Some("streaming.track.stale"))
    );
    let now = app.get(&path, Some(&token)).await;
    assert_eq!(now.headers["etag"], changed.headers["etag"]);
    assert_eq!(now.json, changed.json);

    let ask = Request::get(&path)
        .header("authorization", format!("Bearer {token}"))
        .header("if-none-match", now.headers["etag"].clone());
    let again = app.send(ask.body(Body::empty()).unwrap()).await;
    assert_eq!((again.status.as_u16(), again.text.as_str()), (304, ""));
    assert_eq!(again.headers["cache-control"], "private, no-cache");

    let remove = async |tag: &str| {
        let request = Request::delete(&path)
            .header("authorization", format!("Bearer {token}"))
            .header("if-match", tag);
        app.send(request.body(Body::empty()).unwrap()).await.status
    };
    assert_eq!(remove(tag).await, 412);
    assert_eq!(remove(now.headers["etag"].to_str().unwrap()).await, 204);
}

#[tokio::test]
async fn a_page_leads_to_the_next() {
    let app = App::new(RateLimits::Loose);
    let token = app.token_of("ada").await;
    for title in ["a", "b", "c"] {
        ready(&app, &token, title, "House", "public").await;
    }
    let mut path = "/api/v1/tracks?sort_by=title&limit=1".to_owned();
    let mut seen = Vec::new();
    loop {
        let page = app.get(&path, None).await;
        seen.extend(titles(&page.json).into_iter().map(str::to_owned));
        let Some(link) = page.headers.get("link") else {
            break;
        };
        let link = link.to_str().unwrap().strip_prefix('<').unwrap();
        path = link.strip_suffix(">; rel=\"next\"").unwrap().to_owned();
        assert!(path.contains(page.json["nextCursor"].as_str().unwrap()));
    }
    assert_eq!(seen, ["a", "b", "c"]);
}
