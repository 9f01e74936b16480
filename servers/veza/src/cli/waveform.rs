//! `veza waveform`

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde::Serialize;
use veza_audio::waveform::image::{ImageSettings, Style, Theme, render_png, render_svg};
use veza_audio::waveform::{
    Bits, DatVersion, Waveform as Drawn, WaveformBuilder, WaveformSettings,
};
use veza_audio::{AudioSource, Error, Limits, decode};

use super::loudness::drain;
use super::progress::Progress;
use super::staging::whole_file;
use super::{Inputs, files};

/// `veza waveform FILE… -o OUT`
#[derive(Debug, clap::Args)]
pub(crate) struct Waveform {
    #[command(flatten)]
    inputs: Inputs,
    /// The file to write; its ending says what: .dat and .json as audiowaveform reads them,
    /// .peaks for wavesurfer.js, .png or .svg. With several inputs, a folder for .dat files
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,
    /// Frames for each pixel
    #[arg(long, value_name = "FRAMES", default_value_t = 256)]
    samples_per_pixel: u32,
    /// Bits for each minimum and maximum
    #[arg(long, value_name = "8|16", default_value = "16", value_parser = bits)]
    bits: Bits,
    /// Keep the channels apart instead of mixing them
    #[arg(long)]
    split_channels: bool,
    /// Keep root mean squares beside the extremes (in .json)
    #[arg(long)]
    rms: bool,
    #[command(flatten)]
    picture: Picture,
}

/// How a picture looks.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Pictures")]
struct Picture {
    /// In pixels
    #[arg(long, value_name = "PIXELS", default_value_t = 1_800)]
    width: u32,
    /// In pixels; channels share it
    #[arg(long, value_name = "PIXELS", default_value_t = 280)]
    height: u32,
    /// How the wave is drawn
    #[arg(long, value_enum, default_value_t = Drawing::Envelope)]
    style: Drawing,
    /// Pixels from side to side of a bar
    #[arg(long, value_name = "PIXELS", default_value_t = 4)]
    bar_width: u32,
    /// Pixels from one bar to the next
    #[arg(long, value_name = "PIXELS", default_value_t = 2)]
    bar_gap: u32,
    /// The colours
    #[arg(long, value_parser = clap::builder::PossibleValuesParser::new(Theme::NAMES), default_value = Theme::NAMES[0])]
    theme: String,
    /// Write times below the wave
    #[arg(long)]
    axis: bool,
    /// Draw from this second on
    #[arg(long, value_name = "SECONDS")]
    start: Option<f64>,
    /// Draw up to this second
    #[arg(long, value_name = "SECONDS")]
    end: Option<f64>,
}

/// What stands for the sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Drawing {
    /// From the lowest to the highest sample
    Envelope,
    /// The envelope with the root mean square within
    Bands,
    /// Upright bars
    Bars,
}

fn bits(text: &str) -> Result<Bits, String> {
    match text {
        "8" => Ok(Bits::Eight),
        "16" => Ok(Bits::Sixteen),
        _ => Err("a waveform has 8 or 16 bits".to_owned()),
    }
}

/// How a waveform is written.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Dat,
    Json,
    Peaks,
    Png,
    Svg,
}

/// Peaks for each channel: as many as wavesurfer.js itself exports.
const PEAKS: usize = 8_000;

/// What was written.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    output: PathBuf,
    samples_per_pixel: u32,
    length: usize,
    channels: usize,
}

impl Waveform {
    pub(super) fn run(self) -> ExitCode {
        let several = self.inputs.count() > 1;
        self.inputs.each(
            |path, progress| {
                let (output, kind) = if several {
                    std::fs::create_dir_all(&self.output)?;
                    (
                        self.output.join(files::stem(path)).with_extension("dat"),
                        Kind::Dat,
                    )
                } else {
                    (self.output.clone(), kind(&self.output)?)
                };
                self.one(path, output, kind, progress)
            },
            |path, written| println!("{} -> {}", path.display(), written.output.display()),
        )
    }

    fn one(
        &self,
        path: &Path,
        output: PathBuf,
        kind: Kind,
        progress: &mut Progress,
    ) -> Result<Written, Error> {
        let mut source = decode::open(files::open(path)?, &Limits::default())?;
        let settings = WaveformSettings {
            samples_per_pixel: self.samples_per_pixel,
            split_channels: self.split_channels,
            rms: self.rms || self.picture.style == Drawing::Bands,
        };
        let mut builder = WaveformBuilder::new(source.spec(), settings)?;
        drain(&mut source, &mut builder, progress)?;
        let drawn = builder.finish();
        whole_file(&output, |file| self.write(&drawn, kind, file))?;
        Ok(Written {
            output,
            samples_per_pixel: self.samples_per_pixel,
            length: drawn.pixels(),
            channels: drawn.channels(),
        })
    }

    fn write(&self, drawn: &Drawn, kind: Kind, file: File) -> Result<(), Error> {
        let mut file = BufWriter::new(file);
        match kind {
            Kind::Dat => drawn.write_dat(&mut file, version(self.split_channels), self.bits)?,
            Kind::Json => drawn.write_json(&mut file, self.bits)?,
            Kind::Peaks => drawn.write_peaks(&mut file, PEAKS)?,
            Kind::Png => file.write_all(&render_png(drawn, &self.picture.settings(drawn)?)?)?,
            Kind::Svg => {
                file.write_all(render_svg(drawn, &self.picture.settings(drawn)?)?.as_bytes())?;
            }
        }
        Ok(file.flush()?)
    }
}

impl Picture {
    fn settings(&self, drawn: &Drawn) -> Result<ImageSettings, Error> {
        let frame = |name, second: f64| {
            if !(second.is_finite() && second >= 0.0) {
                let reason = format!("{second} is no time in seconds");
                return Err(Error::InvalidParameter { name, reason });
            }
            Ok((second * f64::from(drawn.sample_rate())) as u64)
        };
        let frames = match (self.start, self.end) {
            (None, None) => None,
            (start, end) => {
                let start = start.map_or(Ok(0), |second| frame("--start", second))?;
                let end = end.map_or(Ok(drawn.frames()), |second| frame("--end", second))?;
                Some(start..end)
            }
        };
        Ok(ImageSettings {
            width: self.width,
            height: self.height,
            theme: Theme::named(&self.theme).unwrap_or(Theme::TEAL),
            style: match self.style {
                Drawing::Envelope => Style::Envelope,
                Drawing::Bands => Style::Bands,
                Drawing::Bars => Style::Bars {
                    width: self.bar_width,
                    gap: self.bar_gap,
                },
            },
            axis: self.axis,
            frames,
        })
    }
}

/// The first version where it will do: more programs read it.
fn version(split_channels: bool) -> DatVersion {
    if split_channels {
        DatVersion::Two
    } else {
        DatVersion::One
    }
}

fn kind(output: &Path) -> Result<Kind, Error> {
    match output.extension().and_then(|end| end.to_str()) {
        Some("dat") => Ok(Kind::Dat),
        Some("json") => Ok(Kind::Json),
        Some("peaks") => Ok(Kind::Peaks),
        Some("png") => Ok(Kind::Png),
        Some("svg") => Ok(Kind::Svg),
        _ => Err(Error::InvalidParameter {
            name: "--output",
            reason: format!(
                "{} ends in none of .dat, .json, .peaks, .png and .svg",
                output.display()
            ),
        }),
    }
}
