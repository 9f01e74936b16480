//! The example does what it says.
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::fs;
use std::process::Command;

#[test]
fn a_song_becomes_a_folder_that_plays() {
    let folder = tempfile::tempdir().unwrap();
    let song = folder.path().join("song.wav");
    let piece = &demo_music::pieces()[0];
    fs::write(&song, (piece.render)()).unwrap();
    let out = folder.path().join("out");
    let run = Command::new(env!("CARGO_BIN_EXE_embed"))
        .arg(&song)
        .arg(&out)
        .output()
        .unwrap();
    assert!(
        run.status.success(),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(said.contains("320k/playlist.m3u8"), "{said}");
    let master = fs::read_to_string(out.join("master.m3u8")).unwrap();
    for playlist in master
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
    {
        assert!(out.join(playlist).is_file(), "{playlist}");
    }
}
