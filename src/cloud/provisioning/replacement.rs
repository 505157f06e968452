//! How many units of lost instances are still to be replaced, and which lost instances leave the list (G10).

use std::collections::BTreeMap;

use super::capacity::live_units;
use super::fleet_store::RegionFleets;
use super::pass::PlannedPass;
use crate::base::money::rounded_units;
use crate::base::{Billing, Decimal};
use crate::cloud::error::CloudError;
use crate::cloud::model::{Capacity, InstanceListChange};
use crate::cloud::step::missing_units;
use crate::cloud::world::{Batch, InstanceRow};

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// Units by which replacements delivered more than the lost instances that they replaced; below zero: fewer. So the
/// units that are still wanted are those of the lost instances in the list less the surplus (G10).
pub(crate) type ReplacementSurplus = BTreeMap<Billing, Decimal>;

/// A group's instances before a call launches anything, as far as its lost instances are concerned.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LostInstances<'a> {
    pub(crate) capacity: &'a Capacity,
    pub(crate) batches: &'a [Batch],
    /// Sorted by launch index.
    pub(crate) instances: &'a [(Batch, InstanceRow)],
}

impl LostInstances<'_> {
    /// Units of one billing that were lost and are not yet replaced, at most the units that the group is missing (G10).
    pub(crate) fn units_to_replace(&self, surplus: &ReplacementSurplus, billing: Billing) -> Decimal {
        let lost = self.of(billing).map(|(batch, _)| batch.spec.weight).sum();
        units_still_missing(lost, of(surplus, billing), self.missing_units(billing))
    }

    /// Accounts for what passes have launched: `change.replaced` has the launch indexes of those that were replaced.
    /// When no units are missing any more, the lost instances that found no replacement leave the list; with `planned`
    /// exactly those do that it removes.
    pub(crate) fn settle(
        &self,
        fleets: &mut impl RegionFleets,
        passes: &[PlannedPass],
        surplus: &mut ReplacementSurplus,
        change: &mut InstanceListChange,
        planned: Option<&InstanceListChange>,
    ) -> Result<()> {
        for billing in [Billing::PayAsYouGo, Billing::Spot] {
            let launched: Decimal = passes.iter().filter(|pass| pass.billing == billing).map(PlannedPass::units).sum();
            let (mut replaced, mut left) = (Decimal::ZERO, Vec::new());
            for lost in self.of(billing) {
                if change.replaced.contains(&lost.1.launch_index) {
                    replaced += lost.0.spec.weight;
                } else {
                    left.push(lost);
                }
            }
            let left_units: Decimal = left.iter().map(|(batch, _)| batch.spec.weight).sum();
            let total = of(surplus, billing) + launched - replaced;
            let wanted = units_still_missing(left_units, total, self.missing_units(billing) - launched);
            let mut listed = left_units;
            for (batch, instance) in left {
                let leaves = match planned {
                    Some(planned) => planned.removed.contains(&instance.launch_index),
                    None => wanted.is_zero(),
                };
                if leaves {
                    fleets.remove_lost(batch.id, std::slice::from_ref(instance))?;
                    change.removed.push(instance.launch_index);
                    listed -= batch.spec.weight;
                }
            }
            set(surplus, billing, rounded_units(listed - wanted));
        }
        change.removed.sort_unstable();
        Ok(())
    }

    fn of(&self, billing: Billing) -> impl Iterator<Item = &(Batch, InstanceRow)> {
        self.instances.iter().filter(move |(batch, _)| batch.spec.billing == billing)
    }

    fn missing_units(&self, billing: Billing) -> Decimal {
        missing_units(self.capacity, billing, live_units(self.batches, billing))
    }
}

fn units_still_missing(lost: Decimal, surplus: Decimal, missing: Decimal) -> Decimal {
    rounded_units((lost - surplus).min(missing).max(Decimal::ZERO))
}

fn of(surplus: &ReplacementSurplus, billing: Billing) -> Decimal {
    surplus.get(&billing).copied().unwrap_or_default()
}

fn set(surplus: &mut ReplacementSurplus, billing: Billing, units: Decimal) {
    if units.is_zero() {
        surplus.remove(&billing);
    } else {
        surplus.insert(billing, units);
    }
}
