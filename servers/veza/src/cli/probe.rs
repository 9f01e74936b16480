//! `veza probe`

use std::path::Path;
use std::process::ExitCode;

use veza_audio::{Limits, decode};

use super::{Inputs, files};

/// `veza probe FILE…`
#[derive(Debug, clap::Args)]
pub(crate) struct Probe {
    #[command(flatten)]
    inputs: Inputs,
}

impl Probe {
    pub(super) fn run(self) -> ExitCode {
        self.inputs.each(
            |path, _| decode::probe(files::open(path)?, &Limits::default()),
            show,
        )
    }
}

fn show(path: &Path, probe: &decode::Probe) {
    println!("{}", path.display());
    println!("  container    {}", probe.container.name());
    println!("  codec        {}", probe.codec);
    println!("  sample rate  {} Hz", probe.sample_rate);
    println!("  channels     {}", probe.channels);
    if let Some(bits) = probe.bits_per_sample {
        println!("  bits         {bits}");
    }
    println!(
        "  length       {:.3} s ({} frames)",
        probe.duration_seconds, probe.frames
    );
    for (name, value) in probe.tags.iter() {
        println!("  {name:11}  {value}");
    }
    for picture in probe.tags.pictures() {
        let (kind, bytes) = (&picture.media_type, picture.data.len());
        println!("  picture      {kind}, {bytes} bytes");
    }
}
