//! Builds everything in release and starts it with music in it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

use crate::pages;
use crate::run::{Outcome, cargo, program, root, run, target};

/// `cargo xtask up`.
pub(crate) fn up() -> Outcome {
    pages::install()?;
    pages::script("build")?;
    run(cargo().args([
        "build",
        "--locked",
        "--release",
        "-p",
        "veza",
        "-p",
        "demo-music",
    ]))?;
    let data = root().join(".veza");
    let (mut server, addresses) = start(&data)?;
    let seeded = seed(&data, addresses["api"].as_str().unwrap_or(""));
    if let Err(reason) = seeded {
        // The server is of use without its demo tracks too.
        eprintln!("the demo tracks could not be added: {reason}");
    }
    println!(
        "\nVeza is up:  {}",
        addresses["api"].as_str().unwrap_or("?")
    );
    println!("  chat       {}", addresses["chat"].as_str().unwrap_or("?"));
    println!(
        "  stream     {}",
        addresses["stream"].as_str().unwrap_or("?")
    );
    println!("  data in    {}\nCtrl-C ends it.", data.display());
    let status = server
        .wait()
        .map_err(|error| format!("waiting for veza: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("veza serve ended with {status}"))
    }
}

/// Starts the server and waits until it says where it listens.
fn start(data: &Path) -> Outcome<(Child, serde_json::Value)> {
    let mut server = program(target().join("release/veza"))
        .args(["serve", "--json", "--log", "warn", "--data"])
        .arg(data)
        .arg("--web")
        .arg(pages::folder().join("dist"))
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("veza serve could not be started: {error}"))?;
    let mut lines = server
        .stdout
        .take()
        .map(BufReader::new)
        .ok_or("veza serve has no output")?;
    let mut line = String::new();
    let read = lines
        .read_line(&mut line)
        .map_err(|error| format!("veza serve: {error}"))?;
    if read == 0 {
        let _ = server.wait();
        return Err("veza serve ended before it listened".into());
    }
    let addresses = serde_json::from_str(&line)
        .map_err(|error| format!("veza serve said `{}`: {error}", line.trim()))?;
    // What it says later goes on to the terminal, so that its pipe never fills.
    std::thread::spawn(move || {
        for line in lines.lines().map_while(Result::ok) {
            println!("{line}");
        }
    });
    Ok((server, addresses))
}

/// Renders the demo pieces and uploads them, each once.
fn seed(data: &Path, api: &str) -> Outcome {
    let folder = data.join("demo-music");
    if !folder.join("pieces.json").exists() {
        run(program(target().join("release/demo-music")).arg(&folder))?;
    }
    run(program("node")
        .arg("examples/demo-music/seed.mjs")
        .arg(&folder)
        .arg(api)
        .arg(target().join("release/veza"))
        .arg(data))
}
