//! The member `series` of a scenario: what was recorded of pools, hour by hour (M8–M10).

use std::sync::Arc;

use super::sections::{each, pool, required};
use super::value_reader::{Members, ValuePath, ValueReader};
use crate::base::clock::Span;
use crate::base::{Hour, Time};
use crate::market::record::{MAX_RECORD_HOURS, PoolRecord};

pub(super) fn pool_record(at: &ValuePath<'_>, reader: &mut ValueReader) -> Option<PoolRecord> {
    const KEYS: [&str; 6] = ["zone_id", "instance_type", "start", "spot_price", "spot", "pay_as_you_go"];
    let members = reader.object(at, &KEYS)?;
    let pool = pool(&members, reader);
    let start = required(&members, "start", reader).cloned();
    let start = start.and_then(|at| start_hour(&at, reader));
    let record = |zone_id, instance_type, start, reader: &mut ValueReader| PoolRecord {
        zone_id,
        instance_type,
        start,
        spot_price: values(&members, "spot_price", reader, |at, reader| reader.price(Some(at))),
        spot: values(&members, "spot", reader, |at, reader| reader.count(Some(at))),
        pay_as_you_go: values(&members, "pay_as_you_go", reader, |at, reader| reader.count(Some(at))),
    };
    let (zone_id, instance_type) = pool?;
    Some(record(zone_id, instance_type, start?, reader))
}

/// A whole number of hours.
pub(super) fn offset(at: Option<&ValuePath<'_>>, reader: &mut ValueReader) -> Option<Span> {
    let at = at?;
    let span = reader.duration(at)?;
    if span.seconds() % Span::HOUR.seconds() == 0 {
        return Some(span);
    }
    let text = at.as_str().unwrap_or_default();
    reader.mistake(&at.path, format!("`{text}` is not a whole number of hours"), None);
    None
}

/// The beginning of an hour, as a time or since the start of the world.
fn start_hour(at: &ValuePath<'_>, reader: &mut ValueReader) -> Option<Hour> {
    let text = reader.string(Some(at))?;
    let Ok(time) = Time::parse_clock(text) else {
        let problem = format!("`{text}` is neither a time nor a duration since the start of the world");
        reader.mistake(&at.path, problem, Some("for example `2026-03-01T00:00:00Z`".to_owned()));
        return None;
    };
    if time.hour().start() == time {
        return Some(time.hour());
    }
    reader.mistake(&at.path, format!("`{text}` is not the beginning of an hour"), None);
    None
}

/// One value per hour: null would move the later ones, so it is a mistake.
fn values<T>(
    members: &Members<'_>,
    key: &str,
    reader: &mut ValueReader,
    read: impl Fn(&ValuePath<'_>, &mut ValueReader) -> Option<T>,
) -> Arc<[T]> {
    let given = members.get(key).and_then(|at| at.value().as_array()).map_or(0, Vec::len);
    let path = members.get(key).map(|at| at.path.clone()).unwrap_or_default();
    if given > MAX_RECORD_HOURS {
        reader.mistake(&path, format!("{given} values are more than {MAX_RECORD_HOURS}, two years"), None);
        return Arc::default();
    }
    if members
        .get(key)
        .and_then(|at| at.value().as_array())
        .is_some_and(|all| all.iter().any(serde_json::Value::is_null))
    {
        reader.mistake(&path, "a value is null".to_owned(), Some("every hour has a value".to_owned()));
        return Arc::default();
    }
    each(members, key, reader, read).into()
}
