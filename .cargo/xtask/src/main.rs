//! The project's own tasks. `cargo xtask` lists them.

mod bench;
mod contract;
mod directions;
mod generate;
mod licences;
mod links;
mod pages;
mod problems;
mod run;
mod services;
mod shaken;
mod test;
mod tools;
mod up;
mod wasm;

use std::process::ExitCode;

const USAGE: &str = "\
Usage: cargo xtask TASK

  up                  build the page and the binary, start them with demo tracks, print the address
  services            start PostgreSQL, Redis and RabbitMQ, print where they are, keep them up
  gen                 write the pages that are made from the code
  test                everything: formatting, lints, rules, tests, WASM, the page in a browser
  ci LANE...          some of it; the lanes are: fmt clippy rules test wasm web e2e
                      schemathesis; races (fifty at once for what one can have, 100 rounds);
                      crash (200 processes and servers killed while people are at work)
  bench ingest        ingest a 10-minute FLAC against ffmpeg doing the same work
  bench api           reads, logins and queries with a million rows, on both databases
  bench jobs          claim and complete jobs against raw SQL doing the same
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["up"] => up::up(),
        ["services"] => services::keep(),
        ["gen"] => generate::all(),
        ["test"] => test::lanes(&test::LANES),
        ["ci", lanes @ ..] if !lanes.is_empty() => test::lanes(lanes),
        ["bench", "ingest"] => bench::ingest(),
        ["bench", "api"] => bench::api(),
        ["bench", "jobs"] => bench::jobs(),
        _ => {
            eprint!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("\nxtask: {reason}");
            ExitCode::FAILURE
        }
    }
}
