use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::{BINARY, Veza};

/// Whether all was well, and each finding.
fn doctor(data: &Path, more: &[&str]) -> (bool, Vec<Value>) {
    let output = Command::new(BINARY)
        .args(["doctor", "--json", "--data"])
        .arg(data)
        .args(more)
        .output()
        .unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    let findings = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    (output.status.success(), findings)
}

fn failed(findings: &[Value]) -> Vec<&str> {
    findings
        .iter()
        .filter(|finding| finding["ok"] == false)
        .map(|finding| finding["check"].as_str().unwrap())
        .collect()
}

fn ports<'a>(veza: &'a Veza) -> Vec<&'a str> {
    let port = |url: &'a str| url.rsplit(':').next().unwrap().trim_end_matches("/ws");
    vec![
        "--api-port",
        port(&veza.api),
        "--chat-port",
        port(&veza.chat),
        "--stream-port",
        port(&veza.stream),
    ]
}

#[tokio::test]
async fn all_is_well_beside_a_running_service() {
    let data = tempfile::tempdir().unwrap();
    let data = data.path().join("data");
    let veza = Veza::start(&data).await;
    let (well, findings) = doctor(&data, &ports(&veza));
    assert!(well, "{findings:?}");
    let api = findings.iter().find(|f| f["check"] == "api port").unwrap();
    assert_eq!(api["detail"], "veza listens on it");
}

#[test]
fn what_is_wrong_is_named() {
    let data = tempfile::tempdir().unwrap();
    std::fs::set_permissions(data.path(), PermissionsExt::from_mode(0o700)).unwrap();
    let keys = data.path().join("keys");
    std::fs::create_dir(&keys).unwrap();
    let secret = keys.join("cursors");
    std::fs::write(&secret, "secret").unwrap();
    std::fs::set_permissions(&secret, PermissionsExt::from_mode(0o644)).unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let ports = [
        "--api-port",
        &port,
        "--chat-port",
        "0",
        "--stream-port",
        "0",
    ];
    let (well, findings) = doctor(data.path(), &ports);
    assert!(!well);
    assert_eq!(failed(&findings), ["keys", "api port"], "{findings:?}");
}
