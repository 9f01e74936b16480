//! What a child tells of a file it has ingested.

use serde::{Deserialize, Serialize};
use veza_core::streaming::{Loudness, Measurements};

/// The value of the child's `done` line: what was measured of the sound. The media themselves
/// are in its output folder.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IngestDone {
    /// How long the sound is, in seconds.
    pub duration_seconds: f64,
    /// The sample rate of the source, in Hz.
    pub sample_rate: u32,
    /// The number of channels of the source.
    pub channels: u16,
    /// How loud the source is.
    pub loudness: Loudness,
}

impl From<IngestDone> for Measurements {
    fn from(done: IngestDone) -> Self {
        let IngestDone {
            duration_seconds,
            sample_rate,
            channels,
            loudness,
        } = done;
        Self {
            duration_seconds,
            sample_rate,
            channels,
            loudness,
        }
    }
}
