//! The one binary: the audio command line, and every service in one process.

mod accounts;
mod beside;
mod cli;
mod confined;
mod doctor;
mod events;
mod keys;
mod serve;
mod services;
mod settings;
mod thumbnails;

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
    Serve(Box<serve::ServeArgs>),
    /// Check everything that the services depend on
    Doctor(Box<doctor::DoctorArgs>),
    /// Look at events that are not handled, and have them tried again
    Events(Box<events::EventsArgs>),
    /// Print the page of every setting, as Markdown
    #[command(hide = true)]
    Settings,
    /// Make accounts without a mail: the first administrator
    #[command(subcommand)]
    Accounts(accounts::AccountsCommand),
    /// Look at the keys of an installation and replace them
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// Give other services tokens, and end them
    #[command(subcommand)]
    Services(services::ServicesCommand),
    /// The child that reads a stranger's file
    #[command(hide = true)]
    Confined {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<OsString>,
    },
}

/// The commands that are told settings.
const TAKE_SETTINGS: [&str; 3] = ["doctor", "events", "serve"];

fn main() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().collect();
    let (cli, file) = match settings::parse::<Cli>(&args, &TAKE_SETTINGS) {
        Ok(parsed) => parsed,
        Err(stop) => return stop.tell(),
    };
    match cli.command {
        Command::Audio(command) => command.run(),
        Command::Serve(args) => serve::run(*args, file),
        Command::Doctor(args) => doctor::run(*args, file),
        Command::Events(args) => events::run(*args, file),
        Command::Settings => {
            print!("{}", settings::markdown());
            ExitCode::SUCCESS
        }
        Command::Accounts(command) => command.run(),
        Command::Keys(command) => command.run(),
        Command::Services(command) => command.run(),
        Command::Confined { args } => confined::run(args),
    }
}
