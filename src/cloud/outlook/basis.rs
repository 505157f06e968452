//! What all markets of an outlook have in common: the group and its pools, and what others hold of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::{Billing, RegionId, Time, VSwitchId};
use crate::cloud::error::CloudError;
use crate::cloud::model::{CreateAutoProvisioningGroupRequest, SpotAllocationStrategy};
use crate::cloud::provisioning::candidate::Candidate;
use crate::cloud::provisioning::replenish::{PreparedFleet, PreparedGroup};
use crate::cloud::world::{Fleet, IdSource, PoolKey, World};
use crate::market::{MarketChange, Scenario};

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// Read once from a world; what others hold there stays as it is in every market.
#[derive(Debug)]
pub(in crate::cloud) struct OutlookBasis {
    pub(super) scenario: Arc<Scenario>,
    pub(super) market_changes: Vec<MarketChange>,
    pub(super) now: Time,
    pub(super) region: RegionId,
    pub(super) group: PreparedGroup,
    /// The same, as a step of time asks for it.
    pub(super) prepared: Arc<PreparedFleet>,
    pub(super) ids: IdSource,
    /// By zone and type.
    pub(super) pools: Vec<PoolBasis>,
    /// Free addresses by vSwitch, by id.
    pub(super) free_addresses: Vec<(VSwitchId, u32)>,
    /// vCPUs that the quota allows the group, by billing.
    pub(super) free_vcpus: BTreeMap<Billing, Option<u64>>,
}

/// A pool that the group may launch from.
#[derive(Debug)]
pub(super) struct PoolBasis {
    pub(super) key: PoolKey,
    pub(super) held_by_others: BTreeMap<Billing, u32>,
}

pub(super) const BILLINGS: [Billing; 2] = [Billing::PayAsYouGo, Billing::Spot];

impl OutlookBasis {
    /// Reads what others hold in a world in which the group is not yet.
    pub(in crate::cloud) fn read(
        world: &mut World,
        scenario: Arc<Scenario>,
        fleet: Fleet<CreateAutoProvisioningGroupRequest>,
        candidates: Vec<Candidate>,
        ids: IdSource,
    ) -> Result<Self> {
        let mut held: BTreeMap<PoolKey, BTreeMap<Billing, u32>> = BTreeMap::new();
        let mut addresses = BTreeMap::new();
        for candidate in &candidates {
            for billing in BILLINGS {
                let in_use = world.pool_state(candidate.pool(), billing)?.in_use;
                held.entry(candidate.pool()).or_default().insert(billing, in_use);
            }
            let free = world.free_addresses(&candidate.vswitch)?;
            addresses.insert(candidate.vswitch.vswitch_id.clone(), free);
        }
        let mut free_vcpus = BTreeMap::new();
        for billing in BILLINGS {
            free_vcpus.insert(billing, world.free_vcpus(billing)?);
        }
        let group = PreparedGroup::with_candidates(fleet, candidates);
        Ok(Self {
            scenario,
            market_changes: world.market.changes().to_vec(),
            now: world.now,
            region: world.region.clone(),
            prepared: Arc::new(PreparedFleet::Group(Box::new(group.clone()))),
            group,
            ids,
            pools: held.into_iter().map(|(key, held_by_others)| PoolBasis { key, held_by_others }).collect(),
            free_addresses: addresses.into_iter().collect(),
            free_vcpus,
        })
    }

    /// The same with another strategy for spot instances. A number of pools to use goes with `lowest-price` alone.
    pub(super) fn with_strategy(&self, strategy: SpotAllocationStrategy) -> Self {
        let fleet = self.group.fleet();
        let spot_pools_to_use =
            fleet.request.spot_pools_to_use.filter(|_| strategy == SpotAllocationStrategy::LowestPrice);
        let request =
            CreateAutoProvisioningGroupRequest { spot_strategy: strategy, spot_pools_to_use, ..fleet.request.clone() };
        let group =
            PreparedGroup::with_candidates(Fleet { request, ..fleet.clone() }, self.group.candidates().to_vec());
        let pools = self.pools.iter();
        Self {
            scenario: Arc::clone(&self.scenario),
            market_changes: self.market_changes.clone(),
            region: self.region.clone(),
            prepared: Arc::new(PreparedFleet::Group(Box::new(group.clone()))),
            group,
            ids: self.ids.clone(),
            pools: pools.map(|pool| PoolBasis { key: pool.key, held_by_others: pool.held_by_others.clone() }).collect(),
            free_addresses: self.free_addresses.clone(),
            free_vcpus: self.free_vcpus.clone(),
            ..*self
        }
    }

    pub(super) fn request(&self) -> &CreateAutoProvisioningGroupRequest {
        &self.group.fleet().request
    }

    pub(super) fn pool_index(&self, pool: PoolKey) -> Option<usize> {
        self.pools.binary_search_by_key(&pool, |known| known.key).ok()
    }
}
