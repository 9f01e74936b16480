//! How findings are told.

use std::io::Write as _;
use std::time::{Duration, Instant};

/// How long one check may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a check found: a word on how it is, or what is wrong.
pub(super) type Finding = Result<String, String>;

/// Tells each finding as soon as it is there.
pub(super) struct Report {
    json: bool,
    faults: usize,
}

impl Report {
    pub(super) fn new(json: bool) -> Self {
        Self { json, faults: 0 }
    }

    /// Runs a check for a bounded time and tells what it found.
    pub(super) async fn check(&mut self, name: &str, check: impl Future<Output = Finding>) {
        let began = Instant::now();
        let finding = tokio::time::timeout(PATIENCE, check)
            .await
            .unwrap_or_else(|_| Err(format!("no answer within {} s", PATIENCE.as_secs())));
        self.faults += usize::from(finding.is_err());
        let (well, words) = match &finding {
            Ok(words) => (true, words),
            Err(words) => (false, words),
        };
        let line = if self.json {
            serde_json::json!({
                "check": name,
                "ok": well,
                "detail": words,
                "milliseconds": began.elapsed().as_millis() as u64,
            })
            .to_string()
        } else {
            format!("{} {name:14} {words}", if well { "ok  " } else { "FAIL" })
        };
        // Whoever asked may have stopped reading.
        let _ = writeln!(std::io::stdout(), "{line}");
    }

    /// Whether nothing was wrong.
    pub(super) fn is_well(&self) -> bool {
        self.faults == 0
    }
}
