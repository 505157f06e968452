//! From rows at any moments to one value per hour.

use std::collections::BTreeMap;

use super::{PriceHistory, PriceHistoryError, PriceHistoryReader, Values};
use crate::base::wording::{counted, list};
use crate::base::{Hour, Time};
use crate::catalogue;
use crate::market::record::{MAX_RECORD_HOURS, PoolRecord};

impl PriceHistoryReader {
    /// The records of all pools, each from its first hour to the last hour of any pool.
    ///
    /// # Errors
    /// There is no row, or the rows span more than two years.
    pub fn finish(self) -> Result<PriceHistory, PriceHistoryError> {
        let times = || self.rows.values().flat_map(BTreeMap::keys);
        let (Some(first), Some(last)) = (times().min(), times().max()) else {
            let of_others = match self.other_products {
                0 => String::new(),
                rows => format!(": {} of other operating systems than Linux", counted(rows, "row")),
            };
            return Err(PriceHistoryError(format!("there is no price in {}{of_others}", list(&self.names))));
        };
        let hours = last.hour().0 - first.hour().0 + 1;
        if usize::try_from(hours).unwrap_or(usize::MAX) > MAX_RECORD_HOURS {
            return Err(PriceHistoryError(format!("from {first} to {last} it is longer than two years")));
        }
        let last = last.hour();
        let mut history = PriceHistory { other_products: self.other_products, ..PriceHistory::default() };
        for ((zone, instance_type), rows) in &self.rows {
            let known = catalogue::zone(zone).zip(catalogue::instance_type(instance_type));
            let Some((zone, instance_type)) = known else {
                history.unknown_pools.insert(format!("{instance_type} in {zone}"));
                continue;
            };
            let Some((first, _)) = rows.first_key_value() else { continue };
            history.series.push(PoolRecord {
                zone_id: zone.id.into(),
                instance_type: instance_type.name.into(),
                start: first.hour(),
                spot_price: hourly(rows, last, |values| values.spot_price).into(),
                spot: hourly(rows, last, |values| values.spot).into(),
                pay_as_you_go: hourly(rows, last, |values| values.pay_as_you_go).into(),
            });
        }
        Ok(history)
    }
}

/// One value per hour from the first row to the last hour: the one at the beginning of the hour, and before the first one
/// that one. Empty if no row has a value.
fn hourly<T: Copy>(rows: &BTreeMap<Time, Values>, last: Hour, of: impl Fn(&Values) -> Option<T>) -> Vec<T> {
    let changes: Vec<(Time, T)> = rows.iter().filter_map(|(at, values)| Some((*at, of(values)?))).collect();
    let (Some((_, first_value)), Some((first, _))) = (changes.first(), rows.first_key_value()) else {
        return Vec::new();
    };
    let mut current = *first_value;
    let mut next = changes.iter().peekable();
    let mut hours = Vec::new();
    for hour in first.hour().0..=last.0 {
        while let Some((_, value)) = next.next_if(|(at, _)| *at <= Hour(hour).start()) {
            current = *value;
        }
        hours.push(current);
    }
    hours
}
