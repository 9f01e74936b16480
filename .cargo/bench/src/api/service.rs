//! `veza serve`, on ports of the system's choice.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use super::database::Database;
use crate::Failure;

/// A running service; killed when it is dropped.
pub(super) struct Service {
    child: Child,
    pub(super) address: SocketAddr,
}

impl Service {
    /// With the limits of production: the load comes from many networks, as a gateway before the
    /// service tells.
    pub(super) async fn start(
        binary: &Path,
        data: &Path,
        database: &Database,
    ) -> Result<Self, Failure> {
        let mut command = Command::new(binary);
        command.arg("serve").arg("--data").arg(data);
        command.args(["--api-port", "0", "--chat-port", "0", "--stream-port", "0"]);
        command.args(["--json", "--log", "warn", "--trusted-proxy", "127.0.0.1"]);
        if let Database::Postgres(url) = database {
            command.args(["--database-url", url]);
        }
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let stdout = child.stdout.take().ok_or("no standard output")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).await?;
        let addresses: serde_json::Value = serde_json::from_str(&line)?;
        let api = addresses["api"].as_str().unwrap_or("");
        let address = api.trim_start_matches("http://").parse()?;
        Ok(Self { child, address })
    }

    /// Ends it at once: what was acknowledged is kept all the same.
    pub(super) async fn stop(mut self) -> Result<(), Failure> {
        Ok(self.child.kill().await?)
    }
}

/// The network that request `n` comes from: so many that no limit is reached.
pub(super) fn network(n: u64) -> String {
    let [.., a, b] = n.to_be_bytes();
    format!("198.{}.{a}.{b}", 18 + (n >> 16) % 2)
}
