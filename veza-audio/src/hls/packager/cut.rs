//! Where a sound is cut whose length is not known yet.

use crate::encode::StreamInfo;

/// Finds the borders of [`super::super::CutPlan`] while the sound comes in: a border counts once
/// half a segment more is there, since what is left behind it is then no stub.
///
/// In low latency a border counts at once, and the last segment may be short.
pub(super) struct Cutter {
    sample_rate: f64,
    packet_frames: u64,
    priming: u64,
    target_seconds: f64,
    at_once: bool,
    /// The next border, counted from 1.
    next: u64,
}

impl Cutter {
    pub(super) fn new(info: &StreamInfo, target_seconds: f64, at_once: bool) -> Self {
        Self {
            sample_rate: f64::from(info.spec.sample_rate),
            packet_frames: u64::from(info.packet_frames.max(1)),
            priming: info.priming.into(),
            target_seconds,
            at_once,
            next: 1,
        }
    }

    /// The packet at which the next border lies.
    pub(super) fn border(&self) -> u64 {
        let frames = self.next as f64 * (self.target_seconds * self.sample_rate);
        ((frames + self.priming as f64) / self.packet_frames as f64).round() as u64
    }

    /// Takes the next border, if it counts with so many packets there.
    pub(super) fn cut(&mut self, packets: u64) -> Option<u64> {
        let border = self.border();
        let counts = if self.at_once {
            // One packet is kept back: the last of the sound is known only at its end.
            packets > border
        } else {
            let target = self.target_seconds * self.sample_rate;
            let frames = (packets * self.packet_frames).saturating_sub(self.priming);
            // A packet less, which may be padding.
            let sure = frames.saturating_sub(self.packet_frames) as f64;
            sure >= (self.next as f64 + 0.5) * target
        };
        counts.then(|| {
            self.next += 1;
            border
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::CutPlan;
    use super::*;
    use crate::{AudioSpec, ChannelLayout};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn borders_are_those_of_the_plan_for_the_whole(
            total in 1u64..4_000_000,
            packet_frames in prop::sample::select(vec![960u32, 1024, 1152, 4096]),
            priming in 0u32..4096,
            target in 1.0f64..12.0,
        ) {
            let info = StreamInfo {
                spec: AudioSpec::new(44_100, ChannelLayout::Stereo),
                codec: "mp4a.40.2",
                packet_frames,
                priming,
                bit_rate: None,
                config: Vec::new(),
            };
            let plan = CutPlan::new(total, &info, target).unwrap();
            let mut cutter = Cutter::new(&info, target, false);
            let mut borders = Vec::new();
            for packets in 1..=info.packets_for(total) {
                borders.extend(cutter.cut(packets));
            }
            let planned: Vec<u64> = plan.segments().iter().map(|s| s.packets.end).collect();
            prop_assert!(borders.len() < planned.len());
            prop_assert_eq!(&borders[..], &planned[..borders.len()]);
            // What is left is at most the two segments that share the rest.
            prop_assert!(planned.len() - borders.len() <= 2);
        }
    }
}
