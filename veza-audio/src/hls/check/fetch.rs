//! How bytes come to the checker, which fetches nothing itself.

use std::io;
use std::ops::Range;

/// Fetches what playlists name.
///
/// Every `FnMut(&str, Option<Range<u64>>, u64) -> io::Result<Vec<u8>>` is one.
pub trait Fetch {
    /// The bytes at `uri`, or this range of them (less where the file ends before it). No more
    /// than `max_bytes` have to be fetched: an answer that is longer is refused.
    ///
    /// `uri` is what the playlist says, made absolute by the address that the check began with;
    /// it comes from the playlist, which may be a stranger's.
    ///
    /// # Errors
    /// Whatever keeps the bytes away; it becomes a finding, and ends nothing.
    fn fetch(
        &mut self,
        uri: &str,
        range: Option<Range<u64>>,
        max_bytes: u64,
    ) -> io::Result<Vec<u8>>;
}

impl<F: FnMut(&str, Option<Range<u64>>, u64) -> io::Result<Vec<u8>>> Fetch for F {
    fn fetch(
        &mut self,
        uri: &str,
        range: Option<Range<u64>>,
        max_bytes: u64,
    ) -> io::Result<Vec<u8>> {
        self(uri, range, max_bytes)
    }
}

/// An address as seen from `base` (RFC 3986, 5.2, without query and fragment of the base).
pub(super) fn resolve(base: &str, reference: &str) -> String {
    if has_scheme(reference) {
        return reference.to_owned();
    }
    let base = base.split(['?', '#']).next().unwrap_or_default();
    let (authority, path) = split_authority(base);
    if let Some(rest) = reference.strip_prefix("//") {
        let scheme = authority.split("//").next().unwrap_or_default();
        return format!("{scheme}//{rest}");
    }
    if reference.starts_with('/') {
        return format!("{authority}{}", without_dots(reference));
    }
    let folder = path.rfind('/').map_or("", |end| &path[..=end]);
    format!(
        "{authority}{}",
        without_dots(&format!("{folder}{reference}"))
    )
}

fn has_scheme(uri: &str) -> bool {
    uri.split_once(':').is_some_and(|(scheme, _)| {
        let mut letters = scheme.bytes();
        letters
            .next()
            .is_some_and(|byte| byte.is_ascii_alphabetic())
            && letters.all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    })
}

/// `https://host` and `/path`; nothing and the whole where there is no scheme.
fn split_authority(uri: &str) -> (&str, &str) {
    let Some(start) = uri.find("://").map(|at| at + 3) else {
        return ("", uri);
    };
    match uri[start..].find('/') {
        Some(end) => uri.split_at(start + end),
        None => (uri, ""),
    }
}

/// `a/./b/../c` as `a/c`. What would lead above the top stays there.
fn without_dots(path: &str) -> String {
    let (plain, query) = path.find('?').map_or((path, ""), |at| path.split_at(at));
    let mut parts: Vec<&str> = Vec::new();
    for part in plain.split('/') {
        match part {
            "." => {}
            ".." if parts.last().is_some_and(|last| !last.is_empty()) => {
                parts.pop();
            }
            ".." => {}
            part => parts.push(part),
        }
    }
    format!("{}{query}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_seen_from_their_playlist() {
        for (base, reference, expected) in [
            ("master.m3u8", "128k/p.m3u8", "128k/p.m3u8"),
            ("a/b/p.m3u8", "s.ts", "a/b/s.ts"),
            ("a/b/p.m3u8", "../c/s.ts?x=1", "a/c/s.ts?x=1"),
            ("a/p.m3u8", "../../../s.ts", "s.ts"),
            ("https://h/a/p.m3u8?t=a/b", "s.ts", "https://h/a/s.ts"),
            ("https://h/a/p.m3u8", "/s.ts", "https://h/s.ts"),
            ("https://h/a/p.m3u8", "//g/s.ts", "https://g/s.ts"),
            ("https://h/a/p.m3u8", "http://g/s.ts", "http://g/s.ts"),
            ("https://h/a/p.m3u8", "./s.ts", "https://h/a/s.ts"),
            ("/srv/p.m3u8", "s.ts", "/srv/s.ts"),
        ] {
            assert_eq!(resolve(base, reference), expected, "{base} {reference}");
        }
    }
}
