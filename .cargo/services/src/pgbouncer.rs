//! pgBouncer in transaction mode, as the production set has it before PostgreSQL.

use std::time::Duration;

use tempfile::TempDir;

use crate::guard::{Server, TERM};
use crate::start::{StartError, find, folder, free_port, is_root, tail, wait_for_port};

/// A pooler before a PostgreSQL server.
#[derive(Debug)]
pub struct PgBouncer {
    _server: Server,
    port: u16,
    _folder: TempDir,
}

impl PgBouncer {
    /// Starts a pooler of few connections before the server on this port, so that clients really
    /// share them.
    ///
    /// # Errors
    /// When pgBouncer is not installed or does not start.
    pub fn start(postgres_port: u16) -> Result<Self, StartError> {
        let folder = folder("pgbouncer")?;
        let port = free_port()?;
        let path = folder.path();
        let write = |name: &str, text: String| {
            std::fs::write(path.join(name), text).map_err(StartError::io("settings of pgbouncer"))
        };
        write("users.txt", "\"postgres\" \"\"\n".into())?;
        let users = path.join("users.txt");
        write(
            "pgbouncer.ini",
            format!(
                "[databases]\n* = host=127.0.0.1 port={postgres_port}\n\
                 [pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
                 auth_type = any\nauth_file = {}\nunix_socket_dir =\n\
                 pool_mode = transaction\nmax_client_conn = 1000\ndefault_pool_size = 4\n\
                 reserve_pool_size = 2\nreserve_pool_timeout = 3\n",
                users.display()
            ),
        )?;
        // `auth_type = any` logs in as one user whoever asks.
        let settings = path.join("pgbouncer.ini");
        let text = std::fs::read_to_string(&settings)
            .map_err(StartError::io("settings of pgbouncer"))?
            .replace(
                &format!("port={postgres_port}\n"),
                &format!("port={postgres_port} user=postgres\n"),
            );
        write("pgbouncer.ini", text)?;
        let sbin = ["/usr/sbin".into()];
        let program = find("pgbouncer", sbin, "pgbouncer")?;
        let mut command = if is_root() {
            let chown = std::process::Command::new("chown")
                .args(["-R", "postgres"])
                .arg(path)
                .status();
            chown.map_err(StartError::io("chown"))?;
            let mut command = std::process::Command::new("setpriv");
            command
                .args([
                    "--reuid",
                    "postgres",
                    "--regid",
                    "postgres",
                    "--init-groups",
                ])
                .arg(program);
            command
        } else {
            std::process::Command::new(program)
        };
        command.arg(&settings);
        let log = path.join("log");
        let server = Server::start(&command, TERM, &log, path)?;
        wait_for_port(port, Duration::from_secs(20))
            .map_err(|error| StartError::new(format!("pgbouncer: {error}\n{}", tail(&log))))?;
        Ok(Self {
            _server: server,
            port,
            _folder: folder,
        })
    }

    /// The URL of a database behind it.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }
}
