//! How loud each file of a folder is, and the album that they make together.
//!
//! ```text
//! cargo run --release -p veza-audio --example measure_folder -- music/
//! ```

use std::error::Error;
use std::fs::File;
use std::path::{Path, PathBuf};

use veza_audio::loudness::{AlbumLoudness, LoudnessMeter};
use veza_audio::{AudioBuffer, AudioSink, AudioSource, Limits, decode};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args()
        .nth(1)
        .ok_or("usage: measure_folder FOLDER")?;
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<std::io::Result<_>>()?;
    paths.sort();
    let mut album = AlbumLoudness::default();
    for path in paths {
        match measure(&path) {
            Ok(meter) => {
                let loudness = album.add(meter);
                let (lufs, peak) = (loudness.integrated_lufs, loudness.true_peak_dbtp);
                println!("{}: {lufs:.1?} LUFS, {peak:.1?} dBTP", path.display());
            }
            // What is no music is said to be none, and the rest goes on.
            Err(error) => eprintln!("{}: {error}", path.display()),
        }
    }
    if let Some(gain) = album.finish().gain() {
        println!("album gain {:+.2} dB, peak {:.3}", gain.gain_db, gain.peak);
    }
    Ok(())
}

fn measure(path: &Path) -> Result<LoudnessMeter, Box<dyn Error>> {
    let mut decoder = decode::open(Box::new(File::open(path)?), &Limits::default())?;
    let mut meter = LoudnessMeter::new(decoder.spec())?;
    let mut block = AudioBuffer::default();
    while decoder.read(&mut block)? {
        meter.write(&block)?;
    }
    Ok(meter)
}
