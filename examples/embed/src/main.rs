//! A backend which embeds `veza-audio` alone: no server of ours, no runtime, no database.
//!
//! ```text
//! cargo run -p embed -- song.flac out/
//! ```

use std::error::Error;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use veza_audio::ingest::{IngestSettings, ingest};
use veza_audio::{Limits, Output};

/// Files go to a folder. A bucket would be another few lines like these.
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
        return Err("usage: embed SONG FOLDER".into());
    };
    let report = ingest(
        Box::new(File::open(song)?),
        tempfile::tempfile()?,
        &Folder(out.into()),
        &IngestSettings::default(),
        &Limits::default(),
        &mut |done: f32| {
            eprint!("\r{:3.0} %", done * 100.0);
            true
        },
    )?;
    eprintln!();
    println!(
        "{:.1} s at {:?} LUFS",
        report.delivery.duration_seconds, report.loudness.integrated_lufs
    );
    for rendition in &report.renditions {
        println!("{} ({} bit/s)", rendition.uri, rendition.average_bandwidth);
    }
    Ok(())
}
