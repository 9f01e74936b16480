//! Where the samples of a track lie: by the tables of `stbl`, or by fragments.

use std::collections::VecDeque;

use super::boxes::{child, children, top_box};
use crate::Result;
use crate::decode::bytes::{Bytes, Fields};

/// Most bytes of one `moof`.
const MAX_MOOF_BYTES: u64 = 16 << 20;

/// Most samples one fragment may list.
const MAX_FRAGMENT_SAMPLES: usize = 1 << 20;

/// One sample: a packet of its codec.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sample {
    pub(super) offset: u64,
    pub(super) size: u32,
    /// In units of the track's time scale.
    pub(super) duration: u32,
}

/// The tables of `stbl`, read as they are needed: they stay as they lie in the file.
#[derive(Default)]
pub(super) struct SampleTable {
    size: u32,
    count: u32,
    sizes: Vec<u8>,
    offsets: Vec<u8>,
    wide: bool,
    chunks: Vec<u8>,
    times: Vec<u8>,
    at: Position,
}

/// Where the reading of the tables stands.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Position {
    sample: u32,
    chunk: u32,
    in_chunk: u32,
    offset: u64,
    run: usize,
    time_run: usize,
    in_time_run: u32,
}

fn number(table: &[u8], at: usize) -> Option<u32> {
    table
        .get(at..)?
        .first_chunk()
        .map(|bytes| u32::from_be_bytes(*bytes))
}

impl SampleTable {
    pub(super) fn parse(stbl: &[u8]) -> Option<Self> {
        let mut sizes = Fields::new(child(stbl, b"stsz")?);
        sizes.take(4)?;
        let (size, count) = (sizes.u32_be()?, sizes.u32_be()?);
        let (offsets, wide) = match child(stbl, b"stco") {
            Some(table) => (table, false),
            None => (child(stbl, b"co64")?, true),
        };
        let table = |body: &[u8]| body.get(8..).map(<[u8]>::to_vec);
        Some(Self {
            size,
            count,
            sizes: if size == 0 {
                sizes.rest().to_vec()
            } else {
                Vec::new()
            },
            offsets: table(offsets)?,
            wide,
            chunks: table(child(stbl, b"stsc")?)?,
            times: table(child(stbl, b"stts")?)?,
            ..Self::default()
        })
    }

    /// The sum of all durations, in units of the track's time scale.
    pub(super) fn duration(&self) -> u64 {
        let mut left = self.count;
        let mut sum = 0u64;
        for run in self.times.chunks_exact(8) {
            let count = number(run, 0).unwrap_or(0).min(left);
            left -= count;
            sum = sum.saturating_add(u64::from(count) * u64::from(number(run, 4).unwrap_or(0)));
        }
        sum
    }

    pub(super) fn position(&self) -> Position {
        self.at
    }

    pub(super) fn go_to(&mut self, at: Position) {
        self.at = at;
    }

    fn chunk_offset(&self) -> Option<u64> {
        let at = self.at.chunk as usize;
        if self.wide {
            let bytes = self.offsets.get(at.checked_mul(8)?..)?.first_chunk()?;
            return Some(u64::from_be_bytes(*bytes));
        }
        number(&self.offsets, at.checked_mul(4)?).map(u64::from)
    }

    fn next_duration(&mut self) -> u32 {
        loop {
            let Some(count) = number(&self.times, self.at.time_run * 8) else {
                return 0;
            };
            if self.at.in_time_run < count {
                self.at.in_time_run += 1;
                return number(&self.times, self.at.time_run * 8 + 4).unwrap_or(0);
            }
            (self.at.time_run, self.at.in_time_run) = (self.at.time_run + 1, 0);
        }
    }

    pub(super) fn next(&mut self) -> Option<Sample> {
        if self.at.sample >= self.count {
            return None;
        }
        loop {
            // Runs of chunks: first chunk (from 1), samples in each, description.
            while number(&self.chunks, (self.at.run + 1) * 12)
                .is_some_and(|n| n <= self.at.chunk + 1)
            {
                self.at.run += 1;
            }
            let in_each = number(&self.chunks, self.at.run * 12 + 4)?;
            let base = self.chunk_offset()?;
            if self.at.in_chunk < in_each {
                if self.at.in_chunk == 0 {
                    self.at.offset = base;
                }
                break;
            }
            (self.at.chunk, self.at.in_chunk) = (self.at.chunk + 1, 0);
        }
        let size = match self.size {
            0 => number(&self.sizes, (self.at.sample as usize).checked_mul(4)?)?,
            size => size,
        };
        let sample = Sample {
            offset: self.at.offset,
            size,
            duration: self.next_duration(),
        };
        self.at.offset = self.at.offset.saturating_add(size.into());
        self.at.in_chunk += 1;
        self.at.sample += 1;
        Some(sample)
    }
}

/// The fragments (`moof`) which follow the `moov`.
#[derive(Clone)]
pub(super) struct Fragments {
    track: u32,
    /// Defaults of `trex`: duration and size.
    defaults: (u32, u32),
    at: u64,
}

impl Fragments {
    /// Reads `mvex` for one track; `None` when the file has no fragments. `at` is the byte from
    /// which they are looked for.
    pub(super) fn parse(moov: &[u8], track: u32, at: u64) -> Option<Self> {
        let mvex = child(moov, b"mvex")?;
        let trex = children(mvex)
            .filter(|(kind, _)| kind == b"trex")
            .find_map(|(_, body)| {
                (number(body, 4)? == track).then_some((number(body, 12)?, number(body, 16)?))
            });
        Some(Self {
            track,
            defaults: trex.unwrap_or_default(),
            at,
        })
    }

    /// Appends the samples of the next fragment which has any; `false` at the end.
    pub(super) fn load(&mut self, bytes: &mut Bytes, queue: &mut VecDeque<Sample>) -> Result<bool> {
        let before = queue.len();
        while queue.len() == before {
            let Some(found) = top_box(bytes, self.at)? else {
                return Ok(false);
            };
            self.at = found.end;
            if found.kind == *b"moof" && found.end - found.start <= MAX_MOOF_BYTES {
                let len = found.end - bytes.position();
                let moof = bytes.take(len as usize, "an MP4 fragment")?;
                for (_, traf) in children(&moof).filter(|(kind, _)| kind == b"traf") {
                    // A fragment which is cut short leaves the samples before it.
                    let _ = self.read_traf(traf, found.start, queue);
                }
            }
        }
        Ok(true)
    }

    fn read_traf(&self, traf: &[u8], moof: u64, queue: &mut VecDeque<Sample>) -> Option<()> {
        let mut head = Fields::new(child(traf, b"tfhd")?);
        let flags = head.u32_be()?;
        if head.u32_be()? != self.track {
            return None;
        }
        let base = if flags & 0x1 != 0 {
            head.u64_be()?
        } else {
            moof
        };
        head.take(if flags & 0x2 != 0 { 4 } else { 0 })?;
        let duration = if flags & 0x8 != 0 {
            head.u32_be()?
        } else {
            self.defaults.0
        };
        let size = if flags & 0x10 != 0 {
            head.u32_be()?
        } else {
            self.defaults.1
        };
        let mut offset = base;
        for (_, body) in children(traf).filter(|(kind, _)| kind == b"trun") {
            let mut run = Fields::new(body);
            let flags = run.u32_be()?;
            let count = run.u32_be()? as usize;
            if flags & 0x1 != 0 {
                offset = base.checked_add_signed((run.u32_be()? as i32).into())?;
            }
            run.take(if flags & 0x4 != 0 { 4 } else { 0 })?;
            for _ in 0..count.min(MAX_FRAGMENT_SAMPLES) {
                let duration = if flags & 0x100 != 0 {
                    run.u32_be()?
                } else {
                    duration
                };
                let size = if flags & 0x200 != 0 {
                    run.u32_be()?
                } else {
                    size
                };
                run.take(if flags & 0x400 != 0 { 4 } else { 0 })?;
                run.take(if flags & 0x800 != 0 { 4 } else { 0 })?;
                if queue.len() < MAX_FRAGMENT_SAMPLES {
                    queue.push_back(Sample {
                        offset,
                        size,
                        duration,
                    });
                }
                offset = offset.saturating_add(size.into());
            }
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(numbers: &[u32]) -> Vec<u8> {
        numbers.iter().flat_map(|n| n.to_be_bytes()).collect()
    }

    #[test]
    fn samples_follow_their_chunks() {
        let mut samples = SampleTable {
            count: 5,
            sizes: table(&[10, 20, 30, 40, 50]),
            offsets: table(&[1_000, 2_000, 3_000]),
            chunks: table(&[1, 2, 1, 3, 1, 1]),
            times: table(&[4, 1_024, 1, 300]),
            ..SampleTable::default()
        };
        assert_eq!(samples.duration(), 4 * 1_024 + 300);
        let all: Vec<_> = std::iter::from_fn(|| samples.next())
            .map(|s| (s.offset, s.size, s.duration))
            .collect();
        assert_eq!(
            all,
            [
                (1_000, 10, 1_024),
                (1_010, 20, 1_024),
                (2_000, 30, 1_024),
                (2_030, 40, 1_024),
                (3_000, 50, 300),
            ]
        );
    }
}
