//! Requests with a key, and changes of a version.

use std::time::Duration;

use reqwest::multipart::{Form, Part};
use serde_json::json;

use super::{at_once, only, rounds, send, start};
use crate::sound::wav;
use crate::support::{Answer, Veza, files_below};

async fn upload(veza: &Veza, token: &str, title: &str, n: usize) -> Answer {
    let file = Part::bytes(wav(1)).file_name("song.wav");
    let form = Form::new()
        .text("title", title.to_owned())
        .part("file", file);
    let request = veza.http.post(veza.url("/tracks")).bearer_auth(token);
    let request = request
        .header("idempotency-key", title.replace(' ', "-"))
        .multipart(form);
    send(request, n).await
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_uploads_with_one_key_are_one_track() {
    let data = tempfile::tempdir().unwrap();
    let veza = start(data.path()).await;
    let token = veza.token_of("ada").await;
    for round in 0..rounds() {
        let title = format!("song {round}");
        let answers = at_once(|n| upload(&veza, &token, &title, n)).await;
        let replayed = |answer: &&Answer| answer.headers.contains_key("idempotency-replayed");
        let (given, first): (Vec<_>, Vec<_>) = answers
            .iter()
            .filter(|answer| answer.status == 202)
            .partition(replayed);
        assert_eq!(first.len(), 1, "one attempt has done the work");
        let track = &first[0].json["id"];
        assert!(given.iter().all(|answer| answer.json["id"] == *track));
        for late in answers.iter().filter(|answer| answer.status != 202) {
            assert_eq!(late.json["code"], "request.in_flight", "{}", late.json);
        }
        let again = upload(&veza, &token, &title, 0).await;
        assert_eq!((again.status, &again.json["id"]), (202, track));
        let mine = veza.get("/users/me/tracks", Some(&token)).await.json;
        let mine = mine["items"].as_array().unwrap();
        assert_eq!(mine.len(), 1, "{mine:?}");

        let url = veza.url(&format!("/tracks/{}", track.as_str().unwrap()));
        let removed = veza.http.delete(url).bearer_auth(&token);
        assert_eq!(send(removed, 0).await.status, 204);
    }
    // What the others had sent is removed, and so are the tracks' own files.
    for _ in 0..300 {
        if files_below(&data.path().join("blobs")) == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("files of uploads that became no track are left");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_changes_of_one_version_one_is_made() {
    let data = tempfile::tempdir().unwrap();
    let veza = start(data.path()).await;
    let token = veza.token_of("ada").await;
    let track = veza.upload(&token, "song.wav", wav(1)).await.json;
    let id = track["id"].as_str().unwrap();
    // Becoming ready is a change, too.
    veza.once(&token, id, "ready").await;
    let path = format!("/tracks/{id}");
    for round in 0..rounds() {
        let seen = veza.get(&path, Some(&token)).await;
        let tag = seen.headers["etag"].to_str().unwrap();
        let answers = at_once(|n| {
            // What is so already would be no change.
            let title = format!("title {n} of {round}");
            let body = json!({"title": title, "visibility": "private"});
            let request = veza.http.put(veza.url(&path)).bearer_auth(&token);
            send(request.header("if-match", tag).json(&body), n)
        })
        .await;
        let winner = only(&answers, 200, 412);
        let now = veza.get(&path, Some(&token)).await;
        assert_eq!(now.json["title"], winner.json["title"]);
        let now = version(now.headers["etag"].to_str().unwrap());
        assert_eq!(now, version(tag) + 1);
    }
}

/// The version that an entity tag names.
fn version(tag: &str) -> u64 {
    let number = tag.strip_prefix("\"v").unwrap();
    number.split_once('-').unwrap().0.parse().unwrap()
}
