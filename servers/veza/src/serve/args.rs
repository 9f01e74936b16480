//! What `veza serve` is told.

use std::net::IpAddr;
use std::path::PathBuf;

use veza_api::RateLimits;
use veza_server_kit::config::{ConfigError, within};
use veza_server_kit::layers::Cors;
use veza_server_kit::telemetry::LogFormat;

/// Runs the API, chat and stream services and the job worker in one process.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct ServeArgs {
    /// The folder for everything that is kept: database, files, keys. Made when it is missing.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// The address to listen on.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    bind: IpAddr,
    /// The port of the API and the web page; 0 takes any that is free.
    #[arg(long, value_name = "PORT", default_value_t = 8080)]
    api_port: u16,
    /// The port of the chat.
    #[arg(long, value_name = "PORT", default_value_t = 8081)]
    chat_port: u16,
    /// The port of the media.
    #[arg(long, value_name = "PORT", default_value_t = 8082)]
    stream_port: u16,
    /// The folder of the built web page, to be served on the API's port; else `web` beside this
    /// program, else `examples/web/dist` here, where there is one.
    #[arg(long, value_name = "DIR")]
    web: Option<PathBuf>,
    /// An origin whose pages may call the API and the chat, such as https://music.example.
    /// Can be given several times.
    #[arg(long, value_name = "ORIGIN")]
    allow_origin: Vec<String>,
    /// Where clients reach the media, when a gateway stands before them: https://media.example.
    #[arg(long, value_name = "URL")]
    stream_url: Option<String>,
    /// Where clients reach the chat, when a gateway stands before it: wss://chat.example.
    #[arg(long, value_name = "URL")]
    chat_url: Option<String>,
    /// The largest file that is taken, in MiB.
    #[arg(long, value_name = "MIB", default_value_t = 512)]
    max_upload: u64,
    /// Ingest jobs at once.
    #[arg(long, value_name = "COUNT", default_value_t = 1)]
    jobs: u64,
    /// How strictly logins and registrations are limited; `loose` is for tests and demos.
    #[arg(long, value_enum, default_value_t = Strictness::Strict)]
    rate_limits: Strictness,
    /// How log lines look; `auto` is plain on a terminal and JSON elsewhere.
    #[arg(long, value_enum, default_value_t = Lines::Auto)]
    log_format: Lines,
    /// What is logged, such as `info` or `warn,veza_worker=debug`; else VEZA_LOG, else `info`.
    #[arg(long, value_name = "FILTER")]
    log: Option<String>,
    /// Tell the addresses as one line of JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Strictness {
    Strict,
    Loose,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Lines {
    Auto,
    Json,
    Plain,
}

/// The arguments, checked.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) data: PathBuf,
    pub(super) bind: IpAddr,
    pub(super) api_port: u16,
    pub(super) chat_port: u16,
    pub(super) stream_port: u16,
    pub(super) web: Option<PathBuf>,
    pub(super) cors: Cors,
    pub(super) allow_origin: Vec<String>,
    pub(super) stream_url: Option<String>,
    pub(super) chat_url: Option<String>,
    pub(super) max_upload_bytes: u64,
    pub(super) jobs: usize,
    pub(super) rate_limits: RateLimits,
    pub(super) log_format: LogFormat,
    pub(super) log_filter: String,
    pub(super) json: bool,
}

/// Where the page is when nobody says it: as it is installed, or as it is built in a checkout.
fn built_page() -> Option<PathBuf> {
    let installed = std::env::current_exe()
        .ok()
        .and_then(|program| Some(program.parent()?.join("web")));
    let built = PathBuf::from("examples/web/dist");
    installed
        .into_iter()
        .chain([built])
        .find(|folder| folder.join("index.html").is_file())
}

impl ServeArgs {
    pub(super) fn check(self) -> Result<Settings, ConfigError> {
        let ports = [
            ("--api-port", self.api_port),
            ("--chat-port", self.chat_port),
            ("--stream-port", self.stream_port),
        ];
        for (at, (name, port)) in ports.iter().enumerate() {
            if *port != 0 && ports[..at].iter().any(|(_, other)| other == port) {
                return Err(ConfigError::new(name, format!("{port} is given twice")));
            }
        }
        if let Some(folder) = &self.web
            && !folder.join("index.html").is_file()
        {
            return Err(ConfigError::new(
                "--web",
                "there is no index.html in that folder",
            ));
        }
        let log_filter = match (self.log, std::env::var("VEZA_LOG")) {
            (Some(filter), _) | (None, Ok(filter)) => filter,
            (None, Err(std::env::VarError::NotPresent)) => "info".into(),
            (None, Err(error)) => return Err(ConfigError::new("VEZA_LOG", error.to_string())),
        };
        let max_upload = within("--max-upload", self.max_upload, 1, 1 << 20)?;
        Ok(Settings {
            data: self.data,
            bind: self.bind,
            api_port: self.api_port,
            chat_port: self.chat_port,
            stream_port: self.stream_port,
            web: self.web.or_else(built_page),
            cors: Cors::allow(self.allow_origin.iter().map(String::as_str))?,
            allow_origin: self.allow_origin.clone(),
            stream_url: origin("--stream-url", self.stream_url, ["http://", "https://"])?,
            chat_url: origin("--chat-url", self.chat_url, ["ws://", "wss://"])?,
            max_upload_bytes: max_upload << 20,
            jobs: usize::try_from(within("--jobs", self.jobs, 1, 256)?).unwrap_or(1),
            rate_limits: match self.rate_limits {
                Strictness::Strict => RateLimits::Strict,
                Strictness::Loose => RateLimits::Loose,
            },
            log_format: match self.log_format {
                Lines::Auto => LogFormat::Auto,
                Lines::Json => LogFormat::Json,
                Lines::Plain => LogFormat::Plain,
            },
            log_filter,
            json: self.json,
        })
    }
}

/// An address goes into headers and documents as it is: only what one can hold passes.
fn origin(
    setting: &'static str,
    url: Option<String>,
    schemes: [&str; 2],
) -> Result<Option<String>, ConfigError> {
    let Some(url) = url else { return Ok(None) };
    let rest = schemes.iter().find_map(|scheme| url.strip_prefix(scheme));
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._~:[]/".contains(&b);
    match rest {
        Some(rest) if !rest.is_empty() && rest.bytes().all(allowed) => {
            Ok(Some(url.trim_end_matches('/').to_owned()))
        }
        _ => Err(ConfigError::new(
            setting,
            format!("has to begin with {} or {}", schemes[0], schemes[1]),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        serve: ServeArgs,
    }

    fn check(args: &[&str]) -> Result<Settings, ConfigError> {
        let all = ["veza", "--data", "/nowhere"].iter().chain(args);
        Cli::try_parse_from(all).unwrap().serve.check()
    }

    #[test]
    fn a_wrong_setting_is_named() {
        assert_eq!(check(&[]).unwrap().max_upload_bytes, 512 << 20);
        for (args, setting) in [
            (&["--api-port", "8081"][..], "--chat-port"),
            (&["--max-upload", "0"], "--max-upload"),
            (&["--jobs", "0"], "--jobs"),
            (&["--allow-origin", "*"], "allowed origin"),
            (&["--stream-url", "media.example"], "--stream-url"),
            (&["--chat-url", "https://chat.example"], "--chat-url"),
            (&["--web", "/nowhere"], "--web"),
        ] {
            assert_eq!(check(args).unwrap_err().setting, setting, "{args:?}");
        }
    }
}
