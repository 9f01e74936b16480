//! `veza spectrogram`

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde::Serialize;
use veza_audio::spectrogram::{
    FrequencyScale, Palette, SpectrogramBuilder, SpectrogramImage, SpectrogramSettings, render_png,
};
use veza_audio::{AudioSource, Error, Limits, decode};

use super::loudness::drain;
use super::progress::Progress;
use super::staging::whole_file;
use super::{Inputs, files};

/// `veza spectrogram FILE… -o OUT.png`
#[derive(Debug, clap::Args)]
pub(crate) struct Spectrogram {
    #[command(flatten)]
    inputs: Inputs,
    /// The PNG to write; with several inputs, a folder
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,
    /// Columns of the picture, without its axes
    #[arg(long, value_name = "PIXELS", default_value_t = 1_200)]
    width: u32,
    /// Rows of the picture, without its axes
    #[arg(long, value_name = "PIXELS", default_value_t = 400)]
    height: u32,
    /// How frequencies are spread over the rows
    #[arg(long, value_enum, default_value_t = Scale::Mel)]
    scale: Scale,
    /// The lowest frequency, in Hz
    #[arg(long, value_name = "HZ", default_value_t = 30.0)]
    low: f64,
    /// The highest frequency, in Hz
    #[arg(long, value_name = "HZ", default_value_t = 20_000.0)]
    high: f64,
    /// Samples of a transform
    #[arg(long, value_name = "SAMPLES", default_value_t = 2_048)]
    fft_size: usize,
    /// The colours
    #[arg(long, value_enum, default_value_t = Colours::Magma)]
    palette: Colours,
    /// What is drawn as silence, in dB below a sine of full scale
    #[arg(long, value_name = "DB", default_value_t = -100.0, allow_hyphen_values = true)]
    floor: f32,
    /// Write times and frequencies beside it
    #[arg(long)]
    axes: bool,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Scale {
    Mel,
    Log,
    Linear,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Colours {
    Magma,
    Viridis,
    Grey,
    Ink,
}

/// What was written.
#[derive(Debug, Serialize)]
struct Written {
    output: PathBuf,
}

impl Spectrogram {
    pub(super) fn run(self) -> ExitCode {
        let several = self.inputs.count() > 1;
        self.inputs.each(
            |path, progress| {
                let output = if several {
                    std::fs::create_dir_all(&self.output)?;
                    self.output.join(files::stem(path)).with_extension("png")
                } else {
                    self.output.clone()
                };
                let png = self.draw(path, progress)?;
                whole_file(&output, |mut file| file.write_all(&png))?;
                Ok(Written { output })
            },
            |path, written| println!("{} -> {}", path.display(), written.output.display()),
        )
    }

    fn draw(&self, path: &Path, progress: &mut Progress) -> Result<Vec<u8>, Error> {
        let mut source = decode::open(files::open(path)?, &Limits::default())?;
        let settings = SpectrogramSettings {
            width: self.width,
            height: self.height,
            scale: match self.scale {
                Scale::Mel => FrequencyScale::Mel,
                Scale::Log => FrequencyScale::Log,
                Scale::Linear => FrequencyScale::Linear,
            },
            band: self.low..self.high,
            fft_size: self.fft_size,
        };
        let mut builder = SpectrogramBuilder::new(source.spec(), settings)?;
        drain(&mut source, &mut builder, progress)?;
        let image = SpectrogramImage {
            palette: match self.palette {
                Colours::Magma => Palette::Magma,
                Colours::Viridis => Palette::Viridis,
                Colours::Grey => Palette::Grey,
                Colours::Ink => Palette::Ink,
            },
            range_db: (self.floor, SpectrogramImage::default().range_db.1),
            axes: self.axes,
        };
        render_png(&builder.finish(), &image)
    }
}
