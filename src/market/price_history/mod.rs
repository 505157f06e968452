//! Reads recorded spot prices: what `aws ec2 describe-spot-price-history` and `aliyun ecs DescribeSpotPriceHistory` print,
//! and CSV with a heading (M8).

mod csv; // comma-separated rows
mod hourly; // from rows to one value per hour
mod json; // what the services' CLIs print
#[cfg(test)]
mod tests;
mod values; // times, prices and numbers in texts

use std::collections::{BTreeMap, BTreeSet};

use super::record::PoolRecord;
use crate::base::{Decimal, Time};

/// Recorded prices, hour by hour.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PriceHistory {
    /// Sorted by zone and type.
    pub series: Vec<PoolRecord>,
    /// Pools that are not simulated, as `type in zone`.
    pub unknown_pools: BTreeSet<String>,
    /// Rows of other operating systems than Linux, which have other prices.
    pub other_products: usize,
}

/// A file that is no price history; lines count from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PriceHistoryError(String);

/// Prices and supply of one pool at one moment.
#[derive(Clone, Copy, Debug, Default)]
struct Values {
    spot_price: Option<Decimal>,
    spot: Option<u32>,
    pay_as_you_go: Option<u32>,
}

/// The rows of all files, by pool and moment.
#[derive(Debug, Default)]
pub struct PriceHistoryReader {
    /// The files, as errors name them.
    names: Vec<String>,
    rows: BTreeMap<(String, String), BTreeMap<Time, Values>>,
    other_products: usize,
}

impl PriceHistoryReader {
    /// Adds the rows of a file, whose name stands in errors.
    ///
    /// # Errors
    /// The first mistake, with its line and its member or column.
    pub fn add(&mut self, name: &str, text: &str) -> Result<(), PriceHistoryError> {
        self.names.push(name.to_owned());
        if text.trim_start().starts_with(['{', '[']) { self.add_json(name, text) } else { self.add_csv(name, text) }
    }

    /// Adds what a row says of a pool, given by zone and type; of two rows of one moment the later one wins.
    fn add_values(&mut self, pool: (String, String), at: Time, values: Values) {
        let known = self.rows.entry(pool).or_default().entry(at).or_default();
        *known = Values {
            spot_price: values.spot_price.or(known.spot_price),
            spot: values.spot.or(known.spot),
            pay_as_you_go: values.pay_as_you_go.or(known.pay_as_you_go),
        };
    }
}
