//! `veza waveform`

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde::Serialize;
use veza_audio::waveform::image::{self, ImageSettings};
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
    /// The file to write; its ending says what: .dat, .json or .png. With several inputs, a
    /// folder for .dat files
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
    Png,
}

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
            Kind::Png => file.write_all(&image::render(drawn, &ImageSettings::default())?)?,
        }
        Ok(file.flush()?)
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
        Some("png") => Ok(Kind::Png),
        _ => Err(Error::InvalidParameter {
            name: "--output",
            reason: format!(
                "{} ends neither in .dat nor in .json nor in .png",
                output.display()
            ),
        }),
    }
}
