//! Connections, and the time that the broker is given to answer.

use std::time::Duration;

use lapin::{Channel, Connection, ConnectionProperties, ErrorKind};
use veza_core::kernel::{PortError, PortErrorKind};

use crate::RabbitOptions;

/// Why something could not be done on the broker.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BrokerError {
    /// What the library or the broker says.
    #[error(transparent)]
    Amqp(#[from] lapin::Error),
    /// No answer came in time.
    #[error("the broker did not answer in time")]
    TimedOut,
    /// The broker took a message, but does not want to keep it.
    #[error("the broker did not keep the message: {0}")]
    NotKept(String),
}

/// The reply code of what contradicts a rule of the broker, such as a message that is too large, or
/// a queue which is there with other arguments.
const PRECONDITION_FAILED: u16 = 406;

impl BrokerError {
    /// Whether the broker has a rule against what was asked, so that the connection and others are
    /// not concerned.
    pub(crate) fn is_precondition(&self) -> bool {
        match self {
            Self::Amqp(error) => match error.kind() {
                ErrorKind::ProtocolError(error) => error.get_id() == PRECONDITION_FAILED,
                _ => false,
            },
            _ => false,
        }
    }

    /// As the port says it: the broker cannot be used now.
    pub(crate) fn away(self, op: &'static str) -> PortError {
        PortError::caused(PortErrorKind::Unavailable, op, self)
    }
}

/// A connection with one channel, which is closed when this is dropped.
pub(crate) struct Session {
    pub(crate) connection: Connection,
    pub(crate) channel: Channel,
}

impl Session {
    /// Connects; every message that is published on the channel will be confirmed.
    pub(crate) async fn open(options: &RabbitOptions, name: &str) -> Result<Self, BrokerError> {
        let properties = ConnectionProperties::default()
            .with_connection_name(format!("{} {name}", options.namespace()).into());
        bounded(options.timeout, async {
            let connection = Connection::connect_uri(options.uri(), properties).await?;
            let channel = connection.create_channel().await?;
            channel.confirm_select(Default::default()).await?;
            Ok(Self {
                connection,
                channel,
            })
        })
        .await
    }

    /// Whether it still works, as far as is known.
    pub(crate) fn is_alive(&self) -> bool {
        self.connection.status().connected() && self.channel.status().connected()
    }

    /// Says goodbye, without waiting for long.
    pub(crate) async fn close(self) {
        const PATIENCE: Duration = Duration::from_secs(1);
        let bye = self.connection.close(200, "bye".into());
        // It is gone either way.
        let _ = tokio::time::timeout(PATIENCE, bye).await;
    }
}

/// Waits no longer than this.
pub(crate) async fn bounded<T>(
    longest: Duration,
    work: impl Future<Output = Result<T, lapin::Error>>,
) -> Result<T, BrokerError> {
    match tokio::time::timeout(longest, work).await {
        Ok(done) => Ok(done?),
        Err(_) => Err(BrokerError::TimedOut),
    }
}
