//! The one binary: the audio command line, and every service in one process.

mod confined;
mod serve;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "veza", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the API, chat and stream services and the job worker in one process.
    Serve(serve::ServeArgs),
    /// The child that reads a stranger's file.
    #[command(hide = true)]
    Confined {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<OsString>,
    },
}

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Serve(args) => serve::run(args),
        Command::Confined { args } => confined::run(args),
    }
}
