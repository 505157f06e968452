//! The series of a world's history that tables and charts draw: values, each with the time from which it applies.

use crate::base::{Decimal, Time};
use crate::cloud::model::{FleetHistory, PoolHistory};

/// The spot price of a pool over time.
pub(super) fn spot_series(pool: &PoolHistory) -> Vec<(Time, Decimal)> {
    pool.prices.iter().map(|price| (price.time, price.spot)).collect()
}

/// The number of running instances of a group or a reservation over time.
pub(super) fn instance_series(owner: &FleetHistory) -> Vec<(Time, Decimal)> {
    owner.instances.iter().map(|(time, count)| (*time, Decimal::from(*count))).collect()
}
