//! Days of the calendar, in UTC.

use std::fmt;
use std::str::FromStr;

use ::time::{Date, Duration, Month, OffsetDateTime, UtcDateTime};
use serde::{Deserialize, Serialize};

use super::time::Timestamp;

/// A day in UTC, from 1970-01-01 to 9999-12-31. Written as RFC 3339 writes a date: `2026-11-02`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Day(Date);

impl Day {
    /// The day that a time lies in.
    pub fn of(time: Timestamp) -> Self {
        let nanos = i128::from(time.as_millis()) * 1_000_000;
        let time = OffsetDateTime::from_unix_timestamp_nanos(nanos)
            .expect("a timestamp lies in the years 1970 to 9999");
        Self(time.date())
    }

    /// Its first moment.
    pub fn start(self) -> Timestamp {
        let seconds = UtcDateTime::new(self.0, ::time::Time::MIDNIGHT).unix_timestamp();
        Timestamp::from_millis(seconds * 1_000)
    }

    /// The first moment that is no longer of it; of the last day that can be written, its end.
    pub fn end(self) -> Timestamp {
        self.start()
            .plus(std::time::Duration::from_secs(24 * 60 * 60))
    }

    /// The day so many days later, or the last that can be written.
    #[must_use]
    pub fn plus(self, days: u32) -> Self {
        let later = self.0.checked_add(Duration::days(days.into()));
        Self(later.unwrap_or(Date::MAX))
    }

    /// The day so many days earlier, or the first of 1970.
    #[must_use]
    pub fn minus(self, days: u32) -> Self {
        let first = Self::of(Timestamp::from_millis(0));
        let earlier = self.0.checked_sub(Duration::days(days.into()));
        earlier.map_or(first, |date| Self(date).max(first))
    }

    /// How many days later another day is; negative when it is earlier.
    pub fn until(self, other: Self) -> i64 {
        (other.0 - self.0).whole_days()
    }

    /// The first day of its month.
    #[must_use]
    pub fn first_of_month(self) -> Self {
        Self(self.0.replace_day(1).expect("every month has a first day"))
    }

    /// The first day of the month after its own, or the first of December 9999.
    #[must_use]
    pub fn first_of_next_month(self) -> Self {
        let (year, month) = (self.0.year(), self.0.month());
        let next = match month {
            Month::December => Date::from_calendar_date(year + 1, Month::January, 1),
            _ => Date::from_calendar_date(year, month.next(), 1),
        };
        next.map_or(self.first_of_month(), Self)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.0.to_calendar_date();
        write!(f, "{year:04}-{:02}-{day:02}", u8::from(month))
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

/// A text that is no date of the years 1970 to 9999.
#[derive(Debug, thiserror::Error)]
#[error("not a date such as 2026-11-02")]
pub struct InvalidDay;

impl FromStr for Day {
    type Err = InvalidDay;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() != 10 {
            return Err(InvalidDay);
        }
        // A date is a time without its time: so there is one reader of both.
        let start: Timestamp = format!("{text}T00:00:00Z")
            .parse()
            .map_err(|_| InvalidDay)?;
        Ok(Self::of(start))
    }
}

impl TryFrom<String> for Day {
    type Error = InvalidDay;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_holds_the_times_from_midnight_to_midnight() {
        let second: Timestamp = "2026-11-02T23:59:59.999Z".parse().unwrap();
        assert_eq!(Day::of(second), day("2026-11-02"));
        assert_eq!(
            day("2026-11-02").start().to_string(),
            "2026-11-02T00:00:00.000Z"
        );
        assert_eq!(day("2026-11-02").end(), day("2026-11-03").start());
        assert_eq!(
            serde_json::to_string(&day("1970-01-01")).unwrap(),
            "\"1970-01-01\""
        );
    }

    #[test]
    fn days_and_months_follow_each_other() {
        assert_eq!(day("2028-02-28").plus(2), day("2028-03-01"));
        assert_eq!(day("2026-01-01").minus(1), day("2025-12-31"));
        assert_eq!(day("1970-01-02").minus(5), day("1970-01-01"));
        assert_eq!(day("9999-12-30").plus(5), day("9999-12-31"));
        assert_eq!(day("2026-01-01").until(day("2026-12-31")), 364);
        assert_eq!(day("2026-12-31").first_of_month(), day("2026-12-01"));
        assert_eq!(day("2026-12-31").first_of_next_month(), day("2027-01-01"));
        assert_eq!(day("9999-12-31").first_of_next_month(), day("9999-12-01"));
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "2026-13-01",
            "2026-02-30",
            "1969-12-31",
            "26-11-02",
            "2026-11-2",
            "+2026-11-2",
        ] {
            assert!(text.parse::<Day>().is_err(), "{text}");
        }
        assert!("2026-11-02T00:00:00Z".parse::<Day>().is_err());
    }
}
