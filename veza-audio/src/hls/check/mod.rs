//! Checks a presentation, playlists and every segment, against RFC 8216, its successor for low
//! latency and Apple's authoring specification, as far as they speak of sound.
//!
//! It does no I/O: the caller [`Fetch`]es. Hostile input is bounded by [`CheckLimits`].

mod fetch;
mod fmp4;
mod master;
mod media;
mod packed;
mod parts;
mod report;
mod rules;
mod segment;
mod ts;

use std::ops::Range;

pub use fetch::Fetch;
use fetch::resolve;
pub use report::{Finding, Report, RuleResult};
pub use rules::{Rule, Severity, Source};

use super::parse::{Parsed, Playlist, PlaylistLimits, excerpt, parse_playlist};
use crate::{Error, Result};
use report::Gathered;

/// How much of a stranger's presentation is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckLimits {
    /// What bounds each playlist.
    pub playlist: PlaylistLimits,
    /// Most media playlists of a master playlist.
    pub max_playlists: usize,
    /// Most bytes of one segment.
    pub max_segment_bytes: u64,
    /// Most bytes of all.
    pub max_bytes: u64,
    /// Most findings that are kept.
    pub max_findings: usize,
}

impl Default for CheckLimits {
    /// 64 playlists, 64 MiB a segment, 8 GiB in all, 1,000 findings.
    fn default() -> Self {
        Self {
            playlist: PlaylistLimits::default(),
            max_playlists: 64,
            max_segment_bytes: 64 << 20,
            max_bytes: 8 << 30,
            max_findings: 1_000,
        }
    }
}

/// Checks the master or media playlist at `uri`, and all that it names.
///
/// ```
/// use veza_audio::hls::check::{CheckLimits, check};
///
/// let text = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6.5,\na.ts\n#EXT-X-ENDLIST\n";
/// let mut fetch = |uri: &str, _range: Option<std::ops::Range<u64>>, _max: u64| match uri {
///     "playlist.m3u8" => Ok(text.as_bytes().to_vec()),
///     _ => Err(std::io::Error::from(std::io::ErrorKind::NotFound)),
/// };
/// let report = check("playlist.m3u8", &mut fetch, &CheckLimits::default())?;
/// assert!(!report.passes());
/// assert!(report.findings.iter().any(|finding| finding.rule == "media.within_target"));
/// # Ok::<(), veza_audio::Error>(())
/// ```
///
/// # Errors
/// [`Error::Io`] when the first playlist cannot be fetched, [`Error::LimitExceeded`] beyond the
/// limits. Whatever else is wrong is a finding.
pub fn check(uri: &str, fetch: &mut dyn Fetch, limits: &CheckLimits) -> Result<Report> {
    let mut checker = Checker {
        fetch,
        limits,
        gathered: Gathered::new(limits.max_findings),
        playlists: 0,
        segments: 0,
        bytes: 0,
    };
    let bytes = checker.fetch(uri, None, limits.playlist.max_bytes as u64)??;
    match checker.parse(uri, &bytes)?.playlist {
        Playlist::Master(master) => master::check(&mut checker, uri, &master)?,
        Playlist::Media(media) => {
            media::check(&mut checker, uri, &media)?;
        }
    }
    let (playlists, segments, bytes) = (checker.playlists, checker.segments, checker.bytes);
    Ok(checker.gathered.report(uri, playlists, segments, bytes))
}

/// What a check is at work with.
struct Checker<'a> {
    fetch: &'a mut dyn Fetch,
    limits: &'a CheckLimits,
    gathered: Gathered,
    playlists: u64,
    segments: u64,
    bytes: u64,
}

impl Checker<'_> {
    /// Puts a rule to the test; answers whether it holds.
    fn test(
        &mut self,
        rule: Rule,
        place: (&str, Option<usize>),
        holds: bool,
        words: impl FnOnce() -> (String, String),
    ) -> bool {
        self.gathered.count(rule, 1);
        if !holds {
            let (seen, expected) = words();
            self.gathered.broken(rule, place, seen, expected);
        }
        holds
    }

    /// Fetches; the outer error ends the check.
    fn fetch(
        &mut self,
        uri: &str,
        range: Option<Range<u64>>,
        max_bytes: u64,
    ) -> Result<std::io::Result<Vec<u8>>> {
        let left = self.limits.max_bytes.saturating_sub(self.bytes);
        let max = max_bytes.min(left);
        let fetched = self.fetch.fetch(uri, range, max);
        if let Ok(bytes) = &fetched {
            self.bytes += bytes.len() as u64;
            if bytes.len() as u64 > max {
                return Err(Error::LimitExceeded {
                    what: "number of bytes fetched at once or in all",
                    value: bytes.len() as u64,
                    max,
                });
            }
        }
        Ok(fetched)
    }

    /// Fetches what a playlist names; `None`, and a finding, where it is not there.
    fn reach(
        &mut self,
        place: (&str, Option<usize>),
        uri: &str,
        range: Option<Range<u64>>,
        max_bytes: u64,
    ) -> Result<Option<Vec<u8>>> {
        let fetched = self.fetch(uri, range, max_bytes)?;
        self.test(Rule::Reachable, place, fetched.is_ok(), || {
            let reason = fetched.as_ref().err().map(ToString::to_string);
            let seen = format!("{}: {}", excerpt(uri), reason.unwrap_or_default());
            (seen, "it can be fetched".to_owned())
        });
        Ok(fetched.ok())
    }

    fn parse(&mut self, uri: &str, bytes: &[u8]) -> Result<Parsed> {
        let mut parsed = parse_playlist(bytes, &self.limits.playlist)?;
        for (rule, tests) in &parsed.tested {
            self.gathered.count(*rule, *tests);
        }
        for problem in parsed.problems.drain(..) {
            let place = (uri, Some(problem.line));
            self.gathered
                .broken(problem.rule, place, problem.seen, problem.expected);
        }
        Ok(parsed)
    }
}
