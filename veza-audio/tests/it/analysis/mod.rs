//! Features against known answers, and against the numbers of librosa.

// What fails in a helper fails the test that called it.
#![allow(clippy::unwrap_used)]

mod librosa;
mod song;
mod sounds;
