//! How deep a JSON text nests, found without building it.

/// Whether arrays and objects nest deeper than `max`.
///
/// One pass, no allocation, so that ten thousand brackets cost nothing before they are refused.
/// The text need not be valid JSON: what is broken is left for the parser to name.
pub(crate) fn deeper_than(text: &[u8], max: usize) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0usize, false, false);
    for &byte in text {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'[' | b'{' => {
                depth += 1;
                if depth > max {
                    return true;
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::deeper_than;

    #[test]
    fn counts_brackets_outside_of_strings_only() {
        assert!(!deeper_than(br#"{"a":[{}]}"#, 3));
        assert!(deeper_than(br#"{"a":[{}]}"#, 2));
        assert!(!deeper_than(br#"["[[[[\"[[[["]"#, 1));
        assert!(!deeper_than(b"[][][][]", 1));
        assert!(deeper_than("[".repeat(10_000).as_bytes(), 127));
    }
}
