//! Day and week: the share of the spot supply that the people of a region leave over at a local hour (M4).

use crate::base::Hour;

/// Percent of the mean supply, by local hour of Monday to Friday.
const WORKING_DAY_PERCENT: [i64; 24] =
    [104, 104, 104, 104, 104, 104, 103, 100, 94, 85, 84, 84, 85, 84, 84, 84, 84, 85, 88, 92, 97, 100, 102, 104];

/// Percent of the mean supply, by local hour of Saturday and Sunday.
const WEEKEND_PERCENT: [i64; 24] = [
    113, 113, 113, 113, 113, 113, 113, 112, 110, 108, 107, 107, 107, 107, 107, 107, 107, 108, 109, 110, 111, 112, 113,
    113,
];

/// Days from Monday to the Thursday on which every world begins.
const FIRST_WEEKDAY: i64 = 3;

/// The spot supply of an hour in percent of its mean.
pub(super) fn percent(hour: Hour, utc_offset_hours: i64) -> i64 {
    let local = hour.0 + utc_offset_hours;
    let weekday = (local.div_euclid(24) + FIRST_WEEKDAY).rem_euclid(7);
    let table = if weekday < 5 { WORKING_DAY_PERCENT } else { WEEKEND_PERCENT };
    usize::try_from(local.rem_euclid(24)).map_or(100, |hour| table[hour])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Time;

    fn at(time: &str, utc_offset_hours: i64) -> i64 {
        percent(Time::parse_rfc3339(time).unwrap().hour(), utc_offset_hours)
    }

    #[test]
    fn m4_local_hours_and_weekdays_count() {
        // 2026-01-05 is a Monday.
        assert_eq!(at("2026-01-05T02:00:00Z", 8), WORKING_DAY_PERCENT[10]);
        assert_eq!(at("2026-01-05T02:00:00Z", -5), WEEKEND_PERCENT[21]);
        assert_eq!(at("2025-12-27T12:00:00Z", 0), WEEKEND_PERCENT[12]);
        assert_eq!(at("2026-01-02T23:00:00Z", 0), WORKING_DAY_PERCENT[23]);
        assert_eq!(at("2026-01-03T00:00:00Z", 0), WEEKEND_PERCENT[0]);
    }

    #[test]
    fn m4_a_week_is_a_hundred_percent_in_the_mean() {
        let sum: i64 = (0..168).map(|hour| percent(Hour(hour), 0)).sum();
        assert!((98..=101).contains(&(sum / 168)), "{sum}");
    }
}
