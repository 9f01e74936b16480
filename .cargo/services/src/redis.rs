//! Redis, kept in memory only.

use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use tempfile::TempDir;

use crate::guard::{Server, TERM};
use crate::start::{StartError, find, folder, free_port, tail, wait_for_port};

/// Names the shared server: `redis://127.0.0.1:6379`.
pub const VARIABLE: &str = "REDIS_URL";

/// A server.
#[derive(Debug)]
pub struct Redis {
    server: Option<Server>,
    port: u16,
    folder: TempDir,
}

/// The URL of a server for the whole process: that of the environment, or one started now. Its
/// users choose keys that are theirs alone.
///
/// # Errors
/// When it does not start.
pub fn shared() -> Result<&'static str, &'static StartError> {
    static SHARED: OnceLock<Result<(String, Option<Redis>), StartError>> = OnceLock::new();
    let shared = SHARED.get_or_init(|| match std::env::var(VARIABLE) {
        Ok(url) => Ok((url, None)),
        Err(_) => Redis::start().map(|server| (server.url(), Some(server))),
    });
    shared.as_ref().map(|(url, _)| url.as_str())
}

impl Redis {
    /// Starts an empty server.
    ///
    /// # Errors
    /// When Redis is not installed or does not start.
    pub fn start() -> Result<Self, StartError> {
        let mut redis = Self {
            server: None,
            port: free_port()?,
            folder: folder("redis")?,
        };
        redis.restart()?;
        Ok(redis)
    }

    /// Starts it again on its port, empty.
    ///
    /// # Errors
    /// When it does not come up.
    pub fn restart(&mut self) -> Result<(), StartError> {
        self.server = None;
        let folder = self.folder.path();
        let log = folder.join("log");
        let mut command = Command::new(find("redis-server", [], "redis-server")?);
        command
            .args(["--port", &self.port.to_string(), "--bind", "127.0.0.1"])
            .args(["--save", "", "--appendonly", "no", "--dir"])
            .arg(folder);
        self.server = Some(Server::start(&command, TERM, &log, folder)?);
        wait_for_port(self.port, Duration::from_secs(20))
            .map_err(|error| StartError::new(format!("Redis: {error}\n{}", tail(&log))))
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
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
            .ok_or_else(|| StartError::new("Redis does not run"))
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
