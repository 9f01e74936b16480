//! Fingerprints as bytes.

use super::Fingerprint;
use super::peaks::{BINS, Peak};
use crate::{Error, Result};

/// The first bytes, of which the last is the version.
const MAGIC: [u8; 4] = *b"VFP\x01";

impl Fingerprint {
    /// The fingerprint as bytes, the same on every machine: four of `VFP` and the version 1, the
    /// numbers of frames and of peaks, and for each peak the frames since the one before and its
    /// bin. All numbers are of the variable length of LEB128.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        put(&mut out, self.frames);
        put(&mut out, self.peaks.len() as u32);
        let mut before = 0;
        for peak in &self.peaks {
            put(&mut out, peak.frame - before);
            put(&mut out, peak.bin.into());
            before = peak.frame;
        }
        out
    }

    /// Reads what [`Self::to_bytes`] wrote.
    ///
    /// # Errors
    /// [`Error::Malformed`] for what it cannot have written.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let mut rest = bytes
            .strip_prefix(&MAGIC)
            .ok_or_else(|| Error::malformed_at("not a fingerprint of version 1", 0))?;
        let wrong =
            |rest: &[u8], what| Error::malformed_at(what, (bytes.len() - rest.len()) as u64);
        let short = "the fingerprint ends within a number";
        let frames = take(&mut rest).ok_or_else(|| wrong(rest, short))?;
        let count = take(&mut rest).ok_or_else(|| wrong(rest, short))?;
        // Each peak takes two bytes at least, which bounds what a false count can ask for.
        let mut peaks: Vec<Peak> = Vec::with_capacity((count as usize).min(rest.len() / 2));
        for _ in 0..count {
            let step = take(&mut rest).ok_or_else(|| wrong(rest, short))?;
            let bin = take(&mut rest).ok_or_else(|| wrong(rest, short))?;
            let before = peaks.last().map_or(0, |peak| peak.frame);
            let frame = before.checked_add(step).filter(|frame| *frame < frames);
            let (Some(frame), true) = (frame, bin < BINS as u32) else {
                return Err(wrong(rest, "a peak lies outside of the fingerprint"));
            };
            let peak = Peak {
                frame,
                bin: bin as u16,
            };
            if peaks.last().is_some_and(|last| *last >= peak) {
                return Err(wrong(rest, "the peaks of the fingerprint are not in order"));
            }
            peaks.push(peak);
        }
        if !rest.is_empty() {
            return Err(wrong(rest, "bytes follow the fingerprint"));
        }
        Ok(Self { peaks, frames })
    }
}

fn put(out: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn take(rest: &mut &[u8]) -> Option<u32> {
    let mut number = 0_u64;
    for shift in (0..35).step_by(7) {
        let (byte, after) = rest.split_first()?;
        *rest = after;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return u32::try_from(number).ok();
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fingerprint() -> Fingerprint {
        let peak = |frame, bin| Peak { frame, bin };
        Fingerprint {
            peaks: vec![peak(0, 12), peak(0, 503), peak(300, 11), peak(70_000, 200)],
            frames: 70_001,
        }
    }

    #[test]
    fn bytes_hold_all_of_it() {
        let bytes = fingerprint().to_bytes();
        assert_eq!(bytes.len(), 4 + 3 + 1 + 2 + 3 + 3 + 5);
        assert_eq!(Fingerprint::from_bytes(&bytes).unwrap(), fingerprint());
        let nothing = Fingerprint::default();
        assert_eq!(
            Fingerprint::from_bytes(&nothing.to_bytes()).unwrap(),
            nothing
        );
    }

    #[test]
    fn whatever_is_changed_is_refused_or_is_another_fingerprint() {
        let bytes = fingerprint().to_bytes();
        for place in 0..bytes.len() {
            assert!(Fingerprint::from_bytes(&bytes[..place]).is_err());
            for flipped in 1..=255 {
                let mut broken = bytes.clone();
                broken[place] ^= flipped;
                if let Ok(read) = Fingerprint::from_bytes(&broken) {
                    assert_ne!(read, fingerprint());
                }
            }
        }
    }

    #[test]
    fn a_false_count_asks_for_no_memory() {
        let mut bytes = MAGIC.to_vec();
        bytes.extend([
            0xff, 0xff, 0xff, 0xff, 0x0f, 0xff, 0xff, 0xff, 0xff, 0x0f, 1, 11,
        ]);
        let error = Fingerprint::from_bytes(&bytes).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the fingerprint ends within a number (at byte 16)"
        );
        let error = Fingerprint::from_bytes(b"VFP\x02").unwrap_err();
        assert_eq!(
            error.to_string(),
            "not a fingerprint of version 1 (at byte 0)"
        );
    }
}
