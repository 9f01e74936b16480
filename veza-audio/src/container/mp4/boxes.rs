//! Writes the boxes of ISO/IEC 14496-12: a length, a name of four letters, a body.

/// Boxes written one after the other and into each other.
#[derive(Default)]
pub(in crate::container) struct Boxes {
    bytes: Vec<u8>,
}

impl Boxes {
    pub(in crate::container) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// How many bytes there are so far.
    pub(in crate::container) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// A box of what `body` writes.
    pub(in crate::container) fn boxed(&mut self, kind: &[u8; 4], body: impl FnOnce(&mut Self)) {
        let start = self.bytes.len();
        self.u32(0);
        self.bytes(kind);
        body(self);
        let length = u32::try_from(self.bytes.len() - start)
            .expect("boxes other than mdat are sample tables at most, far below 4 GiB");
        self.patch(start, length);
    }

    /// A box with a version and flags in front of its body.
    pub(in crate::container) fn full(
        &mut self,
        kind: &[u8; 4],
        version: u8,
        flags: u32,
        body: impl FnOnce(&mut Self),
    ) {
        self.boxed(kind, |boxes| {
            boxes.u32(u32::from(version) << 24 | flags);
            body(boxes);
        });
    }

    /// What was written from `position` on, to be changed in place.
    pub(in crate::container) fn tail_mut(&mut self, position: usize) -> &mut [u8] {
        &mut self.bytes[position..]
    }

    /// Overwrites four bytes at `position`.
    pub(in crate::container) fn patch(&mut self, position: usize, value: u32) {
        self.bytes[position..position + 4].copy_from_slice(&value.to_be_bytes());
    }

    pub(in crate::container) fn bytes(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    pub(in crate::container) fn zeros(&mut self, count: usize) {
        self.bytes.resize(self.bytes.len() + count, 0);
    }

    pub(in crate::container) fn u16(&mut self, value: u16) {
        self.bytes(&value.to_be_bytes());
    }

    pub(in crate::container) fn u32(&mut self, value: u32) {
        self.bytes(&value.to_be_bytes());
    }

    pub(in crate::container) fn u64(&mut self, value: u64) {
        self.bytes(&value.to_be_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_counts_what_is_in_it() {
        let mut boxes = Boxes::default();
        boxes.boxed(b"moov", |boxes| {
            boxes.full(b"mvhd", 1, 7, |boxes| boxes.u16(0xABCD))
        });
        assert_eq!(
            boxes.into_bytes(),
            b"\0\0\0\x16moov\0\0\0\x0Emvhd\x01\0\0\x07\xAB\xCD"
        );
    }
}
