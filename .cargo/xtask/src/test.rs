//! The lanes of the test command, each of which can be run alone.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use test_services::oidc;

use crate::run::{Outcome, cargo, output, program, root, run, target};
use crate::services::Services;
use crate::tools::{CHROMIUM, FFMPEG, require_music};
use crate::{contract, directions, licences, links, pages, shaken, wasm};

/// Every lane, in the order in which a mistake shows soonest.
pub(crate) const LANES: [&str; 7] = ["fmt", "rules", "clippy", "test", "wasm", "web", "e2e"];

/// Lanes that take many minutes, and are run alone.
const LONG_LANES: [&str; 3] = ["schemathesis", "races", "crash"];

/// Runs lanes one after the other and stops at the first which fails.
pub(crate) fn lanes(names: &[&str]) -> Outcome {
    let mut lines = Vec::new();
    for name in names {
        eprintln!("\n== {name}");
        let start = Instant::now();
        lane(name).map_err(|reason| format!("lane {name}: {reason}"))?;
        lines.push(format!("{name:8} ok  {:4} s", start.elapsed().as_secs()));
    }
    println!("\n{}\n{} passed, 0 failed", lines.join("\n"), lines.len());
    Ok(())
}

fn lane(name: &str) -> Outcome {
    match name {
        "fmt" => run(cargo().args(["fmt", "--all", "--check"])),
        "rules" => directions::check()
            .and_then(|()| licences::check())
            .and_then(|()| links::check()),
        "clippy" => run(cargo()
            .args([
                "clippy",
                "--locked",
                "--workspace",
                "--all-targets",
                "--all-features",
            ])
            .args(["--", "-D", "warnings"])),
        "test" => test(),
        "wasm" => wasm::build(),
        "web" => web(),
        "e2e" => e2e(),
        "schemathesis" => contract::check_all(),
        "races" => shaken::races(),
        "crash" => shaken::crashes(),
        _ => Err(format!(
            "there is no such lane; there are: {}, {}",
            LANES.join(", "),
            LONG_LANES.join(", ")
        )),
    }
}

/// Every test; then the tests of the whole program again, with its data on PostgreSQL, Redis and
/// RabbitMQ instead of what is embedded.
fn test() -> Outcome {
    FFMPEG.require()?;
    let music = require_music()?;
    let services = Services::start()?;
    run(cargo()
        .env("MUSIC_DIR", &music)
        .envs(services.environment())
        .args(TESTS))?;
    eprintln!("\n-- on PostgreSQL, Redis and RabbitMQ");
    let package = root().join("servers/veza");
    run(Command::new(executable("veza", "it")?)
        .current_dir(package)
        .env("FULL_SET", "1")
        .env("MUSIC_DIR", &music)
        .envs(services.environment()))
}

const TESTS: [&str; 4] = ["test", "--locked", "--workspace", "--all-features"];

/// The program of a package's tests, built for all packages together: built for one alone, its
/// dependencies would have other features and would be built again.
pub(crate) fn executable(package: &str, target: &str) -> Outcome<PathBuf> {
    let messages =
        output(
            cargo()
                .args(TESTS)
                .args(["--no-run", "--quiet", "--message-format", "json"]),
        )?;
    let executable = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|message| message["target"]["name"] == target)
        .filter(|message| {
            let manifest = message["manifest_path"].as_str().map(Path::new);
            manifest.is_some_and(|path| path.ends_with(format!("{package}/Cargo.toml")))
        })
        .find_map(|message| message["executable"].as_str().map(PathBuf::from));
    executable
        .ok_or_else(|| format!("cargo names no program for the tests `{target}` of {package}"))
}

fn web() -> Outcome {
    pages::install()?;
    for script in ["test", "build"] {
        pages::script(script)?;
    }
    Ok(())
}

fn e2e() -> Outcome {
    FFMPEG.require()?;
    let chromium = CHROMIUM.require()?;
    let music = require_music()?;
    let provider = oidc::install().map_err(|error| error.to_string())?;
    run(cargo().args(["build", "--locked", "-p", "veza"]))?;
    if !pages::folder().join("node_modules").exists() {
        pages::install()?;
    }
    pages::script("build")?;
    run(program("npm")
        .current_dir(pages::folder())
        .env("BINARY", target().join("debug/veza"))
        .env("CHROMIUM", chromium)
        .env("MUSIC_DIR", music)
        .env("OIDC_PROVIDER", provider.join("provider.mjs"))
        .args(["run", "--silent", "e2e"]))
}
