//! RabbitMQ, on one node of its own.

use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use tempfile::TempDir;

use crate::guard::{Server, TERM};
use crate::start::{StartError, find, folder, free_port, tail, wait_for_port};

/// Names the shared broker: `amqp://guest:guest@127.0.0.1:5672/%2f`.
pub const VARIABLE: &str = "AMQP_URL";

/// A node takes some seconds to come up, and more on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// A broker whose user `guest` may do everything. What is durable survives
/// [`kill`](Self::kill).
#[derive(Debug)]
pub struct RabbitMq {
    server: Option<Server>,
    /// The node would start a port mapper as a daemon that outlives it.
    _mapper: Server,
    port: u16,
    distribution_port: u16,
    mapper_port: u16,
    folder: TempDir,
}

/// The URL of a broker for the whole process: that of the environment, or one started now. Its
/// users choose names of exchanges and queues that are theirs alone.
///
/// # Errors
/// When it does not start.
pub fn shared() -> Result<&'static str, &'static StartError> {
    static SHARED: OnceLock<Result<(String, Option<RabbitMq>), StartError>> = OnceLock::new();
    let shared = SHARED.get_or_init(|| match std::env::var(VARIABLE) {
        Ok(url) => Ok((url, None)),
        Err(_) => RabbitMq::start().map(|server| (server.url(), Some(server))),
    });
    shared.as_ref().map(|(url, _)| url.as_str())
}

impl RabbitMq {
    /// Starts an empty broker.
    ///
    /// # Errors
    /// When RabbitMQ is not installed or does not start.
    pub fn start() -> Result<Self, StartError> {
        let (mapper_port, folder) = (free_port()?, folder("rabbitmq")?);
        let mut mapper = Command::new(find("epmd", [], "erlang-base")?);
        mapper.args(["-address", "127.0.0.1", "-port", &mapper_port.to_string()]);
        let log = folder.path().join("epmd.log");
        let mut broker = Self {
            server: None,
            _mapper: Server::start(&mapper, TERM, &log, folder.path())?,
            port: free_port()?,
            distribution_port: free_port()?,
            mapper_port,
            folder,
        };
        broker.restart()?;
        Ok(broker)
    }

    /// Starts it again on its port with what it kept.
    ///
    /// # Errors
    /// When it does not come up.
    pub fn restart(&mut self) -> Result<(), StartError> {
        self.server = None;
        let folder = self.folder.path();
        let log = folder.join("log");
        // Debian's script drops root by runuser and then keeps nothing of the environment; the
        // program itself lies here.
        let programs = ["/usr/lib/rabbitmq/bin".into()];
        let mut command = Command::new(find("rabbitmq-server", programs, "rabbitmq-server")?);
        command
            .env("HOME", folder)
            .env("RABBITMQ_NODENAME", format!("test{}@localhost", self.port))
            .env("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1")
            .env("RABBITMQ_NODE_PORT", self.port.to_string())
            .env("RABBITMQ_DIST_PORT", self.distribution_port.to_string())
            .env("ERL_EPMD_PORT", self.mapper_port.to_string())
            .env("ERL_EPMD_ADDRESS", "127.0.0.1")
            .env("RABBITMQ_MNESIA_BASE", folder.join("mnesia"))
            .env("RABBITMQ_LOG_BASE", folder.join("logs"))
            .env("RABBITMQ_ENABLED_PLUGINS_FILE", folder.join("plugins"))
            .env("RABBITMQ_CONFIG_FILE", folder.join("rabbitmq"))
            .env("RABBITMQ_PID_FILE", folder.join("pid"));
        self.server = Some(Server::start(&command, TERM, &log, folder)?);
        wait_for_port(self.port, PATIENCE)
            .map_err(|error| StartError::new(format!("RabbitMQ: {error}\n{}", tail(&log))))
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("amqp://guest:guest@127.0.0.1:{}/%2f", self.port)
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The running process.
    ///
    /// # Errors
    /// After [`kill`](Self::kill).
    pub fn server(&mut self) -> Result<&mut Server, StartError> {
        self.server
            .as_mut()
            .ok_or_else(|| StartError::new("RabbitMQ does not run"))
    }

    /// Ends it at once.
    ///
    /// # Errors
    /// When it does not run.
    pub fn kill(&mut self) -> Result<(), StartError> {
        self.server()?.kill().map_err(StartError::io("kill"))?;
        self.server = None;
        Ok(())
    }
}
