//! Times, prices and numbers in texts; an error is a sentence without a full stop.

use crate::base::{Decimal, Time};

pub(super) fn time(text: &str) -> Result<Time, String> {
    Time::parse_rfc3339(text).map_err(|_| format!("`{text}` is not a time such as 2026-03-01T00:00:00Z"))
}

pub(super) fn price(text: &str) -> Result<Decimal, String> {
    let number = text.parse::<Decimal>().ok().filter(|price| *price > Decimal::ZERO && !text.contains('_'));
    number.ok_or_else(|| format!("`{text}` is not a price above 0"))
}

pub(super) fn supply(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| format!("`{text}` is not a number of instances"))
}
