//! Time and fresh ids, which the engine takes as arguments.

use time::OffsetDateTime;
use uuid::Uuid;
use veza_chat::Timestamp;

/// The time now.
pub(crate) fn now() -> Timestamp {
    Timestamp::new(OffsetDateTime::now_utc()).expect("the clock shows a year before 10000")
}

/// A new UUIDv7 (RFC 9562): unique, and in the order of its making.
pub(crate) fn fresh_id() -> Uuid {
    Uuid::now_v7()
}

/// The first epoch of a hub which starts now: microseconds, above those of every hub before it.
pub(crate) fn first_epoch() -> u64 {
    let micros = OffsetDateTime::now_utc().unix_timestamp_nanos() / 1000;
    u64::try_from(micros).unwrap_or_default()
}
