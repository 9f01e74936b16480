//! Reads the command line, with the environment and the file behind it.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Args as _, Command, CommandFactory, FromArgMatches};
use veza_server_kit::config::{self, ConfigError};

use super::file::File;
use super::{FileOnly, SettingsArgs};

/// The setting that names the file.
pub(super) const CONFIG: &str = "config";

/// Why no command is run.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The command line is wrong, or asks for help.
    Usage(clap::Error),
    /// A setting is.
    Config(ConfigError),
}

impl Stop {
    /// Tells it, and how the program ends then.
    pub(crate) fn tell(self) -> ExitCode {
        match self {
            Self::Usage(error) => {
                // The terminal may be gone; there is nobody else to tell.
                let _ = error.print();
                ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
            }
            Self::Config(error) => {
                eprintln!("veza: {error}");
                ExitCode::from(2)
            }
        }
    }
}

impl From<ConfigError> for Stop {
    fn from(error: ConfigError) -> Self {
        Self::Config(error)
    }
}

/// Every setting, as clap knows it.
pub(super) fn settings() -> Vec<Arg> {
    let command = SettingsArgs::augment_args(Command::new("settings"));
    command.get_arguments().cloned().collect()
}

/// The name of a setting in the environment.
pub(super) fn variable(id: &str) -> String {
    format!("VEZA_{}", id.to_uppercase())
}

/// Reads the command line of `C`, whose subcommands named in `takes_settings` flatten
/// [`SettingsArgs`].
///
/// # Errors
/// [`Stop`].
pub(crate) fn parse<C: CommandFactory + FromArgMatches>(
    args: &[OsString],
    takes_settings: &[&str],
) -> Result<(C, FileOnly), Stop> {
    let known: Vec<String> = settings()
        .iter()
        .map(|arg| arg.get_id().to_string())
        .collect();
    let mut command = C::command();
    let mut only = FileOnly::default();
    let named = args.get(1).and_then(|name| name.to_str());
    if let Some(name) = named.filter(|name| takes_settings.contains(name)) {
        let variables: Vec<String> = known.iter().map(|id| variable(id)).collect();
        let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        config::refuse_unknown("VEZA_", &variables, names)?;
        let file = match config_file(args) {
            // A file does not name another.
            Some(path) => File::read(&path, known.iter().filter(|id| *id != CONFIG))?,
            None => File::default(),
        };
        command = command.mut_subcommand(name, |mut command| {
            for id in &known {
                command = command.mut_arg(id, |arg| sourced(arg, id, &file));
            }
            command
        });
        only = file.only;
    }
    let matches = command.try_get_matches_from(args).map_err(stop)?;
    let parsed = C::from_arg_matches(&matches).map_err(stop)?;
    Ok((parsed, only))
}

/// The setting with the environment behind it, and behind that the file.
fn sourced(arg: Arg, id: &str, file: &File) -> Arg {
    let arg = arg.env(variable(id)).hide_env(true);
    match file.get(id) {
        Some(values) => arg.required(false).default_values(values.to_vec()),
        None => arg,
    }
}

/// The file has to be known before the rest can be read.
fn config_file(args: &[OsString]) -> Option<PathBuf> {
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        if arg == "--config" {
            return args.next().map(PathBuf::from);
        }
        if let Some(path) = arg.to_str().and_then(|arg| arg.strip_prefix("--config=")) {
            return Some(path.into());
        }
    }
    std::env::var_os(variable(CONFIG)).map(PathBuf::from)
}

/// A value that cannot be used is not shown: it may be a secret in the wrong place.
fn stop(error: clap::Error) -> Stop {
    let name = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(name)) => Some(name.clone()),
        Some(ContextValue::Strings(names)) => Some(names.join(", ")),
        _ => None,
    };
    let (Some(name), ErrorKind::InvalidValue | ErrorKind::ValueValidation) = (name, error.kind())
    else {
        return Stop::Usage(error);
    };
    let setting = name.split(' ').next().unwrap_or(&name).to_owned();
    let reason = match (
        error.get(ContextKind::ValidValue),
        std::error::Error::source(&error),
    ) {
        (Some(ContextValue::Strings(values)), _) => format!("can be {}", values.join(", ")),
        (_, Some(cause)) => format!("cannot be used: {cause}"),
        _ => "has no value".into(),
    };
    Stop::Config(ConfigError::new(setting, reason))
}
