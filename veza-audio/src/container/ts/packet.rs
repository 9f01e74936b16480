//! Transport packets of 188 bytes, and the PES packets laid out in them.

use std::ops::Range;

use super::clock::{CLOCK, CLOCK_MASK};

pub(crate) const PACKET_BYTES: usize = 188;
const PAYLOAD_BYTES: usize = PACKET_BYTES - 4;

/// How long before it is heard the first byte of a PES packet arrives.
const LEAD: u64 = CLOCK / 2;
/// The longest time between clock references (2.7.2).
const MAX_REFERENCE_GAP: u64 = CLOCK / 10;

/// A continuity counter: 4 bits, one step for each packet of its PID.
#[derive(Default)]
pub(super) struct Counter(u8);

impl Counter {
    pub(super) fn next(&mut self) -> u8 {
        let value = self.0;
        self.0 = (value + 1) & 0xF;
        value
    }
}

/// Sync byte, start flag, PID, what follows (adaptation field, payload) and the counter.
pub(super) fn write_header(
    pid: u16,
    start: bool,
    adaptation: bool,
    counter: u8,
    out: &mut Vec<u8>,
) {
    let start = u8::from(start) << 6;
    let control = 0x10 | u8::from(adaptation) << 5;
    out.extend_from_slice(&[0x47, start | (pid >> 8) as u8, pid as u8, control | counter]);
}

/// What a PES packet carries, and where.
pub(super) struct Pes<'a> {
    pub(super) pid: u16,
    /// `stream_id` (table 2-22).
    pub(super) stream_id: u8,
    /// When it is heard or shown.
    pub(super) time: Range<u64>,
    pub(super) content: &'a [u8],
    /// Whether the program's clock references come with it.
    pub(super) has_clock: bool,
}

impl Pes<'_> {
    /// Appends the PES packet in as many transport packets as it takes. Clock references come
    /// with the first and wherever the next packet would be late for one; the last is filled up
    /// in its adaptation field.
    pub(super) fn write(&self, counter: &mut Counter, out: &mut Vec<u8>) {
        let (time, elementary) = (&self.time, self.content);
        let mut pes = Vec::with_capacity(14 + elementary.len());
        pes.extend_from_slice(&[0, 0, 1, self.stream_id]);
        // What follows, 3 + 5 bytes of header counted. AAC of 6,144 bits for each of two channels
        // comes to 29 KB in a fifth of a second at 96 kHz; 0, "not told", is allowed for more.
        let length = u16::try_from(8 + elementary.len()).unwrap_or(0);
        pes.extend_from_slice(&length.to_be_bytes());
        // Aligned to the start of a frame; a presentation time stamp and nothing else.
        pes.extend_from_slice(&[0x84, 0x80, 5]);
        pes.extend_from_slice(&time_stamp(time.start));
        pes.extend_from_slice(elementary);

        // The bytes arrive as evenly as the sound goes on.
        let arrival = |byte: usize| {
            time.start - LEAD + (time.end - time.start) * byte as u64 / pes.len() as u64
        };
        let mut reference = None;
        let mut sent = 0;
        while sent < pes.len() {
            let mut adaptation = Vec::new();
            let start = sent == 0;
            let next = arrival(sent + PAYLOAD_BYTES);
            if self.has_clock
                && reference.is_none_or(|reference| next > reference + MAX_REFERENCE_GAP)
            {
                let clock = arrival(sent);
                reference = Some(clock);
                // A clock reference with its extension at 0; random access at the start.
                adaptation.push(if start { 0x50 } else { 0x10 });
                let base = (clock & CLOCK_MASK) << 15 | 0x7E00;
                adaptation.extend_from_slice(&base.to_be_bytes()[2..]);
            }
            let needed = if adaptation.is_empty() {
                0
            } else {
                1 + adaptation.len()
            };
            let payload = (pes.len() - sent).min(PAYLOAD_BYTES - needed);
            let field = PAYLOAD_BYTES - payload;
            write_header(self.pid, start, field > 0, counter.next(), out);
            if field > 0 {
                out.push((field - 1) as u8);
                if field > 1 && adaptation.is_empty() {
                    adaptation.push(0);
                }
                adaptation.resize(field - 1, 0xFF);
                out.extend_from_slice(&adaptation);
            }
            out.extend_from_slice(&pes[sent..sent + payload]);
            sent += payload;
        }
    }
}

/// A presentation time stamp in the five bytes of a PES header (2.4.3.7).
fn time_stamp(time: u64) -> [u8; 5] {
    [
        0x21 | (time >> 29) as u8 & 0x0E,
        (time >> 22) as u8,
        (time >> 14) as u8 | 1,
        (time >> 7) as u8,
        (time << 1) as u8 | 1,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_stamp_has_its_marker_bits() {
        assert_eq!(time_stamp(0), [0x21, 0, 1, 0, 1]);
        assert_eq!(time_stamp(CLOCK_MASK), [0x2F, 0xFF, 0xFF, 0xFF, 0xFF]);
    }
}
