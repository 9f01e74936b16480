//! One source of a rendition: its packets that wait, and where they are on its time line.

use std::collections::VecDeque;
use std::ops::Range;

use super::cut::Cutter;
use super::{PackageSettings, microseconds, whole_seconds};
use crate::encode::{Packet, StreamInfo};
use crate::{Error, Result};

/// What is left at the end of a sound goes to its last segment if it is at most this part of the
/// target; see [`super::super::CutPlan`].
const ABSORBED: f64 = 1.0 / 16.0;

pub(super) struct Source {
    pub(super) info: StreamInfo,
    cutter: Cutter,
    segment_seconds: f64,
    /// The packets from `cut` on.
    waiting: VecDeque<Packet>,
    /// Packets received.
    pub(super) received: u64,
    /// The first packet of the segment in the making.
    pub(super) cut: u64,
    /// The first packet which is in no part yet.
    pub(super) parted: u64,
    /// Packets in a part, and how many more the first has for the priming.
    part_packets: Option<(u64, u64)>,
    /// Whether the container can say what is priming.
    has_edit_list: bool,
    ended: bool,
}

impl Source {
    pub(super) fn new(info: StreamInfo, settings: &PackageSettings) -> Result<Self> {
        if info.packet_frames == 0 || info.spec.sample_rate == 0 {
            return Err(Error::invalid("info", "packets of 0 frames, or 0 Hz"));
        }
        let part_packets = match &settings.parts {
            None => None,
            Some(parts) => {
                let packets = parts.packets(&info, settings.segment_seconds)?;
                let half = info.packet_frames / 2;
                Some((
                    packets,
                    u64::from((info.priming + half) / info.packet_frames),
                ))
            }
        };
        Ok(Self {
            cutter: Cutter::new(&info, settings.segment_seconds, settings.parts.is_some()),
            segment_seconds: settings.segment_seconds,
            waiting: VecDeque::new(),
            received: 0,
            cut: 0,
            parted: 0,
            part_packets,
            has_edit_list: settings.format.has_edit_list(),
            ended: false,
            info,
        })
    }

    pub(super) fn push(&mut self, packet: &Packet) {
        self.waiting.push_back(packet.clone());
        self.received += 1;
    }

    /// The next border that counts.
    pub(super) fn next_cut(&mut self) -> Option<u64> {
        self.cutter.cut(self.received)
    }

    /// Takes the end after `sound_frames` frames: what comes after them is dropped.
    pub(super) fn end(&mut self, sound_frames: u64) -> Result<()> {
        if sound_frames == 0 {
            return Err(Error::Empty);
        }
        let due = self.info.packets_for(sound_frames);
        if self.received < due {
            return Err(Error::invalid(
                "total_frames",
                format!(
                    "the sound ends after {} packets; {sound_frames} frames take {due}",
                    self.received
                ),
            ));
        }
        if due < self.cut.max(self.parted) {
            return Err(Error::invalid(
                "total_frames",
                format!(
                    "{sound_frames} frames take {due} packets, and {} are written",
                    self.cut.max(self.parted)
                ),
            ));
        }
        self.waiting.truncate((due - self.cut) as usize);
        self.received = due;
        self.ended = true;
        Ok(())
    }

    /// Where the part in the making ends, once it does.
    pub(super) fn next_part(&self, at_end: bool) -> Option<u64> {
        let (packets, first_more) = self.part_packets?;
        let more = if self.parted == 0 { first_more } else { 0 };
        let border = (self.parted + packets + more).min(self.cutter.border());
        if self.parted >= self.cutter.border() {
            return None;
        }
        match at_end {
            true => Some(border.min(self.received)).filter(|border| *border > self.parted),
            false => Some(border).filter(|border| self.received > *border),
        }
    }

    /// Whether the segment in the making ends at this packet.
    pub(super) fn segment_ends_at(&self, border: u64) -> bool {
        border >= self.cutter.border() || self.ended && border == self.received
    }

    /// Forgets the packets before `border`, with which a segment ended.
    pub(super) fn advance(&mut self, border: u64) {
        self.waiting
            .drain(..(border - self.cut).min(self.waiting.len() as u64) as usize);
        self.cut = border;
        self.parted = self.parted.max(border);
    }

    /// The frame of the sound at which a packet begins.
    pub(super) fn frame_of(&self, packet: u64) -> u64 {
        (packet * u64::from(self.info.packet_frames)).saturating_sub(self.info.priming.into())
    }

    /// How long the sound in these packets is: the difference of their borders, each to the
    /// nearest microsecond.
    pub(super) fn microseconds(&self, packets: Range<u64>, end: Option<u64>) -> u64 {
        let rate = self.info.spec.sample_rate;
        let limit = end.unwrap_or(u64::MAX);
        let at = |packet| microseconds(self.frame_of(packet).min(limit), rate);
        at(packets.end) - at(packets.start)
    }

    /// How long so many packets are, whatever is in them.
    pub(super) fn seconds(&self, packets: u64) -> f64 {
        let frames = packets * u64::from(self.info.packet_frames);
        self.info.spec.seconds(frames)
    }

    /// The packets to be muxed among these; see the module on lengths. `end` is the length of the
    /// sound, where it is known.
    pub(super) fn packets(&self, range: Range<u64>, end: Option<u64>) -> Vec<Packet> {
        let kept = range.start.max(self.first_kept())..range.end.min(self.end_of_kept(end));
        let packet_frames = u64::from(self.info.packet_frames);
        let timed = |(packet, index): (&Packet, u64)| {
            let left = end.map_or(u64::MAX, |end| {
                (end + u64::from(self.info.priming)).saturating_sub(index * packet_frames)
            });
            Packet {
                data: packet.data.clone(),
                frames: packet_frames.min(left) as u32,
            }
        };
        let skipped = kept.start.saturating_sub(self.cut) as usize;
        let count = kept.end.saturating_sub(kept.start) as usize;
        let indices = kept.start..;
        let packets = self.waiting.iter().skip(skipped).take(count);
        packets.zip(indices).map(timed).collect()
    }

    /// Frames of the packets which are never muxed.
    pub(super) fn skipped_frames(&self) -> u64 {
        self.first_kept() * u64::from(self.info.packet_frames)
    }

    /// Where the container cannot say what is priming, packets are left out as long as half a
    /// packet of lead-in is left in front of the sound.
    fn first_kept(&self) -> u64 {
        if self.has_edit_list {
            return 0;
        }
        let half = self.info.packet_frames / 2;
        u64::from(self.info.priming.saturating_sub(half) / self.info.packet_frames)
    }

    /// There a last packet is left out too if less than half of it is sound.
    fn end_of_kept(&self, end: Option<u64>) -> u64 {
        match end {
            // A part of nothing but that packet would be empty.
            Some(frames) if !self.has_edit_list && self.part_packets.is_none() => {
                let half = self.info.packet_frames / 2;
                let stub = u64::from(self.info.padding(frames) > half);
                (self.info.packets_for(frames) - stub).max(self.first_kept() + 1)
            }
            _ => u64::MAX,
        }
    }

    /// The longest that a segment can become, in whole seconds: what a playlist that grows has to
    /// state at its start.
    pub(super) fn longest_seconds(&self) -> u64 {
        let packet = f64::from(self.info.packet_frames) / f64::from(self.info.spec.sample_rate);
        let longest = self.segment_seconds * (1.0 + ABSORBED) + packet;
        whole_seconds((longest * 1e6) as u64).max(1)
    }

    /// The longest that a part can become, in microseconds.
    pub(super) fn part_target(&self) -> u64 {
        let Some((packets, first_more)) = self.part_packets else {
            return 0;
        };
        let rate = self.info.spec.sample_rate;
        let first = self.frame_of(packets + first_more);
        let usual = packets * u64::from(self.info.packet_frames);
        // Rounding of two borders may add a microsecond.
        microseconds(first.max(usual), rate) + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hls::SegmentFormat;
    use crate::{AudioSpec, ChannelLayout};

    fn source(priming: u32) -> Source {
        let info = StreamInfo {
            spec: AudioSpec::new(48_000, ChannelLayout::Stereo),
            codec: "mp4a.40.2",
            packet_frames: 1024,
            priming,
            bit_rate: None,
            config: vec![0x11, 0x90],
        };
        let settings = PackageSettings {
            format: SegmentFormat::Ts,
            ..PackageSettings::default()
        };
        Source::new(info, &settings).unwrap()
    }

    fn kept(total: u64, priming: u32) -> Range<u64> {
        let source = source(priming);
        let end = source.end_of_kept(Some(total));
        source.first_kept()..end.min(source.info.packets_for(total))
    }

    #[test]
    fn without_an_edit_list_the_length_is_within_one_packet() {
        for total in 1..5_000 {
            let kept = kept(total, 2560);
            assert_eq!(kept.start, 2, "the sound begins in the middle of the third");
            let over = ((kept.end - kept.start) * 1024) as i64 - total as i64;
            assert!((1..=1024).contains(&over), "{total} frames: {over} over");
            let lost = total as i64 + 512 - ((kept.end - kept.start) * 1024) as i64;
            assert!(lost < 512, "{total} frames: {lost} lost");
        }
    }

    #[test]
    fn a_codec_without_priming_keeps_its_only_packet() {
        assert_eq!(kept(1, 0), 0..1);
    }
}
