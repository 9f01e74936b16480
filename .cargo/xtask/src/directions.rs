//! Dependencies point inwards, and the pure crates stay pure.
//!
//! `veza-audio` and `veza-core` know no other crate of ours, `veza-chat` knows core; adapters
//! know the pure crates, never each other; only servers pick adapters, and only `servers/veza`
//! picks them all.

use crate::run::{Outcome, cargo, output, root};

/// Crates that bring a runtime, a network, a file system, a clock or a random source.
const IMPURE: &[&str] = &[
    "axum",
    "fastrand",
    "getrandom",
    "hyper",
    "lapin",
    "mio",
    "rand",
    "redis",
    "reqwest",
    "rustix",
    "socket2",
    "sqlx",
    "sqlx-core",
    "tokio",
    "tonic",
];

/// What the source of a pure crate may not name outside its tests.
const IMPURE_WORDS: &[&str] = &[
    "std::fs",
    "std::net",
    "std::process",
    "std::env",
    "Instant::now",
    "SystemTime",
    "OffsetDateTime::now",
];

const PURE: &[&str] = &["veza-audio", "veza-core", "veza-chat"];

/// Checks every rule; names all that are broken.
pub(crate) fn check() -> Outcome {
    let mut broken = Vec::new();
    for krate in PURE {
        let tree = output(cargo().args([
            "tree", "--locked", "-p", krate, "-e", "normal", "--prefix", "none",
        ]))?;
        broken.extend(impure_dependencies(krate, &tree));
        broken.extend(impure_sources(krate)?);
    }
    broken.extend(wrong_directions(&members()?));
    if broken.is_empty() {
        eprintln!("directions: every dependency points inwards");
        return Ok(());
    }
    Err(format!(
        "the direction rules are broken:\n  {}",
        broken.join("\n  ")
    ))
}

/// A crate of ours and the crates of ours that it depends on (tests left out).
struct Member {
    name: String,
    folder: String,
    ours: Vec<String>,
}

fn members() -> Outcome<Vec<Member>> {
    let text =
        output(cargo().args(["metadata", "--locked", "--no-deps", "--format-version", "1"]))?;
    let metadata: serde_json::Value =
        serde_json::from_str(&text).map_err(|error| format!("cargo metadata: {error}"))?;
    let packages = metadata["packages"].as_array().cloned().unwrap_or_default();
    let root = root();
    Ok(packages
        .iter()
        .map(|package| {
            let manifest = std::path::Path::new(package["manifest_path"].as_str().unwrap_or(""));
            let folder = manifest
                .parent()
                .and_then(|folder| folder.strip_prefix(&root).ok());
            let dependencies = package["dependencies"]
                .as_array()
                .cloned()
                .unwrap_or_default();
            Member {
                name: package["name"].as_str().unwrap_or("").to_owned(),
                folder: folder.map(|f| f.display().to_string()).unwrap_or_default(),
                ours: dependencies
                    .iter()
                    .filter(|dependency| {
                        dependency["path"].is_string() && dependency["kind"].is_null()
                    })
                    .filter_map(|dependency| dependency["name"].as_str().map(str::to_owned))
                    .collect(),
            }
        })
        .collect())
}

fn wrong_directions(members: &[Member]) -> Vec<String> {
    let folder_of = |name: &str| {
        members
            .iter()
            .find(|member| member.name == name)
            .map_or("", |member| member.folder.as_str())
    };
    let mut broken = Vec::new();
    for member in members {
        for other in &member.ours {
            if !may_use(&member.folder, folder_of(other)) {
                broken.push(format!("{} may not depend on {other}", member.name));
            }
        }
    }
    broken
}

/// Whether the crate in folder `from` may depend on the one in folder `to`.
fn may_use(from: &str, to: &str) -> bool {
    let pure = ["veza-core", "veza-audio", "veza-chat"].contains(&to);
    match from.split('/').next().unwrap_or("") {
        "veza-core" => false,
        // A pure crate may have bindings of its own beside it.
        "veza-audio" => to.starts_with("veza-audio/"),
        "veza-chat" => to == "veza-core",
        "adapters" | "bindings" => pure,
        // The composition root alone picks adapters; a shell may use the kit.
        "servers" if from == "servers/veza" => true,
        // What the services have in common knows none of them; the types of the wire know nobody.
        "servers" if from == "servers/proto" => false,
        "servers" if from == "servers/kit" => pure,
        "servers" => pure || to == "servers/kit" || to == "servers/proto",
        _ => true,
    }
}

fn impure_dependencies(krate: &str, tree: &str) -> Vec<String> {
    let names = tree
        .lines()
        .filter_map(|line| line.split_whitespace().next());
    let mut found: Vec<&str> = names.filter(|name| IMPURE.contains(name)).collect();
    found.sort_unstable();
    found.dedup();
    found
        .into_iter()
        .map(|name| format!("{krate} is pure and may not depend on {name}"))
        .collect()
}

fn impure_sources(krate: &str) -> Outcome<Vec<String>> {
    let mut broken = Vec::new();
    let mut folders = vec![root().join(krate).join("src")];
    while let Some(folder) = folders.pop() {
        let entries =
            std::fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
            if path.is_dir() {
                // The suites for adapters are tests, though they stand in the library.
                if path.file_name().is_none_or(|name| name != "conformance") {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|end| end == "rs") {
                let text = std::fs::read_to_string(&path)
                    .map_err(|e| format!("{}: {e}", path.display()))?;
                for word in impure_words(&text) {
                    broken.push(format!("{} names {word}", path.display()));
                }
            }
        }
    }
    Ok(broken)
}

/// The impure words in a source file, its comments and its test module left out.
fn impure_words(text: &str) -> Vec<&'static str> {
    let code = text.split("#[cfg(test)]").next().unwrap_or("");
    let lines = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    let code: String = lines.flat_map(|line| [line, "\n"]).collect();
    IMPURE_WORDS
        .iter()
        .copied()
        .filter(|word| code.contains(word))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(name: &str, folder: &str, ours: &[&str]) -> Member {
        Member {
            name: name.into(),
            folder: folder.into(),
            ours: ours.iter().map(|name| (*name).to_owned()).collect(),
        }
    }

    #[test]
    fn a_domain_crate_which_knows_an_adapter_is_found() {
        let members = [
            member("veza-core", "veza-core", &["veza-sql"]),
            member("veza-sql", "adapters/sql", &["veza-core"]),
        ];
        assert_eq!(
            wrong_directions(&members),
            ["veza-core may not depend on veza-sql"]
        );
    }

    #[test]
    fn adapters_may_not_know_each_other_nor_shells_an_adapter() {
        assert!(!may_use("adapters/sql", "adapters/crypto"));
        assert!(!may_use("servers/api", "adapters/sql"));
        assert!(!may_use("servers/kit", "servers/api"));
        assert!(may_use("servers/api", "servers/kit"));
        assert!(may_use("servers/api", "servers/proto"));
        assert!(!may_use("servers/proto", "veza-core"));
        assert!(may_use("servers/veza", "adapters/sql"));
    }

    #[test]
    fn a_runtime_in_a_pure_crate_is_found() {
        let tree = "veza-audio v0.1.0\nserde v1.0.0\ntokio v1.54.0\ntokio v1.54.0 (*)\n";
        assert_eq!(
            impure_dependencies("veza-audio", tree),
            ["veza-audio is pure and may not depend on tokio"]
        );
    }

    #[test]
    fn a_file_opened_in_code_is_found_and_in_a_comment_or_a_test_is_not() {
        assert_eq!(impure_words("let f = std::fs::read(x);"), ["std::fs"]);
        assert!(
            impure_words("// as std::fs does\n#[cfg(test)]\nmod tests { use std::fs; }").is_empty()
        );
    }
}
