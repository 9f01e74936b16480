//! Lines of a playlist, and what is noted about them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::attributes::excerpt;
use super::{AttributeProblem, AttributeTag, Attributes, PlaylistLimits, Problem, UnknownTag};
use crate::hls::check::Rule;
use crate::{Error, Result};

/// A line that says something.
pub(super) enum Line<'a> {
    /// `#EXT…` with what comes after its colon.
    Tag {
        name: &'a str,
        value: Option<&'a str>,
    },
    /// An address.
    Uri(&'a str),
}

/// Gathers problems while a playlist is read.
pub(super) struct Reader<'l> {
    limits: &'l PlaylistLimits,
    problems: Vec<Problem>,
    tested: BTreeMap<Rule, u64>,
    entries: usize,
}

impl<'l> Reader<'l> {
    pub(super) fn new(limits: &'l PlaylistLimits) -> Self {
        Self {
            limits,
            problems: Vec::new(),
            tested: BTreeMap::new(),
            entries: 0,
        }
    }

    pub(super) fn finish(self) -> (Vec<Problem>, Vec<(Rule, u64)>) {
        (self.problems, self.tested.into_iter().collect())
    }

    /// Notes whether a rule holds.
    pub(super) fn test(
        &mut self,
        rule: Rule,
        line: usize,
        holds: bool,
        words: impl FnOnce() -> (String, String),
    ) -> bool {
        *self.tested.entry(rule).or_default() += 1;
        if !holds && self.problems.len() < self.limits.max_problems {
            let (seen, expected) = words();
            self.problems.push(Problem {
                rule,
                line,
                seen,
                expected,
            });
        }
        holds
    }

    /// Counts something that is kept.
    pub(super) fn count(&mut self) -> Result<()> {
        self.entries += 1;
        if self.entries > self.limits.max_entries {
            return Err(Error::LimitExceeded {
                what: "number of entries of a playlist",
                value: self.entries as u64,
                max: self.limits.max_entries as u64,
            });
        }
        Ok(())
    }

    /// The bytes as text, without a byte order mark.
    pub(super) fn text<'a>(&mut self, bytes: &'a [u8]) -> Cow<'a, str> {
        let text = String::from_utf8_lossy(bytes);
        self.test(Rule::Utf8, 1, matches!(text, Cow::Borrowed(_)), || {
            ("bytes that are not UTF-8".into(), "UTF-8".into())
        });
        let marked = text.starts_with('\u{FEFF}');
        self.test(Rule::NoByteOrderMark, 1, !marked, || {
            ("a byte order mark".into(), "none".into())
        });
        let control = text
            .chars()
            .position(|letter| letter.is_control() && !matches!(letter, '\r' | '\n'));
        self.test(Rule::NoControlCharacters, 1, control.is_none(), || {
            (
                format!("one at character {}", control.unwrap_or_default()),
                "none but line ends".into(),
            )
        });
        if !marked {
            return text;
        }
        Cow::Owned(text.trim_start_matches('\u{FEFF}').to_owned())
    }

    /// The lines that say something, with their numbers.
    pub(super) fn lines<'a>(&mut self, text: &'a str) -> Vec<(usize, Line<'a>)> {
        let mut lines = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let number = index + 1;
            if index == 0 {
                self.test(Rule::FirstLine, 1, line == "#EXTM3U", || {
                    (excerpt(line), "#EXTM3U".into())
                });
            }
            if let Some(tag) = line.strip_prefix("#EXT") {
                let (name, value) = match tag.split_once(':') {
                    Some((name, value)) => (name, Some(value)),
                    None => (tag, None),
                };
                let name = &line[1..4 + name.len()];
                if name != "EXTM3U" {
                    lines.push((number, Line::Tag { name, value }));
                }
            } else if !line.is_empty() && !line.starts_with('#') {
                let clean = !line.contains([' ', '\t', '"', '<', '>']);
                self.test(Rule::UriSyntax, number, clean, || {
                    (excerpt(line), "an address without blanks or quotes".into())
                });
                lines.push((number, Line::Uri(line)));
            }
        }
        if text.is_empty() {
            self.test(Rule::FirstLine, 1, false, || {
                ("nothing".into(), "#EXTM3U".into())
            });
        }
        lines
    }

    /// An attribute list.
    pub(super) fn attributes(&mut self, line: usize, value: Option<&str>) -> AttributeTag {
        let (attributes, problems) = Attributes::parse(value.unwrap_or_default());
        let syntax = problems.iter().find_map(|problem| match problem {
            AttributeProblem::Syntax(reason) => Some(reason.clone()),
            _ => None,
        });
        self.test(Rule::AttributeSyntax, line, syntax.is_none(), || {
            (syntax.unwrap_or_default(), "NAME=value,NAME=value".into())
        });
        let twice = problems.iter().find_map(|problem| match problem {
            AttributeProblem::Duplicate(name) => Some(name.clone()),
            _ => None,
        });
        self.test(Rule::AttributeOnce, line, twice.is_none(), || {
            (
                format!("{} twice", twice.unwrap_or_default()),
                "each attribute once".into(),
            )
        });
        AttributeTag { line, attributes }
    }

    /// An attribute as its type has it; a problem is noted, and gives `None`.
    pub(super) fn typed<T>(
        &mut self,
        line: usize,
        value: std::result::Result<Option<T>, AttributeProblem>,
    ) -> Option<T> {
        match value {
            Ok(value) => {
                self.test(Rule::AttributeType, line, true, Default::default);
                value
            }
            Err(AttributeProblem::Type {
                name,
                seen,
                expected,
            }) => {
                self.test(Rule::AttributeType, line, false, || {
                    (format!("{name}={seen}"), expected.to_owned())
                });
                None
            }
            Err(_) => None,
        }
    }

    /// The same for an attribute which has to be there.
    pub(super) fn required<T>(
        &mut self,
        line: usize,
        name: &'static str,
        value: std::result::Result<Option<T>, AttributeProblem>,
    ) -> Option<T> {
        let is_there = !matches!(value, Ok(None));
        self.test(Rule::AttributeRequired, line, is_there, || {
            ("it is not there".into(), format!("the attribute {name}"))
        });
        self.typed(line, value)
    }

    /// A number after a tag's colon.
    pub(super) fn number(&mut self, line: usize, name: &str, value: Option<&str>) -> Option<u64> {
        let text = value.unwrap_or_default();
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = digits.then(|| text.parse().ok()).flatten();
        self.test(Rule::TagValue, line, number.is_some(), || {
            (
                format!("{name}:{}", excerpt(text)),
                "a decimal integer".into(),
            )
        });
        number
    }

    /// A tag which is not known, or which does not belong here.
    pub(super) fn unknown(
        &mut self,
        line: usize,
        name: &str,
        value: Option<&str>,
        kept: &mut Vec<UnknownTag>,
    ) -> Result<()> {
        self.count()?;
        let text = match value {
            Some(value) => format!("#{name}:{value}"),
            None => format!("#{name}"),
        };
        self.test(Rule::KnownTags, line, false, || {
            (excerpt(&text), "tags of RFC 8216 and its successor".into())
        });
        kept.push(UnknownTag { line, text });
        Ok(())
    }
}
