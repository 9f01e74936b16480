//! Reads the fields of a JSON object one by one, so that every error names its field.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::error::FrameError;

/// The longest piece of a client's own text that is repeated in an error.
const MAX_ECHO_CHARS: usize = 160;

/// Cuts text which came from outside, so that an error stays small whatever it quotes.
pub(crate) fn excerpt(text: &str) -> String {
    match text.char_indices().nth(MAX_ECHO_CHARS) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

/// The fields of one object which are not read yet.
pub(crate) struct Fields {
    prefix: &'static str,
    map: Map<String, Value>,
}

impl Fields {
    /// The fields of `map`, whose path in the frame starts with `prefix` (`"data."`, or empty).
    pub(crate) fn new(prefix: &'static str, map: Map<String, Value>) -> Self {
        Self { prefix, map }
    }

    /// A field which must be there.
    pub(crate) fn required<T: DeserializeOwned>(&mut self, name: &str) -> Result<T, FrameError> {
        match self.map.remove(name) {
            Some(value) => self.read(name, value),
            None => Err(self.invalid(name, "missing")),
        }
    }

    /// A field which may be absent; `null` counts as absent.
    pub(crate) fn optional<T: DeserializeOwned>(
        &mut self,
        name: &str,
    ) -> Result<Option<T>, FrameError> {
        match self.map.remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => self.read(name, value).map(Some),
        }
    }

    /// All fields that are left, as one value; what the value doesn't know is skipped.
    pub(crate) fn rest<T: DeserializeOwned>(&mut self) -> Result<T, FrameError> {
        let value = Value::Object(std::mem::take(&mut self.map));
        serde_json::from_value(value).map_err(|e| FrameError::Field {
            field: self.prefix.trim_end_matches('.').to_owned(),
            problem: excerpt(&e.to_string()),
        })
    }

    /// The error that `name` has `problem`.
    pub(crate) fn invalid(&self, name: &str, problem: impl Into<String>) -> FrameError {
        FrameError::Field {
            field: format!("{}{name}", self.prefix),
            problem: problem.into(),
        }
    }

    /// Refuses whatever is left.
    pub(crate) fn finish(self) -> Result<(), FrameError> {
        match self.map.keys().next() {
            Some(name) => Err(FrameError::UnknownField {
                field: excerpt(&format!("{}{name}", self.prefix)),
            }),
            None => Ok(()),
        }
    }

    fn read<T: DeserializeOwned>(&self, name: &str, value: Value) -> Result<T, FrameError> {
        serde_json::from_value(value).map_err(|e| self.invalid(name, excerpt(&e.to_string())))
    }
}
