//! Notes as numbers and as frequencies.

/// The frequency in hertz of a MIDI note number (69 is A4, 440 Hz), equal temperament.
pub(crate) fn hertz(note: f32) -> f32 {
    440.0 * ((note - 69.0) / 12.0).exp2()
}
