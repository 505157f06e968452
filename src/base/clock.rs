//! Simulated time. A world starts at [`Time::START`]; nothing here reads the wall clock.

use std::fmt;

use jiff::civil::DateTime;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// A moment of simulated time, in whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Time(i64);

/// Whole hours since [`Time::START`]; prices and supply are constant within an hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hour(pub i64);

/// A span of simulated time, in whole seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Span(i64);

/// A clock argument is neither a time nor a duration.
#[derive(Debug, thiserror::Error)]
#[error(
    "`{text}` is neither a time (`2026-01-01T06:30:00Z`), a duration since the start of the world (`6h30m`), nor `system`"
)]
pub struct ClockError {
    text: String,
}

const SECONDS_PER_HOUR: i64 = 3_600;

impl Time {
    /// 2026-01-01T00:00:00Z, the time at which every world begins.
    pub const START: Self = Self(1_767_225_600);

    #[must_use]
    pub const fn from_unix_seconds(seconds: i64) -> Self {
        Self(seconds)
    }

    #[must_use]
    pub const fn unix_seconds(self) -> i64 {
        self.0
    }

    /// The hour that contains this moment; negative before the start of the world.
    #[must_use]
    pub const fn hour(self) -> Hour {
        Hour((self.0 - Self::START.0).div_euclid(SECONDS_PER_HOUR))
    }

    #[must_use]
    pub const fn since(self, earlier: Self) -> Span {
        Span(self.0 - earlier.0)
    }

    #[must_use]
    pub const fn plus(self, span: Span) -> Self {
        Self(self.0 + span.0)
    }

    #[must_use]
    pub const fn minus(self, span: Span) -> Self {
        Self(self.0 - span.0)
    }

    /// Reads an RFC 3339 time (any offset; fractions of a second are cut off).
    ///
    /// # Errors
    /// When the text is not an RFC 3339 time with a time zone offset.
    pub fn parse_rfc3339(text: &str) -> Result<Self, ClockError> {
        // jiff cannot represent the last days of 9999: they are read as its last moment.
        let last_moment = || text.strip_suffix('Z')?.parse::<DateTime>().ok().map(|_| Timestamp::MAX);
        let timestamp = text.parse().ok().or_else(last_moment).ok_or_else(|| ClockError { text: text.to_owned() })?;
        Ok(Self(timestamp.as_second()))
    }

    /// Whether the time can be written as RFC 3339: it lies before the year 10000.
    #[must_use]
    pub fn is_representable(self) -> bool {
        Timestamp::from_second(self.0).is_ok()
    }

    /// Reads a value of the `clock` argument other than `system`: an RFC 3339 time, or a duration since the start.
    ///
    /// # Errors
    /// When the text is neither.
    pub fn parse_clock(text: &str) -> Result<Self, ClockError> {
        Self::parse_rfc3339(text).or_else(|error| {
            let time = Span::parse(text).map(|span| Self::START.plus(span));
            time.ok().filter(|time| time.is_representable()).ok_or(error)
        })
    }
}

impl fmt::Display for Time {
    /// `2026-01-01T06:30:00Z`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Timestamp::from_second(self.0) {
            Ok(timestamp) => timestamp.fmt(f),
            Err(_) => write!(f, "{}s", self.0),
        }
    }
}

impl Hour {
    /// The moment this hour begins.
    #[must_use]
    pub const fn start(self) -> Time {
        Time(Time::START.0 + self.0 * SECONDS_PER_HOUR)
    }

    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl Span {
    pub const ZERO: Self = Self(0);
    pub const HOUR: Self = Self(SECONDS_PER_HOUR);

    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds)
    }

    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0
    }

    /// Reads a duration that is not negative: `6h30m`, `0s`, `2d`; fractions of a second are cut off.
    ///
    /// # Errors
    /// When the text is not a duration, or a negative one.
    pub fn parse(text: &str) -> Result<Self, ClockError> {
        let error = || ClockError { text: text.to_owned() };
        let (days, rest) = match text.split_once('d') {
            Some((days, rest)) => (days.trim().parse::<i64>().map_err(|_| error())?, rest.trim()),
            None => (0, text),
        };
        let clock: SignedDuration = if rest.is_empty() && text.contains('d') {
            SignedDuration::ZERO
        } else {
            rest.parse().map_err(|_| error())?
        };
        let seconds = days.checked_mul(86_400).and_then(|d| d.checked_add(clock.as_secs())).ok_or_else(error)?;
        // At most a hundred thousand years, so that no later sum overflows an i64.
        if (0..=3_155_760_000_000).contains(&seconds) { Ok(Self(seconds)) } else { Err(error()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_start_is_new_year_2026() {
        assert_eq!(Time::START.to_string(), "2026-01-01T00:00:00Z");
        assert_eq!(Time::START.hour(), Hour(0));
    }

    #[test]
    fn a_clock_is_a_time_or_a_duration_since_the_start() {
        for (text, expected) in [
            ("6h30m", "2026-01-01T06:30:00Z"),
            ("0s", "2026-01-01T00:00:00Z"),
            ("2d", "2026-01-03T00:00:00Z"),
            ("1d12h", "2026-01-02T12:00:00Z"),
            ("2026-02-01T00:00:00+01:00", "2026-01-31T23:00:00Z"),
        ] {
            assert_eq!(Time::parse_clock(text).unwrap().to_string(), expected, "{text}");
        }
        for text in ["", "six hours", "-1h", "2026-01-01", "9999999999999h", "d", "3000000d"] {
            assert!(Time::parse_clock(text).is_err(), "{text}");
        }
    }
}
