//! The pieces.

mod ambient;
mod chiptune;
mod folk;
mod house;

/// A piece of music.
#[derive(Debug, Clone, Copy)]
pub struct Piece {
    /// What it is called.
    pub title: &'static str,
    /// Who is said to play it.
    pub artist: &'static str,
    /// Its genre, in lower case.
    pub genre: &'static str,
    /// One sentence about it.
    pub description: &'static str,
    /// Plays it into a WAV file: 16-bit PCM, stereo, 44.1 kHz.
    pub render: fn() -> Vec<u8>,
}

/// All pieces, each of another kind.
pub fn pieces() -> Vec<Piece> {
    vec![ambient::PIECE, house::PIECE, folk::PIECE, chiptune::PIECE]
}
