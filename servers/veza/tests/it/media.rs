//! Sound files for the tests, and what ffmpeg has to say of ours.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// Runs `veza` and gives what it did.
pub(crate) fn veza(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_veza"))
        .args(arguments)
        .output()
        .expect("veza starts")
}

/// Runs `veza` with `--json` on one file and gives the object it prints.
pub(crate) fn veza_json(arguments: &[&str]) -> Value {
    let output = veza(arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "veza {arguments:?} failed: {errors}"
    );
    serde_json::from_slice(&output.stdout).expect("one JSON object")
}

/// Runs ffmpeg; it must have nothing to say.
pub(crate) fn ffmpeg(arguments: &[&str]) -> Vec<u8> {
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-nostdin", "-y"])
        .args(arguments)
        .output()
        .expect("ffmpeg is installed (`cargo xtask test` does it)");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && errors.is_empty(),
        "ffmpeg {arguments:?}: {errors}"
    );
    output.stdout
}

/// What ffprobe says of a file's sound; it must have no complaint.
pub(crate) fn ffprobe(path: &str) -> Value {
    let output = Command::new("ffprobe")
        .args([
            "-v",
            "error",
            "-show_streams",
            "-show_format",
            "-of",
            "json",
            path,
        ])
        .output()
        .expect("ffprobe is installed (`cargo xtask test` does it)");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && errors.is_empty(),
        "ffprobe {path}: {errors}"
    );
    serde_json::from_slice(&output.stdout).expect("ffprobe prints JSON")
}

/// How many frames ffmpeg decodes from a file or playlist.
pub(crate) fn decoded_frames(path: &str, channels: usize) -> usize {
    let pcm = ffmpeg(&[
        "-i",
        path,
        "-map",
        "0:a:0",
        "-f",
        "s16le",
        "-c:a",
        "pcm_s16le",
        "-",
    ]);
    pcm.len() / 2 / channels
}

/// A stereo song of so many frames at 44.1 kHz, in the format that the name ends in: a few notes
/// that swell and fade, each channel with its own noise.
pub(crate) fn song(folder: &Path, name: &str, frames: usize) -> PathBuf {
    let path = folder.join(name);
    let left = "0.3*sin(2*PI*220*t)*(0.6+0.4*sin(2*PI*0.4*t))+0.1*sin(2*PI*1760*t)+0.02*random(0)";
    let right =
        "0.25*sin(2*PI*330*t)*(0.6+0.4*cos(2*PI*0.3*t))+0.1*sin(2*PI*2217*t)+0.02*random(1)";
    let source = format!("aevalsrc='{left}|{right}':s=44100:c=stereo");
    ffmpeg(&[
        "-f",
        "lavfi",
        "-i",
        &source,
        "-af",
        &format!("atrim=end_sample={frames},aformat=sample_fmts=s16"),
        "-metadata",
        "title=A song",
        "-metadata",
        "artist=Somebody",
        text(&path),
    ]);
    path
}

pub(crate) fn text(path: &Path) -> &str {
    path.to_str().expect("temporary folders have plain names")
}
