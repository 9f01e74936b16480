//! Ranges and conditions of requests (RFC 9110, sections 13 and 14).

use http::{HeaderMap, header};
use veza_core::files::ByteRange;

/// Which part of a file is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// All of it.
    Whole,
    /// These bytes.
    Part(ByteRange),
    /// Bytes that are not there.
    Unsatisfiable,
}

/// Whether the client has the file already: `If-None-Match` names its entity tag.
pub(crate) fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|tag| tag.trim())
        .any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

/// What the `Range` header asks for of a file of `size` bytes. What cannot be read, what is of
/// another unit, several ranges at once, and a range of another file (`If-Range`) get it whole.
pub(crate) fn asked(headers: &HeaderMap, etag: &str, size: u64) -> Asked {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let same = match headers.get(header::IF_RANGE) {
        Some(_) => text(header::IF_RANGE).is_some_and(|tag| tag.trim() == etag),
        None => true,
    };
    let Some(range) = text(header::RANGE).filter(|_| same) else {
        return Asked::Whole;
    };
    parse(range, size).unwrap_or(Asked::Whole)
}

fn parse(range: &str, size: u64) -> Option<Asked> {
    let (unit, set) = range.split_once('=')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") || set.contains(',') {
        return None;
    }
    let (first, last) = set.trim().split_once('-')?;
    let (start, end) = match (number(first)?, number(last)?) {
        (None, None) => return None,
        (None, Some(length)) => (size.saturating_sub(length), size),
        (Some(start), None) => (start, size),
        (Some(start), Some(last)) if last < start => return None,
        (Some(start), Some(last)) => (start, last.saturating_add(1).min(size)),
    };
    Some(if start < end {
        Asked::Part(ByteRange { start, end })
    } else {
        Asked::Unsatisfiable
    })
}

/// A number, nothing, or neither. Digits alone: no sign, no space.
fn number(text: &str) -> Option<Option<u64>> {
    if text.is_empty() {
        return Some(None);
    }
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    // More digits than fit mean "to the end", wherever that is.
    Some(Some(text.parse().unwrap_or(u64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(range: &str, size: u64) -> Asked {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, range.parse().unwrap());
        asked(&headers, "\"a\"", size)
    }

    #[test]
    fn one_range_is_read_as_the_standard_says() {
        let part = |start, end| Asked::Part(ByteRange { start, end });
        for (range, expected) in [
            ("bytes=0-0", part(0, 1)),
            ("bytes=0-99", part(0, 100)),
            ("bytes=10-", part(10, 100)),
            ("bytes=-10", part(90, 100)),
            ("bytes=-1000", part(0, 100)),
            ("bytes=50-1000", part(50, 100)),
            ("Bytes=50-99999999999999999999999", part(50, 100)),
            ("bytes=100-", Asked::Unsatisfiable),
            ("bytes=-0", Asked::Unsatisfiable),
            ("bytes=99999999999999999999999-", Asked::Unsatisfiable),
            ("bytes=0-1,5-6", Asked::Whole),
            ("bytes=5-4", Asked::Whole),
            ("bytes=a-b", Asked::Whole),
            ("bytes=+1-2", Asked::Whole),
            ("bytes=-", Asked::Whole),
            ("lines=0-1", Asked::Whole),
            ("", Asked::Whole),
        ] {
            assert_eq!(ask(range, 100), expected, "{range}");
        }
        assert_eq!(ask("bytes=0-0", 0), Asked::Unsatisfiable);
    }

    #[test]
    fn a_range_of_another_file_gets_the_whole() {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, "bytes=0-1".parse().unwrap());
        headers.insert(header::IF_RANGE, "\"b\"".parse().unwrap());
        assert_eq!(asked(&headers, "\"a\"", 9), Asked::Whole);
        headers.insert(header::IF_RANGE, "\"a\"".parse().unwrap());
        assert_ne!(asked(&headers, "\"a\"", 9), Asked::Whole);
    }

    #[test]
    fn a_known_tag_is_found_in_a_list() {
        let mut headers = HeaderMap::new();
        for (value, known) in [
            ("\"b\", W/\"a\"", true),
            ("*", true),
            ("\"b\"", false),
            ("a", false),
        ] {
            headers.insert(header::IF_NONE_MATCH, value.parse().unwrap());
            assert_eq!(is_known(&headers, "\"a\""), known, "{value}");
        }
    }
}
