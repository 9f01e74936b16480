//! The one binary: the audio command line, and every service in one process.

mod cli;
mod confined;
mod serve;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Audio for people and programs: probe, measure, draw, convert, package, and serve.
#[derive(Debug, Parser)]
#[command(name = "veza", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    #[command(flatten)]
    Audio(cli::AudioCommand),
    /// Run the API, chat and stream services and the job worker in one process
    Serve(serve::ServeArgs),
    /// The child that reads a stranger's file
    #[command(hide = true)]
    Confined {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<OsString>,
    },
}

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Audio(command) => command.run(),
        Command::Serve(args) => serve::run(args),
        Command::Confined { args } => confined::run(args),
    }
}
