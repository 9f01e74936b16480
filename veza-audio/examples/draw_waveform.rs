//! The waveform of a file, as the data that players read (BBC `.json`) and as a picture.
//!
//! ```text
//! cargo run --release -p veza-audio --example draw_waveform -- song.mp3 song
//! ```
//! writes `song.json` and `song.svg`.

use std::error::Error;
use std::fs::File;
use std::io::BufWriter;

use veza_audio::waveform::image::{ImageSettings, Style, Theme, render_svg};
use veza_audio::waveform::{Bits, WaveformBuilder, WaveformSettings};
use veza_audio::{AudioBuffer, AudioSink, AudioSource, Limits, decode};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(song), Some(out)) = (arguments.next(), arguments.next()) else {
        return Err("usage: draw_waveform SONG NAME".into());
    };
    let mut decoder = decode::open(Box::new(File::open(song)?), &Limits::default())?;
    let mut builder = WaveformBuilder::new(decoder.spec(), WaveformSettings::default())?;
    let mut block = AudioBuffer::default();
    while decoder.read(&mut block)? {
        builder.write(&block)?;
    }
    let waveform = builder.finish();

    let mut json = BufWriter::new(File::create(format!("{out}.json"))?);
    // A pixel for each 1,024 frames is what a page needs.
    waveform.zoom(1_024)?.write_json(&mut json, Bits::Eight)?;
    let picture = ImageSettings {
        theme: Theme::DARK,
        style: Style::Bars { width: 4, gap: 2 },
        axis: true,
        ..ImageSettings::default()
    };
    std::fs::write(format!("{out}.svg"), render_svg(&waveform, &picture)?)?;
    Ok(())
}
