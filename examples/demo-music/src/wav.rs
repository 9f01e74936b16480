//! WAV files.

use crate::SAMPLE_RATE;
use crate::chance::Chance;
use crate::mix::Mix;

/// A mix as a RIFF/WAVE file: 16-bit PCM, stereo, 44.1 kHz (Microsoft and IBM, "Multimedia
/// Programming Interface and Data Specifications 1.0", 1991).
pub(crate) fn wav(mix: &Mix) -> Vec<u8> {
    let (channels, bytes_per_sample) = (2u16, 2u16);
    let frame_bytes = channels * bytes_per_sample;
    let data_bytes = u32::try_from(mix.left.len() * usize::from(frame_bytes))
        .expect("a piece of two minutes is far below 4 GiB");
    let mut file = Vec::with_capacity(44 + data_bytes as usize);
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&(36 + data_bytes).to_le_bytes());
    file.extend_from_slice(b"WAVEfmt ");
    file.extend_from_slice(&16u32.to_le_bytes());
    file.extend_from_slice(&1u16.to_le_bytes()); // PCM
    file.extend_from_slice(&channels.to_le_bytes());
    file.extend_from_slice(&SAMPLE_RATE.to_le_bytes());
    file.extend_from_slice(&(SAMPLE_RATE * u32::from(frame_bytes)).to_le_bytes());
    file.extend_from_slice(&frame_bytes.to_le_bytes());
    file.extend_from_slice(&(bytes_per_sample * 8).to_le_bytes());
    file.extend_from_slice(b"data");
    file.extend_from_slice(&data_bytes.to_le_bytes());
    // Triangular dither of one step keeps quiet fades free of rounding noise that follows the sound.
    let mut dither = Chance::new(0xD17E);
    for (left, right) in mix.left.iter().zip(&mix.right) {
        for sample in [left, right] {
            let step = (dither.noise() + dither.noise()) * 0.5;
            let value = (sample * 32767.0 + step).round().clamp(-32768.0, 32767.0) as i16;
            file.extend_from_slice(&value.to_le_bytes());
        }
    }
    file
}
