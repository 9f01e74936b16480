//! How the broker is reached.

use std::fmt;
use std::time::Duration;

use lapin::uri::AMQPUri;
use veza_core::kernel::{Backoff, ConsumerName, PortError};

use crate::broker::Session;

/// Seconds between the heartbeats of a connection; one that has been silent for two of them is
/// given up.
const HEARTBEAT: u16 = 5;

/// How the broker is reached, and what it is asked to bear.
#[derive(Clone)]
pub struct RabbitOptions {
    uri: AMQPUri,
    namespace: ConsumerName,
    /// How long connecting may take, and each question to the broker after that.
    pub timeout: Duration,
    /// The waits between attempts to connect.
    pub reconnect: Backoff,
    /// The largest event that is published, in bytes of JSON.
    pub max_event_bytes: usize,
    /// Events that a consumer holds at most without having acknowledged them.
    pub prefetch: u16,
    /// Events that a consumer handles at the same time, each of another aggregate.
    pub parallel: usize,
    /// How long handling one event may take.
    pub handler_timeout: Duration,
}

/// Settings that lead to no broker.
#[derive(Debug, thiserror::Error)]
pub enum InvalidOptions {
    /// The address. It is not repeated here, for it may hold a password.
    #[error("the address of RabbitMQ is to look like amqp://user:password@host:5672/vhost")]
    Url,
    /// The namespace.
    #[error("a namespace is 1 to 64 characters of a-z, 0-9, '-', '_' and '.'")]
    Namespace,
}

impl RabbitOptions {
    /// A broker by its address, `amqp://` or, with TLS, `amqps://`.
    ///
    /// # Errors
    /// [`InvalidOptions::Url`].
    pub fn new(url: &str) -> Result<Self, InvalidOptions> {
        let mut uri: AMQPUri = url.parse().map_err(|_| InvalidOptions::Url)?;
        uri.query.heartbeat.get_or_insert(HEARTBEAT);
        Ok(Self {
            uri,
            namespace: "veza".parse().map_err(|_| InvalidOptions::Namespace)?,
            timeout: Duration::from_secs(5),
            reconnect: Backoff {
                first: Duration::from_millis(500),
                longest: Duration::from_secs(5),
            },
            max_event_bytes: 512 * 1024,
            prefetch: 64,
            parallel: 4,
            handler_timeout: Duration::from_secs(30),
        })
    }

    /// Whether the broker lets us in and answers; for health checks.
    ///
    /// # Errors
    /// `Unavailable` when it does not.
    pub async fn check(&self) -> Result<(), PortError> {
        match Session::open(self, "check").await {
            Ok(session) => {
                session.close().await;
                Ok(())
            }
            Err(error) => Err(error.away("broker.check")),
        }
    }

    /// With names on the broker that begin with this instead of `veza`.
    ///
    /// # Errors
    /// [`InvalidOptions::Namespace`].
    pub fn with_namespace(mut self, namespace: &str) -> Result<Self, InvalidOptions> {
        self.namespace = namespace.parse().map_err(|_| InvalidOptions::Namespace)?;
        Ok(self)
    }

    pub(crate) fn uri(&self) -> AMQPUri {
        self.uri.clone()
    }

    pub(crate) fn namespace(&self) -> &str {
        self.namespace.as_str()
    }
}

impl fmt::Debug for RabbitOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RabbitOptions")
            .field("host", &self.uri.authority.host)
            .field("port", &self.uri.authority.port)
            .field("vhost", &self.uri.vhost)
            .field("namespace", &self.namespace)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_shown_nowhere() {
        let options = RabbitOptions::new("amqp://veza:s3cret@broker:5673/prod").unwrap();
        let shown = format!("{options:?}");
        assert!(
            shown.contains("broker") && shown.contains("prod"),
            "{shown}"
        );
        assert!(!shown.contains("s3cret"), "{shown}");
        for url in [
            "",
            "http://veza:s3cret@broker",
            "amqp://veza:s3cret@broker:x/",
        ] {
            let error = RabbitOptions::new(url).unwrap_err();
            assert!(!error.to_string().contains("s3cret"), "{error}");
        }
        assert!(options.with_namespace("Two words").is_err());
    }
}
