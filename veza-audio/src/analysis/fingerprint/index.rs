//! Finding the recording an excerpt is from.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use super::Fingerprint;
use super::peaks::Peak;

/// Peaks that each peak is paired with.
const FAN_OUT: usize = 6;
/// How many frames later these lie: up to 1.5 s.
const DISTANCE: RangeInclusive<u32> = 2..=63;
/// How far above or below: up to 1.4 kHz.
const SPAN: i32 = 127;
/// Pairs that have to agree on where the excerpt lies, at least: a few do so by chance.
const LEAST_PAIRS: u32 = 12;
/// And the part of the excerpt's own pairs: melodies on one piano at one tempo share up to 0.137,
/// excerpts that are quieter and coded at 64 kbit/s keep 0.169 and more.
const LEAST_SCORE: f64 = 0.14;
/// And the part of the pairs of the best match: what shares notes with it comes to 0.29.
const LEAST_OF_BEST: f64 = 0.4;
/// A pair which is in more places than this, such as those of a steady tone, says nothing.
const MAX_PLACES: usize = 4_096;

/// Where an excerpt was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FingerprintMatch<T> {
    /// The recording, by what it was added as.
    pub track: T,
    /// Where in it the excerpt begins, in seconds, within a frame of 23 ms; negative where the
    /// excerpt begins before it.
    pub offset_seconds: f64,
    /// The part of the excerpt's pairs of peaks that are there: 1 is the recording itself, 0.14
    /// the least that is reported.
    pub score: f64,
    /// How many pairs of peaks these are.
    pub pairs: u32,
}

/// Recordings by the pairs of peaks in their fingerprints. It takes about 1 kB for each second of
/// sound.
///
/// ```
/// use veza_audio::analysis::{FingerprintIndex, FingerprintMeter};
///
/// let fingerprint = |from: u32, to: u32| {
///     let mut meter = FingerprintMeter::new(22_050)?;
///     let tune: Vec<f32> = (from..to).map(|n| {
///         let note = (n / 3_000).wrapping_mul(2_654_435_761) >> 26;
///         (n as f32 * (0.05 + note as f32 * 0.01)).sin()
///     }).collect();
///     meter.push(&tune);
///     Ok::<_, veza_audio::Error>(meter.finish())
/// };
/// let mut index = FingerprintIndex::new();
/// index.add("a tune", &fingerprint(0, 22_050 * 30)?);
/// let found = index.find(&fingerprint(22_050 * 10, 22_050 * 20)?);
/// assert_eq!(found[0].track, "a tune");
/// assert!((found[0].offset_seconds - 10.0).abs() < 0.05);
/// # Ok::<(), veza_audio::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct FingerprintIndex<T> {
    tracks: Vec<T>,
    /// For each pair, the tracks and frames it is in.
    places: HashMap<u32, Vec<(u32, u32)>>,
}

impl<T> Default for FingerprintIndex<T> {
    fn default() -> Self {
        Self {
            tracks: Vec::new(),
            places: HashMap::new(),
        }
    }
}

impl<T: Clone> FingerprintIndex<T> {
    /// An index of nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// The number of recordings.
    pub fn len(&self) -> usize {
        self.tracks.len()
    }

    /// Whether there is no recording.
    pub fn is_empty(&self) -> bool {
        self.tracks.is_empty()
    }

    /// Adds a recording.
    pub fn add(&mut self, track: T, fingerprint: &Fingerprint) {
        let number = self.tracks.len() as u32;
        self.tracks.push(track);
        for (pair, frame) in pairs(&fingerprint.peaks) {
            let places = self.places.entry(pair).or_default();
            // One more than says something tells that it says nothing.
            if places.len() <= MAX_PLACES {
                places.push((number, frame));
            }
        }
    }

    /// The recordings an excerpt is in, best first: those in which enough of its pairs of peaks
    /// are, at the same distance from one another. An excerpt of some seconds is enough.
    pub fn find(&self, excerpt: &Fingerprint) -> Vec<FingerprintMatch<T>> {
        let mut total = 0_u32;
        // How many pairs speak for each track and offset.
        let mut votes: HashMap<(u32, i64), u32> = HashMap::new();
        for (pair, frame) in pairs(&excerpt.peaks) {
            total += 1;
            let Some(places) = self.places.get(&pair) else {
                continue;
            };
            if places.len() > MAX_PLACES {
                continue;
            }
            for (track, place) in places {
                let offset = i64::from(*place) - i64::from(frame);
                *votes.entry((*track, offset)).or_default() += 1;
            }
        }
        let mut best: HashMap<u32, (u32, i64)> = HashMap::new();
        for ((track, offset), count) in &votes {
            // What lies between two frames is found at both.
            let beside = votes.get(&(*track, offset + 1)).copied().unwrap_or(0);
            // The nearer to the earlier one, the more are there.
            let place = offset + i64::from(beside > *count);
            let candidate = (count + beside, place);
            let known = best.entry(*track).or_insert(candidate);
            if candidate.0 > known.0 || (candidate.0 == known.0 && place < known.1) {
                *known = candidate;
            }
        }
        let mut found: Vec<(u32, FingerprintMatch<T>)> = best
            .into_iter()
            .filter_map(|(track, (pairs, offset))| {
                let score = f64::from(pairs) / f64::from(total.max(1));
                (pairs >= LEAST_PAIRS && score >= LEAST_SCORE).then(|| {
                    let one = FingerprintMatch {
                        track: self.tracks[track as usize].clone(),
                        offset_seconds: offset as f64 * Fingerprint::FRAME_SECONDS,
                        score: score.min(1.0),
                        pairs,
                    };
                    (track, one)
                })
            })
            .collect();
        found.sort_by(|a, b| b.1.pairs.cmp(&a.1.pairs).then(a.0.cmp(&b.0)));
        let best = found.first().map_or(0.0, |(_, best)| best.score);
        found.retain(|(_, one)| one.score >= LEAST_OF_BEST * best);
        found.into_iter().map(|(_, one)| one).collect()
    }
}

/// Pairs of near peaks, with the frame of the first: both bins and their distance as one number.
fn pairs(peaks: &[Peak]) -> impl Iterator<Item = (u32, u32)> + '_ {
    peaks.iter().enumerate().flat_map(move |(n, first)| {
        let within = move |second: &&Peak| second.frame - first.frame <= *DISTANCE.end();
        let near = |second: &&Peak| {
            let span = i32::from(second.bin) - i32::from(first.bin);
            DISTANCE.contains(&(second.frame - first.frame)) && span.abs() <= SPAN
        };
        let later = peaks[n + 1..].iter().take_while(within).filter(near);
        later.take(FAN_OUT).map(|second| {
            let span = i32::from(second.bin) - i32::from(first.bin) + SPAN;
            let distance = second.frame - first.frame;
            (
                u32::from(first.bin) << 14 | (span as u32) << 6 | distance,
                first.frame,
            )
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Peaks that look like no other's.
    fn random(seed: u64, seconds: u32) -> Fingerprint {
        let mut state = seed.wrapping_mul(2).wrapping_add(1);
        let mut next = |below: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            ((state >> 33) % below) as u32
        };
        let frames = seconds * 43;
        let mut peaks: Vec<Peak> = (0..seconds * 20)
            .map(|_| Peak {
                frame: next(frames.into()),
                bin: 10 + next(490) as u16,
            })
            .collect();
        peaks.sort();
        peaks.dedup();
        Fingerprint { peaks, frames }
    }

    fn excerpt(whole: &Fingerprint, from: u32, frames: u32) -> Fingerprint {
        let inside = whole
            .peaks
            .iter()
            .filter(|peak| (from..from + frames).contains(&peak.frame));
        let peaks = inside
            .map(|peak| Peak {
                frame: peak.frame - from,
                ..*peak
            })
            .collect();
        Fingerprint { peaks, frames }
    }

    #[test]
    fn an_excerpt_is_found_where_it_is() {
        let mut index = FingerprintIndex::new();
        for seed in 0..50 {
            index.add(seed, &random(seed, 60));
        }
        for seed in [0, 17, 49] {
            let found = index.find(&excerpt(&random(seed, 60), 1_000, 430));
            assert_eq!((found.len(), found[0].track), (1, seed));
            let offset = 1_000.0 * Fingerprint::FRAME_SECONDS;
            assert!((found[0].offset_seconds - offset).abs() < 1e-9);
            assert!(found[0].score > 0.9);
        }
        assert!(index.find(&random(1_000, 10)).is_empty());
        assert!(index.find(&Fingerprint::default()).is_empty());
        assert_eq!(index.len(), 50);
    }

    #[test]
    fn a_recording_is_found_in_an_excerpt_that_begins_before_it() {
        let mut index = FingerprintIndex::new();
        index.add((), &excerpt(&random(3, 60), 500, 1_000));
        let found = index.find(&random(3, 60));
        assert!((found[0].offset_seconds + 500.0 * Fingerprint::FRAME_SECONDS).abs() < 1e-9);
    }
}
