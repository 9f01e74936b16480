//! Checks of what people type.

use serde_json::Value;

use super::error::FieldError;

/// Collects what is wrong with the fields of a command, so that all is told at once.
#[derive(Debug, Default)]
pub struct FieldErrors(Vec<FieldError>);

impl FieldErrors {
    /// Notes a field that is not allowed.
    pub fn push(&mut self, field: &'static str, message: impl Into<String>) {
        self.0.push(FieldError {
            field,
            message: message.into(),
        });
    }

    /// `Ok` when nothing was noted.
    ///
    /// # Errors
    /// All that was noted.
    pub fn into_result(self) -> Result<(), Vec<FieldError>> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(self.0)
        }
    }

    /// One line of 1 to `max` characters, without the blanks around it. What is wrong is noted,
    /// and then the text is of no use.
    pub fn line(&mut self, field: &'static str, text: &str, max: usize) -> String {
        let text = text.trim();
        if text.is_empty() {
            self.push(field, "must not be empty");
        } else if text.chars().any(is_unprintable) {
            self.push(field, "must not hold line breaks or control characters");
        } else {
            self.check_length(field, text, max);
        }
        text.to_owned()
    }

    /// A line that may be left out: an empty one is none.
    pub fn optional_line(
        &mut self,
        field: &'static str,
        text: Option<&str>,
        max: usize,
    ) -> Option<String> {
        let text = text.map(str::trim).filter(|text| !text.is_empty())?;
        Some(self.line(field, text, max))
    }

    /// A text of several lines, of at most `max` characters, that may be left out.
    pub fn optional_text(
        &mut self,
        field: &'static str,
        text: Option<&str>,
        max: usize,
    ) -> Option<String> {
        let text = text.map(str::trim).filter(|text| !text.is_empty())?;
        if text
            .chars()
            .any(|c| is_unprintable(c) && !matches!(c, '\n' | '\r' | '\t'))
        {
            self.push(field, "must not hold control characters");
        }
        self.check_length(field, text, max);
        Some(text.to_owned())
    }

    fn check_length(&mut self, field: &'static str, text: &str, max: usize) {
        if text.chars().nth(max).is_some() {
            self.push(field, format!("must have at most {max} characters"));
        }
    }
}

/// A text on one line: characters which would not be seen become blanks.
pub(crate) fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if is_unprintable(c) { ' ' } else { c })
        .collect()
}

/// Whether a text holds U+0000, which no store keeps.
pub fn holds_nul(text: &str) -> bool {
    text.contains('\0')
}

/// Whether any text of a JSON value, names of fields included, holds U+0000. It nests no deeper
/// than whoever parsed it allowed.
pub fn json_holds_nul(json: &Value) -> bool {
    match json {
        Value::String(text) => holds_nul(text),
        Value::Array(values) => values.iter().any(json_holds_nul),
        Value::Object(fields) => fields
            .iter()
            .any(|(name, value)| holds_nul(name) || json_holds_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Characters that change how a text is shown or logged without being seen: controls, line and
/// paragraph separators, and the marks that turn the direction of writing (Trojan Source).
fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_trimmed_and_its_faults_are_named() {
        let mut errors = FieldErrors::default();
        assert_eq!(errors.line("title", "  Été à la mer ", 12), "Été à la mer");
        assert_eq!(errors.optional_line("genre", Some("   "), 3), None);
        assert!(errors.0.is_empty());
        errors.line("title", "one\ntwo", 20);
        errors.line("title", "\u{202e}gnp.exe", 20);
        errors.line("title", "éééé", 3);
        errors.line("title", " ", 3);
        let messages: Vec<_> = errors.0.iter().map(|e| e.message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "must not hold line breaks or control characters",
                "must not hold line breaks or control characters",
                "must have at most 3 characters",
                "must not be empty",
            ]
        );
    }

    #[test]
    fn u_0000_is_found_wherever_it_hides() {
        use serde_json::json;

        for json in [json!("a\0"), json!([1, ["\0"]]), json!({"a": {"\0": 1}})] {
            assert!(json_holds_nul(&json), "{json}");
        }
        assert!(!json_holds_nul(&json!({"a": [0, null, true, "\u{1}"]})));
    }

    #[test]
    fn a_text_may_have_lines_but_no_escape_sequences() {
        let mut errors = FieldErrors::default();
        let text = errors.optional_text("description", Some("a\nb"), 10);
        assert_eq!(text.as_deref(), Some("a\nb"));
        errors.optional_text("description", Some("\u{1b}[31mred"), 10);
        assert_eq!(errors.into_result().unwrap_err().len(), 1);
    }
}
