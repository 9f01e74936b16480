//! The served document, put to the test: Schemathesis makes thousands of requests of it, good and
//! bad, and compares every answer.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use crate::run::{Outcome, cargo, output, program, run, target};

const VERSION: &str = "schemathesis==4.32.5";
/// Cases of each operation and role; together some two thousand.
const CASES: &str = "12";
/// Everybody whose requests are tried; each request is also tried without a token.
const ROLES: [&str; 4] = ["guest", "user", "moderator", "admin"];
const PASSWORD: &str = "long enough, I hope";

/// What is not asked: a stream without an end, what would end the session that asks, and what the
/// tool would take for a way to sign in by itself.
const LEFT_OUT: [&str; 5] = [
    "events.stream",
    "auth.login",
    "auth.logout",
    "auth.register",
    "auth.sessions.end",
];

/// A change without `If-Match` is refused with 428, which the tool does not expect by itself.
const CONFIG: &str = "[checks]\nmissing_required_header.expected-statuses = [\"4xx\"]\n";

/// Logs in; the last line that it prints is the token.
const LOG_IN: &str = r#"
import json, sys, urllib.request
body = json.dumps({"email": sys.argv[2], "password": sys.argv[3]}).encode()
request = urllib.request.Request(
    sys.argv[1] + "/api/v1/auth/login", body, {"Content-Type": "application/json"})
print(json.load(urllib.request.urlopen(request))["accessToken"])
"#;

/// `cargo xtask ci schemathesis`.
pub(crate) fn check() -> Outcome {
    let folder = target().join("schemathesis");
    let python = install(&folder)?;
    run(cargo().args(["build", "--locked", "-p", "veza"]))?;
    let data = folder.join("data");
    if data.exists() {
        std::fs::remove_dir_all(&data).map_err(|error| format!("{}: {error}", data.display()))?;
    }
    for role in ROLES {
        add_account(&data, role)?;
    }
    let config = folder.join("schemathesis.toml");
    std::fs::write(&config, CONFIG).map_err(|error| format!("{}: {error}", config.display()))?;
    let (server, api) = start(&data)?;
    let _server = Stopped(server);
    for role in ROLES {
        eprintln!("\n-- as {role}");
        let mut tests = program(python.with_file_name("schemathesis"));
        // What it keeps for itself stays with it.
        tests.current_dir(&folder);
        tests.arg("--config-file").arg(&config);
        tests.args(["run", &format!("{api}/api/v1/openapi.json")]);
        tests.args(["--checks", "all", "--max-examples", CASES, "--seed", "1"]);
        tests.args([
            "--phases",
            "coverage,fuzzing",
            "--no-color",
            "--continue-on-failure",
        ]);
        tests.args(["--exclude-checks", LEFT_UNCHECKED]);
        for operation in LEFT_OUT {
            tests.args(["--exclude-operation-id", operation]);
        }
        let mut log_in = program(&python);
        log_in.args(["-c", LOG_IN, &api, &address(role), PASSWORD]);
        let token = output(&mut log_in)?;
        let token = token.trim();
        tests.args(["--header", &format!("Authorization:Bearer {token}")]);
        // The line would hold a token.
        let status = tests
            .status()
            .map_err(|error| format!("schemathesis could not be started: {error}"))?;
        if !status.success() {
            return Err(format!("as {role}: schemathesis ended with {status}"));
        }
    }
    Ok(())
}

/// Checks which our contract does not promise: a request that is right by its form may still be
/// refused for what it says, such as a name that is taken.
const LEFT_UNCHECKED: &str = "positive_data_acceptance";

/// The Python of a folder of its own, with the tool in it.
fn install(folder: &Path) -> Outcome<PathBuf> {
    let python = folder.join("venv/bin/python");
    if !python.exists() {
        let venv = folder.join("venv");
        run(program("python3").args(["-m", "venv"]).arg(venv))?;
    }
    run(program(&python).args(["-m", "pip", "install", "--quiet", VERSION]))?;
    Ok(python)
}

fn address(role: &str) -> String {
    format!("{role}@example.com")
}

fn add_account(data: &Path, role: &str) -> Outcome {
    let mut add = program(target().join("debug/veza"));
    add.args(["accounts", "add", "--email", &address(role)]);
    add.args(["--username", role, "--role", role, "--data"]);
    let mut child = add
        .arg(data)
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

/// A server that is stopped with this.
struct Stopped(Child);

impl Drop for Stopped {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts the server on free ports; answers where its API is.
fn start(data: &Path) -> Outcome<(Child, String)> {
    let mut server = program(target().join("debug/veza"))
        .args([
            "serve",
            "--json",
            "--log",
            "error",
            "--rate-limits",
            "loose",
        ])
        .args(["--api-port", "0", "--chat-port", "0", "--stream-port", "0"])
        .arg("--data")
        .arg(data)
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("veza serve could not be started: {error}"))?;
    let mut line = String::new();
    let mut said = server
        .stdout
        .take()
        .map(BufReader::new)
        .ok_or("veza serve has no output")?;
    said.read_line(&mut line)
        .map_err(|error| format!("veza serve: {error}"))?;
    let addresses: serde_json::Value = serde_json::from_str(&line)
        .map_err(|error| format!("veza serve said `{}`: {error}", line.trim()))?;
    let api = addresses["api"].as_str().unwrap_or_default().to_owned();
    Ok((server, api))
}
