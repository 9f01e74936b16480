//! ID3 tags at moments of the sound.

use std::fmt;

use crate::container::id3::private_tag;
use crate::container::ts::MAX_ID3_BYTES;
use crate::encode::id3_tag;
use crate::tags::Tags;
use crate::{Error, Result};

/// An ID3 tag which a player is to show or act upon at a moment of the sound (Apple, "Timed
/// Metadata for HTTP Live Streaming"): in transport streams a stream of its own, in fragmented
/// MPEG-4 event messages.
///
/// ```
/// use veza_audio::hls::TimedMetadata;
/// use veza_audio::tags::Tags;
///
/// let tags = Tags::from([("title".to_owned(), "Second song".to_owned())]);
/// let at_ten_seconds = TimedMetadata::tags(441_000, &tags)?;
/// # Ok::<(), veza_audio::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct TimedMetadata {
    /// The frame of the source at which it holds.
    pub(super) frame: u64,
    /// The whole tag.
    pub(super) tag: Vec<u8>,
}

impl fmt::Debug for TimedMetadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes of ID3 at frame {}", self.tag.len(), self.frame)
    }
}

impl TimedMetadata {
    /// Tags by name: `title`, `artist` and so on are frames of their own, others `TXXX`.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for no tags, or more than 65,000 bytes of them.
    pub fn tags(frame: u64, tags: &Tags) -> Result<Self> {
        Self::checked(frame, id3_tag(tags)?)
    }

    /// Bytes of the caller's own under the name of their `owner` (a `PRIV` frame), usually a
    /// domain name reversed.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for an owner that is empty or holds a zero byte, or more than
    /// 65,000 bytes.
    pub fn private(frame: u64, owner: &str, data: &[u8]) -> Result<Self> {
        if owner.is_empty() || owner.contains('\0') {
            let reason = format!("{owner:?} is no name of an owner");
            return Err(Error::invalid("owner", reason));
        }
        Self::checked(frame, private_tag(&[(owner, data)]))
    }

    fn checked(frame: u64, tag: Vec<u8>) -> Result<Self> {
        if tag.is_empty() || tag.len() > MAX_ID3_BYTES {
            let reason = format!("a tag of {} bytes; 1 to {MAX_ID3_BYTES} do", tag.len());
            return Err(Error::invalid("tags", reason));
        }
        Ok(Self { frame, tag })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_has_content_and_a_bounded_size() {
        assert!(TimedMetadata::tags(0, &Tags::new()).is_err());
        assert!(TimedMetadata::private(0, "", b"x").is_err());
        assert!(TimedMetadata::private(0, "a\0b", b"x").is_err());
        assert!(TimedMetadata::private(0, "org.example", &[0; 65_000]).is_err());
        let metadata = TimedMetadata::private(7, "org.example", b"x").unwrap();
        assert_eq!(format!("{metadata:?}"), "33 bytes of ID3 at frame 7");
    }
}
