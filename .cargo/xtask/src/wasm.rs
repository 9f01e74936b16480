//! The pure crates build for `wasm32-unknown-unknown`.

use crate::run::{Outcome, cargo, output, program, run, target};
use crate::tools::{install, on_path};

const TARGET: &str = "wasm32-unknown-unknown";
const PURE: [&str; 6] = ["-p", "veza-core", "-p", "veza-audio", "-p", "veza-chat"];

/// Builds them, with the toolchain's own target or with Debian's compiler for it.
pub(crate) fn build() -> Outcome {
    if has_target()? || add_target() {
        return run(cargo()
            .args(["build", "--locked", "--target", TARGET])
            .args(PURE));
    }
    eprintln!("rustup has no {TARGET} here: taking Debian's compiler for it");
    if !std::path::Path::new("/usr/lib/rustlib/src").exists() || on_path("wasm-ld-19").is_none() {
        install(&["rustc-web", "rust-web-src", "cargo-web", "lld-19"])?;
    }
    let path = format!("/usr/bin:{}", std::env::var("PATH").unwrap_or_default());
    let mut debian = program("/usr/bin/cargo");
    for (name, _) in
        std::env::vars().filter(|(name, _)| name.starts_with("CARGO") || name.starts_with("RUST"))
    {
        debian.env_remove(name);
    }
    run(debian
        .env("PATH", path)
        .env("RUSTC", "/usr/bin/rustc")
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", "wasm-ld-19")
        .env("CARGO_TARGET_DIR", target().join("wasm"))
        .args([
            "build",
            "--locked",
            "-Zbuild-std=std,panic_abort",
            "--target",
            TARGET,
        ])
        .args(PURE))
}

/// Whether the compiler that runs this has the target's standard library.
fn has_target() -> Outcome<bool> {
    let folder = output(program("rustc").args(["--print", "target-libdir", "--target", TARGET]))?;
    let files = std::fs::read_dir(folder.trim());
    Ok(files.is_ok_and(|mut files| files.next().is_some()))
}

fn add_target() -> bool {
    on_path("rustup").is_some() && run(program("rustup").args(["target", "add", TARGET])).is_ok()
}
