//! The passes of a scaling group: what it launches from, how much of which billing, and where (G15–G17).

use std::collections::BTreeMap;

use super::candidate::Candidate;
use super::capacity::live_units;
use super::fleet_store::RegionFleets;
use super::pass::{FreeAddresses, PassStrategy, PlannedPass};
use super::plan::plan_one;
use crate::alloc::Strategy;
use crate::base::money::rounded_units;
use crate::base::{Billing, Decimal, VSwitchId, ZoneId};
use crate::cloud::error::CloudError;
use crate::cloud::model::{
    CreateAutoProvisioningGroupRequest, GroupType, InstancePattern, LaunchTemplateConfig, LaunchTemplateReference,
    MultiAzPolicy, PoolOrder, ScalingContent, ScalingInstanceType, SpotStrategy,
};
use crate::cloud::world::{Batch, ScalingFleetRequest, World, default_vswitches};

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// The request of a `maintain` group with the pools of a scaling group, in the order of their priority; `None` for a
/// group that has nothing to launch from. Its capacity is not read: [`plan_scaling`] says how much is missing.
pub(crate) fn launch_request(world: &World, group: &ScalingFleetRequest) -> Option<CreateAutoProvisioningGroupRequest> {
    let content = group.content()?;
    let vswitch_ids: Vec<VSwitchId> = match group.group.vswitch_ids.as_slice() {
        [] => default_vswitches(world).into_iter().map(|vswitch| vswitch.vswitch_id).collect(),
        given => given.to_vec(),
    };
    let types = content.instance_types.len() + content.patterns.len();
    let mut configs = Vec::with_capacity(types * vswitch_ids.len());
    let mut add = |vswitch_id: &VSwitchId, index: usize| {
        let mut config = config(content, index);
        config.vswitch_id = Some(vswitch_id.clone());
        config.priority = u32::try_from(configs.len()).ok();
        configs.push(config);
    };
    let by_type = group.group.multi_az_policy == MultiAzPolicy::Composable;
    let (outer, inner) = if by_type { (types, vswitch_ids.len()) } else { (vswitch_ids.len(), types) };
    for (first, second) in (0..outer).flat_map(|first| (0..inner).map(move |second| (first, second))) {
        let (vswitch, index) = if by_type { (second, first) } else { (first, second) };
        add(&vswitch_ids[vswitch], index);
    }
    Some(CreateAutoProvisioningGroupRequest {
        group_type: GroupType::Maintain,
        // Refusals then blame no block `launch_configuration`, which a scaling group does not have.
        launch_template: Some(LaunchTemplateReference { launch_template_id: "".into(), version: None }),
        configs,
        launch_configuration: content.launch.clone(),
        ..CreateAutoProvisioningGroupRequest::default()
    })
}

/// The pools of a named type, or of a pattern after the named types.
fn config(content: &ScalingContent, index: usize) -> LaunchTemplateConfig {
    let limited = content.spot_strategy == SpotStrategy::SpotWithPriceLimit;
    if let Some(ScalingInstanceType { instance_type, weighted_capacity, spot_price_limit }) =
        content.instance_types.get(index)
    {
        return LaunchTemplateConfig {
            instance_type: Some(instance_type.clone()),
            weighted_capacity: weighted_capacity.map(Decimal::from),
            max_price: spot_price_limit.filter(|_| limited),
            ..LaunchTemplateConfig::default()
        };
    }
    let pattern = content.patterns.get(index - content.instance_types.len());
    let InstancePattern { filters, max_price } = pattern.cloned().unwrap_or_default();
    LaunchTemplateConfig { filters, max_price, ..LaunchTemplateConfig::default() }
}

/// Units that a scaling group has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HeldUnits {
    pub(crate) pay_as_you_go: Decimal,
    pub(crate) spot: Decimal,
}

impl HeldUnits {
    pub(crate) fn of(batches: &[Batch]) -> Self {
        Self { pay_as_you_go: live_units(batches, Billing::PayAsYouGo), spot: live_units(batches, Billing::Spot) }
    }

    pub(crate) fn total(self) -> Decimal {
        rounded_units(self.pay_as_you_go + self.spot)
    }

    pub(crate) const fn of_billing(self, billing: Billing) -> Decimal {
        match billing {
            Billing::PayAsYouGo => self.pay_as_you_go,
            Billing::Spot => self.spot,
        }
    }
}

/// Plans one pass per billing for what a scaling group is missing in all: first what is missing of its pay-as-you-go
/// target, the rest as spot instances. So units above the target of one billing count for the other (G17).
pub(crate) fn plan_scaling<R: RegionFleets>(
    fleets: &mut R,
    group: &ScalingFleetRequest,
    request: &CreateAutoProvisioningGroupRequest,
    candidates: &[Candidate],
    batches: &[Batch],
) -> Result<Vec<PlannedPass>> {
    let held = HeldUnits::of(batches);
    let missing = (Decimal::from(group.group.sizes.least()) - held.total()).max(Decimal::ZERO);
    let below_target = Decimal::from(group.target(Billing::PayAsYouGo)) - held.pay_as_you_go;
    let pay_as_you_go = below_target.clamp(Decimal::ZERO, missing);
    let spot = missing - pay_as_you_go;
    let mut zone_units = group.balances_zones().then(|| units_by_zone(batches));
    let mut addresses = FreeAddresses::default();
    let mut plan = |fleets: &mut R, billing: Billing, target: Decimal| -> Result<Option<PlannedPass>> {
        let pass_strategy = PassStrategy { strategy: strategy(group, billing), zone_units: zone_units.clone() };
        let pass = plan_one(fleets, request, candidates, (billing, &pass_strategy), target, &mut addresses)?;
        if let (Some(units), Some(pass)) = (&mut zone_units, &pass) {
            for placement in &pass.placements {
                let planned = placement.batch.weight * Decimal::from(placement.amount);
                *units.entry(placement.batch.zone_id.clone()).or_default() += planned;
            }
        }
        Ok(pass)
    };
    if !group.compensates() {
        let first = plan(fleets, Billing::PayAsYouGo, pay_as_you_go)?;
        let second = plan(fleets, Billing::Spot, spot)?;
        return Ok(first.into_iter().chain(second).collect());
    }
    let mut spot_pass = plan(fleets, Billing::Spot, spot)?;
    let mut uncovered = Decimal::ZERO;
    if let Some(pass) = &mut spot_pass {
        let delivered = pass.units();
        uncovered = (pass.target - delivered).max(Decimal::ZERO);
        pass.target -= uncovered;
    }
    let pay_as_you_go_pass = plan(fleets, Billing::PayAsYouGo, pay_as_you_go + uncovered)?;
    Ok(pay_as_you_go_pass.into_iter().chain(spot_pass).collect())
}

/// How the pass of one billing chooses among its pools (G15).
fn strategy(group: &ScalingFleetRequest, billing: Billing) -> Strategy {
    let allocation = &group.group.allocation;
    let order = match (group.group.multi_az_policy, billing) {
        (MultiAzPolicy::Priority | MultiAzPolicy::Balance, _) => PoolOrder::Priority,
        (MultiAzPolicy::CostOptimized, _) => PoolOrder::LowestPrice,
        (MultiAzPolicy::Composable, Billing::PayAsYouGo) => allocation.pay_as_you_go_order,
        (MultiAzPolicy::Composable, Billing::Spot) => allocation.spot_order,
    };
    match (order, billing) {
        (PoolOrder::Priority, _) => Strategy::Prioritized,
        (PoolOrder::LowestPrice, Billing::PayAsYouGo) => Strategy::LowestPrice,
        (PoolOrder::LowestPrice, Billing::Spot) => {
            let several = allocation.spot_pools.filter(|count| *count > 1);
            several.map_or(Strategy::LowestPrice, Strategy::LowestPricePools)
        }
    }
}

/// Units of the living instances by zone.
pub(crate) fn units_by_zone(batches: &[Batch]) -> BTreeMap<ZoneId, Decimal> {
    let mut units: BTreeMap<ZoneId, Decimal> = BTreeMap::new();
    for batch in batches {
        *units.entry(batch.spec.zone_id.clone()).or_default() += batch.units();
    }
    units
}
