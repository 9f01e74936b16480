//! Every crate that is linked in has a licence which lets Veza be passed on.

use spdx::{Expression, LicenseReq, ParseMode};

use crate::run::{Outcome, cargo, output};

/// Licences that ask for no more than notice, or (MPL) for the source of changed files.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    // The root certificates of Mozilla, as data.
    "CDLA-Permissive-2.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "OpenSSL",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Checks the licence of every crate of the lock file.
pub(crate) fn check() -> Outcome {
    let text = output(cargo().args(["metadata", "--locked", "--format-version", "1"]))?;
    let metadata: serde_json::Value =
        serde_json::from_str(&text).map_err(|error| format!("cargo metadata: {error}"))?;
    let packages = metadata["packages"].as_array().cloned().unwrap_or_default();
    let refused: Vec<String> = packages
        .iter()
        .filter_map(|package| {
            let name = package["name"].as_str().unwrap_or("?");
            let reason = refusal(package["license"].as_str())?;
            Some(format!(
                "{name} {}: {reason}",
                package["version"].as_str().unwrap_or("?")
            ))
        })
        .collect();
    if refused.is_empty() {
        eprintln!("licences: {} crates, all allowed", packages.len());
        return Ok(());
    }
    Err(format!(
        "crates whose licence is not allowed:\n  {}",
        refused.join("\n  ")
    ))
}

/// Why a crate with this licence expression is refused, if it is.
fn refusal(licence: Option<&str>) -> Option<String> {
    let Some(text) = licence else {
        return Some("states no licence".into());
    };
    match Expression::parse_mode(text, ParseMode::LAX) {
        Ok(expression) if expression.evaluate(allowed) => None,
        Ok(_) => Some(format!("{text} is not allowed")),
        Err(error) => Some(format!(
            "`{text}` is not a licence expression: {}",
            error.reason
        )),
    }
}

fn allowed(licence: &LicenseReq) -> bool {
    licence
        .license
        .id()
        .is_some_and(|id| ALLOWED.contains(&id.name))
}

#[cfg(test)]
mod tests {
    use super::refusal;

    #[test]
    fn a_choice_is_allowed_when_one_of_it_is() {
        assert_eq!(refusal(Some("GPL-3.0-only OR MIT")), None);
        assert_eq!(refusal(Some("MIT/Apache-2.0")), None);
    }

    #[test]
    fn copyleft_and_silence_are_refused() {
        assert!(refusal(Some("AGPL-3.0-only")).is_some());
        assert!(refusal(Some("MIT AND GPL-2.0-only")).is_some());
        assert!(refusal(None).is_some());
    }
}
