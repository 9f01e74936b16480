//! Other programs which read what is made here.

use std::path::Path;
use std::process::{Command, Output};

/// Runs `program`, which has to be there, and expects it to end well.
fn run(program: &str, arguments: &[&str]) -> Output {
    let output = Command::new(program).args(arguments).output().unwrap_or_else(|error| {
        panic!("{program} does not start ({error}); `cargo xtask test` installs it")
    });
    assert!(
        output.status.success(),
        "{program} {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

/// Decodes a file to interleaved `f32` by `ffmpeg`, which must not have a word to say about it.
pub(crate) fn ffmpeg_decode(path: &Path) -> Vec<f32> {
    let path = path.to_str().unwrap();
    let output = run("ffmpeg", &["-v", "error", "-i", path, "-map", "0:a:0", "-f", "f32le", "-"]);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{path}");
    let bytes = output.stdout.chunks_exact(4);
    bytes.map(|sample| f32::from_le_bytes(sample.try_into().unwrap())).collect()
}

/// What `ffprobe` says of a file, as JSON, without a warning.
pub(crate) fn ffprobe(path: &Path) -> serde_json::Value {
    let path = path.to_str().unwrap();
    let output = run(
        "ffprobe",
        &["-v", "error", "-of", "json", "-show_format", "-show_streams", path],
    );
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{path}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Makes interleaved `f32` at 44.1 kHz stereo of a piece of music.
pub(crate) fn ffmpeg_music(path: &Path, seconds: f64) -> Vec<f32> {
    assert!(path.exists(), "{} is missing; `cargo xtask test` installs it", path.display());
    let seconds = seconds.to_string();
    let output = run(
        "ffmpeg",
        &[
            "-v", "error", "-ss", "20", "-t", &seconds, "-i", path.to_str().unwrap(), "-ar",
            "44100", "-ac", "2", "-f", "f32le", "-",
        ],
    );
    let bytes = output.stdout.chunks_exact(4);
    bytes.map(|sample| f32::from_le_bytes(sample.try_into().unwrap())).collect()
}
