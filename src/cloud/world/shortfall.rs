//! Groups and scaling groups that maintain their capacity, and the billings in which they are under it (G12).
//!
//! Whether a group is under capacity changes back and forth within a step of time. So a change only marks the group as
//! dirty; its shortfall is computed when it is next read, and written once, before the commit.

use std::collections::BTreeMap;

use super::{Fleet, FleetRequest, Result, ScalingFleetRequest, WorldTx};
use crate::base::money::rounded_units;
use crate::base::order::Order;
use crate::base::{Billing, Decimal, RegionId};
use crate::cloud::model::CreateAutoProvisioningGroupRequest;
use crate::cloud::store::Row;

/// Bits of the column `shortfall`.
const SHORT_OF_PAY_AS_YOU_GO: i64 = 1;
const SHORT_OF_SPOT: i64 = 2;

/// A group that delivers fewer units than it maintains.
#[derive(Clone, Debug)]
pub(crate) struct Shortfall {
    pub(crate) group_id: String,
    pub(crate) is_scaling_group: bool,
    pub(crate) region: RegionId,
    /// Changes whenever the request may have changed.
    pub(crate) revision: i64,
    pub(crate) next_launch_index: u32,
    /// The billings that are short, as of this transaction.
    bits: i64,
    /// The bits that the table holds.
    stored_bits: i64,
    create_time: i64,
}

const SHORTFALL_COLUMNS: &str = "fleet_id, region, create_time, revision, next_launch_index, shortfall, kind";

impl WorldTx<'_> {
    /// The groups of all regions that deliver fewer units than they maintain, by creation time and id (W5, G12).
    pub(crate) fn groups_under_capacity(&mut self) -> Result<Vec<Shortfall>> {
        self.compute_dirty_shortfalls()?;
        let rows = self.tx.query(&format!("SELECT {SHORTFALL_COLUMNS} FROM fleets WHERE shortfall > 0"), &[])?;
        let unchanged = rows.iter().filter(|row| !self.counts.shortfalls.contains_key(row.text(0)));
        let mut groups: Vec<Shortfall> = unchanged.map(read_shortfall).collect();
        groups.extend(self.counts.shortfalls.values().filter(|group| group.bits > 0).cloned());
        groups.order_by(|one, other| (one.create_time, &one.group_id).cmp(&(other.create_time, &other.group_id)));
        Ok(groups)
    }

    /// To be called when the units of a fleet, or its targets, may have changed.
    pub(super) fn mark_dirty(&mut self, fleet_id: &str) {
        if !self.counts.dirty_fleets.contains(fleet_id) {
            self.counts.dirty_fleets.insert(fleet_id.to_owned());
        }
    }

    /// To be called for a new fleet that maintains no capacity: it has no shortfall to compute.
    pub(crate) fn mark_clean(&mut self, fleet_id: &str) {
        self.counts.dirty_fleets.remove(fleet_id);
    }

    /// Writes the shortfalls that this transaction has changed.
    pub(super) fn flush_shortfalls(&mut self) -> Result<()> {
        self.compute_dirty_shortfalls()?;
        for (fleet_id, group) in std::mem::take(&mut self.counts.shortfalls) {
            if group.bits != group.stored_bits {
                let parameters = [group.bits.into(), fleet_id.into()];
                self.tx.execute("UPDATE fleets SET shortfall = $1 WHERE fleet_id = $2", &parameters)?;
            }
        }
        Ok(())
    }

    fn compute_dirty_shortfalls(&mut self) -> Result<()> {
        for fleet_id in std::mem::take(&mut self.counts.dirty_fleets) {
            match self.compute_shortfall(&fleet_id)? {
                Some(group) => self.counts.shortfalls.insert(fleet_id, group),
                None => self.counts.shortfalls.remove(&fleet_id),
            };
        }
        Ok(())
    }

    /// `None` for a fleet that maintains no capacity and has no shortfall in the table either.
    fn compute_shortfall(&mut self, fleet_id: &str) -> Result<Option<Shortfall>> {
        let rows = self.tx.query(
            &format!(
                "SELECT {SHORTFALL_COLUMNS}, target_pay_as_you_go, target_spot FROM fleets
                 WHERE fleet_id = $1 AND (target_spot IS NOT NULL OR shortfall > 0)"
            ),
            &[fleet_id.into()],
        )?;
        let Some(row) = rows.first() else { return Ok(None) };
        let mut group = read_shortfall(row);
        group.bits = 0;
        if row.optional_integer(8).is_some() {
            let units = self.live_units_of(fleet_id)?;
            group.bits = short_bits(&units, (row.count(7), row.count(8)), group.is_scaling_group);
        }
        Ok(Some(group))
    }
}

/// [`SHORTFALL_COLUMNS`].
fn read_shortfall(row: &Row) -> Shortfall {
    Shortfall {
        group_id: row.text(0).to_owned(),
        region: row.text(1).into(),
        create_time: row.number(2),
        revision: row.number(3),
        next_launch_index: row.count(4),
        bits: row.number(5),
        stored_bits: row.number(5),
        is_scaling_group: row.text(6) == ScalingFleetRequest::KIND,
    }
}

const fn bit(billing: Billing) -> i64 {
    match billing {
        Billing::PayAsYouGo => SHORT_OF_PAY_AS_YOU_GO,
        Billing::Spot => SHORT_OF_SPOT,
    }
}

/// The bits of the billings in which living units are below targets. A scaling group has all its units even if they are of
/// another billing than they should be (G17).
fn short_bits(units: &BTreeMap<Billing, Decimal>, targets: (u32, u32), is_scaling_group: bool) -> i64 {
    let total = Decimal::from(targets.0) + Decimal::from(targets.1);
    if is_scaling_group && rounded_units(units.values().sum()) >= total {
        return 0;
    }
    let mut bits = 0;
    for (billing, target) in [(Billing::PayAsYouGo, targets.0), (Billing::Spot, targets.1)] {
        if units.get(&billing).copied().unwrap_or_default() < Decimal::from(target) {
            bits |= bit(billing);
        }
    }
    bits
}

impl Shortfall {
    /// The shortfall of a fleet that keeps up these units of pay-as-you-go and of spot; `None` if it has them.
    pub(crate) fn of_fleet(
        group: &Fleet<CreateAutoProvisioningGroupRequest>,
        is_scaling_group: bool,
        next_launch_index: u32,
        units: &BTreeMap<Billing, Decimal>,
        targets: (u32, u32),
    ) -> Option<Self> {
        let bits = short_bits(units, targets, is_scaling_group);
        (bits != 0).then(|| Self {
            group_id: group.id.clone(),
            is_scaling_group,
            region: group.region.clone(),
            revision: 0,
            next_launch_index,
            bits,
            stored_bits: 0,
            create_time: group.create_time.unix_seconds(),
        })
    }

    /// Whether the group delivers fewer units of this billing than it maintains.
    pub(crate) const fn is_in(&self, billing: Billing) -> bool {
        self.bits & bit(billing) != 0
    }
}
