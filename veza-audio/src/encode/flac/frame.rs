//! A frame: header, one subframe for each channel, checksum (RFC 9639, 9).

use super::effort::{Effort, StereoSearch};
use super::fixed;
use super::subframe::{Planner, Subframe};
use crate::encode::bits::{BitWriter, crc8, crc16};

/// Samples of each channel in a frame, but for the last. 93 ms at 44.1 kHz, within the streamable
/// subset at every rate.
pub(super) const BLOCK: usize = 4096;

/// How two channels are coded; the numbers are FLAC's channel assignments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stereo {
    LeftRight = 1,
    LeftSide = 8,
    SideRight = 9,
    MidSide = 10,
}

const STEREO: [(Stereo, [usize; 2]); 4] = [
    (Stereo::LeftRight, [LEFT, RIGHT]),
    (Stereo::LeftSide, [LEFT, SIDE]),
    (Stereo::SideRight, [SIDE, RIGHT]),
    (Stereo::MidSide, [MID, SIDE]),
];
const LEFT: usize = 0;
const RIGHT: usize = 1;
const MID: usize = 2;
const SIDE: usize = 3;

/// Turns blocks of whole numbers into frames.
#[derive(Debug)]
pub(super) struct FrameWriter {
    sample_rate: u32,
    depth: u32,
    effort: Effort,
    planner: Planner,
    subframes: Vec<Subframe>,
    mid: Vec<i32>,
    side: Vec<i32>,
    bits: BitWriter,
}

impl FrameWriter {
    pub(super) fn new(sample_rate: u32, depth: u32, channels: usize, effort: Effort) -> Self {
        let mut subframes = Vec::new();
        subframes.resize_with(if channels == 2 { 4 } else { channels }, Subframe::default);
        Self {
            sample_rate,
            depth,
            effort,
            planner: Planner::new(effort),
            subframes,
            mid: Vec::new(),
            side: Vec::new(),
            bits: BitWriter::default(),
        }
    }

    /// Encodes a block (1 to [`BLOCK`] samples of each channel) as frame `number`.
    pub(super) fn encode(&mut self, channels: &[&[i32]], number: u32) -> Vec<u8> {
        let (assignment, order) = match channels {
            [left, right] => self.plan_stereo(left, right),
            _ => {
                for (channel, subframe) in channels.iter().zip(&mut self.subframes) {
                    self.planner.plan(channel, self.depth, subframe);
                }
                (channels.len() as u32 - 1, None)
            }
        };
        let block = channels.first().map_or(0, |channel| channel.len());
        self.bits.clear();
        self.write_header(block, assignment, number);
        match order {
            Some(pair) => pair
                .iter()
                .for_each(|&i| self.subframes[i].write(&mut self.bits)),
            None => self.subframes.iter().for_each(|s| s.write(&mut self.bits)),
        }
        let bytes = self.bits.align();
        let checksum = crc16(bytes);
        bytes.extend_from_slice(&checksum.to_be_bytes());
        bytes.clone()
    }

    /// Plans two channels; answers the channel assignment and which subframes to write.
    fn plan_stereo(&mut self, left: &[i32], right: &[i32]) -> (u32, Option<[usize; 2]>) {
        if self.effort.stereo != StereoSearch::Independent {
            self.mid.clear();
            self.mid
                .extend(left.iter().zip(right).map(|(l, r)| (l + r) >> 1));
            self.side.clear();
            self.side.extend(left.iter().zip(right).map(|(l, r)| l - r));
        }
        let planes = [left, right, &self.mid, &self.side];
        // A side channel needs one bit more.
        let widths = [self.depth, self.depth, self.depth, self.depth + 1];
        let cheapest = |cost: [u64; 4]| {
            let total = |pair: &[usize; 2]| cost[pair[0]] + cost[pair[1]];
            STEREO
                .into_iter()
                .min_by_key(|(_, pair)| total(pair))
                .unwrap_or(STEREO[0])
        };
        let (stereo, pair) = match self.effort.stereo {
            StereoSearch::Independent => STEREO[0],
            StereoSearch::Estimated => cheapest(planes.map(|plane| {
                let mean = fixed::roughness(plane) as f64 / plane.len() as f64;
                // Bits for the whole block in 1/16ths; a residual below 1 still costs its 1 bit.
                ((mean + 0.5).log2().max(0.0) * plane.len() as f64 * 16.0) as u64
            })),
            StereoSearch::Exhaustive => {
                for (i, plane) in planes.into_iter().enumerate() {
                    self.planner.plan(plane, widths[i], &mut self.subframes[i]);
                }
                cheapest([LEFT, RIGHT, MID, SIDE].map(|i| self.subframes[i].bits()))
            }
        };
        if self.effort.stereo != StereoSearch::Exhaustive {
            for i in pair {
                self.planner
                    .plan(planes[i], widths[i], &mut self.subframes[i]);
            }
        }
        (stereo as u32, Some(pair))
    }

    fn write_header(&mut self, block: usize, assignment: u32, number: u32) {
        let (block_code, block_tail) = block_code(block as u32);
        let (rate_code, rate_tail) = rate_code(self.sample_rate);
        let depth_code = match self.depth {
            16 => 4,
            24 => 6,
            _ => 0, // as in STREAMINFO
        };
        let bits = &mut self.bits;
        bits.put(0xfff8, 16); // sync, fixed block size
        bits.put(block_code, 4);
        bits.put(rate_code, 4);
        bits.put(assignment, 4);
        bits.put(depth_code << 1, 4);
        put_coded_number(bits, number);
        for (value, width) in [block_tail, rate_tail] {
            bits.put(value, width);
        }
        let bytes = bits.align();
        let checksum = crc8(bytes);
        bytes.push(checksum);
    }
}

/// The code of a block size, and what follows the header for it (value, bits).
fn block_code(block: u32) -> (u32, (u32, u32)) {
    match block {
        4096 => (12, (0, 0)),
        1..=256 => (6, (block - 1, 8)),
        _ => (7, (block - 1, 16)),
    }
}

/// The code of a sample rate, and what follows the header for it (value, bits).
fn rate_code(rate: u32) -> (u32, (u32, u32)) {
    const CODED: [u32; 11] = [
        88_200, 176_400, 192_000, 8_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000,
    ];
    if let Some(index) = CODED.iter().position(|coded| *coded == rate) {
        return (index as u32 + 1, (0, 0));
    }
    match rate {
        _ if rate.is_multiple_of(1000) && rate < 256_000 => (12, (rate / 1000, 8)),
        _ if rate < 65_536 => (13, (rate, 16)),
        _ if rate.is_multiple_of(10) && rate < 655_360 => (14, (rate / 10, 16)),
        _ => (0, (0, 0)), // as in STREAMINFO
    }
}

/// A number of up to 31 bits as UTF-8 extended to six bytes (RFC 9639, 9.1.5).
fn put_coded_number(bits: &mut BitWriter, number: u32) {
    if number < 0x80 {
        bits.put(number, 8);
        return;
    }
    // So many bytes follow the first, which holds what six bits each leave over.
    let follow = match number {
        0..=0x7ff => 1,
        0x800..=0xffff => 2,
        0x1_0000..=0x1f_ffff => 3,
        0x20_0000..=0x3ff_ffff => 4,
        _ => 5,
    };
    let marker = 0xff & !(0x7f >> (follow + 1)) & !(1 << (6 - follow));
    bits.put(marker | (number >> (6 * follow)), 8);
    for byte in (0..follow).rev() {
        bits.put(0x80 | ((number >> (6 * byte)) & 0x3f), 8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coded(number: u32) -> Vec<u8> {
        let mut bits = BitWriter::default();
        put_coded_number(&mut bits, number);
        bits.align().clone()
    }

    #[test]
    fn frame_numbers_are_coded_as_utf_8() {
        for number in [0, 0x7f, 0x80, 0x7ff, 0x800, 0xffff, 0x1_0000, 0x10_ffff] {
            let Some(character) = char::from_u32(number) else {
                continue;
            };
            assert_eq!(
                coded(number),
                character.to_string().as_bytes(),
                "{number:#x}"
            );
        }
        assert_eq!(coded(0x20_0000), [0xf8, 0x88, 0x80, 0x80, 0x80]);
        assert_eq!(coded(0x7fff_ffff), [0xfd, 0xbf, 0xbf, 0xbf, 0xbf, 0xbf]);
    }

    #[test]
    fn rates_without_a_code_are_spelt_out() {
        assert_eq!(rate_code(44_100), (9, (0, 0)));
        assert_eq!(rate_code(11_025), (13, (11_025, 16)));
        assert_eq!(rate_code(64_000), (12, (64, 8)));
        assert_eq!(rate_code(352_800), (14, (35_280, 16)));
        assert_eq!(rate_code(100_003), (0, (0, 0)));
    }

    #[test]
    fn the_same_on_both_sides_is_coded_once() {
        let tone: Vec<i32> = (0..BLOCK)
            .map(|n| (9000.0 * (n as f64 * 0.1).sin()) as i32)
            .collect();
        let mut writer = FrameWriter::new(44_100, 16, 2, Effort::of_level(5));
        let twice = writer.encode(&[&tone, &tone], 0).len();
        let mut mono = FrameWriter::new(44_100, 16, 1, Effort::of_level(5));
        assert!(twice < mono.encode(&[&tone], 0).len() + 8);
    }
}
