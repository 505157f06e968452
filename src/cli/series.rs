//! The series of a world's history that tables and charts draw: values, each with the time from which it applies.

use crate::base::{Decimal, Time};
use crate::cloud::model::{FleetHistory, PoolHistory};

/// The spot price of a pool over time.
pub(super) fn spot_series(pool: &PoolHistory) -> Vec<(Time, Decimal)> {
    pool.prices.iter().map(|price| (price.time, price.spot)).collect()
}

/// The most units that a fleet ever wanted or had.
pub(super) fn most_units(fleet: &FleetHistory) -> Decimal {
    let wanted = fleet.targets.iter().map(|(_, target)| Decimal::from(*target));
    wanted.chain(fleet.units.iter().map(|(_, units)| *units)).max().unwrap_or_default()
}
