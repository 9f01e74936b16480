//! The settings, checked.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use veza_api::RateLimits;
use veza_core::auth::RegistrationPolicy;
use veza_crypto::TokenKeyPolicy;
use veza_server_kit::client_address::{ForwardedBy, TrustedProxies};
use veza_server_kit::config::{ConfigError, within};
use veza_server_kit::layers::Cors;
use veza_server_kit::telemetry::LogFormat;

use super::args::{Forwarding, Lines, Strictness};
use super::{FileOnly, ProviderSetting, Secret, SettingsArgs};

/// A part of the service that can run alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Part {
    /// The REST service and the page.
    Api,
    /// The realtime chat.
    Chat,
    /// The media.
    Stream,
    /// The jobs.
    Worker,
}

/// Where the data is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum DatabaseSetting {
    /// In the data folder, for one process.
    Sqlite,
    /// On a PostgreSQL server.
    Postgres {
        url: Secret,
        direct_url: Option<Secret>,
        connections: u32,
    },
}

/// The settings, checked.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) parts: Vec<Part>,
    pub(crate) data: PathBuf,
    pub(crate) bind: IpAddr,
    pub(crate) api_port: u16,
    pub(crate) chat_port: u16,
    pub(crate) stream_port: u16,
    pub(crate) rpc_port: Option<u16>,
    pub(crate) public_url: Option<String>,
    pub(crate) stream_url: Option<String>,
    pub(crate) chat_url: Option<String>,
    pub(crate) cors: Cors,
    pub(crate) allow_origin: Vec<String>,
    pub(crate) web: Option<PathBuf>,
    pub(crate) database: DatabaseSetting,
    pub(crate) redis_url: Option<Secret>,
    pub(crate) amqp_url: Option<Secret>,
    pub(crate) amqp_namespace: String,
    pub(crate) smtp_url: Option<Secret>,
    pub(crate) mail_from: String,
    pub(crate) registration: RegistrationPolicy,
    pub(crate) providers: Vec<ProviderSetting>,
    pub(crate) token_keys: TokenKeyPolicy,
    pub(crate) max_upload_bytes: u64,
    pub(crate) jobs: usize,
    pub(crate) rate_limits: RateLimits,
    pub(crate) instances: u32,
    pub(crate) trusted_proxies: TrustedProxies,
    pub(crate) log_format: LogFormat,
    pub(crate) log_filter: String,
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

impl SettingsArgs {
    /// Checks every setting that can be judged by itself.
    pub(crate) fn check(self, parts: &[Part], file: FileOnly) -> Result<Settings, ConfigError> {
        let ports = [
            ("--api-port", self.api_port),
            ("--chat-port", self.chat_port),
            ("--stream-port", self.stream_port),
            ("--rpc-port", self.rpc_port.unwrap_or(0)),
        ];
        for (at, (name, port)) in ports.iter().enumerate() {
            if *port != 0 && ports[..at].iter().any(|(_, other)| other == port) {
                return Err(ConfigError::new(
                    *name,
                    "is the port of another service too",
                ));
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
        let public_url = origin("--public-url", self.public_url, ["http://", "https://"])?;
        if public_url.is_none() && !self.bind.is_loopback() {
            return Err(ConfigError::new(
                "--public-url",
                "is needed when others than this machine can reach the service",
            ));
        }
        let postgres = ["postgres://", "postgresql://"];
        let direct_url = url("--database-direct-url", self.database_direct_url, &postgres)?;
        let connections = count(
            "--database-connections",
            self.database_connections,
            1,
            1_000,
        )?;
        let database = match url("--database-url", self.database_url, &postgres)? {
            None => DatabaseSetting::Sqlite,
            Some(url) => DatabaseSetting::Postgres {
                url,
                direct_url,
                connections,
            },
        };
        if !parts.is_empty() && database == DatabaseSetting::Sqlite {
            return Err(ConfigError::new(
                "--database-url",
                "is needed by parts that run as processes of their own",
            ));
        }
        let max_upload = within("--max-upload", self.max_upload, 1, 1 << 20)?;
        let days = within("--token-key-days", self.token_key_days, 0, 3_650)?;
        Ok(Settings {
            parts: match parts {
                [] => vec![Part::Api, Part::Chat, Part::Stream, Part::Worker],
                named => named.to_vec(),
            },
            data: self.data,
            bind: self.bind,
            api_port: self.api_port,
            chat_port: self.chat_port,
            stream_port: self.stream_port,
            rpc_port: self.rpc_port,
            public_url,
            stream_url: origin("--stream-url", self.stream_url, ["http://", "https://"])?,
            chat_url: origin("--chat-url", self.chat_url, ["ws://", "wss://"])?,
            cors: Cors::allow(self.allow_origin.iter().map(String::as_str))?,
            allow_origin: self.allow_origin,
            web: self.web.or_else(built_page),
            database,
            redis_url: url("--redis-url", self.redis_url, &["redis://", "rediss://"])?,
            amqp_namespace: self.amqp_namespace,
            amqp_url: url("--amqp-url", self.amqp_url, &["amqp://", "amqps://"])?,
            smtp_url: url("--smtp-url", self.smtp_url, &["smtp://", "smtps://"])?,
            mail_from: self.mail_from,
            registration: self.registration,
            providers: file.providers,
            token_keys: TokenKeyPolicy {
                algorithm: self.token_algorithm,
                rotate_after: (days > 0).then(|| Duration::from_secs(days * 24 * 60 * 60)),
                ..TokenKeyPolicy::default()
            },
            max_upload_bytes: max_upload << 20,
            jobs: count("--jobs", self.jobs, 1, 256)? as usize,
            rate_limits: match self.rate_limits {
                Strictness::Strict => RateLimits::Strict,
                Strictness::Loose => RateLimits::Loose,
            },
            instances: count("--instances", self.instances, 1, 10_000)?,
            trusted_proxies: TrustedProxies::new(
                self.trusted_proxy.iter().map(String::as_str),
                match self.forwarded_header {
                    Forwarding::XForwardedFor => ForwardedBy::XForwardedFor,
                    Forwarding::Forwarded => ForwardedBy::Forwarded,
                },
            )?,
            log_format: match self.log_format {
                Lines::Auto => LogFormat::Auto,
                Lines::Json => LogFormat::Json,
                Lines::Plain => LogFormat::Plain,
            },
            log_filter: self.log,
        })
    }
}

fn count(setting: &'static str, value: u64, min: u32, max: u32) -> Result<u32, ConfigError> {
    let value = within(setting, value, min.into(), max.into())?;
    Ok(u32::try_from(value).unwrap_or(max))
}

/// The address of a service, with a password where others could reach it.
fn url(
    setting: &'static str,
    url: Option<Secret>,
    schemes: &[&str],
) -> Result<Option<Secret>, ConfigError> {
    match url.as_ref().and_then(|url| url.url_fault(schemes)) {
        Some(fault) => Err(ConfigError::new(setting, fault)),
        None => Ok(url),
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
        settings: SettingsArgs,
    }

    fn check(args: &[&str]) -> Result<Settings, ConfigError> {
        let all = ["veza", "--data", "/nowhere"].iter().chain(args);
        let settings = Cli::try_parse_from(all).unwrap().settings;
        settings.check(&[], FileOnly::default())
    }

    #[test]
    fn a_wrong_setting_is_named() {
        assert_eq!(check(&[]).unwrap().max_upload_bytes, 512 << 20);
        for (args, setting) in [
            (&["--api-port", "8081"][..], "--chat-port"),
            (&["--max-upload", "0"], "--max-upload"),
            (&["--jobs", "0"], "--jobs"),
            (&["--token-key-days", "9999"], "--token-key-days"),
            (&["--allow-origin", "*"], "--allow-origin"),
            (&["--trusted-proxy", "proxy.local"], "--trusted-proxy"),
            (&["--stream-url", "media.example"], "--stream-url"),
            (&["--chat-url", "https://chat.example"], "--chat-url"),
            (&["--web", "/nowhere"], "--web"),
            (&["--bind", "0.0.0.0"], "--public-url"),
            (
                &["--database-url", "postgres://u:veza@db/veza"],
                "--database-url",
            ),
            (&["--redis-url", "http://localhost"], "--redis-url"),
            (&["--amqp-url", "amqp://guest:guest@broker"], "--amqp-url"),
            (&["--smtp-url", "smtps://u@mail.example"], "--smtp-url"),
        ] {
            let error = check(args).unwrap_err();
            assert_eq!(error.setting, setting, "{args:?}");
            let value = args[1];
            assert!(
                value.len() < 2 || !error.to_string().contains(value),
                "{error}"
            );
        }
    }
}
