//! The servers that the adapters are tested against.

use std::path::Path;

use test_services::oidc;
use test_services::postgres::{self, Postgres};
use test_services::rabbitmq::{self, RabbitMq};
use test_services::redis::{self, Redis};

use crate::run::Outcome;
use crate::tools::{install, on_path};

/// The servers; they end with this value.
pub(crate) struct Services {
    postgres: Postgres,
    redis: Redis,
    rabbitmq: RabbitMq,
}

impl Services {
    /// Installs what is missing and starts each server on a port of its own.
    pub(crate) fn start() -> Outcome<Self> {
        require()?;
        let failed = |error| format!("{error}");
        Ok(Self {
            postgres: Postgres::start().map_err(failed)?,
            redis: Redis::start().map_err(failed)?,
            rabbitmq: RabbitMq::start().map_err(failed)?,
        })
    }

    /// The variables by which tests find the servers.
    pub(crate) fn environment(&self) -> [(&'static str, String); 3] {
        [
            (postgres::VARIABLE, self.postgres.url()),
            (redis::VARIABLE, self.redis.url()),
            (rabbitmq::VARIABLE, self.rabbitmq.url()),
        ]
    }

    /// The settings by which a service uses the servers.
    pub(crate) fn settings(&self) -> Vec<(&'static str, String)> {
        vec![
            ("--database-url", self.postgres.url()),
            ("--redis-url", self.redis.url()),
            ("--amqp-url", self.rabbitmq.url()),
        ]
    }
}

/// Installs the packages of the servers that are missing.
pub(crate) fn require() -> Outcome {
    let sbin = |name: &str| on_path(name).is_some() || Path::new("/usr/sbin").join(name).exists();
    let servers = [
        (Path::new("/usr/lib/postgresql").exists(), "postgresql"),
        (sbin("pgbouncer"), "pgbouncer"),
        (sbin("redis-server"), "redis-server"),
        (sbin("rabbitmq-server"), "rabbitmq-server"),
        (
            Path::new("/usr/lib/python3/dist-packages/aiosmtpd").exists(),
            "python3-aiosmtpd",
        ),
        (on_path("openssl").is_some(), "openssl"),
        (on_path("node").is_some(), "nodejs"),
        (on_path("npm").is_some(), "npm"),
    ];
    let missing: Vec<_> = servers
        .iter()
        .filter(|(there, _)| !there)
        .map(|(_, package)| *package)
        .collect();
    if !missing.is_empty() {
        eprintln!("missing: {} (servers for the tests)", missing.join(", "));
        install(&missing)?;
    }
    // Before the tests, which would each wait for it.
    oidc::install().map(drop).map_err(|error| error.to_string())
}

/// `cargo xtask services`.
pub(crate) fn keep() -> Outcome {
    let services = Services::start()?;
    for (name, value) in services.environment() {
        println!("export {name}={value}");
    }
    eprintln!("The servers run until ctrl-c or the end of the standard input.");
    // What is read does not matter: only its end does.
    std::io::copy(&mut std::io::stdin(), &mut std::io::sink())
        .map(drop)
        .map_err(|error| format!("the standard input: {error}"))
}
