//! Figures of running services, as ratios against a limit in the same run. `cargo xtask bench`
//! builds this and the service in release, and names to it where the service's binary is.

mod api;
mod load;

use std::process::ExitCode;

/// What went wrong, in words.
type Failure = Box<dyn std::error::Error + Send + Sync>;

const USAGE: &str = "Usage: bench api BINARY | bench bare";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("bench: {error}");
            return ExitCode::FAILURE;
        }
    };
    let outcome = match words.as_slice() {
        ["api", binary] => runtime.block_on(api::run(binary.as_ref())),
        ["bare"] => runtime.block_on(api::bare::serve()),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}
