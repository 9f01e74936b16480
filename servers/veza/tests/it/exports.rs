//! The export of an account, by the program itself.

use std::io::{Cursor, Read as _};
use std::time::Duration;

use serde_json::{Value, json};

use crate::mails::MailFolder;
use crate::sound::wav;
use crate::support::{Answer, Veza};

const EXPORT: &str = "/users/me/export";

#[tokio::test]
async fn an_account_is_exported_with_what_was_uploaded() {
    let data = tempfile::tempdir().unwrap();
    let data = data.path().join("data");
    let veza = Veza::start(&data).await;
    let token = veza.token_of("ada").await;
    let sound = wav(1);
    let track = veza.upload(&token, "song.wav", sound.clone()).await.json;
    let ask = veza.http.post(veza.url(EXPORT)).bearer_auth(&token);
    let asked = Answer::of(ask.send().await.unwrap()).await;
    assert_eq!(asked.status, 202, "{}", asked.json);
    let began = std::time::Instant::now();
    loop {
        let shown = veza.get(EXPORT, Some(&token)).await.json;
        if shown["status"] == "ready" {
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "{shown}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let mut mails = MailFolder::of(&data);
    let [mail] = mails.next(1).await.try_into().unwrap();
    assert!(mail.to.contains("ada@example.com"));

    let fetch = veza.http.get(veza.url(&format!("{EXPORT}/archive")));
    let fetched = fetch.bearer_auth(&token).send().await.unwrap();
    assert_eq!(fetched.headers()["content-type"], "application/zip");
    let archive = fetched.bytes().await.unwrap();
    let mut zip = zip::ZipArchive::new(Cursor::new(archive)).unwrap();
    let mut read = |name: &str| {
        let mut bytes = Vec::new();
        zip.by_name(name).unwrap().read_to_end(&mut bytes).unwrap();
        bytes
    };
    let tracks: Value = serde_json::from_slice(&read("tracks.json")).unwrap();
    assert_eq!(tracks[0]["id"], track["id"]);
    assert!(
        read(tracks[0]["file"].as_str().unwrap()) == sound,
        "as it was uploaded"
    );
    let account: Value = serde_json::from_slice(&read("account.json")).unwrap();
    assert_eq!(account[0]["email"], json!("ada@example.com"));
}
