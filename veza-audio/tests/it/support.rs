//! Known sound, and files made of it by FFmpeg.

use std::f64::consts::TAU;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use veza_audio::AudioBuffer;

/// Sines and noise, the same at every run: `frames` frames of `channels` channels as whole numbers
/// of `bits` bits, at about -6 dBFS.
pub(crate) fn sound(channels: usize, frames: usize, sample_rate: u32, bits: u32) -> Vec<Vec<i32>> {
    let full = f64::from(1u32 << (bits - 1));
    let mut seed = 0x2545_f491_4f6c_dd1du64;
    let mut planes = vec![Vec::with_capacity(frames); channels];
    for n in 0..frames {
        for (channel, plane) in planes.iter_mut().enumerate() {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            let noise = (seed >> 11) as f64 / (1u64 << 53) as f64 - 0.5;
            let t = n as f64 / f64::from(sample_rate);
            let hz = 220.0 * (channel + 1) as f64;
            // A slow sweep makes every moment unlike all others, so that a shift shows.
            let sweep = (TAU * (300.0 * t + 400.0 * t * t)).sin();
            let value = 0.3 * (TAU * hz * t).sin() + 0.15 * sweep + 0.05 * noise;
            plane.push((value * full) as i32);
        }
    }
    planes
}

/// The same as samples between -1 and 1.
pub(crate) fn as_floats(planes: &[Vec<i32>], bits: u32) -> AudioBuffer {
    let full = (1u32 << (bits - 1)) as f32;
    AudioBuffer::from_planes(
        planes
            .iter()
            .map(|p| p.iter().map(|&x| x as f32 / full).collect())
            .collect(),
    )
}

/// A WAV file of whole numbers of 16 or 24 bits.
pub(crate) fn wav(planes: &[Vec<i32>], sample_rate: u32, bits: u32) -> Vec<u8> {
    let (channels, bytes) = (planes.len(), bits as usize / 8);
    let block = channels * bytes;
    let data = planes[0].len() * block;
    let mut out = b"RIFF".to_vec();
    out.extend((36 + data as u32).to_le_bytes());
    out.extend(b"WAVEfmt \x10\0\0\0\x01\0");
    out.extend((channels as u16).to_le_bytes());
    out.extend(sample_rate.to_le_bytes());
    out.extend((sample_rate * block as u32).to_le_bytes());
    out.extend((block as u16).to_le_bytes());
    out.extend((bits as u16).to_le_bytes());
    out.extend(b"data");
    out.extend((data as u32).to_le_bytes());
    for n in 0..planes[0].len() {
        for plane in planes {
            out.extend(&plane[n].to_le_bytes()[..bytes]);
        }
    }
    out
}

/// A folder for files, with the source as `in.wav`.
pub(crate) struct Files {
    folder: tempfile::TempDir,
}

impl Files {
    pub(crate) fn new(source: &[u8]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("in.wav"), source).unwrap();
        Self { folder }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Has FFmpeg make `name` out of the source, and reads it.
    pub(crate) fn make(&self, name: &str, options: &[&str]) -> Vec<u8> {
        let input = self.path("in.wav");
        let mut args = vec!["-i", input.to_str().unwrap()];
        args.extend(options);
        let out = self.path(name);
        args.push(out.to_str().unwrap());
        ffmpeg(&args);
        std::fs::read(out).unwrap()
    }
}

/// Runs FFmpeg; gives what it writes to its standard output.
pub(crate) fn ffmpeg(args: &[&str]) -> Vec<u8> {
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-y", "-nostdin"])
        .args(args)
        .stdin(Stdio::null())
        .output()
        .expect("these tests need ffmpeg: run `cargo xtask test`, which installs it");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "ffmpeg {args:?}: {said}");
    output.stdout
}

/// What FFmpeg decodes a file to.
pub(crate) fn ffmpeg_decodes(path: &Path, channels: usize) -> AudioBuffer {
    let raw = ffmpeg(&["-i", path.to_str().unwrap(), "-f", "f32le", "-"]);
    let samples: Vec<f32> = raw
        .chunks_exact(4)
        .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
        .collect();
    let mut sound = AudioBuffer::new(channels);
    sound.extend_interleaved(&samples);
    sound
}

/// Signal to noise of `got` against `wanted`, in dB, over their common length.
pub(crate) fn snr(wanted: &AudioBuffer, got: &AudioBuffer) -> f64 {
    let (mut signal, mut noise) = (0.0, 1e-20);
    for (wanted, got) in wanted.planes().iter().zip(got.planes()) {
        for (&w, &g) in wanted.iter().zip(got) {
            signal += f64::from(w).powi(2);
            noise += (f64::from(w) - f64::from(g)).powi(2);
        }
    }
    10.0 * (signal / noise).log10()
}

/// By how many frames, at most 3,000, `got` lags behind `wanted`: the shift at which they fit best.
pub(crate) fn lag(wanted: &AudioBuffer, got: &AudioBuffer) -> i64 {
    let (wanted, got) = (wanted.plane(0), got.plane(0));
    let middle = 20_000.min(wanted.len() / 3);
    let piece = &wanted[middle..middle + 8_000.min(wanted.len() / 3)];
    (-3_000..=3_000)
        .max_by_key(|&shift: &i64| {
            let Some(at) = usize::try_from(middle as i64 + shift).ok() else {
                return i64::MIN;
            };
            let Some(there) = got.get(at..at + piece.len()) else {
                return i64::MIN;
            };
            let sum: f64 = piece
                .iter()
                .zip(there)
                .map(|(a, b)| f64::from(*a) * f64::from(*b))
                .sum();
            (sum * 1e6) as i64
        })
        .unwrap_or(0)
}
