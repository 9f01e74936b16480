//! The child by itself: what it may not do.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::sound::wav;
use crate::support::BINARY;

/// Runs `veza confined`; the limits are memory, seconds of the processor, bytes of a file, files.
fn confined(kind: &str, input: &Path, output: &Path, parent: u32, limits: [u64; 4]) -> Output {
    Command::new(BINARY)
        .arg("confined")
        .arg(kind)
        .args([input, output])
        .arg(parent.to_string())
        .args(limits.map(|limit| limit.to_string()))
        .output()
        .unwrap()
}

const ROOMY: [u64; 4] = [2 << 30, 60, 1 << 30, 64];

fn last_line(output: &Output) -> Value {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines()
        .last()
        .map_or(Value::Null, |line| serde_json::from_str(line).unwrap())
}

#[test]
fn a_child_reads_a_file_within_its_limits() {
    let dir = tempfile::tempdir().unwrap();
    let input = dir.path().join("sound");
    std::fs::write(&input, wav(1)).unwrap();
    let output = confined("probe", &input, dir.path(), std::process::id(), ROOMY);
    assert!(output.status.success());
    assert!(last_line(&output).get("done").is_some());

    std::fs::write(&input, "no sound at all").unwrap();
    let output = confined("probe", &input, dir.path(), std::process::id(), ROOMY);
    let error = &last_line(&output)["error"];
    assert_eq!(
        (&error["code"], &error["fault"]),
        (&"audio.not_audio".into(), &"media".into())
    );
}

#[test]
fn a_child_without_its_parent_or_its_work_does_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let input = dir.path().join("sound");
    std::fs::write(&input, wav(1)).unwrap();
    // Process 1 is not who started it.
    let orphan = confined("probe", &input, dir.path(), 1, ROOMY);
    assert_eq!(last_line(&orphan)["error"]["code"], "confined.limits");
    let unknown = confined("mine", &input, dir.path(), std::process::id(), ROOMY);
    assert_eq!(last_line(&unknown)["error"]["fault"], "ours");
    let nothing = Command::new(BINARY)
        .args(["confined", "probe"])
        .output()
        .unwrap();
    assert_eq!(nothing.status.code(), Some(2));
}

#[test]
fn a_child_that_wants_more_than_it_may_have_ends() {
    let dir = tempfile::tempdir().unwrap();
    let input = dir.path().join("sound");
    std::fs::write(&input, wav(3)).unwrap();
    let [memory, seconds, file, files] = ROOMY;
    for limits in [
        [1 << 20, seconds, file, files],
        [memory, seconds, 1_000, files],
    ] {
        let output = confined("ingest", &input, dir.path(), std::process::id(), limits);
        assert!(!output.status.success(), "{limits:?}");
        assert!(last_line(&output)["done"].is_null(), "{limits:?}");
    }
}
