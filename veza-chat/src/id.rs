//! Identifiers on the wire: short opaque strings, checked once at the door.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// The longest identifier, in bytes: room for a UUID, a prefix and some taste.
pub const MAX_ID_BYTES: usize = 64;

/// Why a string is not an identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// The string is empty.
    #[error("an identifier must not be empty")]
    Empty,
    /// The string is longer than [`MAX_ID_BYTES`].
    #[error("an identifier has at most {MAX_ID_BYTES} bytes, this one has {0}")]
    TooLong(usize),
    /// A character outside `A-Z a-z 0-9 - _ . : ~`.
    #[error("an identifier has only the characters A-Z a-z 0-9 - _ . : ~, not {0:?}")]
    Character(char),
}

fn check(text: &str) -> Result<(), IdError> {
    if text.is_empty() {
        return Err(IdError::Empty);
    }
    if text.len() > MAX_ID_BYTES {
        return Err(IdError::TooLong(text.len()));
    }
    // URL-safe and free of quotes and control characters: an identifier can go into a log line, a
    // path or a key of another system as it is.
    match text
        .chars()
        .find(|c| !(c.is_ascii_alphanumeric() || "-_.:~".contains(*c)))
    {
        Some(character) => Err(IdError::Character(character)),
        None => Ok(()),
    }
}

macro_rules! opaque_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        ///
        /// One to [`MAX_ID_BYTES`] characters of `A-Z a-z 0-9 - _ . : ~`; cheap to clone.
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Checks a string and takes it as an identifier.
            ///
            /// # Errors
            /// [`IdError`] when it is empty, too long or has a character which is not allowed.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                check(text)?;
                Ok(Self(text.into()))
            }

            /// The identifier as it stands on the wire.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                let mut buffer = Uuid::encode_buffer();
                let text: &str = id.as_hyphenated().encode_lower(&mut buffer);
                Self(text.into())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}

opaque_id! {
    /// A room: the unit of order and of delivery.
    RoomId
}
opaque_id! {
    /// A message, named by the server.
    MessageId
}
opaque_id! {
    /// A message, named by the client before it is sent: what makes a retry safe.
    ClientMessageId
}
opaque_id! {
    /// A user, named by whoever issues the tokens.
    UserId
}
opaque_id! {
    /// Pairs an answer with its request; never an idempotency key.
    RequestId
}

/// One connection of one user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SessionId(
    /// The value, made by the shell which accepted the connection.
    pub Uuid,
);

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_identifiers_of_the_specification_are_accepted() {
        for text in [
            "room-123",
            "a",
            "user:7.x~y_Z",
            "019a3f5e-0000-7000-8000-000000000001",
        ] {
            assert_eq!(RoomId::parse(text).unwrap().as_str(), text);
        }
        assert_eq!(
            RoomId::parse(&"x".repeat(MAX_ID_BYTES))
                .unwrap()
                .as_str()
                .len(),
            MAX_ID_BYTES
        );
    }

    #[test]
    fn what_is_empty_long_or_strange_is_refused_by_name() {
        assert_eq!(RoomId::parse(""), Err(IdError::Empty));
        assert_eq!(RoomId::parse(&"x".repeat(65)), Err(IdError::TooLong(65)));
        for (text, character) in [("a b", ' '), ("a\nb", '\n'), ("a/b", '/'), ("é", 'é')] {
            assert_eq!(RoomId::parse(text), Err(IdError::Character(character)));
        }
    }

    #[test]
    fn a_uuid_becomes_its_lower_case_hyphenated_form() {
        let id = MessageId::from(Uuid::from_u128(0xABC));
        assert_eq!(id.as_str(), "00000000-0000-0000-0000-000000000abc");
    }
}
