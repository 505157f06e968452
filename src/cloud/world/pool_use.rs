//! Stock and quota in use, counted per pool and per region: what is free is never summed over instances.
//!
//! A transaction counts in memory and writes each count once, before it commits.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::{PoolKey, Result, World};
use crate::base::{Billing, Decimal, InstanceTypeName, ZoneId};
use crate::catalogue;
use crate::market::PoolSeries;

/// What is in use as this transaction sees it.
#[derive(Default)]
pub(super) struct UseCounts {
    /// Instances per pool, read once: nobody else can change them meanwhile.
    pools: BTreeMap<(PoolKey, Billing), i64>,
    /// Whether `pools` holds every pool that has instances.
    knows_all: bool,
    /// What was added to the tables' counts and is not written yet.
    added_to_pools: BTreeMap<(String, String, Billing), i64>,
    added_vcpus: BTreeMap<(String, Billing), i64>,
}

impl World<'_> {
    /// Instances of a pool that hold stock.
    fn in_use(&mut self, zone_id: &str, instance_type: &str, billing: Billing) -> Result<u32> {
        let Some(key) = pool_key(zone_id, instance_type) else { return Ok(0) };
        if let Some(known) = self.uses.pools.get(&(key, billing)) {
            return Ok(u32::try_from(*known).unwrap_or(0));
        }
        if self.uses.knows_all {
            return Ok(0);
        }
        self.write_back_uses()?;
        let rows = self.tx.query(
            "SELECT in_use FROM pool_use WHERE zone = $1 AND instance_type = $2 AND billing = $3",
            &[zone_id.into(), instance_type.into(), billing_number(billing).into()],
        )?;
        let in_use = rows.first().map_or(0, |row| row.count(0));
        self.uses.pools.insert((key, billing), i64::from(in_use));
        Ok(in_use)
    }

    /// Supply − in use, never below 0.
    pub(crate) fn free_stock(&mut self, zone_id: &str, instance_type: &str, billing: Billing) -> Result<u32> {
        let supply = self.pool(zone_id, instance_type).map_or(0, |pool| pool.supply(billing, self.now));
        Ok(supply.saturating_sub(self.in_use(zone_id, instance_type, billing)?))
    }

    pub(crate) fn price(&self, zone_id: &str, instance_type: &str, billing: Billing) -> Decimal {
        self.pool(zone_id, instance_type).map_or(Decimal::ZERO, |pool| pool.price(billing, self.now))
    }

    /// Supply and prices of a pool: pure functions, kept ready while this transaction asks for them again and again.
    pub(crate) fn pool(&self, zone_id: &str, instance_type: &str) -> Option<Rc<PoolSeries>> {
        let key = pool_key(zone_id, instance_type)?;
        let mut pools = self.pools.borrow_mut();
        let series = || self.market.pool(zone_id, instance_type).map(Rc::new);
        pools.entry(key).or_insert_with(series).clone()
    }

    /// vCPUs that the account's quota still allows in this region; `None` is no quota (N2).
    pub(crate) fn free_vcpus(&mut self, billing: Billing) -> Result<Option<u64>> {
        let concerns = |charge_type: Option<Billing>| charge_type.is_none_or(|charged| charged == billing);
        let quotas = &self.market.scenario().quotas;
        let Some(quota) = quotas.iter().rev().find(|quota| concerns(quota.charge_type)) else { return Ok(None) };
        let rows = self.tx.query(
            "SELECT vcpus FROM vcpu_use WHERE region = $1 AND billing = $2",
            &[self.region.as_str().into(), billing_number(billing).into()],
        )?;
        let added = self.uses.added_vcpus.get(&(self.region.to_string(), billing)).copied().unwrap_or(0);
        let used = rows.first().map_or(0, |row| row.integer(0)) + added;
        Ok(Some(quota.vcpus.saturating_sub(u64::try_from(used).unwrap_or(0))))
    }

    /// Adds instances to what is in use; a negative count takes them away.
    pub(super) fn add_use(
        &mut self,
        (region, zone_id, instance_type): (&str, &str, &str),
        billing: Billing,
        count: i64,
        vcpus_each: u32,
    ) {
        if let Some(key) = pool_key(zone_id, instance_type) {
            match self.uses.pools.get_mut(&(key, billing)) {
                Some(known) => *known += count,
                None if self.uses.knows_all => {
                    self.uses.pools.insert((key, billing), count);
                }
                None => {}
            }
        }
        let pool = (zone_id.to_owned(), instance_type.to_owned(), billing);
        *self.uses.added_to_pools.entry(pool).or_default() += count;
        *self.uses.added_vcpus.entry((region.to_owned(), billing)).or_default() += count * i64::from(vcpus_each);
    }

    /// Brings the tables up to what this transaction has counted.
    pub(super) fn write_back_uses(&mut self) -> Result<()> {
        for ((zone_id, instance_type, billing), added) in std::mem::take(&mut self.uses.added_to_pools) {
            if added != 0 {
                self.tx.execute(
                    "INSERT INTO pool_use (zone, instance_type, billing, in_use) VALUES ($1, $2, $3, $4)
                     ON CONFLICT (zone, instance_type, billing) DO UPDATE SET in_use = pool_use.in_use + excluded.in_use",
                    &[zone_id.into(), instance_type.into(), billing_number(billing).into(), added.into()],
                )?;
            }
        }
        for ((region, billing), added) in std::mem::take(&mut self.uses.added_vcpus) {
            if added != 0 {
                self.tx.execute(
                    "INSERT INTO vcpu_use (region, billing, vcpus) VALUES ($1, $2, $3)
                     ON CONFLICT (region, billing) DO UPDATE SET vcpus = vcpu_use.vcpus + excluded.vcpus",
                    &[region.into(), billing_number(billing).into(), added.into()],
                )?;
            }
        }
        Ok(())
    }

    /// Every pool that has instances, with how many: in all regions, by zone and type.
    pub(crate) fn pools_in_use(&mut self) -> Result<BTreeMap<(ZoneId, InstanceTypeName, Billing), u32>> {
        self.write_back_uses()?;
        let rows = self.tx.query("SELECT zone, instance_type, billing, in_use FROM pool_use WHERE in_use > 0", &[])?;
        let mut pools = BTreeMap::new();
        for row in &rows {
            let billing = billing_of(row.integer(2));
            if let Some(key) = pool_key(row.text(0), row.text(1)) {
                self.uses.pools.insert((key, billing), row.integer(3));
            }
            pools.insert((row.text(0).into(), row.text(1).into(), billing), row.count(3));
        }
        self.uses.knows_all = true;
        Ok(pools)
    }
}

/// How a pool is known while a transaction runs; `None` for one that the catalogue does not have.
fn pool_key(zone_id: &str, instance_type: &str) -> Option<PoolKey> {
    Some((catalogue::zone(zone_id)?.id, catalogue::instance_type(instance_type)?.name))
}

/// How the world's tables write a billing.
pub(super) const fn billing_number(billing: Billing) -> i64 {
    match billing {
        Billing::PayAsYouGo => 0,
        Billing::Spot => 1,
    }
}

pub(super) const fn billing_of(number: i64) -> Billing {
    if number == 0 { Billing::PayAsYouGo } else { Billing::Spot }
}
