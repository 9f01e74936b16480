use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{BINARY, Veza};

fn keys(data: &Path, args: &[&str]) -> std::process::Output {
    std::process::Command::new(BINARY)
        .arg("keys")
        .args(args)
        .arg("--data")
        .arg(data)
        .output()
        .unwrap()
}

fn listed(data: &Path) -> Vec<Value> {
    let output = keys(data, &["list", "--json"]);
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

async fn published(veza: &Veza) -> Vec<String> {
    let url = format!("{}/.well-known/jwks.json", veza.api);
    let set: Value = veza
        .http
        .get(url)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let keys = set["keys"].as_array().unwrap().iter();
    keys.map(|key| key["kid"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn keys_are_replaced_while_the_services_run() {
    let data = tempfile::tempdir().unwrap();
    let fast = ["--token-algorithm", "ES256", "--rate-limits", "loose"];
    let veza = Veza::start_with(data.path(), &fast).await;
    let token = veza.token_of("ada").await;

    assert!(keys(data.path(), &["rotate"]).status.success());
    let began = Instant::now();
    while published(&veza).await.len() < 2 {
        assert!(began.elapsed() < Duration::from_secs(60), "it is published");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert_eq!(listed(data.path()).len(), 2);
    assert_eq!(veza.get("/users/me", Some(&token)).await.status, 200);

    // Stolen: everything that was signed ends within seconds.
    assert!(keys(data.path(), &["rotate", "--at-once"]).status.success());
    let began = Instant::now();
    while veza.get("/users/me", Some(&token)).await.status != 401 {
        assert!(began.elapsed() < Duration::from_secs(5), "it ends");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let token = veza.token_of("ada").await;
    assert_eq!(veza.get("/users/me", Some(&token)).await.status, 200);

    assert!(keys(data.path(), &["rotate-sealing"]).status.success());
    let nowhere = keys(&data.path().join("nowhere"), &["list"]);
    assert!(!nowhere.status.success());
    let told = String::from_utf8(nowhere.stderr).unwrap();
    assert!(told.contains("there are no keys"), "{told}");
}
