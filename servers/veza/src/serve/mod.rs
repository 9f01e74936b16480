//! `veza serve`: every service in one process, on a folder of its own.

mod chat;
mod checks;
mod data;
mod database;
mod events;
mod housekeeping;
mod listeners;
mod mail;
mod node;
mod probe;
mod providers;
mod sharing;
mod waking;

use std::io::{self, Write as _};
use std::process::ExitCode;

use veza_server_kit::Shutdown;
use veza_server_kit::config::ConfigError;
use veza_server_kit::telemetry::{self, TelemetryError};

pub(crate) use database::{open as open_database, postgres_options};
pub(crate) use events::{Route, subscriptions};

use crate::settings::{DatabaseSetting, FileOnly, Part, Settings, SettingsArgs};
use data::Hold;
use listeners::{Addresses, Listeners};
use node::Node;

/// Runs the services until SIGTERM or ctrl-c.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct ServeArgs {
    /// The parts to run; all of them in one process when none is named
    #[arg(value_enum, value_name = "PART")]
    parts: Vec<Part>,
    #[command(flatten)]
    settings: SettingsArgs,
    /// Tell the addresses as one line of JSON
    #[arg(long)]
    json: bool,
}

/// Why the services do not run.
#[derive(Debug, thiserror::Error)]
enum ServeError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Telemetry(#[from] TelemetryError),
    #[error("{what}: {source}")]
    Io { what: String, source: io::Error },
    #[error("{0} is in use by another process of veza")]
    Locked(String),
    #[error("{what}: {source}")]
    Adapter {
        what: &'static str,
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    #[error("a part of the service ended by itself: {0}")]
    Ended(&'static str),
}

impl ServeError {
    fn io(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let what = what.into();
        move |source| Self::Io { what, source }
    }

    fn adapter<E>(what: &'static str) -> impl FnOnce(E) -> Self
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        move |source| Self::Adapter {
            what,
            source: source.into(),
        }
    }
}

/// Runs the services until SIGTERM or ctrl-c. What stops the start is told on the standard error
/// within a second: exit code 2 for a setting, 1 for anything else.
pub(crate) fn run(args: ServeArgs, file: FileOnly) -> ExitCode {
    match start(args, file) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // The standard error may be closed; there is nobody else to tell.
            let _ = writeln!(io::stderr(), "veza serve: {}", causes(&error));
            ExitCode::from(if matches!(error, ServeError::Config(_)) {
                2
            } else {
                1
            })
        }
    }
}

fn causes(error: &ServeError) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(deeper) = cause {
        let words = deeper.to_string();
        if !text.ends_with(&words) {
            text = format!("{text}: {words}");
        }
        cause = deeper.source();
    }
    text
}

fn start(args: ServeArgs, file: FileOnly) -> Result<(), ServeError> {
    let settings = args.settings.check(&args.parts, file)?;
    telemetry::init("veza", settings.log_format, &settings.log_filter)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(ServeError::io("the runtime"))?;
    runtime.block_on(async {
        let shutdown = Shutdown::new();
        shutdown
            .on_signals()
            .map_err(ServeError::io("signal handlers"))?;
        let data = data::DataFolder::open(&settings.data, hold(&settings))?;
        let listeners = Listeners::bind(&settings).await?;
        let addresses = listeners.addresses();
        let node = Node::open(settings, data, addresses).await?;
        announce(&addresses, args.json);
        node.run(listeners, shutdown).await
    })
}

/// SQLite and the in-process bus are one process's own; with a database server, several processes
/// may use the keys and files of one folder.
fn hold(settings: &Settings) -> Hold {
    match settings.database {
        DatabaseSetting::Sqlite => Hold::Alone,
        DatabaseSetting::Postgres { .. } => Hold::WithOthers,
    }
}

/// Tells where the services are, once they can be reached.
fn announce(addresses: &Addresses, json: bool) {
    let Addresses {
        api,
        chat,
        stream,
        rpc,
    } = addresses;
    let text = if json {
        serde_json::json!({
            "event": "listening",
            "api": format!("http://{api}"),
            "chat": format!("ws://{chat}/ws"),
            "stream": format!("http://{stream}"),
            "rpc": rpc.map(|rpc| format!("http://{rpc}")),
        })
        .to_string()
    } else {
        format!(
            "Veza is running.\n  page and API  http://{api}/\n  chat          ws://{chat}/ws\n  \
             media         http://{stream}/\nStop it with ctrl-c."
        )
    };
    let mut stdout = io::stdout().lock();
    // Whoever started it may not be reading.
    let _ = writeln!(stdout, "{text}").and_then(|()| stdout.flush());
}
