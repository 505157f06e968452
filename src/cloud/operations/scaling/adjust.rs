//! Launching and releasing until a scaling group has its sizes (G15–G18).

use std::cmp::Ordering;

use super::super::group::{ShortfallQuery, describe_shortfall, rows};
use crate::base::money::rounded_units;
use crate::base::order::Order;
use crate::base::{Billing, Decimal, InstanceId};
use crate::cloud::error::CloudError;
use crate::cloud::model::RemovalPolicy;
use crate::cloud::provisioning::candidate::candidates;
use crate::cloud::provisioning::capacity::{check_limits, delivered};
use crate::cloud::provisioning::cost::optimal_hourly_cost;
use crate::cloud::provisioning::launch::launch;
use crate::cloud::provisioning::scaling::{HeldUnits, launch_request, plan_scaling, units_by_zone};
use crate::cloud::step::{EndReason, Phase};
use crate::cloud::world::{Batch, Fleet, InstanceRow, InstanceRowState, ScalingFleetRequest, World};

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// What an adjustment did.
#[derive(Debug, Default)]
pub(super) struct Adjustment {
    pub(super) created: Vec<InstanceId>,
    pub(super) destroyed: Vec<InstanceId>,
    /// What is missing afterwards, with the reasons.
    pub(super) warnings: Vec<String>,
}

/// Releases what an enabled group has above its sizes, or launches what is missing. The caller saves the group.
pub(super) fn adjust(world: &mut World, fleet: &mut Fleet<ScalingFleetRequest>) -> Result<Adjustment> {
    let mut done = Adjustment::default();
    if fleet.phase != Phase::Active {
        return Ok(done);
    }
    let batches = world.batches_of(&fleet.id)?;
    world.forget_lost(&fleet.id, &batches)?;
    done.destroyed = scale_in(world, fleet)?;
    let Some(request) = launch_request(world, &fleet.request) else { return Ok(done) };
    let candidates = candidates(world, &request)?;
    let batches = world.batches_of(&fleet.id)?;
    let passes = plan_scaling(world, &fleet.request, &request, &candidates, &batches)?;
    if !passes.is_empty() {
        check_limits(world, &request, &passes, delivered(&batches))?;
        let launched = launch(world, fleet.launcher(), fleet.next_launch_index, &[], &passes)?;
        fleet.next_launch_index += launched.change.appended;
        fleet.outcome.launch_results = rows(&passes, &launched.ids);
        done.created = launched.all_ids();
        let query =
            ShortfallQuery { request: &request, candidates: &candidates, passes: &passes, launched: true, held: None };
        done.warnings.extend(describe_shortfall(world, &query)?);
    }
    fleet.optimal_hourly_cost = optimal_hourly_cost(world, &request, &candidates, &batches, &passes)?;
    Ok(done)
}

/// An instance that may be released.
struct Removable {
    batch: Batch,
    instance: InstanceRow,
    /// Of the configuration that it was launched from.
    configuration_number: i64,
}

/// Releases instances while the group has more units than it may have, in the order of the removal policies; where it
/// spreads its units, in the zone that has most. A billing keeps its own target, and one whose release would leave
/// less than the target stays (G18).
fn scale_in(world: &mut World, fleet: &Fleet<ScalingFleetRequest>) -> Result<Vec<InstanceId>> {
    let most = fleet.request.group.sizes.most();
    let mut batches = world.batches_of(&fleet.id)?;
    let mut held = HeldUnits::of(&batches);
    if held.total() <= Decimal::from(most) {
        return Ok(Vec::new());
    }
    let mut zone_units = units_by_zone(&batches);
    let balances = fleet.request.balances_zones();
    let mut removable = removable(world, fleet, &mut batches)?;
    let mut released = Vec::new();
    loop {
        let fits = |candidate: &Removable| {
            let (billing, weight) = (candidate.batch.spec.billing, candidate.batch.spec.weight);
            rounded_units(held.total() - weight) >= Decimal::from(most)
                && rounded_units(held.of_billing(billing) - weight) >= Decimal::from(fleet.request.share(billing, most))
        };
        let units_in = |candidate: &Removable| zone_units.get(&candidate.batch.spec.zone_id).copied();
        let fitting = (0..removable.len()).filter(|index| fits(&removable[*index]));
        // Of equals `min_by` takes the first, in the order of the policies.
        let next = fitting.min_by(|one, other| {
            if balances { units_in(&removable[*other]).cmp(&units_in(&removable[*one])) } else { Ordering::Equal }
        });
        let Some(next) = next else { break };
        let Removable { batch, instance, .. } = removable.remove(next);
        world.end(&batch, std::slice::from_ref(&instance), EndReason::Released)?;
        match batch.spec.billing {
            Billing::PayAsYouGo => held.pay_as_you_go -= batch.spec.weight,
            Billing::Spot => held.spot -= batch.spec.weight,
        }
        if let Some(units) = zone_units.get_mut(&batch.spec.zone_id) {
            *units -= batch.spec.weight;
        }
        released.push(instance.instance_id);
    }
    Ok(released)
}

/// The living instances that are not protected, the one to release first first.
fn removable(
    world: &mut World,
    fleet: &Fleet<ScalingFleetRequest>,
    batches: &mut Vec<Batch>,
) -> Result<Vec<Removable>> {
    let mut found = Vec::new();
    for batch in batches.drain(..) {
        for instance in world.instances_of(batch.id)? {
            let is_protected = fleet.request.group.protected_instances.contains(&instance.instance_id);
            if instance.state == InstanceRowState::Live && !is_protected {
                let configuration_number = fleet.request.configuration_number(instance.launch_index);
                found.push(Removable { batch: batch.clone(), instance, configuration_number });
            }
        }
    }
    let policies = match fleet.request.group.removal_policies.as_slice() {
        [] => RemovalPolicy::USUAL.to_vec(),
        given => given.to_vec(),
    };
    found.order_by(|one, other| {
        let by_policy = policies.iter().map(|policy| compare(*policy, one, other));
        let first = by_policy.into_iter().find(|ordering| ordering.is_ne());
        first.unwrap_or_else(|| one.instance.launch_index.cmp(&other.instance.launch_index))
    });
    Ok(found)
}

fn compare(policy: RemovalPolicy, one: &Removable, other: &Removable) -> Ordering {
    let age = |removable: &Removable| (removable.batch.launch_time, removable.instance.launch_index);
    match policy {
        RemovalPolicy::OldestInstance => age(one).cmp(&age(other)),
        RemovalPolicy::NewestInstance => age(other).cmp(&age(one)),
        RemovalPolicy::OldestScalingConfiguration => one.configuration_number.cmp(&other.configuration_number),
    }
}
