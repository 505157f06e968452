//! What all markets of an outlook have in common: the group and its pools, and what others hold of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::account::Delivery;
use crate::alloc::AllocationStrategy;
use crate::base::{ApiEnum, Billing, Decimal, RegionId, Time, VSwitchId};
use crate::cloud::error::CloudError;
use crate::cloud::model::{CreateAutoProvisioningGroupRequest, FleetSpotStrategy, SpotAllocationStrategy};
use crate::cloud::provisioning::candidate::Candidate;
use crate::cloud::provisioning::replenish::{PreparedFleet, PreparedGroup, PreparedScalingGroup};
use crate::cloud::world::{Fleet, IdSource, PoolKey, ScalingFleetRequest, World};
use crate::market::{MarketChange, Scenario};

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// What every market of an outlook launches.
pub(in crate::cloud) struct OutlookLaunch {
    /// Of a scaling group: the group of its pools and of its targets.
    pub(in crate::cloud) fleet: Fleet<CreateAutoProvisioningGroupRequest>,
    pub(in crate::cloud) scaling: Option<ScalingFleetRequest>,
    pub(in crate::cloud) candidates: Vec<Candidate>,
    pub(in crate::cloud) ids: IdSource,
}

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
    pub(in crate::cloud) fn read(world: &mut World, scenario: Arc<Scenario>, launch: OutlookLaunch) -> Result<Self> {
        let OutlookLaunch { fleet, scaling, candidates, ids } = launch;
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
        let prepared = scaling.map(|scaling| {
            let (request, fleet) = (fleet.request.clone(), fleet.clone().with_request(scaling));
            let group = PreparedScalingGroup::with_candidates(fleet, request, candidates.clone());
            PreparedFleet::ScalingGroup(Box::new(group))
        });
        let group = PreparedGroup::with_candidates(fleet, candidates);
        let prepared = prepared.unwrap_or_else(|| PreparedFleet::Group(Box::new(group.clone())));
        Ok(Self {
            scenario,
            market_changes: world.market.changes().to_vec(),
            now: world.now,
            region: world.region.clone(),
            prepared: Arc::new(prepared),
            group,
            ids,
            pools: held.into_iter().map(|(key, held_by_others)| PoolBasis { key, held_by_others }).collect(),
            free_addresses: addresses.into_iter().collect(),
            free_vcpus,
        })
    }

    /// The strategies for spot instances that the fleet may have; a scaling group has a policy instead.
    pub(super) fn spot_strategies(&self) -> Vec<AllocationStrategy> {
        fn named<E: ApiEnum>() -> Vec<AllocationStrategy> {
            E::NAMES.iter().filter_map(|name| AllocationStrategy::parse(name).ok()).collect()
        }
        match (self.scaling(), &self.request().fleet) {
            (Some(_), _) => Vec::new(),
            (None, Some(_)) => named::<FleetSpotStrategy>(),
            (None, None) => named::<SpotAllocationStrategy>(),
        }
    }

    /// Whether the fleet has this strategy for spot instances.
    pub(super) fn has_strategy(&self, strategy: AllocationStrategy) -> bool {
        let request = self.request();
        let own = request.fleet.as_ref().map_or(request.spot_strategy.name(), |fleet| fleet.spot_strategy.name());
        own == strategy.name()
    }

    /// The same with another strategy for spot instances. A number of pools to use goes with `lowest-price` alone.
    pub(super) fn with_strategy(&self, strategy: AllocationStrategy) -> Self {
        let fleet = self.group.fleet();
        let mut request = fleet.request.clone();
        request.spot_pools_to_use = request.spot_pools_to_use.filter(|_| strategy == AllocationStrategy::LowestPrice);
        if let Some(options) = &mut request.fleet {
            options.spot_strategy = FleetSpotStrategy::parse(strategy.name()).unwrap_or_default();
        } else {
            request.spot_strategy = SpotAllocationStrategy::parse(strategy.name()).unwrap_or_default();
        }
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

    /// The request of a scaling group.
    pub(super) fn scaling(&self) -> Option<&ScalingFleetRequest> {
        match &*self.prepared {
            PreparedFleet::ScalingGroup(group) => Some(group.request()),
            PreparedFleet::Group(_) => None,
        }
    }

    /// What these units are of what is asked: for each billing, and of a scaling group in all (G17).
    pub(super) fn deliveries(&self, units: &BTreeMap<Billing, Decimal>) -> Vec<Delivery> {
        let capacity = &self.request().capacity;
        if self.scaling().is_some() {
            return vec![Delivery { asked: capacity.total, living: units.values().sum() }];
        }
        let of = |billing| Delivery {
            asked: capacity.target(billing),
            living: units.get(&billing).copied().unwrap_or_default(),
        };
        BILLINGS.map(of).to_vec()
    }

    pub(super) fn pool_index(&self, pool: PoolKey) -> Option<usize> {
        self.pools.binary_search_by_key(&pool, |known| known.key).ok()
    }
}
