//! Pages by keyset: a cursor names the last item seen, so that inserts and deletes between two
//! pages neither repeat an item nor lose one.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::Sha256;

use super::error::{ErrorKind, UseCaseError};

/// Items of a page when the caller names no number.
pub const DEFAULT_LIMIT: u32 = 20;
/// Items of a page at most.
pub const MAX_LIMIT: u32 = 100;

const VERSION: u8 = 1;
const TAG_LEN: usize = 16;
/// Longer texts cannot be one of our cursors: a title of 200 characters has 800 bytes at most.
const MAX_CURSOR_LEN: usize = 2048;

/// What the caller asks of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageRequest {
    /// The `next_cursor` of the page before; none for the first page.
    pub cursor: Option<String>,
    /// How many items; clamped to 1 to [`MAX_LIMIT`].
    pub limit: Option<u32>,
}

impl PageRequest {
    /// How many items the page has at most.
    pub fn limit(&self) -> u32 {
        self.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT)
    }
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The items, in the order asked for.
    pub items: Vec<T>,
    /// Where the next page starts; none on the last page.
    pub next_cursor: Option<String>,
}

/// A cursor that this service did not make, or made for another list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the cursor is not one of this list")]
pub struct InvalidCursor;

impl UseCaseError for InvalidCursor {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Malformed
    }

    fn code(&self) -> &'static str {
        "page.cursor_invalid"
    }

    fn public_detail(&self) -> String {
        self.to_string()
    }
}

/// Seals cursors and opens them again.
///
/// A cursor is base64url of a version byte, the keyset as JSON and the first 16 bytes of
/// HMAC-SHA256 (RFC 2104) over the name of the list, the version and the keyset. So one made for
/// another list, filter or order is refused as well as a forged one.
#[derive(Clone)]
pub struct CursorKey([u8; 32]);

impl CursorKey {
    /// A key of 32 secret bytes. Cursors outlive a restart only when the key does.
    pub fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    /// The cursor of a keyset in the list named `list`.
    pub fn seal<K: Serialize>(&self, list: &str, keyset: &K) -> String {
        let mut bytes = vec![VERSION];
        bytes
            .extend(serde_json::to_vec(keyset).expect("a keyset is a struct of texts and numbers"));
        let tag = self.mac(list, &bytes).finalize().into_bytes();
        bytes.extend_from_slice(&tag[..TAG_LEN]);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The keyset of a cursor of the list named `list`.
    ///
    /// # Errors
    /// [`InvalidCursor`] for any text that [`seal`](Self::seal) did not make for this list.
    pub fn open<K: DeserializeOwned>(&self, list: &str, cursor: &str) -> Result<K, InvalidCursor> {
        if cursor.len() > MAX_CURSOR_LEN {
            return Err(InvalidCursor);
        }
        let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| InvalidCursor)?;
        let (body, tag) = bytes
            .len()
            .checked_sub(TAG_LEN)
            .map(|at| bytes.split_at(at))
            .ok_or(InvalidCursor)?;
        self.mac(list, body)
            .verify_truncated_left(tag)
            .map_err(|_| InvalidCursor)?;
        match body.split_first() {
            Some((&VERSION, keyset)) => serde_json::from_slice(keyset).map_err(|_| InvalidCursor),
            _ => Err(InvalidCursor),
        }
    }

    fn mac(&self, list: &str, body: &[u8]) -> Hmac<Sha256> {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        // The length first, so that no list's name can run into the body.
        mac.update(&(list.len() as u64).to_be_bytes());
        mac.update(list.as_bytes());
        mac.update(body);
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key() -> CursorKey {
        CursorKey::new([7; 32])
    }

    #[test]
    fn a_cursor_opens_only_in_its_own_list() {
        let cursor = key().seal("tracks", &(5_i64, "b"));
        let keyset: (i64, String) = key().open("tracks", &cursor).unwrap();
        assert_eq!(keyset, (5, "b".to_owned()));
        assert!(key().open::<(i64, String)>("users", &cursor).is_err());
        assert!(
            CursorKey::new([8; 32])
                .open::<(i64, String)>("tracks", &cursor)
                .is_err()
        );
    }

    #[test]
    fn a_cursor_with_any_character_changed_is_refused() {
        let cursor = key().seal("tracks", &1);
        for at in 0..cursor.len() {
            let mut forged = cursor.clone().into_bytes();
            forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
            let forged = String::from_utf8(forged).unwrap();
            assert_eq!(
                key().open::<i32>("tracks", &forged),
                Err(InvalidCursor),
                "{forged}"
            );
        }
    }

    #[test]
    fn limits_are_clamped() {
        let limit = |limit| {
            PageRequest {
                cursor: None,
                limit,
            }
            .limit()
        };
        assert_eq!(
            [limit(None), limit(Some(0)), limit(Some(u32::MAX))],
            [20, 1, 100]
        );
    }

    proptest! {
        #[test]
        fn no_text_is_taken_for_a_cursor(text in ".{0,80}") {
            prop_assert!(key().open::<serde_json::Value>("tracks", &text).is_err());
        }
    }
}
