//! PostgreSQL, as durable as in production.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use tempfile::TempDir;

use crate::guard::{QUIT, Server};
use crate::start::{StartError, find, folder, free_port, is_root, tail, wait_until};

/// Names the shared server: `postgres://postgres@127.0.0.1:5432/postgres`.
pub const VARIABLE: &str = "POSTGRES_URL";

/// Starting a cluster takes a few seconds, and more on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server whose superuser `postgres` needs no password.
#[derive(Debug)]
pub struct Postgres {
    server: Option<Server>,
    port: u16,
    folder: TempDir,
}

/// The URL of a server for the whole process: that of the environment, or one started now.
///
/// # Errors
/// When it does not start.
pub fn shared() -> Result<&'static str, &'static StartError> {
    static SHARED: OnceLock<Result<(String, Option<Postgres>), StartError>> = OnceLock::new();
    let shared = SHARED.get_or_init(|| match std::env::var(VARIABLE) {
        Ok(url) => Ok((url, None)),
        Err(_) => Postgres::start().map(|server| (server.url(), Some(server))),
    });
    shared.as_ref().map(|(url, _)| url.as_str())
}

/// The URL of a database on the [`shared`] server, which is made when it is not there yet.
///
/// # Errors
/// When the server does not start or refuses the name.
pub fn database(name: &str) -> Result<String, StartError> {
    let server = shared().map_err(|error| StartError::new(error.to_string()))?;
    let psql = find("psql", programs(), "postgresql")?;
    let ask = |sql: &str| {
        let output = Command::new(&psql)
            .args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align"])
            .args(["-v", "ON_ERROR_STOP=1", "-c", sql, server])
            .current_dir("/")
            .output()
            .map_err(StartError::io("psql"))?;
        if output.status.success() {
            Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
        } else {
            Err(StartError::new(String::from_utf8_lossy(&output.stderr)))
        }
    };
    let there = ask(&format!(
        "SELECT count(*) FROM pg_database WHERE datname = '{name}'"
    ))?;
    if there == "0" {
        ask(&format!("CREATE DATABASE \"{name}\""))?;
    }
    let (start, _) = server
        .rsplit_once('/')
        .ok_or_else(|| StartError::new("the URL of the server names no database"))?;
    Ok(format!("{start}/{name}"))
}

impl Postgres {
    /// Makes a new cluster and starts it. A commit is on disk (`fsync` and `synchronous_commit`
    /// are on).
    ///
    /// # Errors
    /// When PostgreSQL is not installed or does not start.
    pub fn start() -> Result<Self, StartError> {
        let folder = folder("postgres")?;
        if is_root() {
            // PostgreSQL refuses to run as root.
            run(Command::new("chown").arg("postgres").arg(folder.path()))?;
        }
        let data = folder.path().join("data");
        run(as_postgres(find("initdb", programs(), "postgresql")?)
            .args(["--auth", "trust", "--username", "postgres"])
            .args(["--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"])
            .arg("--pgdata")
            .arg(&data))?;
        let mut postgres = Self {
            server: None,
            port: free_port()?,
            folder,
        };
        postgres.restart()?;
        Ok(postgres)
    }

    /// Starts the server again on the data and the port it had, after [`kill`](Self::kill).
    ///
    /// # Errors
    /// When it does not come up.
    pub fn restart(&mut self) -> Result<(), StartError> {
        self.server = None;
        let folder = self.folder.path();
        let log = folder.join("log");
        let mut command = as_postgres(find("postgres", programs(), "postgresql")?);
        command
            .arg("-D")
            .arg(folder.join("data"))
            .arg("-p")
            .arg(self.port.to_string())
            .arg("-k")
            .arg(folder)
            .args(["-c", "listen_addresses=127.0.0.1"])
            .args(["-c", "max_connections=200"])
            .args(["-c", "shared_buffers=128MB"]);
        self.server = Some(Server::start(&command, QUIT, &log, folder)?);
        wait_until(PATIENCE, || self.answers())
            .map_err(|()| StartError::new(format!("PostgreSQL did not come up:\n{}", tail(&log))))
    }

    fn answers(&self) -> bool {
        let Ok(ready) = find("pg_isready", programs(), "postgresql") else {
            return false;
        };
        let status = Command::new(ready)
            .args(["-q", "-h", "127.0.0.1", "-p", &self.port.to_string()])
            .status();
        status.is_ok_and(|status| status.success())
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
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
            .ok_or_else(|| StartError::new("PostgreSQL does not run"))
    }

    /// Ends it with all its processes at once, as a loss of power would but for what the kernel
    /// still holds.
    ///
    /// # Errors
    /// When it does not run.
    pub fn kill(&mut self) -> Result<(), StartError> {
        let mut server = self
            .server
            .take()
            .ok_or_else(|| StartError::new("PostgreSQL does not run"))?;
        server.kill().map_err(StartError::io("kill"))?;
        // The backends end when they notice; a new server waits for the shared memory.
        Ok(())
    }
}

/// Debian keeps the programs of each version in a folder of its own; the newest comes first.
fn programs() -> Vec<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .filter_map(|version| {
            let number = version.file_name().to_str()?.parse().ok()?;
            Some((number, version.path().join("bin")))
        })
        .collect();
    versions.sort_by(|a, b| b.cmp(a));
    versions.into_iter().map(|(_, folder)| folder).collect()
}

/// A program of PostgreSQL, as the user it may run as.
fn as_postgres(program: PathBuf) -> Command {
    if is_root() {
        let mut command = Command::new("setpriv");
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
        Command::new(program)
    }
}

fn run(command: &mut Command) -> Result<(), StartError> {
    let output = command
        .current_dir("/")
        .output()
        .map_err(StartError::io("initdb"))?;
    if output.status.success() {
        return Ok(());
    }
    let words = String::from_utf8_lossy(&output.stderr);
    Err(StartError::new(format!("{command:?}: {words}")))
}
