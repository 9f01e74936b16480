//! The lines that a child says.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Whose fault it is that a child could not do its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The file's: trying again would end the same way.
    Media,
    /// Ours: a full disk, a missing file. It may go well the next time.
    Ours,
}

/// Why a child could not do its work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChildError {
    /// A stable name for machines: `audio.malformed`.
    pub code: String,
    /// What is wrong, for the owner of the file when the fault is the file's.
    pub detail: String,
    /// Whose fault it is.
    pub fault: Fault,
}

impl ChildError {
    /// The file is at fault.
    pub fn media(code: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            detail: detail.into(),
            fault: Fault::Media,
        }
    }

    /// We are at fault.
    pub fn ours(code: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            detail: detail.into(),
            fault: Fault::Ours,
        }
    }
}

/// One line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Line {
    /// How far the work is, 0.0 to 1.0.
    Progress(f32),
    /// The work is done, and this came of it. The last line.
    Done(Value),
    /// The work cannot be done. The last line.
    Error(ChildError),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_as_documented() {
        for (line, text) in [
            (Line::Progress(0.5), r#"{"progress":0.5}"#),
            (
                Line::Done(serde_json::json!({"a": 1})),
                r#"{"done":{"a":1}}"#,
            ),
            (
                Line::Error(ChildError::media("audio.empty", "no audio")),
                r#"{"error":{"code":"audio.empty","detail":"no audio","fault":"media"}}"#,
            ),
        ] {
            assert_eq!(serde_json::to_string(&line).unwrap(), text);
            assert_eq!(serde_json::from_str::<Line>(text).unwrap(), line);
        }
    }
}
