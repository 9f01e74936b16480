//! `veza doctor`: whether everything that the services depend on is as it should be.
//!
//! It takes the settings of `veza serve`, changes nothing that is kept, and can be run beside
//! services that are up.

mod checks;
mod report;
mod servers;

use std::process::ExitCode;

use crate::settings::{FileOnly, SettingsArgs};

/// Check everything the services depend on, by the settings of `serve`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct DoctorArgs {
    #[command(flatten)]
    settings: SettingsArgs,
    /// Print one line of JSON for each check
    #[arg(long)]
    json: bool,
}

/// Runs every check. Exit code 0 when all is well, 1 when something is not, 2 for a setting.
pub(crate) fn run(args: DoctorArgs, file: FileOnly) -> ExitCode {
    let settings = match args.settings.check(&[], file) {
        Ok(settings) => settings,
        Err(error) => {
            eprintln!("veza doctor: {error}");
            return ExitCode::from(2);
        }
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("veza doctor: the runtime: {error}");
            return ExitCode::FAILURE;
        }
    };
    let well = runtime.block_on(checks::all(&settings, args.json));
    if well {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
