//! Other programs which read what is made here.

use std::path::Path;
use std::process::{Command, Output};

/// Runs `program`, which has to be there, and expects it to end well.
fn run(program: &str, arguments: &[&str]) -> Output {
    let output = Command::new(program)
        .args(arguments)
        .output()
        .unwrap_or_else(|error| {
            panic!("{program} does not start ({error}); `cargo xtask test` installs it")
        });
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {words}");
    output
}

fn samples(bytes: &[u8]) -> Vec<f32> {
    let samples = bytes.as_chunks().0.iter();
    samples.map(|sample| f32::from_le_bytes(*sample)).collect()
}

/// Decodes a file to interleaved `f32` by `ffmpeg`, which must not have a warning about it.
pub(crate) fn ffmpeg_decode(path: &Path) -> Vec<f32> {
    decode(path, "warning")
}

/// The same, where warnings are expected: of files so short that `ffmpeg` is not sure of them.
pub(crate) fn ffmpeg_decode_short(path: &Path) -> Vec<f32> {
    decode(path, "error")
}

fn decode(path: &Path, level: &str) -> Vec<f32> {
    let path = path.to_str().unwrap();
    let output = run(
        "ffmpeg",
        &["-v", level, "-i", path, "-map", "0:a:0", "-f", "f32le", "-"],
    );
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{path}");
    samples(&output.stdout)
}

/// What `ffprobe` says of a file, as JSON, without a warning.
pub(crate) fn ffprobe(path: &Path) -> serde_json::Value {
    let path = path.to_str().unwrap();
    let arguments = [
        "-v",
        "warning",
        "-of",
        "json",
        "-show_format",
        "-show_streams",
        path,
    ];
    let output = run("ffprobe", &arguments);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{path}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Ten seconds of real music, as interleaved `f32` at 44.1 kHz in stereo.
pub(crate) fn real_music() -> Vec<f32> {
    let path = crate::music::piece("battle.ogg");
    let arguments = ["-v", "error", "-ss", "20", "-t", "10", "-i", &path];
    let format = ["-ar", "44100", "-ac", "2", "-f", "f32le", "-"];
    samples(&run("ffmpeg", &[arguments.as_slice(), &format].concat()).stdout)
}
