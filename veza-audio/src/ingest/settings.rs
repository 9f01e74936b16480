//! What an ingest makes, and what it reports.

use serde::Serialize;

use crate::analysis::Features;
use crate::decode::{Damage, Probe};
use crate::dynamics::NormalizePlan;
use crate::hls::{Rendition, SegmentFormat};
use crate::loudness::Loudness;
use crate::{Error, Result};

/// What an ingest makes.
#[derive(Clone, Debug, PartialEq)]
pub struct IngestSettings {
    /// The bit rates of the AAC rungs, in kbit/s, each once.
    pub ladder: Vec<u32>,
    /// How the rungs are packaged.
    pub segments: SegmentFormat,
    /// How long a segment is, about, in seconds.
    pub segment_seconds: f64,
    /// The loudness to bring the sound to, in LUFS; `None` leaves it as it is.
    pub normalize: Option<f64>,
    /// What the true peak stays under when the loudness is changed, in dBTP.
    pub ceiling_dbtp: f64,
    /// Frames for each pixel of the waveform.
    pub samples_per_pixel: u32,
    /// Whether a sound of which a part is lost is refused; otherwise what is left of it is taken,
    /// and the report tells the damage.
    pub refuse_damaged: bool,
}

impl Default for IngestSettings {
    fn default() -> Self {
        Self {
            ladder: vec![128, 192, 320],
            segments: SegmentFormat::Fmp4,
            segment_seconds: 6.0,
            normalize: Some(-14.0),
            ceiling_dbtp: -1.0,
            samples_per_pixel: 256,
            refuse_damaged: false,
        }
    }
}

impl IngestSettings {
    /// Most rungs of a ladder.
    const MAX_RUNGS: usize = 8;

    /// Refuses settings of which nothing could be made.
    pub(super) fn check(&self) -> Result<()> {
        if cfg!(not(feature = "aac")) {
            // Before the work that measuring is, not after it.
            return Err(Error::EncoderLeftOut {
                codec: "AAC",
                feature: "aac",
            });
        }
        if self.ladder.is_empty() || self.ladder.len() > Self::MAX_RUNGS {
            let reason = format!(
                "a ladder has 1 to {} rungs, not {}",
                Self::MAX_RUNGS,
                self.ladder.len()
            );
            return Err(Error::invalid("ladder", reason));
        }
        for (index, rung) in self.ladder.iter().enumerate() {
            if !(16..=512).contains(rung) {
                return Err(Error::invalid(
                    "ladder",
                    format!("{rung} kbit/s is not within 16 to 512"),
                ));
            }
            if self.ladder[..index].contains(rung) {
                return Err(Error::invalid(
                    "ladder",
                    format!("{rung} kbit/s stands in it twice"),
                ));
            }
        }
        if !(1.0..=60.0).contains(&self.segment_seconds) {
            return Err(Error::invalid(
                "segment_seconds",
                "a segment lasts 1 to 60 seconds",
            ));
        }
        Ok(())
    }
}

/// What an ingest found and made; as JSON it is the `track.json` beside the renditions.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IngestReport {
    /// What the file is.
    pub source: Probe,
    /// What is heard: the sound that the renditions carry.
    pub delivery: Delivery,
    /// The loudness of the source, mixed down to stereo where it has more channels.
    pub loudness: Loudness,
    /// What was done to the loudness, if it was asked for.
    pub normalization: Option<NormalizePlan>,
    /// What else can be told of the sound.
    pub features: Features,
    /// What could not be decoded, and where.
    pub damage: Damage,
    /// The rungs, from the lowest.
    pub renditions: Vec<Rendition>,
    /// Every file that was made, by its name in the output.
    pub files: Vec<String>,
}

/// The sound that the renditions carry.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Delivery {
    /// In Hz.
    pub sample_rate: u32,
    /// One or two.
    pub channels: usize,
    /// How many frames each rendition stands for.
    pub frames: u64,
    /// The same in seconds.
    pub duration_seconds: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(feature = "aac")]
    fn refused(ladder: &[u32]) -> String {
        IngestSettings {
            ladder: ladder.to_vec(),
            ..Default::default()
        }
        .check()
        .unwrap_err()
        .to_string()
    }

    #[test]
    #[cfg(feature = "aac")]
    fn a_ladder_which_makes_no_sense_is_refused_by_name() {
        assert_eq!(refused(&[]), "ladder: a ladder has 1 to 8 rungs, not 0");
        assert_eq!(
            refused(&[128, 128]),
            "ladder: 128 kbit/s stands in it twice"
        );
        assert_eq!(refused(&[7]), "ladder: 7 kbit/s is not within 16 to 512");
        assert!(IngestSettings::default().check().is_ok());
    }
}
