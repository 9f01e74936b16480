//! The page in `examples/web`.

use std::path::PathBuf;

use crate::run::{Outcome, output, program, root, run};
use crate::tools::NPM;

/// Where the page's sources are.
pub(crate) fn folder() -> PathBuf {
    root().join("examples/web")
}

/// Installs what the page is made of, as its lock file says.
pub(crate) fn install() -> Outcome {
    NPM.require()?;
    let version = output(program("node").arg("--version"))?;
    let major = version
        .trim()
        .trim_start_matches('v')
        .split('.')
        .next()
        .and_then(|n| n.parse().ok());
    if major.is_none_or(|major: u32| major < 20) {
        return Err(format!(
            "the page wants Node 20 or newer, and this is {}",
            version.trim()
        ));
    }
    npm(&["ci", "--no-audit", "--no-fund"])
}

/// Runs a script of the page.
pub(crate) fn script(name: &str) -> Outcome {
    npm(&["run", "--silent", name])
}

fn npm(arguments: &[&str]) -> Outcome {
    run(program("npm").current_dir(folder()).args(arguments))
}
