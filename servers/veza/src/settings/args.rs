//! Every setting, declared once: from here come the flags, the names in the environment
//! (`VEZA_API_PORT`) and in the file (`api_port`), and `docs/configuration.md`.

use std::net::IpAddr;
use std::path::PathBuf;

use veza_core::auth::RegistrationPolicy;
use veza_crypto::TokenAlgorithm;

use super::Secret;

/// The settings, as they are given.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Settings")]
pub(crate) struct SettingsArgs {
    /// The file with settings that are given neither as flags nor in the environment (TOML)
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// The folder for what is kept here: database, files, keys, mail. Made when it is missing
    #[arg(long, value_name = "DIR")]
    pub(super) data: PathBuf,

    /// The address to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub(super) bind: IpAddr,
    /// The port of the API and the web page; 0 takes any that is free
    #[arg(long, value_name = "PORT", default_value_t = 8080)]
    pub(super) api_port: u16,
    /// The port of the chat
    #[arg(long, value_name = "PORT", default_value_t = 8081)]
    pub(super) chat_port: u16,
    /// The port of the media
    #[arg(long, value_name = "PORT", default_value_t = 8082)]
    pub(super) stream_port: u16,
    /// The port for other services (gRPC); without it there is none
    #[arg(long, value_name = "PORT")]
    pub(super) rpc_port: Option<u16>,
    /// Where people reach the page and the API; links in mails begin with it. Needed for any
    /// address but a loopback one
    #[arg(long, value_name = "URL")]
    pub(super) public_url: Option<String>,
    /// Where clients reach the media, when a gateway stands before them: https://media.example
    #[arg(long, value_name = "URL")]
    pub(super) stream_url: Option<String>,
    /// Where clients reach the chat, when a gateway stands before it: wss://chat.example
    #[arg(long, value_name = "URL")]
    pub(super) chat_url: Option<String>,
    /// An origin whose pages may call the API and the chat, such as https://music.example;
    /// several are separated by commas
    #[arg(long, value_name = "ORIGIN", value_delimiter = ',')]
    pub(super) allow_origin: Vec<String>,
    /// The folder of the built web page, to be served on the API's port; else `web` beside this
    /// program, else `examples/web/dist` here, where there is one
    #[arg(long, value_name = "DIR")]
    pub(super) web: Option<PathBuf>,

    /// PostgreSQL: postgres://user:password@host/database. Without it, SQLite in the data folder
    #[arg(long, value_name = "URL")]
    pub(super) database_url: Option<Secret>,
    /// Connections to PostgreSQL at most
    #[arg(long, value_name = "COUNT", default_value_t = 20)]
    pub(super) database_connections: u64,
    /// PostgreSQL itself, when --database-url leads to a pooler in transaction mode (pgBouncer):
    /// the tables are brought up to date over it
    #[arg(long, value_name = "URL")]
    pub(super) database_direct_url: Option<Secret>,
    /// Redis, shared by several processes: redis://:password@host. Without it, this process
    /// keeps limits and caches for itself
    #[arg(long, value_name = "URL")]
    pub(super) redis_url: Option<Secret>,
    /// RabbitMQ: amqp://user:password@host/%2f. Without it, events stay within this process
    #[arg(long, value_name = "URL")]
    pub(super) amqp_url: Option<Secret>,
    /// What the names of exchanges and queues begin with, for brokers that several installations
    /// share
    #[arg(long, value_name = "NAME", default_value = "veza")]
    pub(super) amqp_namespace: String,
    /// The mail server: smtps://user:password@host. Without it, mails are put into the data
    /// folder as files
    #[arg(long, value_name = "URL")]
    pub(super) smtp_url: Option<Secret>,
    /// The sender of mails
    #[arg(long, value_name = "ADDRESS", default_value = "Veza <veza@localhost>")]
    pub(super) mail_from: String,

    /// Who may register: open, invited or closed
    #[arg(long, value_name = "POLICY", default_value = "open")]
    pub(super) registration: RegistrationPolicy,
    /// What access tokens are signed by: RS256, PS256, ES256 or EdDSA. A change adds a key, which
    /// signs an hour later
    #[arg(long, value_name = "NAME", default_value = "RS256")]
    pub(super) token_algorithm: TokenAlgorithm,
    /// After how many days a new key of access tokens takes over; 0 for never
    #[arg(long, value_name = "DAYS", default_value_t = 90)]
    pub(super) token_key_days: u64,

    /// The largest file that is taken, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 512)]
    pub(super) max_upload: u64,
    /// Ingest jobs at once
    #[arg(long, value_name = "COUNT", default_value_t = 1)]
    pub(super) jobs: u64,
    /// How strictly requests are limited; `loose` is for tests and demos
    #[arg(long, value_enum, default_value_t = Strictness::Strict)]
    pub(super) rate_limits: Strictness,
    /// Processes of the API and the chat that share Redis: while it cannot be reached, each grants
    /// this part of the limits
    #[arg(long, value_name = "COUNT", default_value_t = 1)]
    pub(super) instances: u64,
    /// A proxy before the services, as an address or a network (10.0.0.0/8): what it says of its
    /// clients' addresses is believed. Several are separated by commas
    #[arg(long, value_name = "NETWORK", value_delimiter = ',')]
    pub(super) trusted_proxy: Vec<String>,
    /// The header in which those proxies say it; the other is not looked at
    #[arg(long, value_enum, default_value_t = Forwarding::XForwardedFor)]
    pub(super) forwarded_header: Forwarding,
    /// How log lines look; `auto` is plain on a terminal and JSON elsewhere
    #[arg(long, value_enum, default_value_t = Lines::Auto)]
    pub(super) log_format: Lines,
    /// What is logged, such as `info` or `warn,veza_worker=debug`
    #[arg(long, value_name = "FILTER", default_value = "info")]
    pub(super) log: String,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(super) enum Strictness {
    Strict,
    Loose,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(super) enum Forwarding {
    XForwardedFor,
    Forwarded,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(super) enum Lines {
    Auto,
    Json,
    Plain,
}
