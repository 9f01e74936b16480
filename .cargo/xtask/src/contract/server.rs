//! The server that is put to the test.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use crate::run::{Outcome, program, target};
use crate::services::Services;

use super::PASSWORD;

/// Asks for the servers of production instead of what is embedded, as the tests do.
const FULL_SET: &str = "FULL_SET";

/// A server which is stopped with this, and what it needs.
pub(super) struct Server {
    child: Option<Child>,
    /// Where its API is.
    pub(super) api: String,
    data: PathBuf,
    /// The settings that name the servers of production, if these are asked for.
    full_set: Vec<(&'static str, String)>,
    _services: Option<Services>,
}

impl Server {
    /// Starts the server on a new folder and on free ports, with an account for each role,
    /// another one whose sessions may be ended, and somebody whose role may be changed.
    pub(super) fn start(data: &Path, roles: &[&str]) -> Outcome<Self> {
        if data.exists() {
            std::fs::remove_dir_all(data)
                .map_err(|error| format!("{}: {error}", data.display()))?;
        }
        let (mut full_set, mut services) = (Vec::new(), None);
        if std::env::var_os(FULL_SET).is_some() {
            let started = Services::start()?;
            full_set = started.settings();
            services = Some(started);
        }
        let mut server = Self {
            child: None,
            api: String::new(),
            data: data.to_owned(),
            full_set,
            _services: services,
        };
        for role in roles {
            server.add_account(role, role)?;
            server.add_account(&format!("{role}-leaver"), role)?;
        }
        server.add_account("victim", "user")?;
        server.run()?;
        Ok(server)
    }

    fn add_account(&self, name: &str, role: &str) -> Outcome {
        let mut add = program(target().join("debug/veza"));
        add.args(["accounts", "add", "--email", &format!("{name}@example.com")]);
        add.args(["--username", name, "--role", role, "--data"]);
        add.arg(&self.data);
        let database = |(name, _): &&(&str, String)| *name == "--database-url";
        if let Some((name, url)) = self.full_set.iter().find(database) {
            add.args([name, url.as_str()]);
        }
        let mut child = add
            .stdin(Stdio::piped())
            .spawn()
            .map_err(|error| format!("veza accounts: {error}"))?;
        if let Some(mut stdin) = child.stdin.take() {
            writeln!(stdin, "{PASSWORD}").map_err(|error| format!("veza accounts: {error}"))?;
        }
        match child.wait() {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(format!("veza accounts ended with {status}")),
            Err(error) => Err(format!("veza accounts: {error}")),
        }
    }

    fn run(&mut self) -> Outcome {
        let mut server = program(target().join("debug/veza"));
        server.args(["serve", "--json", "--log", "error"]);
        // The test itself would run into them.
        server.args(["--rate-limits", "loose"]);
        server.args(["--api-port", "0", "--chat-port", "0", "--stream-port", "0"]);
        server.arg("--data").arg(&self.data);
        for (name, value) in &self.full_set {
            server.args([*name, value.as_str()]);
        }
        let mut child = server
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("veza serve could not be started: {error}"))?;
        let said = child.stdout.take();
        self.child = Some(child);
        let mut line = String::new();
        said.map(BufReader::new)
            .ok_or("veza serve has no output")?
            .read_line(&mut line)
            .map_err(|error| format!("veza serve: {error}"))?;
        let addresses: serde_json::Value = serde_json::from_str(&line)
            .map_err(|error| format!("veza serve said `{}`: {error}", line.trim()))?;
        self.api = addresses["api"].as_str().unwrap_or_default().to_owned();
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            // It may have ended by itself.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
