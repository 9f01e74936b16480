//! What a check found.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Rule, Severity, Source};

/// A place where a rule is broken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The rule's name: `master.bandwidth`.
    pub rule: &'static str,
    /// Where it is written.
    pub source: Source,
    /// The section there.
    pub section: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// The playlist or segment.
    pub uri: String,
    /// The line, where it is about one.
    pub line: Option<usize>,
    /// What was seen.
    pub seen: String,
    /// What was expected.
    pub expected: String,
}

/// How a rule fared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RuleResult {
    /// Its name.
    pub rule: &'static str,
    /// Where it is written.
    pub source: Source,
    /// The section there.
    pub section: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// What it says.
    pub statement: &'static str,
    /// How often it was put to the test; 0 where the presentation has nothing that it is about.
    pub tested: u64,
    /// How often it was broken.
    pub broken: u64,
}

/// What a check found: every rule with how it fared, and every place where one is broken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// What was checked.
    pub uri: String,
    /// Media playlists, segments and bytes that were read.
    pub playlists: u64,
    /// Segments that were read.
    pub segments: u64,
    /// Bytes that were read.
    pub bytes: u64,
    /// Every rule.
    pub rules: Vec<RuleResult>,
    /// Where rules are broken, at most as many as the limits allow.
    pub findings: Vec<Finding>,
    /// How many more there were.
    pub findings_left_out: u64,
}

impl Report {
    /// Whether no rule that is required is broken.
    pub fn passes(&self) -> bool {
        self.broken(Severity::Error) == 0
    }

    /// How many times rules of this severity are broken.
    pub fn broken(&self, severity: Severity) -> u64 {
        let rules = self.rules.iter().filter(|rule| rule.severity == severity);
        rules.map(|rule| rule.broken).sum()
    }
}

/// Gathers findings.
pub(super) struct Gathered {
    counts: BTreeMap<Rule, (u64, u64)>,
    findings: Vec<Finding>,
    max_findings: usize,
    left_out: u64,
}

impl Gathered {
    pub(super) fn new(max_findings: usize) -> Self {
        Self {
            counts: BTreeMap::new(),
            findings: Vec::new(),
            max_findings,
            left_out: 0,
        }
    }

    /// Counts tests of a rule which were made elsewhere.
    pub(super) fn count(&mut self, rule: Rule, tests: u64) {
        self.counts.entry(rule).or_default().0 += tests;
    }

    /// Notes a place where a rule is broken.
    pub(super) fn broken(
        &mut self,
        rule: Rule,
        place: (&str, Option<usize>),
        seen: String,
        expected: String,
    ) {
        self.counts.entry(rule).or_default().1 += 1;
        if self.findings.len() >= self.max_findings {
            self.left_out += 1;
            return;
        }
        self.findings.push(Finding {
            rule: rule.id(),
            source: rule.source(),
            section: rule.section(),
            severity: rule.severity(),
            uri: place.0.to_owned(),
            line: place.1,
            seen,
            expected,
        });
    }

    pub(super) fn report(self, uri: &str, playlists: u64, segments: u64, bytes: u64) -> Report {
        let result = |rule: &Rule| {
            let (tested, broken) = self.counts.get(rule).copied().unwrap_or_default();
            RuleResult {
                rule: rule.id(),
                source: rule.source(),
                section: rule.section(),
                severity: rule.severity(),
                statement: rule.statement(),
                tested,
                broken,
            }
        };
        Report {
            uri: uri.to_owned(),
            playlists,
            segments,
            bytes,
            rules: Rule::ALL.iter().map(result).collect(),
            findings: self.findings,
            findings_left_out: self.left_out,
        }
    }
}
