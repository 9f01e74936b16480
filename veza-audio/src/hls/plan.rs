//! Where a sound is cut into segments.

use std::ops::Range;

use crate::encode::StreamInfo;
use crate::{Error, Result};

/// The longest and the shortest target duration taken, in seconds.
pub(super) const TARGET_SECONDS: std::ops::RangeInclusive<f64> = 1.0..=60.0;

/// The most segments of a sound: a week at six seconds each. It bounds the playlist.
const MAX_SEGMENTS: f64 = 100_000.0;

/// What is left at the end goes to the last segment whole if it is at most this part of the
/// target: too little to change the rounded duration.
const ABSORBED: f64 = 1.0 / 16.0;

/// One segment of a [`CutPlan`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedSegment {
    /// Its packets, counted from the encoder's first.
    pub packets: Range<u64>,
    /// The frames of the source that it stands for. The priming in front of the first counts for
    /// nothing.
    pub frames: Range<u64>,
    /// How long that is, in microseconds: the difference of its borders, each to the nearest, so
    /// that the sum over all segments is the duration of the source.
    pub microseconds: u64,
}

/// Where a sound is cut into segments.
///
/// It is a pure function of the sound's length, its rate, the codec's packet length and its
/// priming: renditions which share these are cut at the same media times, which is what lets a
/// player change from one to another (RFC 8216, 6.2.4).
///
/// Borders lie on the packet border nearest to each multiple of the target duration. What is left
/// at the end is never a stub: under a sixteenth of the target it goes to the last segment, under
/// half of the target the last two segments share their stretch evenly. So no segment is shorter
/// than half of the target, unless the whole sound is, and none is longer than 17/16 of it (to
/// half a packet).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CutPlan {
    segments: Vec<PlannedSegment>,
}

impl CutPlan {
    /// The plan for a sound of `total_frames` frames in packets of `info`.
    ///
    /// # Errors
    /// [`Error::Empty`] for no frames, [`Error::InvalidParameter`] for a target that is not from
    /// 1 to 60 seconds or a stream without a rate or packet length, [`Error::LimitExceeded`] for
    /// more than 100,000 segments.
    pub fn new(total_frames: u64, info: &StreamInfo, segment_seconds: f64) -> Result<Self> {
        if total_frames == 0 {
            return Err(Error::Empty);
        }
        if !TARGET_SECONDS.contains(&segment_seconds) {
            return Err(Error::invalid(
                "segment_seconds",
                format!("{segment_seconds} is not from 1 to 60"),
            ));
        }
        if info.packet_frames == 0 || info.spec.sample_rate == 0 {
            return Err(Error::invalid("info", "packets of 0 frames, or 0 Hz"));
        }
        let rate = info.spec.sample_rate;
        let packet_frames = u64::from(info.packet_frames);
        let priming = u64::from(info.priming);
        let packets = info.packets_for(total_frames);

        // The packet whose start is nearest to a time of the sound.
        let packet_at =
            |frames: f64| ((frames + priming as f64) / packet_frames as f64).round() as u64;
        let target = segment_seconds * f64::from(rate);
        let total = total_frames as f64;
        let whole = (total / target).floor();
        if whole > MAX_SEGMENTS {
            return Err(Error::LimitExceeded {
                what: "number of segments",
                value: whole as u64,
                max: MAX_SEGMENTS as u64,
            });
        }
        let rest = total - whole * target;
        let mut borders: Vec<f64> = (1..whole as u64).map(|n| n as f64 * target).collect();
        if whole > 0.0 && rest >= target / 2.0 {
            borders.push(whole * target);
        } else if whole > 0.0 && rest > target * ABSORBED {
            borders.push(((whole - 1.0) * target + total) / 2.0);
        }

        let mut segments = Vec::with_capacity(borders.len() + 1);
        let (mut packet, mut frame) = (0, 0);
        for end in borders.into_iter().map(packet_at).chain([packets]) {
            let frame_end = (end * packet_frames)
                .saturating_sub(priming)
                .min(total_frames);
            segments.push(PlannedSegment {
                packets: packet..end,
                frames: frame..frame_end,
                microseconds: microseconds(frame_end, rate) - microseconds(frame, rate),
            });
            (packet, frame) = (end, frame_end);
        }
        Ok(Self { segments })
    }
}

impl CutPlan {
    /// The segments, first to last: one at least.
    pub fn segments(&self) -> &[PlannedSegment] {
        &self.segments
    }

    /// `EXT-X-TARGETDURATION`: the longest segment in seconds, rounded as RFC 8216 (4.3.3.1) does.
    pub fn target_duration(&self) -> u64 {
        let rounded = |segment: &PlannedSegment| (segment.microseconds + 500_000) / 1_000_000;
        self.segments.iter().map(rounded).max().unwrap_or(0).max(1)
    }
}

/// `frames` in microseconds, to the nearest.
pub(super) fn microseconds(frames: u64, sample_rate: u32) -> u64 {
    let rate = u128::from(sample_rate);
    ((u128::from(frames) * 1_000_000 + rate / 2) / rate) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AudioSpec, ChannelLayout};
    use proptest::prelude::*;

    fn info(sample_rate: u32, packet_frames: u32, priming: u32) -> StreamInfo {
        StreamInfo {
            spec: AudioSpec::new(sample_rate, ChannelLayout::Stereo),
            codec: "mp4a.40.2",
            packet_frames,
            priming,
            bit_rate: None,
            config: Vec::new(),
        }
    }

    /// The segments' durations in milliseconds.
    fn cuts(seconds: f64) -> Vec<u64> {
        let info = info(48_000, 1024, 2560);
        let plan = CutPlan::new((seconds * 48_000.0) as u64, &info, 6.0).unwrap();
        plan.segments()
            .iter()
            .map(|segment| segment.microseconds / 1000)
            .collect()
    }

    #[test]
    fn sounds_are_cut_near_the_target_and_end_without_a_stub() {
        assert_eq!(cuts(5.0), [5000]);
        assert_eq!(cuts(6.0), [6000]);
        assert_eq!(cuts(6.3), [6300]);
        assert_eq!(cuts(1.0 / 48_000.0), [0]);
        let near = |seconds: f64, expected: &[f64]| {
            let cuts = cuts(seconds);
            assert_eq!(cuts.len(), expected.len(), "{seconds} s: {cuts:?}");
            for (cut, expected) in cuts.iter().zip(expected) {
                assert!(
                    (*cut as f64 - expected * 1000.0).abs() < 23.0,
                    "{seconds} s: {cuts:?}"
                );
            }
        };
        near(7.0, &[3.5, 3.5]);
        near(9.0, &[6.0, 3.0]);
        near(12.0, &[6.0, 6.0]);
        near(13.0, &[6.0, 3.5, 3.5]);
        near(
            61.3,
            &[6.0, 6.0, 6.0, 6.0, 6.0, 6.0, 6.0, 6.0, 6.0, 3.65, 3.65],
        );
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let good = info(48_000, 1024, 2560);
        assert_eq!(
            CutPlan::new(0, &good, 6.0).unwrap_err().code(),
            "audio.empty"
        );
        for target in [0.0, f64::NAN, 61.0, -6.0] {
            let error = CutPlan::new(1, &good, target).unwrap_err();
            assert_eq!(error.code(), "audio.invalid_parameter");
        }
        assert!(CutPlan::new(1, &info(48_000, 0, 0), 6.0).is_err());
        let error = CutPlan::new(u64::MAX, &good, 6.0).unwrap_err();
        assert_eq!(error.code(), "audio.limit_exceeded");
    }

    proptest! {
        #[test]
        fn segments_join_and_cover_the_sound(
            total in 1u64..20_000_000,
            rate in prop::sample::select(vec![8_000u32, 44_100, 48_000, 96_000]),
            packet in prop::sample::select(vec![960u32, 1024, 4096]),
            priming in 0u32..4096,
            target in 1.0f64..12.0,
        ) {
            let plan = CutPlan::new(total, &info(rate, packet, priming), target).unwrap();
            let segments = plan.segments();
            prop_assert_eq!(segments[0].frames.start, 0);
            prop_assert_eq!(segments[segments.len() - 1].frames.end, total);
            for pair in segments.windows(2) {
                prop_assert_eq!(pair[0].packets.end, pair[1].packets.start);
                prop_assert_eq!(pair[0].frames.end, pair[1].frames.start);
            }
            let packet_seconds = f64::from(packet) / f64::from(rate);
            let sum: u64 = segments.iter().map(|segment| segment.microseconds).sum();
            prop_assert!((sum as f64 / 1e6 - total as f64 / f64::from(rate)).abs() <= 0.51e-6);
            for segment in segments {
                prop_assert!(!segment.packets.is_empty());
                let seconds = segment.microseconds as f64 / 1e6;
                prop_assert!(seconds < target * 17.0 / 16.0 + packet_seconds);
                if segments.len() > 1 {
                    prop_assert!(seconds > target / 2.0 - 1.01 * packet_seconds, "{seconds} of {target}");
                }
                prop_assert!(seconds < plan.target_duration() as f64 + 0.500_001);
            }
        }
    }
}
