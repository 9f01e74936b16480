//! A provider of identities (OpenID Connect), by the certified `oidc-provider` of npm.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use crate::guard::{Server, TERM};
use crate::start::{StartError, find, folder, free_port, tail, wait_for_port};

const SCRIPT: &str = include_str!("oidc/provider.mjs");
const PACKAGE: &str = include_str!("oidc/package.json");
const LOCK: &str = include_str!("oidc/package-lock.json");

/// The client with a secret; its ID tokens are signed by RS256.
pub const CLIENT_ID: &str = "veza";
/// That secret.
pub const CLIENT_SECRET: &str = "a secret: with & and %";

/// A provider with forms to sign in by and to consent. Everybody is whoever they say they are:
/// `name` has the address `name@example.com`, which is proved; `name~other` has that of `other`;
/// that of `unproved-name` is not proved.
///
/// Besides [`CLIENT_ID`] it knows `veza-es256` (`another secret`) and `veza-public`, which has no
/// secret and whose tokens are signed by EdDSA.
#[derive(Debug)]
pub struct Oidc {
    server: Option<Server>,
    port: u16,
    redirect_uris: String,
    folder: TempDir,
}

impl Oidc {
    /// Starts a provider whose clients may come back to these addresses.
    ///
    /// # Errors
    /// When Node is not installed, the packages cannot be, or the provider does not start.
    pub fn start(redirect_uris: &[&str]) -> Result<Self, StartError> {
        let mut oidc = Self {
            server: None,
            port: free_port()?,
            redirect_uris: redirect_uris.join(","),
            folder: folder("oidc")?,
        };
        oidc.restart()?;
        Ok(oidc)
    }

    /// Starts it again on its port. It has forgotten everything, and has other keys.
    ///
    /// # Errors
    /// When it does not come up.
    pub fn restart(&mut self) -> Result<(), StartError> {
        self.server = None;
        let packages = install()?;
        let folder = self.folder.path();
        let log = folder.join("log");
        // Node looks for packages above the script.
        let script = packages.join("provider.mjs");
        let mut command = Command::new(find("node", [], "nodejs")?);
        command
            .arg(script)
            .arg(self.port.to_string())
            .arg(&self.redirect_uris);
        self.server = Some(Server::start(&command, TERM, &log, folder)?);
        wait_for_port(self.port, Duration::from_secs(30))
            .map_err(|error| StartError::new(format!("oidc-provider: {error}\n{}", tail(&log))))
    }

    /// Who it says it is (`iss`).
    pub fn issuer(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The running process.
    ///
    /// # Errors
    /// After [`kill`](Self::kill).
    pub fn server(&mut self) -> Result<&mut Server, StartError> {
        self.server
            .as_mut()
            .ok_or_else(|| StartError::new("the provider does not run"))
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

/// Installs the provider's packages below cargo's target folder, as the lock file says, unless they
/// are there already; answers where.
///
/// # Errors
/// When npm is not installed, or fails.
pub fn install() -> Result<PathBuf, StartError> {
    const WHAT: &str = "the folder of oidc-provider";
    let folder = target().join("oidc-provider");
    std::fs::create_dir_all(&folder).map_err(StartError::io(WHAT))?;
    // Of several processes that install at once, one does and the others wait.
    let lock = File::create(folder.join(".lock")).map_err(StartError::io(WHAT))?;
    lock.lock().map_err(StartError::io(WHAT))?;
    let write = |name: &str, text: &str| {
        std::fs::write(folder.join(name), text).map_err(StartError::io(WHAT))
    };
    write("provider.mjs", SCRIPT)?;
    let installed = folder.join("installed.json");
    if std::fs::read_to_string(&installed).is_ok_and(|text| text == LOCK) {
        return Ok(folder);
    }
    write("package.json", PACKAGE)?;
    write("package-lock.json", LOCK)?;
    let output = Command::new(find("npm", [], "npm")?)
        .args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"])
        .current_dir(&folder)
        .output()
        .map_err(StartError::io("npm"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(StartError::new(format!("npm ci: {said}")));
    }
    write("installed.json", LOCK)?;
    Ok(folder)
}

/// Where cargo puts what it builds.
fn target() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    let usual = || root.unwrap_or(Path::new(".")).join("target");
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(usual, PathBuf::from)
}
