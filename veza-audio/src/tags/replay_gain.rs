//! How loud a player is to play a file: ReplayGain 2.0, and R128 of Ogg Opus.
//!
//! Sources: the ReplayGain 2.0 specification (reference -18 LUFS), RFC 7845, 5.2.1 (reference
//! -23 LUFS, in Q7.8).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Tags;
use crate::{Error, Result};

/// What ReplayGain 2.0 brings a sound to, in LUFS.
const REFERENCE_LUFS: f64 = -18.0;
/// What R128 gains bring a sound to, relative to that, in dB.
const R128_BELOW: f64 = 5.0;

/// How much to turn a sound up, and how far it reaches before that.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gain {
    /// In dB, to -18 LUFS.
    pub gain_db: f64,
    /// The highest (true) peak, linear: 1.0 is full scale.
    pub peak: f64,
}

impl Gain {
    /// The gain of a sound of so many LUFS, whose (true) peak is `peak_db` dB over full scale.
    pub fn of(integrated_lufs: f64, peak_db: f64) -> Self {
        Self {
            gain_db: REFERENCE_LUFS - integrated_lufs,
            peak: 10_f64.powf(peak_db / 20.0),
        }
    }
}

/// The gains of a track, and of the album it belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ReplayGain {
    /// Of the track alone.
    pub track: Option<Gain>,
    /// Of its album, the same for all of its tracks.
    pub album: Option<Gain>,
}

/// Where an Opus file says how loud it is to be played; players differ in what they obey.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OpusGain {
    /// `R128_TRACK_GAIN` and `R128_ALBUM_GAIN`, as RFC 7845 has it.
    #[default]
    R128,
    /// `REPLAYGAIN_*`, as in other formats.
    Replaygain,
    /// Both.
    Both,
    /// In the header, which every decoder obeys, and what is then left to do as R128.
    Header,
}

/// Every choice by its name.
const CHOICES: [(&str, OpusGain); 4] = [
    ("r128", OpusGain::R128),
    ("replaygain", OpusGain::Replaygain),
    ("both", OpusGain::Both),
    ("header", OpusGain::Header),
];

impl fmt::Display for OpusGain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = CHOICES.iter().find(|(_, choice)| choice == self);
        f.write_str(name.map_or("", |(name, _)| name))
    }
}

impl FromStr for OpusGain {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let choice = CHOICES.iter().find(|(name, _)| *name == text);
        choice.map(|(_, choice)| *choice).ok_or_else(|| {
            let names = CHOICES.map(|(name, _)| name).join(", ");
            Error::invalid("gain", format!("`{text}` is none of {names}"))
        })
    }
}

const TRACK: [&str; 3] = [
    "replaygainTrackGain",
    "replaygainTrackPeak",
    "r128TrackGain",
];
const ALBUM: [&str; 3] = [
    "replaygainAlbumGain",
    "replaygainAlbumPeak",
    "r128AlbumGain",
];

impl Tags {
    /// What the file says about loudness, whichever way it says it.
    pub fn replay_gain(&self) -> ReplayGain {
        let of = |[gain, peak, r128]: [&str; 3]| {
            let peak = self.get(peak).and_then(number).unwrap_or(1.0);
            let plain = self.get(gain).and_then(number);
            let q8 = self.get(r128).and_then(number);
            let gain_db = plain.or_else(|| Some(q8? / 256.0 + R128_BELOW))?;
            Some(Gain { gain_db, peak })
        };
        ReplayGain {
            track: of(TRACK),
            album: of(ALBUM),
        }
    }

    /// States these gains, and no others.
    pub fn set_replay_gain(&mut self, replay_gain: ReplayGain) {
        for ([gain, peak, r128], value) in [(TRACK, replay_gain.track), (ALBUM, replay_gain.album)]
        {
            self.remove(r128);
            match value {
                Some(value) => {
                    self.insert(gain, format!("{:.2} dB", value.gain_db));
                    self.insert(peak, format!("{:.6}", value.peak));
                }
                None => {
                    self.remove(gain);
                    self.remove(peak);
                }
            }
        }
    }

    /// The tags as files other than Opus state them: R128 gains as ReplayGain.
    pub(crate) fn with_replay_gain(&self) -> Self {
        let mut tags = self.clone();
        if [TRACK[2], ALBUM[2]]
            .iter()
            .any(|name| self.get(name).is_some())
        {
            tags.set_replay_gain(self.replay_gain());
        }
        tags
    }

    /// The tags as an Opus file states them, and what its header adds, in Q7.8 dB.
    pub(crate) fn for_opus(&self, gain: OpusGain) -> (Self, i16) {
        let mut tags = self.clone();
        let known = self.replay_gain();
        let mut header = 0;
        if !matches!(gain, OpusGain::Replaygain) {
            let track = known.track.map(r128);
            let album = known.album.map(r128);
            if gain == OpusGain::Header {
                header = album.or(track).unwrap_or(0);
            }
            for (name, value) in [(TRACK[2], track), (ALBUM[2], album)] {
                // R128 gains come on top of the header's.
                match value {
                    Some(value) => tags.insert(name, value.saturating_sub(header).to_string()),
                    None => tags.remove(name),
                };
            }
        }
        if matches!(gain, OpusGain::R128 | OpusGain::Header) {
            for name in TRACK[..2].iter().chain(&ALBUM[..2]) {
                tags.remove(name);
            }
        } else if gain == OpusGain::Replaygain {
            tags.set_replay_gain(known);
        }
        (tags, header)
    }
}

/// The gain to -23 LUFS, in Q7.8.
fn r128(gain: Gain) -> i16 {
    // A cast keeps what is out of range at its end.
    ((gain.gain_db - R128_BELOW) * 256.0).round() as i16
}

/// `-3.25 dB`, with or without the unit.
fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let bare = text.get(..text.len().saturating_sub(2)).filter(|_| {
        text.get(text.len().saturating_sub(2)..)
            .is_some_and(|unit| unit.eq_ignore_ascii_case("db"))
    });
    let value: f64 = bare.unwrap_or(text).trim().parse().ok()?;
    value.is_finite().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured() -> Tags {
        let mut tags = Tags::new();
        tags.set_replay_gain(ReplayGain {
            track: Some(Gain::of(-14.75, -0.5)),
            album: Some(Gain::of(-16.0, 0.0)),
        });
        tags
    }

    #[test]
    fn a_loud_track_is_turned_down() {
        let tags = measured();
        assert_eq!(tags["replaygainTrackGain"], "-3.25 dB");
        assert_eq!(tags["replaygainTrackPeak"], "0.944061");
        assert_eq!(tags["replaygainAlbumGain"], "-2.00 dB");
        assert_eq!(tags["replaygainAlbumPeak"], "1.000000");
    }

    #[test]
    fn opus_files_state_it_where_they_are_told_to() {
        let (r128, header) = measured().for_opus(OpusGain::R128);
        assert_eq!(header, 0);
        assert_eq!(
            (
                r128["r128TrackGain"].as_str(),
                r128.get("replaygainTrackGain")
            ),
            ("-2112", None)
        );
        assert_eq!(r128.replay_gain().track.unwrap().gain_db, -3.25);

        let (both, _) = measured().for_opus(OpusGain::Both);
        assert_eq!(
            (
                both["r128AlbumGain"].as_str(),
                both["replaygainAlbumGain"].as_str()
            ),
            ("-1792", "-2.00 dB")
        );

        let (header_too, header) = measured().for_opus(OpusGain::Header);
        assert_eq!(
            (header, header_too["r128AlbumGain"].as_str()),
            (-1_792, "0")
        );
        assert_eq!(header_too["r128TrackGain"], "-320");

        let (plain, _) = r128.for_opus(OpusGain::Replaygain);
        assert_eq!(
            (
                plain["replaygainTrackGain"].as_str(),
                plain.get("r128TrackGain")
            ),
            ("-3.25 dB", None)
        );
    }

    #[test]
    fn what_is_no_number_is_no_gain() {
        for text in ["", "loud", "dB", "inf", "NaN dB", "é"] {
            let tags = Tags::from([("replaygainTrackGain".to_owned(), text.to_owned())]);
            assert_eq!(tags.replay_gain(), ReplayGain::default(), "{text}");
        }
        let tags = Tags::from([("replaygainTrackGain".to_owned(), "+1.5 DB".to_owned())]);
        assert_eq!(tags.replay_gain().track.unwrap().gain_db, 1.5);
        assert_eq!(tags.for_opus(OpusGain::R128).0["r128TrackGain"], "-896");
    }
}
