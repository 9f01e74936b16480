//! Small sounds to upload.

/// A stereo WAV of 16 bits at 44.1 kHz: two tones, `seconds` long.
pub(crate) fn wav(seconds: u32) -> Vec<u8> {
    let frames = 44_100 * seconds;
    let mut bytes = Vec::with_capacity(44 + frames as usize * 4);
    bytes.extend_from_slice(b"RIFF");
    bytes.extend_from_slice(&(36 + frames * 4).to_le_bytes());
    bytes.extend_from_slice(b"WAVEfmt ");
    bytes.extend_from_slice(&16u32.to_le_bytes());
    for value in [1u16, 2] {
        bytes.extend_from_slice(&value.to_le_bytes());
    }
    for value in [44_100u32, 44_100 * 4] {
        bytes.extend_from_slice(&value.to_le_bytes());
    }
    for value in [4u16, 16] {
        bytes.extend_from_slice(&value.to_le_bytes());
    }
    bytes.extend_from_slice(b"data");
    bytes.extend_from_slice(&(frames * 4).to_le_bytes());
    for frame in 0..frames {
        let time = f64::from(frame) / 44_100.0;
        for pitch in [220.0, 330.0] {
            let sample = (time * pitch * std::f64::consts::TAU).sin() * 8_000.0;
            bytes.extend_from_slice(&(sample as i16).to_le_bytes());
        }
    }
    bytes
}
