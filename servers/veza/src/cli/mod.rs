//! The audio command line: thin commands over `veza-audio`.

mod analyze;
mod convert;
mod files;
mod hls;
mod hls_check;
mod ingest;
mod loudness;
mod probe;
mod progress;
mod recognise;
mod spectrogram;
mod staging;
mod waveform;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;

pub(crate) use staging::Staging;

/// What can be done with sound files.
#[derive(Debug, Subcommand)]
pub(crate) enum AudioCommand {
    /// Say what files are: container, codec, rate, channels, exact length, tags
    Probe(probe::Probe),
    /// Measure loudness by EBU R128 / ITU-R BS.1770-4
    Loudness(loudness::Loudness),
    /// Tell tempo, beats, key, onsets, silence and clipping
    Analyze(analyze::Analyze),
    /// Tell how like a sound others are
    Similar(analyze::Similar),
    /// Write what recordings are recognised by
    Fingerprint(recognise::Fingerprint),
    /// Tell which recordings excerpts are of
    Identify(recognise::Identify),
    /// Draw a waveform: BBC .dat or .json, wavesurfer.js peaks, .png or .svg
    Waveform(waveform::Waveform),
    /// Draw how strong each frequency is at each time, as a .png
    Spectrogram(spectrogram::Spectrogram),
    /// Convert to WAV, FLAC, MP3, M4A (AAC), Ogg Vorbis or Opus
    Convert(convert::Convert),
    /// Package for adaptive streaming over HLS, or check what was packaged
    Hls(hls::Hls),
    /// Do all a player needs: measure, normalise, draw, encode a ladder, package
    Ingest(ingest::Ingest),
}

impl AudioCommand {
    pub(crate) fn run(self) -> ExitCode {
        match self {
            Self::Probe(command) => command.run(),
            Self::Loudness(command) => command.run(),
            Self::Analyze(command) => command.run(),
            Self::Similar(command) => command.run(),
            Self::Fingerprint(command) => command.run(),
            Self::Identify(command) => command.run(),
            Self::Waveform(command) => command.run(),
            Self::Spectrogram(command) => command.run(),
            Self::Convert(command) => command.run(),
            Self::Hls(command) => command.run(),
            Self::Ingest(command) => command.run(),
        }
    }
}

/// What every command takes.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Inputs {
    /// The sound files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Print one JSON object for each file, a line each
    #[arg(long)]
    json: bool,
}
