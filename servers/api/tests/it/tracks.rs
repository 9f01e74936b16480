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
