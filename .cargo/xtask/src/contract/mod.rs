//! The served document, put to the test: Schemathesis makes thousands of requests of it, good and
//! bad, and compares every answer.

mod server;

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::run::{Outcome, cargo, output, program, run, target};
use server::Server;

const VERSION: &str = "schemathesis==4.32.5";
/// Cases of each operation and role, beside those that the tool makes of each limit in the
/// document: more than two thousand for each role.
const CASES: &str = "12";
/// Everybody whose requests are tried; each request of somebody known is also tried without a
/// token.
const ROLES: [&str; 7] = [
    ANONYMOUS,
    "guest",
    "user",
    "premium",
    "creator",
    "moderator",
    "admin",
];
const ANONYMOUS: &str = "anonymous";
const PASSWORD: &str = "long enough, I hope";

/// A stream without an end: the tool would wait for it. Whoever may not have it is tried, and what
/// it tells is in the service's own tests.
const WITHOUT_END: &str = "events.stream";

/// What the contract promises and the tool does not expect by itself:
///
/// - no account is made by the tool, which takes registration for a way to sign in;
/// - a change without `If-Match` is refused with 428;
/// - a request that is right by its form may still be refused for what it says (422), such as a
///   ticket that nobody has, or for how things stand (409, 412, 429); a list for a cursor that is not of
///   it, which no schema can tell, and what has an `ETag` for the 0 that the tool puts into
///   `If-Match` and `If-None-Match` against the document (400). A kept answer may be good still (304).
const CONFIG: &str = r#"
[auth]
auto-signup = false

[checks]
missing_required_header.expected-statuses = ["4xx"]
positive_data_acceptance.expected-statuses = ["2xx", "401", "403", "404", "409", "412", "422", "428", "429"]

[[operations]]
include-operation-id = [
    "tracks.list", "users.tracks", "users.me.tracks", "analytics.metrics", "admin.jobs.list",
    "admin.audit_events", "tracks.get", "tracks.update", "tracks.delete", "users.get",
    "users.update",
]
checks.positive_data_acceptance.expected-statuses = [
    "2xx", "304", "400", "401", "403", "404", "409", "412", "422", "428",
]
"#;

/// Signs in for logging out, which ends a session.
const HOOKS: &str = include_str!("hooks.py");

/// `cargo xtask ci schemathesis`: every role.
pub(crate) fn check_all() -> Outcome {
    check(&ROLES)
}

fn check(roles: &[&str]) -> Outcome {
    let folder = target().join("schemathesis");
    let python = install(&folder)?;
    run(cargo().args(["build", "--locked", "-p", "veza"]))?;
    let write = |name: &str, content: &str| {
        let file = folder.join(name);
        let written = std::fs::write(&file, content);
        written
            .map(|()| file.clone())
            .map_err(|error| format!("{}: {error}", file.display()))
    };
    let config = write("schemathesis.toml", CONFIG)?;
    let hooks = write("hooks.py", HOOKS)?;
    let known: Vec<&str> = roles
        .iter()
        .copied()
        .filter(|role| *role != ANONYMOUS)
        .collect();
    let server = Server::start(&folder.join("data"), &known)?;
    for role in roles {
        eprintln!("\n-- as {role}");
        let mut tests = program(python.with_file_name("schemathesis"));
        // What it keeps for itself stays with it.
        tests.current_dir(&folder).env("SCHEMATHESIS_HOOKS", &hooks);
        tests.env("API", &server.api);
        tests.arg("--config-file").arg(&config);
        tests.args(["run", &format!("{}/api/v1/openapi.json", server.api)]);
        tests.args(["--checks", "all", "--max-examples", CASES, "--seed", "1"]);
        tests.args(["--phases", "coverage,fuzzing"]);
        tests.args(["--no-color", "--continue-on-failure"]);
        if *role == ANONYMOUS {
            finish(&mut tests, role)?;
            continue;
        }
        let hooked = |command: &mut Command| {
            command.env("API", &server.api);
            command.env("ROLE", role);
            command.env("ROLE_PASSWORD", PASSWORD);
        };
        let mut log_in = program(&python);
        hooked(log_in.arg(&hooks).arg("log-in"));
        let token = output(&mut log_in)?.trim().to_owned();
        hooked(tests.env("ROLE_TOKEN", &token));
        tests.args(["--header", &format!("Authorization:{token}")]);
        tests.args(["--exclude-operation-id", WITHOUT_END]);
        finish(&mut tests, role)?;
        let mut still_good = program(&python);
        hooked(still_good.arg(&hooks).arg("still-good"));
        run(still_good.env("ROLE_TOKEN", &token))
            .map_err(|reason| format!("as {role}: the session did not last: {reason}"))?;
    }
    Ok(())
}

/// Runs the tests to their end; the line is not shown, it would hold a token.
fn finish(tests: &mut Command, role: &str) -> Outcome {
    match tests.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("as {role}: schemathesis ended with {status}")),
        Err(error) => Err(format!("schemathesis could not be started: {error}")),
    }
}

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
