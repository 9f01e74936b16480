//! A file as an HLS presentation in a folder, and whether that keeps the rules.
//!
//! ```text
//! cargo run --release -p veza-audio --features aac --example package_hls -- song.flac out/
//! ```

use std::error::Error;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use veza_audio::hls::check::{CheckLimits, check};
use veza_audio::ingest::{IngestSettings, package};
use veza_audio::{Limits, Output, Unobserved, decode};

struct Folder(PathBuf);

impl Output for Folder {
    fn create(&self, name: &str) -> io::Result<Box<dyn Write + Send>> {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
        Ok(Box::new(BufWriter::new(File::create(path)?)))
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(song), Some(out)) = (arguments.next(), arguments.next()) else {
        return Err("usage: package_hls SONG FOLDER".into());
    };
    let limits = Limits::default();
    // Where segments are cut depends on the exact length.
    let frames = decode::probe(Box::new(File::open(&song)?), &limits)?.frames;
    let decoder = decode::open(Box::new(File::open(&song)?), &limits)?;
    let folder = Folder(PathBuf::from(&out));
    let settings = IngestSettings::default();
    for rendition in package(decoder, frames, &settings, &folder, &mut Unobserved)? {
        println!("{}: {} bit/s", rendition.uri, rendition.average_bandwidth);
    }

    let mut read = |name: &str, _range: Option<std::ops::Range<u64>>, _most: u64| fs::read(name);
    let master = Path::new(&out).join("master.m3u8");
    let report = check(
        &master.to_string_lossy(),
        &mut read,
        &CheckLimits::default(),
    )?;
    for finding in &report.findings {
        println!(
            "{}: {} instead of {}",
            finding.rule, finding.seen, finding.expected
        );
    }
    println!(
        "{}",
        if report.passes() {
            "it keeps the rules"
        } else {
            "it breaks rules"
        }
    );
    Ok(())
}
