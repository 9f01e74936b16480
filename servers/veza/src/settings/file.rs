//! The file with settings.

use std::collections::BTreeMap;
use std::path::Path;

use veza_server_kit::config::ConfigError;

use super::provider::{self, ProviderSetting};

/// What a file holds: values of the settings that flags can give too, by their names with `_`.
#[derive(Debug, Default)]
pub(super) struct File {
    values: BTreeMap<String, Vec<String>>,
    pub(super) only: FileOnly,
}

/// What only a file can hold, for it has a shape of its own.
#[derive(Clone, Debug, Default)]
pub(crate) struct FileOnly {
    /// The providers of identities.
    pub(super) providers: Vec<ProviderSetting>,
}

impl File {
    /// Reads a file whose plain keys are among `known`.
    pub(super) fn read<'a>(
        path: &Path,
        known: impl Iterator<Item = &'a String>,
    ) -> Result<Self, ConfigError> {
        let fault = |reason: String| ConfigError::new("--config", reason);
        let text = std::fs::read_to_string(path)
            .map_err(|error| fault(format!("the file cannot be read: {}", error.kind())))?;
        Self::parse(&text, &known.map(String::as_str).collect::<Vec<_>>())
    }

    fn parse(text: &str, known: &[&str]) -> Result<Self, ConfigError> {
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
            // The message of the parser shows the line, which may hold a secret.
            let line = error
                .span()
                .and_then(|span| text.get(..span.start))
                .map_or(1, |before| before.matches('\n').count() + 1);
            ConfigError::new("--config", format!("line {line} is not TOML"))
        })?;
        let (mut values, mut only) = (BTreeMap::new(), FileOnly::default());
        for (name, value) in table {
            if name == provider::TABLE {
                only.providers = provider::read(value)?;
                continue;
            }
            if !known.contains(&name.as_str()) {
                return Err(ConfigError::new(name, "is not a setting"));
            }
            let Some(texts) = texts(&value) else {
                return Err(ConfigError::new(
                    name,
                    "is neither a text, a number, true or false, nor a list of texts",
                ));
            };
            values.insert(name, texts);
        }
        Ok(Self { values, only })
    }

    /// The values of a setting, if the file has any.
    pub(super) fn get(&self, name: &str) -> Option<&[String]> {
        self.values.get(name).map(Vec::as_slice)
    }
}

/// A value as a flag would give it.
fn texts(value: &toml::Value) -> Option<Vec<String>> {
    use toml::Value;
    match value {
        Value::Array(items) => items
            .iter()
            .map(|item| item.as_str().map(str::to_owned))
            .collect(),
        Value::String(text) => Some(vec![text.clone()]),
        Value::Integer(number) => Some(vec![number.to_string()]),
        Value::Boolean(answer) => Some(vec![answer.to_string()]),
        Value::Float(_) | Value::Datetime(_) | Value::Table(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<File, ConfigError> {
        File::parse(text, &["api_port", "allow_origin"])
    }

    #[test]
    fn a_file_holds_texts_numbers_and_lists() {
        let file =
            parse("api_port = 9000\nallow_origin = ['https://a.example', 'https://b.example']")
                .unwrap();
        assert_eq!(file.get("api_port").unwrap(), ["9000"]);
        assert_eq!(file.get("allow_origin").unwrap().len(), 2);
        assert_eq!(file.get("chat_port"), None);
    }

    #[test]
    fn what_is_wrong_in_a_file_is_named_and_not_shown() {
        for (text, name) in [
            ("api_prot = 'hidden'", "api_prot: is not a setting"),
            ("api_port = 1.5", "api_port: is neither"),
            ("\napi_port = hidden", "line 2 is not TOML"),
            ("[api_port]\nhidden = 1", "api_port: is neither"),
        ] {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.contains(name) && !error.contains("hidden"), "{error}");
        }
    }
}
