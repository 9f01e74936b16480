//! HTTP Live Streaming (RFC 8216): segments, media playlists and the master playlist, and a checker
//! of them.
//!
//! A ladder is one [`RenditionWriter`] for each bit rate, fed with an encoder's packets, and a
//! [`master_playlist`] over the [`Rendition`]s which they give back. [`Packager`] does all that a
//! writer does not: playlists that grow, one file with byte ranges, several sources one after the
//! other, encryption, timed metadata, low-latency parts. [`check`](mod@check) states which rules a
//! presentation keeps; [`parse`] reads playlists.
//!
//! # Lengths
//! Every packet of AAC stands for 1,024 frames, and the first few for the encoder's priming; the
//! sound itself has any length.
//!
//! - **Fragmented MPEG-4** says so: an edit list skips the priming (`iTunSMPB` does for `ffmpeg`,
//!   which reads no edit list of a fragmented file), and the last packet is declared as long as
//!   the sound goes on. A player which honours both plays exactly the frames of the source; so
//!   does one that knows no part of a packet, if the encoder was told the length
//!   ([`crate::encode::AacEncoder::for_length`]), and else it plays up to a packet more.
//!   FLAC has no priming; that of Opus is in its head as well.
//! - **MPEG-TS** and **packed audio** have no words for it. Packets which hold nothing but priming
//!   are left out, up to the one in whose middle the sound begins
//!   ([`crate::encode::AacEncoder::new`] sees to that): half a packet of near silence comes first,
//!   and the sound fades in over its first 12 ms, since the packet that would overlap is missing.
//!   At the end a packet with less than half of it sound is left out: less than 12 ms are lost so.
//!   What is decoded is from 1 to 1,024 frames longer than the source.
//!
//! `EXTINF` speaks of the sound alone in all: its sum is the duration of the source.

pub mod check;
mod encryption;
mod format;
mod metadata;
mod packager;
pub mod parse;
mod plan;
mod playlist;
mod rendition;

pub use encryption::{ContentKey, Encryption, EncryptionMethod};
pub use format::SegmentFormat;
pub use metadata::TimedMetadata;
pub use packager::{PackageSettings, Packager, PartSettings, PlaylistKind, Storage};
pub use plan::{CutPlan, PlannedSegment};
pub use playlist::{RenditionReport, master_playlist};
pub use rendition::{Rendition, RenditionSettings, RenditionWriter};
