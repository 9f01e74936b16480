//! The programs in `examples/`, as a newcomer runs them.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{Files, sound, wav};

/// Runs an example; gives what it prints. `cargo test` builds all of them, unless it is given the
/// name of a test.
fn run(name: &str, arguments: &[&Path]) -> String {
    let test = std::env::current_exe().unwrap();
    let profile = test.ancestors().nth(2).unwrap();
    let program = profile.join("examples").join(name);
    let output = Command::new(&program).args(arguments).output();
    let output = output.unwrap_or_else(|error| {
        panic!(
            "{}: {error}; `cargo build --examples` makes it",
            program.display()
        )
    });
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name}: {said}");
    String::from_utf8(output.stdout).unwrap()
}

fn song() -> (Files, PathBuf) {
    let files = Files::new(&wav(&sound(2, 300_000, 44_100, 16), 44_100, 16));
    let path = files.path("in.wav");
    (files, path)
}

#[test]
fn a_folder_is_measured() {
    let (files, song) = song();
    std::fs::write(files.path("letter.txt"), "no music").unwrap();
    let told = run("measure_folder", &[song.parent().unwrap()]);
    assert!(
        told.contains("in.wav: Some(-") && told.contains("album gain"),
        "{told}"
    );
}

#[test]
fn a_waveform_is_drawn() {
    let (files, song) = song();
    run("draw_waveform", &[&song, &files.path("drawn")]);
    let json = std::fs::read(files.path("drawn.json")).unwrap();
    let read = veza_audio::waveform::Waveform::read_json(&json).unwrap();
    assert_eq!(read.pixels(), 300_000_usize.div_ceil(1_024));
    let svg = std::fs::read_to_string(files.path("drawn.svg")).unwrap();
    assert!(svg.starts_with("<svg") && svg.contains("0:01"));
}

#[test]
fn a_file_is_transcoded() {
    let (files, song) = song();
    let out = files.path("out.opus");
    run("transcode", &[&song, &out]);
    let probe = veza_audio::decode::probe(
        Box::new(std::fs::File::open(out).unwrap()),
        &veza_audio::Limits::default(),
    )
    .unwrap();
    assert_eq!((probe.codec, probe.sample_rate), ("opus", 48_000));
    assert!((probe.duration_seconds - 300_000.0 / 44_100.0).abs() < 1e-3);
}

#[cfg(feature = "aac")]
#[test]
fn a_song_is_packaged_and_checked() {
    let (files, song) = song();
    let told = run("package_hls", &[&song, &files.path("hls")]);
    assert!(told.ends_with("it keeps the rules\n"), "{told}");
}

#[test]
fn songs_that_sound_alike_are_found() {
    let (files, song) = song();
    std::fs::copy(&song, files.path("copy.wav")).unwrap();
    let told = run("find_similar", &[&song, song.parent().unwrap()]);
    assert_eq!(told.lines().count(), 2);
    assert!(told.lines().all(|line| line.starts_with("0.00")), "{told}");
}
