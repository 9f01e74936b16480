//! `veza hls check`

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use veza_audio::hls::check::{CheckLimits, Report, Severity, check};

use super::files;

/// How long one request may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// The exit code where a rule is broken.
const BROKEN: u8 = 3;

/// `veza hls check URL|FILE`
#[derive(Debug, clap::Args)]
pub(super) struct Check {
    /// A master or media playlist: its address, or a file
    #[arg(value_name = "URL|FILE")]
    playlist: String,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

impl Check {
    pub(super) fn run(self) -> ExitCode {
        let limits = CheckLimits::default();
        let report = if is_web(&self.playlist) {
            Web::new().and_then(|mut web| {
                let mut fetch =
                    |uri: &str, range: Option<Range<u64>>, max: u64| web.fetch(uri, range, max);
                check(&self.playlist, &mut fetch, &limits)
            })
        } else {
            let root = Path::new(&self.playlist).parent().map(Path::to_owned);
            let root = root.unwrap_or_default();
            let mut fetch =
                |uri: &str, range: Option<Range<u64>>, max: u64| read(&root, uri, range, max);
            check(&self.playlist, &mut fetch, &limits)
        };
        match report {
            Ok(report) => {
                if self.json {
                    println!("{}", serde_json::to_string(&report).unwrap_or_default());
                } else {
                    show(&report);
                }
                ExitCode::from(if report.passes() { 0 } else { BROKEN })
            }
            Err(error) => files::failed(Path::new(&self.playlist), &error),
        }
    }
}

fn is_web(uri: &str) -> bool {
    uri.starts_with("http://") || uri.starts_with("https://")
}

/// Reads what a playlist on the disk names. It may be a stranger's: nothing outside of its folder
/// is read.
fn read(root: &Path, uri: &str, range: Option<Range<u64>>, max: u64) -> io::Result<Vec<u8>> {
    let path = PathBuf::from(uri);
    let outside = path
        .components()
        .any(|part| part == std::path::Component::ParentDir);
    if outside || !path.starts_with(root) {
        let what = "it lies outside of the playlist's folder";
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, what));
    }
    let mut file = File::open(&path)?;
    let mut bytes = Vec::new();
    let wanted = match range {
        Some(range) => {
            file.seek(SeekFrom::Start(range.start))?;
            range.end.saturating_sub(range.start)
        }
        None => u64::MAX,
    };
    // A byte more than allowed is enough to be refused for.
    file.take(wanted.min(max.saturating_add(1)))
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Fetches over HTTP.
struct Web {
    runtime: tokio::runtime::Runtime,
    client: reqwest::Client,
}

impl Web {
    fn new() -> Result<Self, veza_audio::Error> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let client = reqwest::Client::builder().timeout(PATIENCE).build();
        let client = client.map_err(io::Error::other)?;
        Ok(Self { runtime, client })
    }

    fn fetch(&mut self, uri: &str, range: Option<Range<u64>>, max: u64) -> io::Result<Vec<u8>> {
        if !is_web(uri) {
            let what = "only http and https are fetched";
            return Err(io::Error::new(io::ErrorKind::Unsupported, what));
        }
        let mut request = self.client.get(uri);
        if let Some(range) = &range {
            let last = range.end.saturating_sub(1);
            request = request.header("range", format!("bytes={}-{last}", range.start));
        }
        let client_failed = |error: reqwest::Error| io::Error::other(error.without_url());
        self.runtime.block_on(async {
            let mut response = request.send().await.map_err(client_failed)?;
            let status = response.status();
            if !status.is_success() {
                return Err(io::Error::other(format!("status {status}")));
            }
            if range.is_some() && status != reqwest::StatusCode::PARTIAL_CONTENT {
                return Err(io::Error::other("the server does not know byte ranges"));
            }
            let mut bytes = Vec::new();
            while let Some(chunk) = response.chunk().await.map_err(client_failed)? {
                bytes.extend_from_slice(&chunk);
                if bytes.len() as u64 > max {
                    break;
                }
            }
            Ok(bytes)
        })
    }
}

fn show(report: &Report) {
    let (playlists, segments) = (report.playlists, report.segments);
    println!(
        "{}: {playlists} media playlists, {segments} segments",
        report.uri
    );
    for finding in &report.findings {
        let line = finding
            .line
            .map(|line| format!(":{line}"))
            .unwrap_or_default();
        let severity = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        };
        println!("  {severity}  {}  {}{line}", finding.rule, finding.uri);
        println!("    seen      {}", finding.seen);
        println!("    expected  {}", finding.expected);
    }
    if report.findings_left_out > 0 {
        println!("  and {} more", report.findings_left_out);
    }
    let tested = report.rules.iter().filter(|rule| rule.tested > 0).count();
    let (errors, warnings) = (
        report.broken(Severity::Error),
        report.broken(Severity::Warning),
    );
    println!(
        "  {tested} of {} rules put to the test: {errors} errors, {warnings} warnings",
        report.rules.len()
    );
}
