//! Points in time on the wire.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};

/// A point in time in UTC, to the millisecond; RFC 3339 on the wire (`2025-11-02T10:30:00Z`).
///
/// Holds the years 0 to 9999, which RFC 3339 can write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(OffsetDateTime);

impl Timestamp {
    /// The time which lies `millis` milliseconds after 1970-01-01T00:00:00Z, or `None` outside of
    /// the years 0 to 9999.
    pub fn from_unix_millis(millis: i64) -> Option<Self> {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000)
            .ok()
            .and_then(Self::new)
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub fn unix_millis(self) -> i64 {
        self.0.unix_timestamp() * 1000 + i64::from(self.0.millisecond())
    }

    /// Moves a time to UTC and cuts it to the millisecond; `None` outside of the years 0 to 9999.
    pub fn new(time: OffsetDateTime) -> Option<Self> {
        let utc = time.checked_to_offset(UtcOffset::UTC)?;
        let millisecond = utc.millisecond();
        let utc = utc.replace_millisecond(millisecond).ok()?;
        (0..=9999).contains(&utc.year()).then_some(Self(utc))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.format(&Rfc3339).map_err(|_| fmt::Error)?)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = self.0.format(&Rfc3339).map_err(serde::ser::Error::custom)?;
        serializer.serialize_str(&text)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        OffsetDateTime::parse(&text, &Rfc3339)
            .ok()
            .and_then(Self::new)
            .ok_or_else(|| serde::de::Error::custom("expected an RFC 3339 date and time"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Timestamp, serde_json::Error> {
        serde_json::from_value(serde_json::Value::from(text))
    }

    #[test]
    fn is_written_in_utc_to_the_millisecond() {
        assert_eq!(
            read("2025-11-02T10:30:00Z").unwrap().to_string(),
            "2025-11-02T10:30:00Z"
        );
        let shifted = read("2025-11-02T12:30:00.123456789+02:00").unwrap();
        assert_eq!(shifted.to_string(), "2025-11-02T10:30:00.123Z");
        assert_eq!(
            Timestamp::from_unix_millis(shifted.unix_millis()),
            Some(shifted)
        );
    }

    #[test]
    fn the_edges_of_the_calendar_are_errors_and_no_panics() {
        assert!(read("9999-12-31T23:59:59-23:59").is_err());
        assert!(read("0000-01-01T00:00:00+23:59").is_err());
        assert!(read("2025-02-30T00:00:00Z").is_err());
        assert!(read("yesterday").is_err());
        assert_eq!(Timestamp::from_unix_millis(i64::MAX), None);
        assert_eq!(Timestamp::from_unix_millis(i64::MIN), None);
    }
}
