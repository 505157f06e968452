//! Whether capacity that is missing could be launched at a moment, and how much of it (W6, G12).

use super::reclaim::PoolState;
use crate::base::money::rounded_units;
use crate::base::{Billing, Decimal};
use crate::cloud::model::Capacity;

/// What a fleet would launch from a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PoolQuery<P> {
    pub(crate) pool: P,
    pub(crate) billing: Billing,
    /// The highest price at which it launches.
    pub(crate) ceiling: Option<Decimal>,
}

impl<P> PoolQuery<P> {
    /// Whether the pool could give an instance at this moment.
    pub(crate) fn is_met_by(&self, state: &PoolState) -> bool {
        state.free() > 0 && state.is_within(self.ceiling)
    }
}

/// Units of one billing that a group delivers too few, given those of its living instances; negative if too many.
pub(crate) fn missing_units(capacity: &Capacity, billing: Billing, live_units: Decimal) -> Decimal {
    Decimal::from(capacity.target(billing)) - live_units
}

/// How many instances of a weight deliver the missing units, rounded up (G4).
pub(crate) fn instances_missing(missing_units: Decimal, weight: Decimal) -> u32 {
    let instances = missing_units.checked_div(weight).map(|instances| rounded_units(instances).ceil());
    instances.and_then(|instances| instances.max(Decimal::ZERO).try_into().ok()).unwrap_or(u32::MAX)
}

/// How many stopped instances of a pool start again, given how many more the quota allows (W6).
pub(crate) fn restartable(state: &PoolState, price_limit: Option<Decimal>, quota_room: u32) -> u32 {
    if state.is_within(price_limit) { state.free().min(quota_room) } else { 0 }
}
