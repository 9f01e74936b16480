//! Pages of Ogg (RFC 3533): found by their mark, believed only when their checksum holds.

use crate::Result;
use crate::decode::bytes::Bytes;

const HEADER_BYTES: usize = 27;

/// Marks with no page behind them, in one file. Each costs a page's reading, so that a file of
/// nothing else must not go on.
const MAX_FALSE_MARKS: u32 = 10_000;

/// One page.
#[derive(Clone, Debug, Default)]
pub(super) struct Page {
    /// Whether the first packet goes on from the page before.
    pub(super) continued: bool,
    /// Whether it is the first page of its stream.
    pub(super) first: bool,
    /// Whether it is the last page of its stream.
    pub(super) last: bool,
    /// Time at the end of the last packet which ends here; `None` when none does.
    pub(super) granule: Option<u64>,
    pub(super) serial: u32,
    pub(super) sequence: u32,
    /// Whether the checksum fails, though all the rest fits: the packets are there, and some are
    /// wrong.
    pub(super) damaged: bool,
    lacing: Vec<u8>,
    body: Vec<u8>,
}

impl Page {
    /// Bytes of the page in the file.
    pub(super) fn bytes(&self) -> u64 {
        (HEADER_BYTES + self.lacing.len() + self.body.len()) as u64
    }

    /// The parts of packets in this page, and whether each one ends here.
    pub(super) fn parts(&self) -> impl Iterator<Item = (&[u8], bool)> {
        let mut lacing = &self.lacing[..];
        let mut body = &self.body[..];
        std::iter::from_fn(move || {
            if lacing.is_empty() {
                return None;
            }
            let ends = lacing.iter().position(|&size| size < 255);
            let count = ends.map_or(lacing.len(), |index| index + 1);
            let bytes: usize = lacing[..count].iter().map(|&size| usize::from(size)).sum();
            let (part, rest) = body.split_at(bytes);
            (lacing, body) = (&lacing[count..], rest);
            Some((part, ends.is_some()))
        })
    }
}

/// Reads the pages of a file, one after another.
pub(super) struct Pages {
    pub(super) bytes: Bytes,
    raw: Vec<u8>,
    pub(super) false_marks: u32,
    /// The serial and sequence number of the page which must come next, where it is known.
    pub(super) expected: Option<(u32, u32)>,
}

impl Pages {
    pub(super) fn new(bytes: Bytes) -> Self {
        Self {
            bytes,
            raw: Vec::new(),
            false_marks: 0,
            expected: None,
        }
    }

    /// Reads the next whole page into `page`; `None` at the end. Says whether bytes before it had
    /// to be skipped.
    pub(super) fn next(&mut self, page: &mut Page) -> Result<Option<bool>> {
        let mut skipped = false;
        while self.bytes.remaining() >= HEADER_BYTES as u64 {
            let at = self.bytes.position();
            if self.page_here(page)? {
                return Ok(Some(skipped));
            }
            skipped = true;
            self.false_marks += 1;
            if self.false_marks > MAX_FALSE_MARKS || !self.find(at + 1)? {
                break;
            }
        }
        Ok(None)
    }

    fn page_here(&mut self, page: &mut Page) -> Result<bool> {
        let Some(mut header) = self.bytes.array::<HEADER_BYTES>()? else {
            return Ok(false);
        };
        if !header.starts_with(b"OggS\0") {
            return Ok(false);
        }
        let stated = read_u32(&header, 22);
        header[22..26].fill(0);
        if !self.bytes.read_into(&mut page.lacing, header[26].into())? {
            return Ok(false);
        }
        let len = page.lacing.iter().map(|&size| usize::from(size)).sum();
        if !self.bytes.read_into(&mut page.body, len)? {
            return Ok(false);
        }
        let crc = crc(crc(crc(0, &header), &page.lacing), &page.body);
        page.continued = header[5] & 1 != 0;
        page.first = header[5] & 2 != 0;
        page.last = header[5] & 4 != 0;
        let granule = u64::from(read_u32(&header, 6)) | u64::from(read_u32(&header, 10)) << 32;
        page.granule = i64::try_from(granule).ok().map(|_| granule);
        page.serial = read_u32(&header, 14);
        page.sequence = read_u32(&header, 18);
        page.damaged = crc != stated;
        if page.damaged {
            // A few wrong bytes must not cost a second of sound. What the header says of time is
            // not believed then.
            page.granule = None;
            return Ok(self.expected == Some((page.serial, page.sequence)) && self.mark_or_end()?);
        }
        Ok(true)
    }

    /// Whether another page begins here, or the file ends.
    fn mark_or_end(&mut self) -> Result<bool> {
        let at = self.bytes.position();
        let next = self.bytes.array::<4>()?;
        self.bytes.seek(at)?;
        Ok(at == self.bytes.len() || next == Some(*b"OggS"))
    }

    /// Moves to the next mark of a page, from byte `at` on.
    fn find(&mut self, at: u64) -> Result<bool> {
        self.raw.resize(4 << 10, 0);
        let mut at = at;
        loop {
            self.bytes.seek(at)?;
            let have = self.bytes.read_up_to(&mut self.raw)?;
            if have < 4 {
                return Ok(false);
            }
            if let Some(offset) = self.raw[..have].windows(4).position(|mark| mark == b"OggS") {
                self.bytes.seek(at + offset as u64)?;
                return Ok(true);
            }
            at += have as u64 - 3;
        }
    }
}

fn read_u32(bytes: &[u8; HEADER_BYTES], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// The checksum of RFC 3533: polynomial 0x04c11db7, neither reflected nor inverted.
fn crc(start: u32, bytes: &[u8]) -> u32 {
    let mut value = start;
    let (eights, rest) = bytes.as_chunks::<8>();
    for &[a, b, c, d, e, f, g, h] in eights {
        let word = value ^ u32::from_be_bytes([a, b, c, d]);
        let at = |shift: u32| usize::from((word >> shift) as u8);
        value = TABLES[7][at(24)]
            ^ TABLES[6][at(16)]
            ^ TABLES[5][at(8)]
            ^ TABLES[4][at(0)]
            ^ TABLES[3][usize::from(e)]
            ^ TABLES[2][usize::from(f)]
            ^ TABLES[1][usize::from(g)]
            ^ TABLES[0][usize::from(h)];
    }
    for &byte in rest {
        value = value << 8 ^ TABLES[0][usize::from((value >> 24) as u8 ^ byte)];
    }
    value
}

/// `TABLES[n][b]` is the checksum of byte `b` with `n` zeros behind it: eight bytes a step.
static TABLES: [[u32; 256]; 8] = {
    let mut tables = [[0u32; 256]; 8];
    let mut byte = 0;
    while byte < 256 {
        let mut value = (byte as u32) << 24;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 0x8000_0000 != 0 {
                value << 1 ^ 0x04c1_1db7
            } else {
                value << 1
            };
            bit += 1;
        }
        tables[0][byte] = value;
        byte += 1;
    }
    let mut table = 1;
    while table < 8 {
        let mut byte = 0;
        while byte < 256 {
            let before = tables[table - 1][byte];
            tables[table][byte] = before << 8 ^ tables[0][(before >> 24) as usize];
            byte += 1;
        }
        table += 1;
    }
    tables
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_one_of_its_polynomial_at_any_length() {
        // CRC-32/MPEG-2 without its start value: the check of the catalogue is for start 0xffffffff.
        assert_eq!(crc(0xffff_ffff, b"123456789"), 0x0376_e6e7);
        let bytes: Vec<u8> = (0..100).collect();
        let slow = |bytes: &[u8]| {
            bytes.iter().fold(0u32, |value, &byte| {
                (0..8).fold(value ^ u32::from(byte) << 24, |value, _| {
                    if value >> 31 == 1 {
                        value << 1 ^ 0x04c1_1db7
                    } else {
                        value << 1
                    }
                })
            })
        };
        for len in 0..bytes.len() {
            assert_eq!(crc(0, &bytes[..len]), slow(&bytes[..len]));
        }
    }

    #[test]
    fn parts_end_where_a_size_is_below_255() {
        let page = Page {
            lacing: vec![255, 1, 3, 255],
            body: (0..514).map(|n| n as u8).collect(),
            ..Page::default()
        };
        let parts: Vec<_> = page
            .parts()
            .map(|(part, ends)| (part.len(), ends))
            .collect();
        assert_eq!(parts, [(256, true), (3, true), (255, false)]);
    }
}
