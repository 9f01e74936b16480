use std::time::Duration;

use serde_json::{Value, json};

use crate::sound::wav;
use crate::support::{Veza, files_below};

#[tokio::test]
async fn an_upload_becomes_a_track_that_plays() {
    let data = tempfile::tempdir().unwrap();
    let veza = Veza::start(data.path()).await;
    let token = veza.token_of("ada").await;
    let answer = veza.upload(&token, "Two Tones.wav", wav(3)).await;
    assert_eq!(answer.status, 202, "{}", answer.json);
    let id = answer.json["id"].as_str().unwrap();
    let track = veza.once(&token, id, "ready").await;
    assert_eq!(
        (&track["title"], &track["sampleRate"]),
        (&json!("Two Tones"), &json!(44_100))
    );
    assert!((track["durationSeconds"].as_f64().unwrap() - 3.0).abs() < 0.001);
    assert!((-40.0..-5.0).contains(&track["loudness"]["integratedLufs"].as_f64().unwrap()));

    let hls = track["media"]["hlsUrl"].as_str().unwrap();
    assert!(hls.starts_with(&veza.stream), "{hls}");
    let master = veza.http.get(hls).send().await.unwrap();
    assert_eq!(
        master.headers()["content-type"],
        "application/vnd.apple.mpegurl"
    );
    let master = master.text().await.unwrap();
    let playlist = master.lines().find(|line| line.ends_with(".m3u8")).unwrap();
    let playlist = hls.replace("master.m3u8", playlist);
    let text = veza
        .http
        .get(&playlist)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let segment = text.lines().find(|line| !line.starts_with('#')).unwrap();
    let segment = playlist.replace("playlist.m3u8", segment);
    let part = veza
        .http
        .get(&segment)
        .header("range", "bytes=0-99")
        .send()
        .await
        .unwrap();
    assert_eq!(
        (part.status().as_u16(), part.bytes().await.unwrap().len()),
        (206, 100)
    );
    for url in ["waveformUrl", "pictureUrl"] {
        let url = track["media"][url].as_str().unwrap();
        assert_eq!(
            veza.http.get(url).send().await.unwrap().status(),
            200,
            "{url}"
        );
    }

    let page = veza.get("/tracks?genre=test", None).await.json;
    assert_eq!(page["items"][0]["id"], id);
    let url = veza.url(&format!("/tracks/{id}"));
    let removed = veza
        .http
        .delete(url)
        .bearer_auth(&token)
        .send()
        .await
        .unwrap();
    assert_eq!(removed.status(), 204);
    // Its files go, too.
    for _ in 0..100 {
        if files_below(&data.path().join("blobs")) == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("files of a removed track are left");
}

#[tokio::test]
async fn a_refused_upload_leaves_no_file() {
    let data = tempfile::tempdir().unwrap();
    let veza = Veza::start_with(
        data.path(),
        &["--max-upload", "1", "--rate-limits", "loose"],
    )
    .await;
    let token = veza.token_of("ada").await;
    let mut lying = wav(1);
    lying[22..24].copy_from_slice(&0u16.to_le_bytes());
    for (content, status, code) in [
        (b"MZ this is a program".to_vec(), 422, "audio.not_audio"),
        (lying, 422, "audio.malformed"),
        (wav(1)[..20].to_vec(), 422, "audio."),
        (Vec::new(), 422, "files.upload.empty"),
        (vec![0; (1 << 20) + 1], 413, "files.upload.too_large"),
        (vec![0; 30 << 20], 413, "request.too_large"),
    ] {
        let answer = veza.upload(&token, "a.wav", content).await;
        assert_eq!(answer.status, status, "{code}: {}", answer.json);
        assert!(
            answer.json["code"].as_str().unwrap().starts_with(code),
            "{}",
            answer.json
        );
        assert!(!answer.json["detail"].as_str().unwrap().is_empty());
    }
    let mine = veza.get("/users/me/tracks", Some(&token)).await.json;
    assert_eq!(mine["items"], json!([]));
    // Removal of the last one may still be under way.
    for _ in 0..50 {
        if files_below(&data.path().join("blobs")) == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("files of refused uploads are left");
}

#[tokio::test]
async fn a_track_is_made_once_though_the_process_is_killed_over_it() {
    let data = tempfile::tempdir().unwrap();
    let mut veza = Veza::start(data.path()).await;
    let token = veza.token_of("ada").await;
    let answer = veza.upload(&token, "long.wav", wav(60)).await;
    assert_eq!(answer.status, 202, "{}", answer.json);
    let id = answer.json["id"].as_str().unwrap().to_owned();
    veza.once(&token, &id, "processing").await;
    veza.child.kill().await.unwrap();

    let veza = Veza::start(data.path()).await;
    let track = veza.once(&token, &id, "ready").await;
    let revision = track["media"]["hlsUrl"]
        .as_str()
        .unwrap()
        .rsplit('/')
        .nth(1)
        .unwrap();
    let mine = veza.get("/users/me/tracks", Some(&token)).await.json;
    assert_eq!(mine["items"].as_array().map(Vec::len), Some(1), "{mine}");
    let status = |track: &Value| track["status"].clone();
    assert_eq!(status(&mine["items"][0]), "ready");
    // What the killed attempt left behind goes: one revision stays.
    let media = data.path().join("blobs");
    for _ in 0..100 {
        if revisions(&media, &id) == [revision] {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!(
        "{:?} are left, and {revision} is played",
        revisions(&media, &id)
    );
}

/// The revisions of a track that have a folder with files in it, wherever the store keeps them.
fn revisions(folder: &std::path::Path, id: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if !path.is_dir() {
            continue;
        }
        if entry.file_name() == id {
            let folders = std::fs::read_dir(&path)
                .unwrap()
                .map(|entry| entry.unwrap().path());
            let full = folders.filter(|folder| files_below(folder) > 0);
            found.extend(full.map(|folder| folder.file_name().unwrap().to_str().unwrap().into()));
        } else {
            found.extend(revisions(&path, id));
        }
    }
    found
}
