//! Patterns of event types, as AMQP 0-9-1 topic exchanges know them.

use std::fmt;
use std::str::FromStr;

/// The longest pattern; also the longest routing key of AMQP 0-9-1.
const MAX_LEN: usize = 255;

/// Words with dots between them. `*` stands for one word, `#` for any number of words, also none:
/// `streaming.track.*.v1`, `auth.#`, `#`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EventPattern(String);

/// A text that is no pattern.
#[derive(Debug, thiserror::Error)]
#[error(
    "a pattern is words of a-z, 0-9, '-' and '_' with dots between them, or '*' or '#' as a word"
)]
pub struct InvalidPattern;

impl EventPattern {
    /// The pattern as text: the key of a binding.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether an event type matches.
    pub fn matches(&self, event_type: &str) -> bool {
        let pattern: Vec<&str> = self.0.split('.').collect();
        // The word of the pattern that comes next, for every way in which the words before could
        // be matched: each word of the type is looked at once, whatever the pattern.
        let mut reached = vec![false; pattern.len() + 1];
        reached[0] = true;
        let skip_hashes = |reached: &mut Vec<bool>| {
            for (at, word) in pattern.iter().enumerate() {
                if *word == "#" && reached[at] {
                    reached[at + 1] = true;
                }
            }
        };
        skip_hashes(&mut reached);
        for word in event_type.split('.') {
            let mut next = vec![false; pattern.len() + 1];
            for (at, wanted) in pattern.iter().enumerate().filter(|(at, _)| reached[*at]) {
                match *wanted {
                    "#" => next[at] = true,
                    "*" => next[at + 1] = true,
                    wanted if wanted == word => next[at + 1] = true,
                    _ => {}
                }
            }
            skip_hashes(&mut next);
            reached = next;
        }
        reached[pattern.len()]
    }
}

impl FromStr for EventPattern {
    type Err = InvalidPattern;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_');
        let word =
            |word: &str| matches!(word, "*" | "#") || (!word.is_empty() && word.bytes().all(plain));
        if text.len() > MAX_LEN || !text.split('.').all(word) {
            return Err(InvalidPattern);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for EventPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_one_word_and_a_hash_any_number() {
        let cases = [
            ("#", "auth.user.registered.v1", true),
            ("auth.#", "auth.user.registered.v1", true),
            ("auth.#", "auth", true),
            ("auth.#", "author.user.v1", false),
            ("auth.*", "auth.user.registered.v1", false),
            ("auth.*.*.v1", "auth.user.registered.v1", true),
            ("*.*.*.v1", "auth.user.registered.v2", false),
            ("#.registered.#", "auth.user.registered.v1", true),
            ("#.v1.#.v1", "auth.v1", false),
            ("#.v1.#.v1", "a.v1.v1", true),
            ("auth.user.registered.v1", "auth.user.registered.v1", true),
            ("auth.user.registered.v1", "auth.user.registered", false),
        ];
        for (pattern, event_type, expected) in cases {
            let matched = pattern.parse::<EventPattern>().unwrap().matches(event_type);
            assert_eq!(matched, expected, "{pattern} and {event_type}");
        }
    }

    #[test]
    fn many_hashes_take_no_longer() {
        let pattern: EventPattern = ["#"; 100].join(".").parse().unwrap();
        assert!(pattern.matches(&["word"; 1_000].join(".")));
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        let long = "a.".repeat(128) + "a";
        for text in [
            "",
            ".",
            "auth.",
            "auth..user",
            "auth*",
            "Auth",
            "a b",
            &long,
        ] {
            assert!(text.parse::<EventPattern>().is_err(), "{text:?}");
        }
    }
}
