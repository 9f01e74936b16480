//! One format into another, at a loudness of -16 LUFS, with tags and cover.
//!
//! ```text
//! cargo run --release -p veza-audio --example transcode -- song.flac song.opus
//! ```

use std::error::Error;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use veza_audio::dynamics::NormalizePlan;
use veza_audio::encode::{self, EncodeSettings, Format};
use veza_audio::loudness::LoudnessMeter;
use veza_audio::resample::Resampler;
use veza_audio::tags::ReplayGain;
use veza_audio::{AudioBuffer, AudioSink, AudioSource, Limits, decode};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(song), Some(out)) = (arguments.next(), arguments.next()) else {
        return Err("usage: transcode SONG OUT".into());
    };
    let ending = Path::new(&out)
        .extension()
        .and_then(|ending| ending.to_str());
    let format: Format = ending.unwrap_or_default().parse()?;
    let settings = EncodeSettings::default_of(format);

    // The gain depends on the whole sound: a first pass measures it.
    let mut decoder = decode::open(Box::new(File::open(&song)?), &Limits::default())?;
    let mut meter = LoudnessMeter::new(decoder.spec())?;
    pump(&mut decoder, &mut meter)?;
    let plan = NormalizePlan::new(&meter.finish(), -16.0, -1.0)?;

    decoder.seek(0)?;
    let mut tags = decoder.info().tags.clone();
    // What the file said of its loudness is no longer true.
    tags.set_replay_gain(ReplayGain::default());
    let rate = format.rate_for(decoder.spec().sample_rate);
    let mut source = plan.apply(Resampler::new(decoder, rate)?)?;
    let file = Box::new(BufWriter::new(File::create(out)?));
    let mut encoder = encode::create(&settings, source.spec(), source.frames(), &tags, file)?;
    pump(&mut source, &mut *encoder)?;
    Ok(encoder.finish()?)
}

/// Sends a source to its end into a sink.
fn pump(source: &mut dyn AudioSource, sink: &mut dyn AudioSink) -> veza_audio::Result<()> {
    let mut block = AudioBuffer::default();
    while source.read(&mut block)? {
        sink.write(&block)?;
    }
    Ok(())
}
