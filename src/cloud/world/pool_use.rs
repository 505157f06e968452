//! Instances and quota in use, counted per pool and per region: what is free is never summed over instances.
//!
//! A transaction counts in memory and writes each count once, before it commits.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::{Result, World, WorldTx};
use crate::base::collect::IntoOrdered;
use crate::base::{Billing, Decimal};
use crate::catalogue::{self, InstanceType, Zone};
use crate::cloud::step::PoolState;
use crate::market::PoolSeries;

/// A zone and an instance type of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PoolKey {
    pub(crate) zone_id: &'static str,
    pub(crate) instance_type: &'static str,
}

impl PoolKey {
    pub(crate) const fn of(zone: &Zone, instance_type: &InstanceType) -> Self {
        Self { zone_id: zone.id, instance_type: instance_type.name }
    }

    /// `None` for what the catalogue does not have.
    pub(crate) fn named(zone_id: &str, instance_type: &str) -> Option<Self> {
        Some(Self::of(catalogue::zone(zone_id)?, catalogue::instance_type(instance_type)?))
    }
}

/// What is in use as this transaction sees it.
#[derive(Default)]
pub(super) struct UseCounts {
    /// Instances per pool, read once: no other transaction can change them meanwhile.
    pools: BTreeMap<(PoolKey, Billing), i64>,
    /// Whether `pools` holds every pool that has instances.
    knows_all: bool,
    /// What was added to the tables' counts and is not written yet.
    added_to_pools: BTreeMap<(String, String, Billing), i64>,
    added_vcpus: BTreeMap<(String, Billing), i64>,
}

impl UseCounts {
    fn added_to(&self, pool: PoolKey, billing: Billing) -> i64 {
        let key = (pool.zone_id.to_owned(), pool.instance_type.to_owned(), billing);
        self.added_to_pools.get(&key).copied().unwrap_or(0)
    }
}

impl World<'_, '_> {
    /// vCPUs that the account's quota still allows in this region; `None` is no quota (N2).
    pub(crate) fn free_vcpus(&mut self, billing: Billing) -> Result<Option<u64>> {
        let Some(quota) = self.market.quota(billing) else { return Ok(None) };
        let rows = self.whole.tx.query(
            "SELECT vcpus FROM vcpu_use WHERE region = $1 AND billing = $2",
            &[self.region.as_str().into(), billing_number(billing).into()],
        )?;
        let added = self.counts.uses.added_vcpus.get(&(self.region.to_string(), billing)).copied().unwrap_or(0);
        let used = rows.first().map_or(0, |row| row.number(0)) + added;
        Ok(Some(quota.saturating_sub(u64::try_from(used).unwrap_or(0))))
    }

    /// Instances of `vcpus_each` vCPUs that the quota still allows in this region.
    pub(crate) fn room_in_quota(&mut self, billing: Billing, vcpus_each: u32) -> Result<u32> {
        let vcpus = self.free_vcpus(billing)?;
        let instances = vcpus.map(|vcpus| vcpus / u64::from(vcpus_each.max(1)));
        Ok(instances.and_then(|instances| u32::try_from(instances).ok()).unwrap_or(u32::MAX))
    }
}

impl WorldTx<'_> {
    /// Instances of a pool that hold stock.
    fn in_use(&mut self, pool: PoolKey, billing: Billing) -> Result<u32> {
        if let Some(known) = self.counts.uses.pools.get(&(pool, billing)) {
            return Ok(u32::try_from(*known).unwrap_or(0));
        }
        if self.counts.uses.knows_all {
            return Ok(0);
        }
        // A request for one billing is mostly followed by one for the other.
        let rows = self.tx.query(
            "SELECT billing, in_use FROM pool_use WHERE zone = $1 AND instance_type = $2",
            &[pool.zone_id.into(), pool.instance_type.into()],
        )?;
        let mut of = |billing: Billing| {
            let row = rows.iter().find(|row| row.number(0) == billing_number(billing));
            let in_use = row.map_or(0, |row| row.number(1)) + self.counts.uses.added_to(pool, billing);
            self.counts.uses.pools.insert((pool, billing), in_use);
            u32::try_from(in_use).unwrap_or(0)
        };
        let (pay_as_you_go, spot) = (of(Billing::PayAsYouGo), of(Billing::Spot));
        Ok(match billing {
            Billing::PayAsYouGo => pay_as_you_go,
            Billing::Spot => spot,
        })
    }

    /// A billing of a pool at the world's time.
    pub(crate) fn pool_state(&mut self, pool: PoolKey, billing: Billing) -> Result<PoolState> {
        let series = self.pool(pool);
        let (supply, price) = (series.supply(billing, self.now), series.price(billing, self.now));
        Ok(PoolState { supply, in_use: self.in_use(pool, billing)?, price })
    }

    /// Instances that can be launched.
    pub(crate) fn free_instances(&mut self, pool: PoolKey, billing: Billing) -> Result<u32> {
        let supply = self.pool(pool).supply(billing, self.now);
        Ok(supply.saturating_sub(self.in_use(pool, billing)?))
    }

    pub(crate) fn price(&self, pool: PoolKey, billing: Billing) -> Decimal {
        self.pool(pool).price(billing, self.now)
    }

    /// Supply and prices of a pool: pure functions, kept ready while this transaction asks for them again and again.
    pub(crate) fn pool(&self, pool: PoolKey) -> Rc<PoolSeries> {
        let mut pools = self.pools.borrow_mut();
        let series = || self.market.pool(pool.zone_id, pool.instance_type).expect("the catalogue has its own pools");
        Rc::clone(pools.entry(pool).or_insert_with(|| Rc::new(series())))
    }

    /// Adds instances to what is in use; a negative count takes them away.
    pub(super) fn add_use(
        &mut self,
        (region, zone_id, instance_type): (&str, &str, &str),
        billing: Billing,
        count: i64,
        vcpus_each: u32,
    ) {
        if let Some(key) = PoolKey::named(zone_id, instance_type) {
            match self.counts.uses.pools.get_mut(&(key, billing)) {
                Some(known) => *known += count,
                None if self.counts.uses.knows_all => {
                    self.counts.uses.pools.insert((key, billing), count);
                }
                None => {}
            }
        }
        let pool = (zone_id.to_owned(), instance_type.to_owned(), billing);
        *self.counts.uses.added_to_pools.entry(pool).or_default() += count;
        *self.counts.uses.added_vcpus.entry((region.to_owned(), billing)).or_default() += count * i64::from(vcpus_each);
    }

    /// Brings the tables up to what this transaction has counted.
    pub(super) fn flush_pool_use(&mut self) -> Result<()> {
        for ((zone_id, instance_type, billing), added) in std::mem::take(&mut self.counts.uses.added_to_pools) {
            if added != 0 {
                self.tx.execute(
                    "INSERT INTO pool_use (zone, instance_type, billing, in_use) VALUES ($1, $2, $3, $4)
                     ON CONFLICT (zone, instance_type, billing) DO UPDATE SET in_use = pool_use.in_use + excluded.in_use",
                    &[zone_id.into(), instance_type.into(), billing_number(billing).into(), added.into()],
                )?;
            }
        }
        for ((region, billing), added) in std::mem::take(&mut self.counts.uses.added_vcpus) {
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

    /// Every pool of the catalogue that has instances, with how many: in all regions, by zone and type.
    pub(crate) fn pools_in_use(&mut self) -> Result<BTreeMap<(PoolKey, Billing), u32>> {
        if !self.counts.uses.knows_all {
            let rows =
                self.tx.query("SELECT zone, instance_type, billing, in_use FROM pool_use WHERE in_use > 0", &[])?;
            for row in &rows {
                let Some(pool) = PoolKey::named(row.text(0), row.text(1)) else { continue };
                let billing = billing_of(row.number(2));
                let in_use = row.number(3) + self.counts.uses.added_to(pool, billing);
                self.counts.uses.pools.insert((pool, billing), in_use);
            }
            for ((zone_id, instance_type, billing), added) in &self.counts.uses.added_to_pools {
                if let Some(pool) = PoolKey::named(zone_id, instance_type) {
                    self.counts.uses.pools.entry((pool, *billing)).or_insert(*added);
                }
            }
            self.counts.uses.knows_all = true;
        }
        let counts = self.counts.uses.pools.iter().map(|(pool, count)| (*pool, u32::try_from(*count).unwrap_or(0)));
        Ok(counts.filter(|(_, count)| *count > 0).into_map())
    }
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
