//! Versions of aggregates, by which a change is meant for the state that its author has seen.

/// Which versions of an aggregate a change is meant for. A version is a number that every change
/// raises.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Expected {
    /// Whatever it is like now.
    #[default]
    Any,
    /// One of these.
    OneOf(Vec<u64>),
}

impl Expected {
    /// Whether the change is meant for this version.
    pub fn is_met_by(&self, version: u64) -> bool {
        match self {
            Self::Any => true,
            Self::OneOf(versions) => versions.contains(&version),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_meant_for_what_its_author_has_seen() {
        assert!(Expected::Any.is_met_by(7));
        assert!(Expected::OneOf(vec![6, 7]).is_met_by(7));
        assert!(!Expected::OneOf(vec![6]).is_met_by(7));
        assert!(!Expected::OneOf(vec![]).is_met_by(0));
    }
}
