//! Which songs of a folder sound most like one.
//!
//! ```text
//! cargo run --release -p veza-audio --example find_similar -- song.flac music/
//! ```

use std::error::Error;
use std::fs::File;
use std::path::{Path, PathBuf};

use veza_audio::analysis::{SongAnalysis, SongAnalyzer, SongSettings};
use veza_audio::{AudioBuffer, AudioSink, AudioSource, Limits, decode};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(song), Some(folder)) = (arguments.next(), arguments.next()) else {
        return Err("usage: find_similar SONG FOLDER".into());
    };
    let wanted = analyse(Path::new(&song))?;
    let wanted = wanted.similarity.ok_or("the song is silent")?;
    let mut found: Vec<(f64, PathBuf, SongAnalysis)> = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        // What is no music has no likeness.
        let Ok(other) = analyse(&path) else { continue };
        let distance = other
            .similarity
            .as_ref()
            .and_then(|other| wanted.distance(other));
        if let Some(distance) = distance {
            found.push((distance, path, other));
        }
    }
    found.sort_by(|one, other| one.0.total_cmp(&other.0));
    for (distance, path, song) in found.iter().take(10) {
        let tempo = song.tempo.map_or(0.0, |tempo| tempo.bpm);
        let key = song
            .key
            .as_ref()
            .map_or(String::new(), |found| found.key.camelot());
        println!("{distance:.2}  {}  {tempo:.0} BPM  {key}", path.display());
    }
    Ok(())
}

fn analyse(path: &Path) -> Result<SongAnalysis, Box<dyn Error>> {
    let mut decoder = decode::open(Box::new(File::open(path)?), &Limits::default())?;
    let mut analyzer = SongAnalyzer::new(decoder.spec(), SongSettings::default())?;
    let mut block = AudioBuffer::default();
    while decoder.read(&mut block)? {
        analyzer.write(&block)?;
    }
    Ok(analyzer.finish()?)
}
