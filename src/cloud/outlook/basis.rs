//! What all markets of an outlook have in common: the fleet and its pools, what it holds already, and what others hold.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::account::Delivery;
use super::held::HeldFleet;
use crate::alloc::AllocationStrategy;
use crate::base::{ApiEnum, Billing, Decimal, RegionId, Time, VSwitchId};
use crate::cloud::error::CloudError;
use crate::cloud::model::{CreateAutoProvisioningGroupRequest, FleetSpotStrategy, SpotAllocationStrategy};
use crate::cloud::provisioning::candidate::Candidate;
use crate::cloud::provisioning::replenish::{PreparedFleet, PreparedGroup, PreparedScalingGroup};
use crate::cloud::world::{Fleet, IdSource, PoolKey, ScalingFleetRequest, VSwitch, World};
use crate::market::{MarketChange, Scenario};

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// What every market of an outlook launches, or what it already has.
pub(in crate::cloud) struct OutlookLaunch {
    /// Of a scaling group: the group of its pools and of its targets.
    pub(in crate::cloud) fleet: Fleet<CreateAutoProvisioningGroupRequest>,
    pub(in crate::cloud) scaling: Option<ScalingFleetRequest>,
    pub(in crate::cloud) candidates: Vec<Candidate>,
    pub(in crate::cloud) ids: IdSource,
    /// Of a fleet that exists: what it holds, in place of a launch.
    pub(in crate::cloud) held: Option<HeldFleet>,
    pub(in crate::cloud) kind: LaunchKind,
}

/// What becomes of instances that are launched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cloud) enum LaunchKind {
    /// They are a fleet's, which may start them again.
    Fleet,
    /// They are on their own; the market leaves protected ones alone in their first hour (W6).
    Instances { are_protected: bool },
}

/// Read once from a world; what others hold there stays as it is in every market.
#[derive(Clone, Debug)]
pub(in crate::cloud) struct OutlookBasis {
    pub(super) scenario: Arc<Scenario>,
    pub(super) market_changes: Vec<MarketChange>,
    pub(super) now: Time,
    pub(super) region: RegionId,
    pub(super) group: PreparedGroup,
    /// The same, as a step of time asks for it.
    pub(super) prepared: Arc<PreparedFleet>,
    pub(super) ids: IdSource,
    pub(super) held: Option<HeldFleet>,
    pub(super) kind: LaunchKind,
    /// Sorted by zone and type.
    pub(super) pools: Vec<PoolKey>,
    pub(super) others_at_launch: HeldByOthers,
    pub(super) others_afterwards: HeldByOthers,
}

/// What others hold of what the fleet may take.
#[derive(Clone, Debug)]
pub(super) struct HeldByOthers {
    /// Instances, by the index of the pool.
    pub(super) instances: Vec<BTreeMap<Billing, u32>>,
    /// Addresses by vSwitch that they leave free, by id.
    pub(super) free_addresses: Vec<(VSwitchId, u32)>,
    /// vCPUs that the quota leaves beside theirs, by billing.
    pub(super) free_vcpus: BTreeMap<Billing, Option<u64>>,
}

pub(super) const BILLINGS: [Billing; 2] = [Billing::PayAsYouGo, Billing::Spot];

impl OutlookBasis {
    /// Reads what others hold in a world in which the fleet is as the launch says. `end_released_afterwards` ends what is
    /// released after the launch.
    pub(in crate::cloud) fn read(
        world: &mut World,
        scenario: Arc<Scenario>,
        launch: OutlookLaunch,
        end_released_afterwards: impl FnOnce(&mut World) -> Result<()>,
    ) -> Result<Self> {
        let OutlookLaunch { fleet, scaling, candidates, ids, held, kind } = launch;
        let mut pools: BTreeSet<PoolKey> = candidates.iter().map(Candidate::pool).collect();
        pools.extend(held.iter().flat_map(|held| &held.pools));
        let pools: Vec<PoolKey> = pools.into_iter().collect();
        let mut vswitches: BTreeMap<VSwitchId, VSwitch> = candidates
            .iter()
            .map(|candidate| (candidate.vswitch.vswitch_id.clone(), candidate.vswitch.clone()))
            .collect();
        for (batch, _) in held.iter().flat_map(|held| &held.batches) {
            if let Some(vswitch) = world.vswitch(batch.spec.vswitch_id.as_str())? {
                vswitches.insert(vswitch.vswitch_id.clone(), vswitch);
            }
        }
        let others_at_launch = HeldByOthers::read(world, &pools, &vswitches, held.as_ref())?;
        end_released_afterwards(world)?;
        let others_afterwards = HeldByOthers::read(world, &pools, &vswitches, held.as_ref())?;
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
            held,
            kind,
            pools,
            others_at_launch,
            others_afterwards,
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
        Self { prepared: Arc::new(PreparedFleet::Group(Box::new(group.clone()))), group, ..self.clone() }
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

    /// Whether the fleet has its instances already.
    pub(in crate::cloud) const fn is_held(&self) -> bool {
        self.held.is_some()
    }

    /// Whether the market leaves launched instances alone in their first hour (W6).
    pub(super) const fn protects(&self) -> bool {
        matches!(self.kind, LaunchKind::Fleet | LaunchKind::Instances { are_protected: true })
    }

    pub(super) fn pool_index(&self, pool: PoolKey) -> Option<usize> {
        self.pools.binary_search(&pool).ok()
    }
}

impl HeldByOthers {
    /// What a world's fleets hold, without the fleet itself.
    fn read(
        world: &mut World,
        pools: &[PoolKey],
        vswitches: &BTreeMap<VSwitchId, VSwitch>,
        own: Option<&HeldFleet>,
    ) -> Result<Self> {
        let own = || own.iter().flat_map(|held| &held.batches).map(|(batch, _)| batch);
        let mut instances = Vec::with_capacity(pools.len());
        for pool in pools {
            let mut of_pool = BTreeMap::new();
            for billing in BILLINGS {
                let is_here = |batch: &&_| HeldFleet::is_in(batch, *pool, billing);
                let held: u32 = own().filter(is_here).map(|batch| batch.live).sum();
                of_pool.insert(billing, world.pool_state(*pool, billing)?.in_use.saturating_sub(held));
            }
            instances.push(of_pool);
        }
        let mut free_addresses = Vec::with_capacity(vswitches.len());
        for (id, vswitch) in vswitches {
            let here = own().filter(|batch| batch.spec.vswitch_id == *id && batch.spec.addressing.has_private());
            let held: u32 = here.map(|batch| batch.live + batch.stopped).sum();
            free_addresses.push((id.clone(), world.free_addresses(vswitch)?.saturating_add(held)));
        }
        let mut free_vcpus = BTreeMap::new();
        for billing in BILLINGS {
            let of_billing = own().filter(|batch| batch.spec.billing == billing);
            let held: u64 = of_billing.map(|batch| u64::from(batch.live) * u64::from(batch.spec.vcpus)).sum();
            free_vcpus.insert(billing, world.free_vcpus(billing)?.map(|free| free.saturating_add(held)));
        }
        Ok(Self { instances, free_addresses, free_vcpus })
    }
}
