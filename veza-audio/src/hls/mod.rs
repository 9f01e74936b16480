//! HTTP Live Streaming (RFC 8216) of a sound that is known whole: segments, media playlists and
//! the master playlist.
//!
//! A ladder is one [`RenditionWriter`] for each bit rate, fed with an encoder's packets, and a
//! [`master_playlist`] over the [`Rendition`]s which they give back.
//!
//! # Lengths
//! Every packet of AAC stands for 1,024 frames, and the first few for the encoder's priming; the
//! sound itself has any length.
//!
//! - **Fragmented MPEG-4** says so: an edit list skips the priming, and the last packet is
//!   declared as long as the sound goes on. A player which honours both plays exactly the frames
//!   of the source.
//! - **MPEG-TS** has no words for it. Packets which hold nothing but priming are left out, up to
//!   the one in whose middle the sound begins ([`crate::encode::AacEncoder`] sees to that): half
//!   a packet of near silence comes first, and the sound fades in over its first 12 ms, since the
//!   packet that would overlap is missing. At the end the last packet is left out when the whole
//!   would else be more than one packet longer than the source; at most half a packet of sound
//!   (12 ms) is lost so. What is decoded is then from 1 to 1,024 frames longer than the source.
//!
//! `EXTINF` speaks of the sound alone in both: its sum is the duration of the source.

mod plan;
mod playlist;
mod rendition;

pub use plan::{CutPlan, PlannedSegment};
pub use playlist::master_playlist;
pub use rendition::{Rendition, RenditionSettings, RenditionWriter, SegmentFormat};
