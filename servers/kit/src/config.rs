//! Settings that are wrong stop the start, by name; their values are not shown.

use std::borrow::Cow;

/// A setting which cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{setting}: {reason}")]
pub struct ConfigError {
    /// The setting as the operator knows it: `--max-upload-bytes`.
    pub setting: Cow<'static, str>,
    /// Why it cannot be used.
    pub reason: String,
}

impl ConfigError {
    /// `setting` cannot be used because of `reason`.
    pub fn new(setting: impl Into<Cow<'static, str>>, reason: impl Into<String>) -> Self {
        Self {
            setting: setting.into(),
            reason: reason.into(),
        }
    }
}

/// Takes a number within `min` to `max`.
///
/// # Errors
/// [`ConfigError`] outside of them.
pub fn within(setting: &'static str, value: u64, min: u64, max: u64) -> Result<u64, ConfigError> {
    if (min..=max).contains(&value) {
        Ok(value)
    } else {
        Err(ConfigError::new(
            setting,
            format!("is not within {min} to {max}"),
        ))
    }
}

/// Refuses environment variables which begin as the service's own do and which it does not
/// know: a misspelt setting would otherwise be a silent default.
///
/// # Errors
/// [`ConfigError`] with the variable's name.
pub fn refuse_unknown(
    prefix: &str,
    known: &[impl AsRef<str>],
    names: impl IntoIterator<Item = String>,
) -> Result<(), ConfigError> {
    match names
        .into_iter()
        .find(|name| name.starts_with(prefix) && !known.iter().any(|known| known.as_ref() == name))
    {
        Some(name) => Err(ConfigError::new(
            "environment",
            format!("{name} is not a setting"),
        )),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_out_of_range_is_named() {
        let error = within("--jobs", 0, 1, 64).unwrap_err();
        assert_eq!(error.to_string(), "--jobs: is not within 1 to 64");
    }

    #[test]
    fn a_misspelt_variable_is_refused() {
        let names = ["PATH", "VEZA_LOG", "VEZA_LGO"].map(String::from);
        let error = refuse_unknown("VEZA_", &["VEZA_LOG"], names).unwrap_err();
        assert_eq!(error.to_string(), "environment: VEZA_LGO is not a setting");
    }
}
