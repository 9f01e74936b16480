//! The list of every problem code, read from the sources: a code is a literal of a `code()` or of a
//! `Problem`, so that nobody has to write it down twice.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::run::{Outcome, root};

const ROOMS: [&str; 2] = ["veza-core/src", "servers"];

/// The page.
pub(crate) fn page() -> Outcome<String> {
    let mut codes = BTreeSet::new();
    for room in ROOMS {
        let mut files = Vec::new();
        collect(&root().join(room), &mut files)?;
        for file in files {
            let text = std::fs::read_to_string(&file)
                .map_err(|error| format!("{}: {error}", file.display()))?;
            codes.extend(codes_in(&text));
        }
    }
    let mut page = String::from(
        "# Problems\n\nEvery refused request is answered with a problem document (RFC 9457). Its \
         `code` is stable, and its\n`type` is `urn:veza:problem:` and the code. These are the codes; \
         the page is made from the sources by\n`cargo xtask gen`.\n\n",
    );
    for code in codes {
        page.push_str(&format!("- `{code}`\n"));
    }
    Ok(page)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Outcome {
    let entries =
        std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for entry in entries.flatten() {
        let path = entry.path();
        let is_test = path.ends_with("tests") || path.ends_with("conformance");
        if path.is_dir() && !is_test {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(())
}

/// The codes of one file, without its tests.
fn codes_in(text: &str) -> BTreeSet<String> {
    let text = text
        .split("\n#[cfg(test)]\nmod tests")
        .next()
        .unwrap_or(text);
    let mut codes = BTreeSet::new();
    for start in [
        "fn code(&self)",
        "Problem::new(",
        "Problem::bad_request(",
        "Problem::unauthorized(",
        "Self::new(",
        "Self::unauthorized(",
        "refused(",
    ] {
        for (at, _) in text.match_indices(start) {
            // The body of a function, or the first literal of a call.
            let rest = &text[at..];
            let end = match start {
                "fn code(&self)" => rest.find("\n    }\n").unwrap_or(rest.len()),
                _ => rest.find(';').unwrap_or(rest.len()).min(240),
            };
            let scope: String = rest.chars().take(end).collect();
            let literals = scope.split('"').skip(1).step_by(2);
            let found = literals.filter(|text| is_code(text));
            match start {
                "fn code(&self)" => codes.extend(found.map(str::to_owned)),
                _ => codes.extend(found.take(1).map(str::to_owned)),
            }
        }
    }
    codes
}

/// `context.thing.what`, in lower case.
fn is_code(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    (2..=4).contains(&parts.len())
        && parts.iter().all(|part| {
            part.starts_with(|c: char| c.is_ascii_lowercase())
                && part
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_found_where_they_are_answered() {
        let source = "
    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => \"auth.user.not_found\",
            Self::Port(error) => error.code(),
        }
    }

fn other() {
    Problem::new(
        StatusCode::CONFLICT,
        \"request.in_flight\",
        \"wait.\",
    );
    log(\"tracks.find\");
}
";
        let codes: Vec<String> = codes_in(source).into_iter().collect();
        assert_eq!(codes, ["auth.user.not_found", "request.in_flight"]);
    }

    #[test]
    fn the_page_is_as_the_sources_say() {
        let kept = std::fs::read_to_string(root().join("docs/problems.md")).unwrap_or_default();
        let hint = "run `cargo xtask gen`";
        assert!(kept == page().expect("the sources can be read"), "{hint}");
    }
}
