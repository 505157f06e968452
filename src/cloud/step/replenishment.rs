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
    // Rounded up, a surplus of less than an instance is a negative zero, which no unsigned number is made of.
    if missing_units <= Decimal::ZERO {
        return 0;
    }
    let instances = missing_units.checked_div(weight).map(|instances| rounded_units(instances).ceil());
    instances.and_then(|instances| instances.try_into().ok()).unwrap_or(u32::MAX)
}

/// How many stopped instances of a pool start again, given how many more the quota allows (W6).
pub(crate) fn restartable(state: &PoolState, price_limit: Option<Decimal>, quota_room: u32) -> u32 {
    if state.is_within(price_limit) { state.free().min(quota_room) } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A surplus of half an instance was taken for a need without end, so that every stopped instance started again.
    #[test]
    fn a_surplus_of_less_than_an_instance_needs_none_w6() {
        let cases =
            [("-0.5", "1", 0), ("-2.5", "1", 0), ("0", "1", 0), ("0.5", "1", 1), ("1", "1.5", 1), ("2", "1.5", 2)];
        for (missing, weight, instances) in cases {
            let [missing_units, weight] = [missing, weight].map(|text| text.parse().unwrap());
            assert_eq!(instances_missing(missing_units, weight), instances, "{missing} of weight {weight}");
        }
    }
}
