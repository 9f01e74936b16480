//! Points in time, and the port that tells the present one.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use ::time::OffsetDateTime;
use ::time::format_description::well_known::Rfc3339;
use serde::{Deserialize, Serialize};

/// A point in time, to the millisecond, in UTC. Written as RFC 3339: `2026-11-02T10:30:00.123Z`.
///
/// Milliseconds are what UUIDv7 holds and what every store keeps exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Timestamp(i64);

/// 9999-12-31T23:59:59.999Z, the last that RFC 3339 can write.
const LAST_MILLIS: i64 = 253_402_300_799_999;

impl Timestamp {
    /// From milliseconds since 1970-01-01T00:00:00Z. What lies outside of the years 1970 to 9999
    /// becomes the nearest end.
    pub const fn from_millis(millis: i64) -> Self {
        if millis < 0 {
            Self(0)
        } else if millis > LAST_MILLIS {
            Self(LAST_MILLIS)
        } else {
            Self(millis)
        }
    }

    /// Milliseconds since 1970-01-01T00:00:00Z; never negative.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, as JWT writes times (RFC 7519, NumericDate).
    pub const fn as_seconds(self) -> i64 {
        self.0 / 1000
    }

    /// This much later.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        Self::from_millis(self.0.saturating_add(millis))
    }

    /// This much earlier.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        Self::from_millis(self.0.saturating_sub(millis))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000_000)
            .map_err(|_| fmt::Error)?;
        let (hour, minute, second, milli) = time.time().as_hms_milli();
        let (year, month, day) = time.to_calendar_date();
        let month = u8::from(month);
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z"
        )
    }
}

impl From<Timestamp> for String {
    fn from(time: Timestamp) -> Self {
        time.to_string()
    }
}

/// A text that is not an RFC 3339 time of the years 1970 to 9999.
#[derive(Debug, thiserror::Error)]
#[error("not a time as RFC 3339 writes it, such as 2026-11-02T10:30:00Z")]
pub struct InvalidTimestamp;

impl FromStr for Timestamp {
    type Err = InvalidTimestamp;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let time = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| InvalidTimestamp)?;
        let millis = time.unix_timestamp_nanos().div_euclid(1_000_000);
        match i64::try_from(millis) {
            Ok(millis @ 0..=LAST_MILLIS) => Ok(Self(millis)),
            _ => Err(InvalidTimestamp),
        }
    }
}

impl TryFrom<String> for Timestamp {
    type Error = InvalidTimestamp;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The present time. It may step back, as wall clocks do; nothing that has to be exclusive
    /// may rest on it alone.
    fn now(&self) -> Timestamp;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_and_read_back_to_the_millisecond() {
        let time = Timestamp::from_millis(1_762_079_400_123);
        assert_eq!(time.to_string(), "2025-11-02T10:30:00.123Z");
        assert_eq!(
            "2025-11-02T11:30:00.123+01:00"
                .parse::<Timestamp>()
                .unwrap(),
            time
        );
        assert_eq!(
            serde_json::to_string(&time).unwrap(),
            "\"2025-11-02T10:30:00.123Z\""
        );
    }

    #[test]
    fn every_time_that_can_be_made_can_be_written() {
        for millis in [i64::MIN, -1, 0, i64::MAX] {
            let time = Timestamp::from_millis(millis);
            assert_eq!(time.to_string().parse::<Timestamp>().unwrap(), time);
        }
    }

    #[test]
    fn times_before_1970_and_nonsense_are_refused() {
        for text in [
            "1969-12-31T23:59:59Z",
            "yesterday",
            "",
            "2025-13-01T00:00:00Z",
        ] {
            assert!(text.parse::<Timestamp>().is_err(), "{text}");
        }
    }
}
