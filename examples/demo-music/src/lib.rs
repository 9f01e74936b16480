//! Four synthesised pieces of music, to have something to upload.
//!
//! Each piece is made from oscillators, envelopes and filters alone, so there is no recording and
//! no sample to license, and it sounds the same every time: chance comes from a seeded generator.
//! A piece renders to a WAV file in memory: 16-bit PCM, stereo, 44.1 kHz, 70 to 80 seconds.
//!
//! ```no_run
//! for piece in demo_music::pieces() {
//!     println!("{} ({}): {} bytes", piece.title, piece.genre, (piece.render)().len());
//! }
//! ```

mod chance;
mod drums;
mod effects;
mod envelope;
mod filter;
mod master;
mod mix;
mod oscillator;
mod pieces;
mod pitch;
mod reverb;
mod string;
mod wav;

pub use pieces::{Piece, pieces};

/// Frames a second of everything in this crate.
pub const SAMPLE_RATE: u32 = 44_100;

/// The same as a number to calculate with.
const RATE: f32 = SAMPLE_RATE as f32;

/// Frames in this many seconds.
fn frames(seconds: f32) -> usize {
    (seconds * RATE).max(0.0) as usize
}
