//! Real music, decoded by ffmpeg.

use std::process::Command;

use veza_audio::AudioBuffer;

/// Runs ffmpeg; answers what it wrote to its outputs (standard, error).
pub(crate) fn ffmpeg(arguments: &[&str]) -> (Vec<u8>, String) {
    let output = Command::new("ffmpeg")
        .args(["-hide_banner", "-nostdin", "-nostats"])
        .args(arguments)
        .output()
        .expect("ffmpeg is missing: run the tests by `cargo xtask test`, which installs it");
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "ffmpeg {arguments:?}: {log}");
    (output.stdout, log)
}

/// The first `seconds` of a piece, stereo at 44.1 kHz.
pub(crate) fn stereo(name: &str, seconds: &str) -> AudioBuffer {
    let path = crate::music::piece(name);
    let arguments = [
        "-t", seconds, "-i", &path, "-ar", "44100", "-ac", "2", "-f", "f32le", "pipe:1",
    ];
    let samples: Vec<f32> = ffmpeg(&arguments)
        .0
        .as_chunks::<4>()
        .0
        .iter()
        .map(|bytes| f32::from_le_bytes(*bytes))
        .collect();
    let mut sound = AudioBuffer::new(2);
    sound.extend_interleaved(&samples);
    sound
}
