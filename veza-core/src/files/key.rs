//! Names of blobs.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The name of a blob: segments of `a-z A-Z 0-9 . _ -` with `/` between them, none of them
/// starting with a dot, [`BlobKey::MAX_LEN`] bytes at most. So no key leaves the folder of a
/// store on disk, hides in it, or means another in a store that escapes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct BlobKey(String);

/// A text that is no blob key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a blob key has segments of letters, digits, '.', '_' and '-', none starting with a dot")]
pub struct InvalidBlobKey;

impl BlobKey {
    /// Bytes of a key at most.
    pub const MAX_LEN: usize = 512;
    /// Bytes of a segment at most; file systems take no more than 255.
    pub const MAX_SEGMENT_LEN: usize = 200;

    /// The text of the key.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The segments, first to last.
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        self.0.split('/')
    }

    /// Whether it lies under `prefix`, as a file lies in a folder.
    pub fn is_under(&self, prefix: &BlobKey) -> bool {
        self.0
            .strip_prefix(prefix.as_str())
            .is_some_and(|rest| rest.starts_with('/'))
    }

    /// The key `path` under this one.
    ///
    /// # Errors
    /// When that is no key.
    pub fn join(&self, path: &str) -> Result<Self, InvalidBlobKey> {
        format!("{}/{path}", self.0).parse()
    }
}

impl FromStr for BlobKey {
    type Err = InvalidBlobKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let valid = text.len() <= Self::MAX_LEN && text.split('/').all(is_segment);
        valid.then(|| Self(text.to_owned())).ok_or(InvalidBlobKey)
    }
}

impl TryFrom<String> for BlobKey {
    type Error = InvalidBlobKey;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<BlobKey> for String {
    fn from(key: BlobKey) -> Self {
        key.0
    }
}

fn is_segment(segment: &str) -> bool {
    (1..=BlobKey::MAX_SEGMENT_LEN).contains(&segment.len())
        && !segment.starts_with('.')
        && segment
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
}

impl fmt::Display for BlobKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn keys_that_would_leave_the_store_are_refused() {
        for text in [
            "", "/", "a/", "/a", "a//b", "..", "a/../b", ".hidden", "a/.b", "a\\b", "a\0", "é",
            "a b",
        ] {
            assert_eq!(text.parse::<BlobKey>(), Err(InvalidBlobKey), "{text:?}");
        }
        assert!("a".repeat(201).parse::<BlobKey>().is_err());
        assert!(vec!["abcdefgh"; 60].join("/").parse::<BlobKey>().is_err());
    }

    #[test]
    fn a_prefix_is_a_folder_and_not_the_start_of_a_name() {
        let key: BlobKey = "media/track/master.m3u8".parse().unwrap();
        assert!(key.is_under(&"media/track".parse().unwrap()));
        assert!(!key.is_under(&"media/tra".parse().unwrap()));
        assert!(!key.is_under(&key));
        assert_eq!(
            "media"
                .parse::<BlobKey>()
                .unwrap()
                .join("track/master.m3u8"),
            Ok(key)
        );
    }

    proptest! {
        #[test]
        fn no_key_has_a_segment_that_means_a_folder_above(text in "[a./-]{0,12}") {
            if let Ok(key) = text.parse::<BlobKey>() {
                prop_assert!(key.segments().all(|s| !s.is_empty() && !s.starts_with('.')));
            }
        }
    }
}
