//! The pages under `docs/` that are made from the code. Tests hold them to it.

use crate::run::{Outcome, cargo, output, root};

/// `cargo xtask gen`.
pub(crate) fn all() -> Outcome {
    problems()?;
    let page =
        output(cargo().args(["run", "--quiet", "--locked", "-p", "veza", "--", "settings"]))?;
    let path = root().join("docs/configuration.md");
    std::fs::write(&path, page).map_err(|error| format!("{}: {error}", path.display()))
}

/// The page of problem codes.
fn problems() -> Outcome {
    let path = root().join("docs/problems.md");
    let page = crate::problems::page()?;
    std::fs::write(&path, page).map_err(|error| format!("{}: {error}", path.display()))
}
