//! A mail server, which keeps what it takes as files.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use crate::guard::{Server, TERM};
use crate::start::{StartError, find, folder, free_port, tail, wait_for_port};

const SCRIPT: &str = include_str!("smtp.py");

/// A server with three lines: an open one, one with `STARTTLS` and one with TLS. The latter want
/// the user `veza` with the password `p@ss`, and have a certificate of their own making.
///
/// Recipients named `unknown`, `later`, `slow` and `spam`, and the sender `banned`, are answered
/// accordingly, whatever their domain.
#[derive(Debug)]
pub struct Smtp {
    server: Option<Server>,
    ports: [u16; 3],
    folder: TempDir,
}

impl Smtp {
    /// Starts a server that has taken no mail yet.
    ///
    /// # Errors
    /// When aiosmtpd is not installed or does not start.
    pub fn start() -> Result<Self, StartError> {
        let mut smtp = Self {
            server: None,
            ports: [free_port()?, free_port()?, free_port()?],
            folder: folder("smtp")?,
        };
        std::fs::create_dir(smtp.mail_folder()).map_err(StartError::io("the folder of mails"))?;
        smtp.make_certificate()?;
        smtp.restart()?;
        Ok(smtp)
    }

    fn make_certificate(&self) -> Result<(), StartError> {
        let made = Command::new(find("openssl", [], "openssl")?)
            .args([
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
            ])
            .args(["-nodes", "-days", "2", "-subj", "/CN=localhost"])
            .args(["-addext", "subjectAltName=DNS:localhost"])
            .args(["-addext", "basicConstraints=critical,CA:FALSE"])
            .arg("-keyout")
            .arg(self.folder.path().join("key.pem"))
            .arg("-out")
            .arg(self.folder.path().join("certificate.pem"))
            .output()
            .map_err(StartError::io("openssl"))?;
        if made.status.success() {
            Ok(())
        } else {
            let said = String::from_utf8_lossy(&made.stderr).into_owned();
            Err(StartError::new(format!("openssl: {said}")))
        }
    }

    /// Starts it again on its ports; the mails are still there.
    ///
    /// # Errors
    /// When it does not come up.
    pub fn restart(&mut self) -> Result<(), StartError> {
        self.server = None;
        let folder = self.folder.path();
        let log = folder.join("log");
        let script = folder.join("smtp.py");
        std::fs::write(&script, SCRIPT).map_err(StartError::io("the script of the server"))?;
        // Debian's own Python is the one which has Debian's packages.
        let python = find("python3", [PathBuf::from("/usr/bin")], "python3-aiosmtpd")?;
        let mut command = Command::new(python);
        command
            .arg(script)
            .arg(self.mail_folder())
            .args(self.ports.map(|port| port.to_string()))
            .arg(folder.join("certificate.pem"))
            .arg(folder.join("key.pem"));
        self.server = Some(Server::start(&command, TERM, &log, folder)?);
        for port in self.ports {
            wait_for_port(port, Duration::from_secs(20)).map_err(|error| {
                let said = tail(&log);
                StartError::new(format!(
                    "aiosmtpd (Debian: python3-aiosmtpd): {error}\n{said}"
                ))
            })?;
        }
        Ok(())
    }

    /// The open line.
    pub fn open_url(&self) -> String {
        format!("smtp://127.0.0.1:{}?tls=none", self.ports[0])
    }

    /// The line with `STARTTLS`, with user and password.
    pub fn starttls_url(&self) -> String {
        format!("smtp://veza:p%40ss@localhost:{}", self.ports[1])
    }

    /// The line with TLS from the first byte, with user and password.
    pub fn tls_url(&self) -> String {
        format!("smtps://veza:p%40ss@localhost:{}", self.ports[2])
    }

    /// The certificate of the server (PEM).
    ///
    /// # Errors
    /// When it is gone.
    pub fn certificate(&self) -> Result<Vec<u8>, StartError> {
        std::fs::read(self.folder.path().join("certificate.pem"))
            .map_err(StartError::io("the certificate"))
    }

    /// Where the mails are, one file each, named in the order of their arrival.
    pub fn mail_folder(&self) -> PathBuf {
        self.folder.path().join("mails")
    }

    /// The running process.
    ///
    /// # Errors
    /// After [`kill`](Self::kill).
    pub fn server(&mut self) -> Result<&mut Server, StartError> {
        self.server
            .as_mut()
            .ok_or_else(|| StartError::new("the mail server does not run"))
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
