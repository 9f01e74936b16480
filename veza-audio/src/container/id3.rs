//! ID3v2.4 tags inside of streams: the time stamp in front of packed audio (RFC 8216, 3.4) and
//! timed metadata.

/// The owner of the frame which holds a packed segment's time stamp (RFC 8216, 3.4).
pub(crate) const TIMESTAMP_OWNER: &str = "com.apple.streaming.transportStreamTimestamp";

/// The owner of the frame which holds the setup of an encrypted stream (Apple, "MPEG-2 Stream
/// Encryption Format for HTTP Live Streaming", 2.3.4).
pub(crate) const SETUP_OWNER: &str = "com.apple.streaming.audioDescription";

/// A tag of `PRIV` frames (ID3v2.4.0 native frames, 4.27), each an owner and its data.
pub(crate) fn private_tag(frames: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (owner, data) in frames {
        body.extend_from_slice(b"PRIV");
        body.extend_from_slice(&synchsafe(owner.len() + 1 + data.len()));
        body.extend_from_slice(&[0, 0]); // no flags
        body.extend_from_slice(owner.as_bytes());
        body.push(0);
        body.extend_from_slice(data);
    }
    let mut tag = b"ID3\x04\0\0".to_vec();
    tag.extend_from_slice(&synchsafe(body.len()));
    tag.extend_from_slice(&body);
    tag
}

/// A size in four bytes of seven bits.
fn synchsafe(bytes: usize) -> [u8; 4] {
    [21, 14, 7, 0].map(|shift| (bytes >> shift) as u8 & 0x7F)
}

/// A tag at the start of `bytes`, and what lies in it.
pub(crate) struct Tag<'a> {
    /// The whole length, header and footer counted.
    pub(crate) length: usize,
    frames: &'a [u8],
    /// The major version: 3 or 4.
    version: u8,
}

impl<'a> Tag<'a> {
    /// The tag which `bytes` begin with; `None` where they begin otherwise, or end within it.
    pub(crate) fn read(bytes: &'a [u8]) -> Option<Self> {
        let header: &[u8; 10] = bytes.first_chunk()?;
        let version = header[3];
        if !header.starts_with(b"ID3") || !(3..=4).contains(&version) {
            return None;
        }
        let footer = if header[5] & 0x10 != 0 { 10 } else { 0 };
        let end = 10 + read_synchsafe(&header[6..])?;
        Some(Self {
            length: end + footer,
            frames: bytes.get(10..end)?,
            version,
        })
        .filter(|tag| tag.length <= bytes.len())
    }

    /// What the `PRIV` frame of `owner` holds.
    pub(crate) fn private(&self, owner: &str) -> Option<&'a [u8]> {
        self.frames().find_map(|(id, content)| {
            let data = content.strip_prefix(owner.as_bytes())?;
            (id == b"PRIV").then_some(data)?.strip_prefix(&[0])
        })
    }

    /// The frames: their names of four letters and their contents. What is broken ends them.
    pub(crate) fn frames(&self) -> impl Iterator<Item = (&'a [u8; 4], &'a [u8])> {
        let (mut rest, version) = (self.frames, self.version);
        std::iter::from_fn(move || {
            let (id, after) = rest.split_first_chunk::<4>()?;
            if id[0] == 0 {
                return None; // padding
            }
            let size = if version == 4 {
                read_synchsafe(after)?
            } else {
                u32::from_be_bytes(*after.first_chunk()?) as usize
            };
            let content = after.get(6..)?.get(..size)?;
            rest = &after[6 + size..];
            Some((id, content))
        })
    }
}

fn read_synchsafe(bytes: &[u8]) -> Option<usize> {
    let bytes: &[u8; 4] = bytes.first_chunk()?;
    let value = |sum: usize, byte: &u8| sum << 7 | usize::from(*byte);
    bytes
        .iter()
        .all(|byte| *byte < 0x80)
        .then(|| bytes.iter().fold(0, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_frame_is_found_again() {
        let time = 900_000u64.to_be_bytes();
        let bytes = private_tag(&[(TIMESTAMP_OWNER, &time), (SETUP_OWNER, b"zaac")]);
        let tag = Tag::read(&bytes).unwrap();
        assert_eq!(tag.length, bytes.len());
        assert_eq!(tag.private(TIMESTAMP_OWNER), Some(time.as_slice()));
        assert_eq!(tag.private(SETUP_OWNER), Some(b"zaac".as_slice()));
        assert_eq!(tag.private("com.apple"), None);
    }

    #[test]
    fn what_is_cut_or_broken_is_no_tag() {
        let bytes = private_tag(&[("a", b"b")]);
        for length in 0..bytes.len() {
            assert!(Tag::read(&bytes[..length]).is_none());
        }
        let mut broken = bytes.clone();
        broken[9] = 0x80;
        assert!(Tag::read(&broken).is_none());
        // A frame longer than its tag is left out.
        let mut broken = bytes.clone();
        broken[17] = 0x7F;
        assert_eq!(Tag::read(&broken).unwrap().frames().count(), 0);
    }
}
