use http::header;
use serde_json::json;
use veza_api::RateLimits;

use crate::support::{App, MAX_UPLOAD, Part};

const WAV: &[u8] = b"RIFF....WAVE";

#[tokio::test]
async fn a_file_becomes_a_track_that_waits() {
    let app = App::new(RateLimits::Loose);
    let token = app.token_of("ada").await;
    let answer = app
        .upload(
            &token,
            &[
                ("genre", None, b"Ambient"),
                ("file", Some("My Song.wav"), WAV),
                ("visibility", None, b"private"),
            ],
        )
        .await;
    assert_eq!(answer.status, 202, "{}", answer.json);
    let track = &answer.json;
    assert_eq!(track["title"], "My Song");
    assert_eq!(track["artist"]["username"], "ada");
    assert_eq!(
        (&track["status"], &track["visibility"]),
        (&json!("queued"), &json!("private"))
    );
    assert_eq!(
        (&track["media"], &track["failure"]),
        (&json!(null), &json!(null))
    );
    let location = answer.headers[header::LOCATION].to_str().unwrap();
    assert_eq!(app.get(location, Some(&token)).await.json, *track);
    assert_eq!(app.get(location, None).await.status, 404);
    assert_eq!(app.uploads().await, 1);
}

#[tokio::test]
async fn a_refused_upload_leaves_nothing_behind() {
    let app = App::new(RateLimits::Loose);
    let token = app.token_of("ada").await;
    let file = ("file", Some("a.wav"), WAV);
    let big = vec![b'x'; MAX_UPLOAD as usize + 1];
    let long = vec![b'x'; 30_000];
    let cases: &[(&[Part<'_>], u16, &str, &str)] = &[
        (
            &[("file", Some("a.wav"), b"not audio")],
            422,
            "audio.not_audio",
            "file",
        ),
        (
            &[("file", Some("a.wav"), b"")],
            422,
            "files.upload.empty",
            "file",
        ),
        (
            &[("file", Some("a.wav"), b"OOPS")],
            503,
            "server.unavailable",
            "",
        ),
        (
            &[("file", Some("a.wav"), &big)],
            413,
            "files.upload.too_large",
            "",
        ),
        (
            &[file, ("title", None, &long)],
            422,
            "request.invalid",
            "title",
        ),
        (
            &[file, ("title", None, &[b'x'; 201])],
            422,
            "streaming.track.invalid",
            "title",
        ),
        (
            &[file, ("visibility", None, b"everyone")],
            422,
            "request.invalid",
            "visibility",
        ),
        (
            &[file, ("colour", None, b"red")],
            422,
            "request.invalid",
            "colour",
        ),
        (&[file, file], 422, "request.invalid", "file"),
        (
            &[file, ("title", None, b"a"), ("title", None, b"b")],
            422,
            "request.invalid",
            "title",
        ),
        (&[("title", None, b"a")], 422, "request.invalid", "file"),
        (&[], 422, "request.invalid", "file"),
    ];
    for (parts, status, code, field) in cases {
        let answer = app.upload(&token, parts).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json["code"]),
            (*status, &json!(code))
        );
        if !field.is_empty() {
            assert_eq!(answer.json["errors"][0]["field"], *field, "{code}");
        }
        assert!(!answer.json.to_string().contains("secret"));
        assert_eq!(app.uploads().await, 0, "{code} {field}");
    }
    let mine = app.get("/api/v1/users/me/tracks", Some(&token)).await;
    assert_eq!(mine.json["items"], json!([]));
}

#[tokio::test]
async fn nobody_uploads_without_a_token() {
    let app = App::new(RateLimits::Loose);
    let answer = app.upload("forged", &[("file", Some("a.wav"), WAV)]).await;
    assert_eq!(answer.status, 401);
    assert_eq!(app.uploads().await, 0);
}

#[tokio::test]
async fn a_form_that_breaks_off_leaves_nothing_behind() {
    use axum::body::Body;
    use http::Request;
    let app = App::new(RateLimits::Loose);
    let token = app.token_of("ada").await;
    let form = "--b\r\nContent-Disposition: form-data; name=file; filename=a\r\n\r\nRIFF and more";
    let request = Request::post("/api/v1/tracks")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .body(Body::from(form))
        .unwrap();
    let answer = app.send(request).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.json["code"]),
        (400, &json!("request.malformed_form"))
    );
    assert_eq!(app.uploads().await, 0);
}
