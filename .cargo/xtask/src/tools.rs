//! What a task needs on the machine: says what is missing, and installs it where it can.

use std::path::{Path, PathBuf};

use crate::run::{Outcome, program, run};

/// A program that some task calls.
pub(crate) struct Tool {
    /// The names it goes by; the first found is taken.
    pub(crate) names: &'static [&'static str],
    /// The Debian package which brings it.
    pub(crate) package: &'static str,
    /// What it is for, to be shown when it is missing.
    pub(crate) purpose: &'static str,
}

pub(crate) const FFMPEG: Tool = Tool {
    names: &["ffmpeg"],
    package: "ffmpeg",
    purpose: "makes the sound files of the tests and checks what Veza writes",
};

pub(crate) const CHROMIUM: Tool = Tool {
    names: &["chromium", "chromium-browser", "google-chrome"],
    package: "chromium",
    purpose: "the browser in which the page is tested",
};

pub(crate) const NPM: Tool = Tool {
    names: &["npm"],
    package: "npm",
    purpose: "builds the page (with Node 20 or newer)",
};

impl Tool {
    /// Where the tool is, after installing it if need be.
    pub(crate) fn require(&self) -> Outcome<PathBuf> {
        if let Some(path) = self.find() {
            return Ok(path);
        }
        eprintln!("missing: {} ({})", self.names[0], self.purpose);
        install(&[self.package])?;
        self.find().ok_or_else(|| {
            format!(
                "{} is still missing after installing `{}`",
                self.names[0], self.package
            )
        })
    }

    fn find(&self) -> Option<PathBuf> {
        self.names.iter().find_map(|name| on_path(name))
    }
}

/// Real music, under a free licence, for the tests: Debian's packages of Wesnoth's.
pub(crate) fn require_music() -> Outcome<PathBuf> {
    if let Some(folder) = music() {
        return Ok(folder);
    }
    eprintln!("missing: real music for the tests (the music of Battle for Wesnoth)");
    let found = ["wesnoth-1.16-music", "wesnoth-1.18-music", "wesnoth-music"]
        .iter()
        .find_map(|package| install(&[package]).ok().and_then(|()| music()));
    found.ok_or_else(|| {
        "no Ogg music was found under /usr/share/games/wesnoth, and no package brought it".into()
    })
}

fn music() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/share/games/wesnoth").ok()?;
    versions
        .filter_map(Result::ok)
        .map(|version| version.path().join("data/core/music"))
        .find(|folder| folder.is_dir())
}

/// Installs Debian packages, where this is such a machine and we may.
pub(crate) fn install(packages: &[&str]) -> Outcome {
    let by_hand = format!(
        "install it yourself (Debian: apt-get install {})",
        packages.join(" ")
    );
    if on_path("apt-get").is_none() {
        return Err(format!("this machine has no apt-get: {by_hand}"));
    }
    let root = program("id")
        .arg("-u")
        .output()
        .is_ok_and(|id| id.stdout == b"0\n");
    let apt = |arguments: &[&str]| {
        let mut command = if root {
            program("apt-get")
        } else {
            let mut sudo = program("sudo");
            sudo.args(["-n", "apt-get"]);
            sudo
        };
        command.env("DEBIAN_FRONTEND", "noninteractive");
        run(command.args(arguments))
    };
    let wanted = [
        &["install", "-y", "-qq", "--no-install-recommends"],
        packages,
    ]
    .concat();
    if apt(&wanted).is_ok() {
        return Ok(());
    }
    // A fresh machine has no package list yet.
    apt(&["update", "-qq"])
        .and_then(|()| apt(&wanted))
        .map_err(|reason| format!("{reason}; {by_hand}"))
}

/// Where a program is, by the names of the folders in `PATH`.
pub(crate) fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| is_file(file))
}

fn is_file(path: &Path) -> bool {
    path.metadata().is_ok_and(|data| data.is_file())
}
