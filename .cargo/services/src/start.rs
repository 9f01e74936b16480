//! What starting a server takes: its program, a free port, a folder, patience.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Why a server did not start.
#[derive(Debug)]
pub struct StartError(String);

impl StartError {
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }

    pub(crate) fn io(what: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |error| Self(format!("{what}: {error}"))
    }
}

impl std::fmt::Display for StartError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for StartError {}

/// A port that is free now. Another process could take it before the server does; starting again
/// takes another.
pub(crate) fn free_port() -> Result<u16, StartError> {
    let listener =
        TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(StartError::io("a free port"))?;
    let address = listener
        .local_addr()
        .map_err(StartError::io("a free port"))?;
    Ok(address.port())
}

/// A folder that goes with the server.
pub(crate) fn folder(name: &str) -> Result<TempDir, StartError> {
    tempfile::Builder::new()
        .prefix(&format!("test-{name}-"))
        .tempdir()
        .map_err(StartError::io("a folder for the server"))
}

/// Where a program is: in the folders given, then in those of `PATH`.
pub(crate) fn find(
    name: &str,
    folders: impl IntoIterator<Item = PathBuf>,
    package: &str,
) -> Result<PathBuf, StartError> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    folders
        .into_iter()
        .chain(std::env::split_paths(&path))
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
        .ok_or_else(|| {
            StartError::new(format!(
                "{name} is not installed (Debian: apt-get install {package}; or let `cargo xtask \
                 services` install it)"
            ))
        })
}

/// Whether this process is root, whom some servers refuse to run as.
pub(crate) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Waits until something listens.
pub(crate) fn wait_for_port(port: u16, patience: Duration) -> Result<(), StartError> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    wait_until(patience, || {
        TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_ok()
    })
    .map_err(|()| StartError::new(format!("nothing listens on port {port}")))
}

/// Asks again and again until the answer is yes.
pub(crate) fn wait_until(patience: Duration, mut ready: impl FnMut() -> bool) -> Result<(), ()> {
    let end = Instant::now() + patience;
    while !ready() {
        if Instant::now() > end {
            return Err(());
        }
        sleep(Duration::from_millis(25));
    }
    Ok(())
}

/// The last lines of a log, to say why a server did not start.
pub(crate) fn tail(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<_> = text.lines().rev().take(12).collect();
    lines.into_iter().rev().collect::<Vec<_>>().join("\n")
}
