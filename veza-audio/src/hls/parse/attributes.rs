//! Attribute lists (RFC 8216, 4.2).

/// What is wrong with an attribute list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttributeProblem {
    /// It is not `NAME=value,NAME=value`.
    Syntax(String),
    /// A name stands in it twice.
    Duplicate(String),
    /// A value is not of the attribute's type.
    Type {
        /// The attribute.
        name: String,
        /// What stands there.
        seen: String,
        /// What it should be.
        expected: &'static str,
    },
    /// An attribute that has to be there is not.
    Missing(&'static str),
}

/// The attributes of a tag, in their order. Values are kept as they stand, quotes included.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attributes {
    items: Vec<(String, String)>,
}

/// The most attributes of one tag that are read.
const MAX_ATTRIBUTES: usize = 64;

impl Attributes {
    /// Reads a list. What cannot be read ends it; the problems say where.
    pub fn parse(text: &str) -> (Self, Vec<AttributeProblem>) {
        let mut items: Vec<(String, String)> = Vec::new();
        let mut problems = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            match one(rest) {
                Err(reason) => {
                    problems.push(AttributeProblem::Syntax(reason));
                    break;
                }
                Ok((name, value, after)) => {
                    if items.iter().any(|(known, _)| known == name) {
                        problems.push(AttributeProblem::Duplicate(name.to_owned()));
                    } else if items.len() < MAX_ATTRIBUTES {
                        items.push((name.to_owned(), value.to_owned()));
                    }
                    rest = after;
                }
            }
        }
        if text.is_empty() {
            problems.push(AttributeProblem::Syntax("it is empty".to_owned()));
        }
        (Self { items }, problems)
    }

    /// Names and values, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.items.iter().map(|(name, value)| (&**name, &**value))
    }

    /// The value of an attribute as it stands.
    pub fn raw(&self, name: &str) -> Option<&str> {
        self.iter()
            .find_map(|(known, value)| (known == name).then_some(value))
    }

    /// A quoted string, without its quotes.
    ///
    /// # Errors
    /// [`AttributeProblem::Type`] for a value without quotes.
    pub fn quoted(&self, name: &str) -> Result<Option<&str>, AttributeProblem> {
        match self.raw(name) {
            None => Ok(None),
            Some(text) => text
                .strip_prefix('"')
                .and_then(|text| text.strip_suffix('"'))
                .map(Some)
                .ok_or_else(|| type_problem(name, text, "a quoted string")),
        }
    }

    /// A decimal integer, of at most 20 digits.
    ///
    /// # Errors
    /// [`AttributeProblem::Type`] for anything else.
    pub fn integer(&self, name: &str) -> Result<Option<u64>, AttributeProblem> {
        self.typed(name, "a decimal integer", |text| {
            let digits = text.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| text.parse().ok()).flatten()
        })
    }

    /// A decimal floating-point number without a sign.
    ///
    /// # Errors
    /// [`AttributeProblem::Type`] for anything else.
    pub fn float(&self, name: &str) -> Result<Option<f64>, AttributeProblem> {
        self.typed(name, "a decimal number", decimal)
    }

    /// An enumerated string: letters, digits and `-`, without quotes.
    ///
    /// # Errors
    /// [`AttributeProblem::Type`] for a quoted string.
    pub fn enumerated(&self, name: &str) -> Result<Option<&str>, AttributeProblem> {
        match self.raw(name) {
            Some(text) if text.starts_with('"') => {
                Err(type_problem(name, text, "a word without quotes"))
            }
            other => Ok(other),
        }
    }

    /// A sequence of 128 bits in hexadecimal.
    ///
    /// # Errors
    /// [`AttributeProblem::Type`] for anything else.
    pub fn hexadecimal_128(&self, name: &str) -> Result<Option<[u8; 16]>, AttributeProblem> {
        self.typed(name, "0x and up to 32 hexadecimal digits", |text| {
            let digits = text
                .strip_prefix("0x")
                .or_else(|| text.strip_prefix("0X"))?;
            let hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            let value = u128::from_str_radix(digits, 16).ok()?;
            hex.then_some(value.to_be_bytes())
        })
    }

    fn typed<T>(
        &self,
        name: &str,
        expected: &'static str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, AttributeProblem> {
        match self.raw(name) {
            None => Ok(None),
            Some(text) => match read(text) {
                Some(value) => Ok(Some(value)),
                None => Err(type_problem(name, text, expected)),
            },
        }
    }
}

/// A decimal number as playlists have it: digits, perhaps a point and digits.
pub(super) fn decimal(text: &str) -> Option<f64> {
    let plain = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    let value: f64 = plain.then(|| text.parse().ok()).flatten()?;
    value.is_finite().then_some(value)
}

fn type_problem(name: &str, seen: &str, expected: &'static str) -> AttributeProblem {
    AttributeProblem::Type {
        name: name.to_owned(),
        seen: excerpt(seen),
        expected,
    }
}

/// The first attribute, and what comes after it and its comma.
fn one(text: &str) -> Result<(&str, &str, &str), String> {
    let Some((name, after)) = text.split_once('=') else {
        return Err(format!("{:?} has no `=`", excerpt(text)));
    };
    let letters = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-';
    if name.is_empty() || !name.bytes().all(letters) {
        return Err(format!("{:?} is no name of an attribute", excerpt(name)));
    }
    let end = if let Some(quoted) = after.strip_prefix('"') {
        match quoted.find('"') {
            Some(end) => end + 2,
            None => return Err(format!("the quotes of {name} do not end")),
        }
    } else {
        after.find(',').unwrap_or(after.len())
    };
    let (value, rest) = after.split_at(end);
    if value.is_empty() || (!value.starts_with('"') && value.contains(['"', ' ', '\t'])) {
        return Err(format!("{name} has the value {:?}", excerpt(value)));
    }
    match rest.strip_prefix(',') {
        Some("") => Err("it ends with a comma".to_owned()),
        Some(rest) => Ok((name, value, rest)),
        None if rest.is_empty() => Ok((name, value, rest)),
        None => Err(format!("{:?} comes after {name}", excerpt(rest))),
    }
}

/// At most so much of a stranger's text as a message needs.
pub(in crate::hls) fn excerpt(text: &str) -> String {
    const MOST: usize = 80;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_in_its_order() {
        let (list, problems) = Attributes::parse(
            "BANDWIDTH=128000,CODECS=\"mp4a.40.2,fLaC\",X-A=0x1F,SCORE=1.5,T=YES",
        );
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(list.iter().count(), 5);
        assert_eq!(list.integer("BANDWIDTH"), Ok(Some(128_000)));
        assert_eq!(list.quoted("CODECS"), Ok(Some("mp4a.40.2,fLaC")));
        assert_eq!(list.hexadecimal_128("X-A").unwrap().unwrap()[15], 0x1F);
        assert_eq!(list.float("SCORE"), Ok(Some(1.5)));
        assert_eq!(list.enumerated("T"), Ok(Some("YES")));
        assert_eq!(list.integer("ABSENT"), Ok(None));
    }

    #[test]
    fn what_is_no_list_is_told() {
        for text in [
            "", "A", "a=1", "A=", "A=1,", "A=\"x", "A=\"x\"y", "A=1 2", "=1", "A=1,,B=2",
            "A=x\"y\"",
        ] {
            let (_, problems) = Attributes::parse(text);
            assert!(
                matches!(problems[..], [AttributeProblem::Syntax(_)]),
                "{text:?}: {problems:?}"
            );
        }
        let (list, problems) = Attributes::parse("A=1,B=2,A=3");
        assert_eq!(problems, [AttributeProblem::Duplicate("A".to_owned())]);
        assert_eq!(list.raw("A"), Some("1"));
    }

    #[test]
    fn another_type_is_told_with_what_was_seen() {
        let (list, _) = Attributes::parse("A=\"1\",B=x,C=-1,D=1e5,E=0xZ,F=99999999999999999999999");
        assert!(list.integer("A").is_err() && list.quoted("B").is_err());
        assert!(list.integer("C").is_err() && list.float("C").is_err());
        assert!(list.float("D").is_err() && list.hexadecimal_128("E").is_err());
        assert!(list.integer("F").is_err() && list.enumerated("A").is_err());
    }
}
