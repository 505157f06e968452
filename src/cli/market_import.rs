//! `market import`: makes the member `series` of a scenario of recorded prices.

use clap::ArgMatches;
use serde_json::{Value, json};

use super::file::read;
use super::output::{Failure, Output};
use crate::base::json::number;
use crate::base::wording::counted;
use crate::base::{Hour, Time};
use crate::market::{PoolRecord, PriceHistoryReader};

/// A longer text is no price history of the CLIs.
const MAX_BYTES: u64 = 512 << 20;
/// More are only counted.
const MAX_NAMED: usize = 5;

/// Prints a scenario with the records of all files.
pub(super) fn run(matches: &ArgMatches, output: &mut Output) -> Result<(), Failure> {
    let mut reader = PriceHistoryReader::default();
    for file in matches.get_many::<String>("files").into_iter().flatten() {
        let name = if file == "-" { "stdin" } else { file };
        let text = read(file, MAX_BYTES).map_err(|error| Failure::new(format!("{name} cannot be read: {error}")))?;
        reader.add(name, &text).map_err(|error| Failure::new(error.to_string()))?;
    }
    let history = reader.finish().map_err(|error| Failure::new(error.to_string()))?;
    let unknown: Vec<&str> = history.unknown_pools.iter().map(String::as_str).collect();
    if history.series.is_empty() {
        return Err(Failure::new(format!("none of the pools is simulated: {}", named(&unknown))));
    }
    if !unknown.is_empty() {
        output.error(&format!("note: pools that are not simulated are left out: {}\n", named(&unknown)));
    }
    if history.other_products > 0 {
        let rows = counted(history.other_products, "row");
        output.error(&format!("note: {rows} of other operating systems than Linux are left out\n"));
    }
    let moved = matches.get_one::<Time>("start").map_or(0, |start| {
        let first = history.series.iter().map(|record| record.start.0).min().unwrap_or(0);
        start.hour().0 - first
    });
    let series: Vec<Value> = history.series.iter().map(|record| to_json(record, moved)).collect();
    // It is a scenario, whose reader refuses the version that other JSON begins with.
    output.line(&format!("{:#}", json!({ "series": series })));
    Ok(())
}

fn named(pools: &[&str]) -> String {
    let listed = pools.iter().take(MAX_NAMED).copied().collect::<Vec<_>>().join(", ");
    match pools.len().checked_sub(MAX_NAMED).filter(|more| *more > 0) {
        Some(more) => format!("{listed} and {}", counted(more, "more pool")),
        None => listed,
    }
}

/// A record that begins this many hours later.
fn to_json(record: &PoolRecord, moved_hours: i64) -> Value {
    let mut json = json!({
        "zone_id": record.zone_id.as_str(),
        "instance_type": record.instance_type.as_str(),
        "start": Hour(record.start.0 + moved_hours).start().to_string(),
    });
    let prices: Vec<Value> = record.spot_price.iter().map(|price| number(*price)).collect();
    let mut add = |name: &str, values: Vec<Value>| {
        if !values.is_empty() {
            json[name] = Value::Array(values);
        }
    };
    add("spot_price", prices);
    add("spot", record.spot.iter().map(|count| Value::from(*count)).collect());
    add("pay_as_you_go", record.pay_as_you_go.iter().map(|count| Value::from(*count)).collect());
    json
}
