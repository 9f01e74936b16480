//! How a PostgreSQL server is used.

use std::fmt;
use std::time::Duration;

use veza_core::kernel::Timestamp;

/// Where a PostgreSQL server is, and what is asked of it at most.
#[derive(Clone)]
pub struct PostgresOptions {
    pub(crate) url: String,
    pub(crate) direct_url: Option<String>,
    pub(crate) connections: u32,
    pub(crate) acquire_timeout: Duration,
    pub(crate) statement_timeout: Duration,
    pub(crate) idle_timeout: Duration,
}

impl PostgresOptions {
    /// The server at `postgres://user:password@host:port/database?sslmode=verify-full`, with at
    /// most 10 connections. A connection has to be there within 5 s, a statement done within 10 s,
    /// and a unit of work has to go on within 30 s.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            direct_url: None,
            connections: 10,
            acquire_timeout: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(30),
        }
    }

    /// The URL is that of a pooler which gives each transaction any connection (transaction mode).
    /// The tables are brought up to date over this other URL, which leads to the server itself.
    #[must_use]
    pub fn through_pooler(mut self, direct_url: impl Into<String>) -> Self {
        self.direct_url = Some(direct_url.into());
        self
    }

    /// At most this many connections, and at least one.
    #[must_use]
    pub fn connections(mut self, connections: u32) -> Self {
        self.connections = connections.max(1);
        self
    }

    /// How long a unit of work may wait for a connection and for its beginning.
    #[must_use]
    pub fn acquire_timeout(mut self, timeout: Duration) -> Self {
        self.acquire_timeout = timeout;
        self
    }

    /// How long a statement may take, waiting for locks included.
    #[must_use]
    pub fn statement_timeout(mut self, timeout: Duration) -> Self {
        self.statement_timeout = timeout;
        self
    }

    /// How long a unit of work may do nothing before the server ends it.
    #[must_use]
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.idle_timeout = timeout;
        self
    }
}

/// How a PostgreSQL server and its database were found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostgresState {
    /// The server's version, as it says it.
    pub version: String,
    /// Whether it waits until what it commits is on disk (`fsync`).
    pub durable: bool,
    /// What time it is there.
    pub clock: Timestamp,
    /// How many steps would bring the tables up to date.
    pub pending: usize,
}

/// Without the URLs, which hold a password.
impl fmt::Debug for PostgresOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresOptions")
            .field("pooler", &self.direct_url.is_some())
            .field("connections", &self.connections)
            .field("acquire_timeout", &self.acquire_timeout)
            .field("statement_timeout", &self.statement_timeout)
            .field("idle_timeout", &self.idle_timeout)
            .finish_non_exhaustive()
    }
}
