//! Typed ids over UUIDv7 (RFC 9562), made from an injected clock and random source.

use uuid::{Builder, Uuid};

use super::random::Entropy;
use super::time::Timestamp;

/// An id of one kind of thing.
pub trait TypedId: From<Uuid> + Copy {
    /// The UUID within.
    fn uuid(self) -> Uuid;

    /// A new UUIDv7: 48 bits of time in milliseconds, then 74 random bits.
    fn generate(now: Timestamp, entropy: &dyn Entropy) -> Self {
        let mut random = [0; 10];
        entropy.fill(&mut random);
        let millis = now.as_millis().unsigned_abs();
        Self::from(Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
    }

    /// When the id was made, if it is a UUIDv7.
    fn created_at(self) -> Option<Timestamp> {
        let uuid = self.uuid();
        let millis = (uuid.as_u128() >> 80) as u64;
        (uuid.get_version_num() == 7)
            .then(|| Timestamp::from_millis(i64::try_from(millis).unwrap_or(i64::MAX)))
    }
}

/// Defines typed ids: newtypes of `Uuid` which are written and read as hyphenated lower case.
#[macro_export]
macro_rules! typed_ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(::serde::Serialize, ::serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(::uuid::Uuid);

        impl From<::uuid::Uuid> for $name {
            fn from(uuid: ::uuid::Uuid) -> Self {
                Self(uuid)
            }
        }

        impl $crate::kernel::id::TypedId for $name {
            fn uuid(self) -> ::uuid::Uuid {
                self.0
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::kernel::id::InvalidId;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match ::uuid::Uuid::try_parse(text) {
                    Ok(uuid) => Ok(Self(uuid)),
                    Err(_) => Err($crate::kernel::id::InvalidId),
                }
            }
        }
    )+};
}

/// A text that is no UUID.
#[derive(Debug, thiserror::Error)]
#[error("not a UUID")]
pub struct InvalidId;

typed_ids! {
    /// The id of an event, by which consumers know it again.
    EventId,
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Sevens;

    impl Entropy for Sevens {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(0x77);
        }
    }

    #[test]
    fn an_id_is_a_version_7_uuid_of_the_clock() {
        let now = Timestamp::from_millis(1_762_079_400_123);
        let id = EventId::generate(now, &Sevens);
        assert_eq!(id.uuid().get_version_num(), 7);
        assert_eq!(id.created_at(), Some(now));
        assert_eq!(id.to_string().parse::<EventId>().unwrap(), id);
    }

    #[test]
    fn a_random_uuid_tells_no_time() {
        let id: EventId = "4b1d1f4e-6a57-4d54-b3f8-2a0d3a1f0c11".parse().unwrap();
        assert_eq!(id.created_at(), None);
        assert!("4b1d1f4e".parse::<EventId>().is_err());
    }
}
