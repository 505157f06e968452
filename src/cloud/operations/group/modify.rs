//! `ModifyAutoProvisioningGroup`: settings, capacities and the replacement of lost instances, and the forecast of them (G9, G10).

use std::cmp::Ordering;

use super::describe::{describe, find};
use super::launch_results::rows;
use super::request::{check_capacity, check_ceiling, check_configs, check_name};
use super::shortfall::{ShortfallQuery, describe_shortfall};
use super::template::fill_types;
use crate::alloc::Shortage;
use crate::base::money::rounded_units;
use crate::base::order::Order;
use crate::base::wording::{counted, passive_sentence};
use crate::base::{Billing, Decimal, GroupId, InstanceId};
use crate::cloud::SimCloud;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{
    ActivityKind, CreateAutoProvisioningGroupRequest, ExcessCapacityTerminationPolicy, GroupChange, InstanceListChange,
    ModifyAutoProvisioningGroupRequest,
};
use crate::cloud::provisioning::candidate::candidates;
use crate::cloud::provisioning::capacity::{check_limits, delivered, live_units};
use crate::cloud::provisioning::cost::optimal_hourly_cost;
use crate::cloud::provisioning::launch::launch;
use crate::cloud::provisioning::pass::PlannedPass;
use crate::cloud::provisioning::plan::plan;
use crate::cloud::provisioning::replacement::LostInstances;
use crate::cloud::step::{EndReason, Phase, missing_units};
use crate::cloud::world::{Batch, Fleet, InstanceRow, InstanceRowState, World};
use crate::market::{Limits, Operation};

type Result<T, E = CloudError> = std::result::Result<T, E>;

const OPERATION: Operation = Operation::ModifyAutoProvisioningGroup;

impl SimCloud {
    /// Changes a group; one pass per billing if capacity is to change, all in one transaction.
    pub fn modify_auto_provisioning_group(&self, request: &ModifyAutoProvisioningGroupRequest) -> Result<GroupChange> {
        self.write(OPERATION, |world| modify(world, request))
    }

    /// The same where the change depends on what the group is: one transaction, in which `change` may be called more than
    /// once.
    pub fn modify_auto_provisioning_group_as(
        &self,
        id: &GroupId,
        change: &dyn Fn(&CreateAutoProvisioningGroupRequest) -> Result<ModifyAutoProvisioningGroupRequest>,
    ) -> Result<GroupChange> {
        self.write(OPERATION, |world| {
            let request = change(&find(world, id)?.request)?;
            modify(world, &ModifyAutoProvisioningGroupRequest { group_id: Some(id.clone()), ..request })
        })
    }

    /// What a modify would do now.
    pub fn forecast_modify_auto_provisioning_group(
        &self,
        request: &ModifyAutoProvisioningGroupRequest,
    ) -> Result<GroupChange> {
        self.forecast(|world| modify(world, request))
    }
}

pub(in crate::cloud::operations) fn modify(
    world: &mut World,
    request: &ModifyAutoProvisioningGroupRequest,
) -> Result<GroupChange> {
    let group_id = request.group_id.as_ref().ok_or_else(|| {
        CloudError::of(Member::GroupId, codes::MISSING_PARAMETER, "the request names no auto provisioning group")
    })?;
    let mut fleet = find(world, group_id)?;
    let before = fleet.request.clone();
    request.apply_to(&mut fleet.request);
    fill_types(&mut fleet.request.configs, fleet.outcome.template_instance_type.as_ref());
    check(world, &before, &fleet.request)?;
    let after = &fleet.request;
    let capacity_changes = before.capacity != after.capacity
        || before.configs != after.configs
        || before.max_spot_price != after.max_spot_price;
    let mut done = ChangeResult::default();
    // Outside its window a group launches and removes nothing (G11).
    if fleet.phase == Phase::Active && (capacity_changes || request.replace_lost_now) {
        done = run_passes(world, &mut fleet, capacity_changes, request)?;
    }
    if fleet.phase != Phase::Active && capacity_changes {
        done.warnings.push(format!("the window of `{group_id}` is not open: nothing is launched or released"));
    }
    if let Some(expected) = request.expected.as_ref().filter(|expected| **expected != done.change) {
        let code = done.shortage_code.unwrap_or(codes::INSUFFICIENT_INSTANCE_CAPACITY);
        return Err(CloudError::new(code, differs(group_id.as_str(), expected, &done.change)));
    }
    fleet.outcome.planned_changes.clear();
    world.save_fleet(&fleet)?;
    if !done.created.is_empty() || !done.destroyed.is_empty() {
        let detail = format!(
            "{}, {} released",
            passive_sentence(done.created.len(), "instance", "launched"),
            done.destroyed.len()
        );
        world.record(
            ActivityKind::ModifyAutoProvisioningGroup,
            group_id.as_str(),
            detail,
            &done.created,
            &done.destroyed,
        )?;
    }
    Ok(GroupChange { group: describe(world, fleet)?, change: done.change, warnings: done.warnings })
}

#[derive(Default)]
struct ChangeResult {
    change: InstanceListChange,
    created: Vec<InstanceId>,
    destroyed: Vec<InstanceId>,
    warnings: Vec<String>,
    /// Why the passes launched fewer instances than they were to.
    shortage_code: Option<&'static str>,
}

/// Limits may be lower than when the group was made; what it has it keeps.
fn check(
    world: &World,
    before: &CreateAutoProvisioningGroupRequest,
    after: &CreateAutoProvisioningGroupRequest,
) -> Result<()> {
    check_name(after.name.as_deref())?;
    check_capacity(&after.capacity)?;
    check_ceiling(Member::MaxSpotPrice, after.max_spot_price)?;
    if before.configs == after.configs {
        return Ok(());
    }
    check_configs(&after.configs, &Limits::of(world.market.scenario()))
}

/// Scales in where a billing is above its target, and runs one pass where it is below.
fn run_passes(
    world: &mut World,
    fleet: &mut Fleet<CreateAutoProvisioningGroupRequest>,
    capacity_changes: bool,
    modification: &ModifyAutoProvisioningGroupRequest,
) -> Result<ChangeResult> {
    let mut done = ChangeResult::default();
    let request = fleet.request.clone();
    let candidates = candidates(world, &request)?;
    let planned = modification.expected.as_ref();
    if capacity_changes && request.excess_capacity_termination_policy == ExcessCapacityTerminationPolicy::Termination {
        for billing in [Billing::PayAsYouGo, Billing::Spot] {
            scale_in(world, fleet, billing, planned, &mut done)?;
        }
    }
    let batches = world.batches_of(&fleet.id)?;
    let mut lost = world.lost_instances_of(&fleet.id, &batches)?;
    if let Some(known) = modification.known_lost.as_ref().filter(|_| !capacity_changes || planned.is_some()) {
        lost.retain(|(_, instance)| known.contains(&instance.instance_id));
    }
    let lost_instances = LostInstances { capacity: &request.capacity, batches: &batches, instances: &lost };
    let surplus = fleet.outcome.replacement_surplus.clone();
    let wanted = |billing: Billing| {
        // Without a change of capacity only lost instances are replaced, not capacity that was never launched (G12).
        if capacity_changes {
            missing_units(&request.capacity, billing, live_units(&batches, billing))
        } else {
            lost_instances.units_to_replace(&surplus, billing)
        }
    };
    let mut passes = plan(world, &request, &candidates, wanted)?;
    done.shortage_code = passes.iter().find_map(shortage_code);
    if let Some(planned) = planned {
        limit_to_plan(&mut passes, planned, &lost);
    }
    if !passes.is_empty() {
        check_limits(world, &request, &passes, delivered(&batches))?;
        let launched = launch(world, fleet.launcher(), fleet.next_launch_index, &lost, &passes)?;
        fleet.next_launch_index += launched.change.appended;
        fleet.outcome.launch_results = rows(&passes, &launched.ids);
        done.created = launched.all_ids();
        done.change.replaced = launched.change.replaced;
        done.change.appended = launched.change.appended;
        let held = Some(batches.as_slice());
        let query =
            ShortfallQuery { request: &request, candidates: &candidates, passes: &passes, launched: true, held };
        done.warnings.extend(describe_shortfall(world, &query)?);
    }
    if !passes.is_empty() || capacity_changes {
        lost_instances.settle(world, &passes, &mut fleet.outcome.replacement_surplus, &mut done.change, planned)?;
        fleet.optimal_hourly_cost = optimal_hourly_cost(world, &request, &candidates, &batches, &passes)?;
    }
    Ok(done)
}

/// Launches no more than a plan shows, though more may be possible by now (G10a). A plan of replacements does not say of
/// which billing its further instances are: the first pass that has them launches them.
fn limit_to_plan(passes: &mut Vec<PlannedPass>, planned: &InstanceListChange, lost: &[(Batch, InstanceRow)]) {
    let mut appended = u64::from(planned.appended);
    for pass in passes.iter_mut() {
        let is_planned = |(batch, instance): &&(Batch, InstanceRow)| {
            batch.spec.billing == pass.billing && planned.replaced.contains(&instance.launch_index)
        };
        let replaced = lost.iter().filter(is_planned).count() as u64;
        pass.limit_instances(replaced + appended);
        appended -= pass.instances().saturating_sub(replaced);
    }
    passes.retain(|pass| pass.target > Decimal::ZERO);
}

/// The code of the first pool that kept a pass below its target.
fn shortage_code(pass: &PlannedPass) -> Option<&'static str> {
    if pass.units() >= pass.target {
        return None;
    }
    let short = pass.placements.iter().find_map(|placement| match placement.shortage? {
        Shortage::Instances => Some(codes::INSUFFICIENT_INSTANCE_CAPACITY),
        Shortage::Addresses => Some(codes::IP_NOT_ENOUGH),
        Shortage::Quota => Some(codes::QUOTA_EXCEED),
    });
    short.or_else(|| pass.left_out.first().map(|pool| pool.code))
}

/// Releases what is above the target: the dearest instances per unit at today's price first, of equals the youngest. One
/// whose release would leave less than the target stays. If the living instances deliver the target, the stopped ones are
/// released too (G9, W6). With `planned` exactly those are released that it removes (G10a).
fn scale_in(
    world: &mut World,
    fleet: &Fleet<CreateAutoProvisioningGroupRequest>,
    billing: Billing,
    planned: Option<&InstanceListChange>,
    done: &mut ChangeResult,
) -> Result<()> {
    let target = Decimal::from(fleet.request.capacity.target(billing));
    let batches = world.batches_of(&fleet.id)?;
    let mut units = live_units(&batches, billing);
    if units < target && planned.is_none() {
        return Ok(());
    }
    let (mut living, mut stopped) = (Vec::new(), Vec::new());
    for batch in batches.into_iter().filter(|batch| batch.spec.billing == billing) {
        let price = batch.spec.pool().map_or(Decimal::ZERO, |pool| world.price(pool, billing));
        for instance in world.instances_of(batch.id)? {
            match instance.state {
                InstanceRowState::Live => living.push((price, batch.clone(), instance)),
                InstanceRowState::Stopped => stopped.push((batch.clone(), instance)),
                InstanceRowState::Lost | InstanceRowState::StoppedInPlace => {}
            }
        }
    }
    living.order_by(dearest_then_youngest);
    if let Some(planned) = planned {
        let is_planned = |instance: &InstanceRow| planned.removed.contains(&instance.launch_index);
        stopped.retain(|(_, instance)| is_planned(instance));
        living.retain(|(_, _, instance)| is_planned(instance));
    }
    let mut released = stopped;
    for (_, batch, instance) in living {
        if planned.is_some() || rounded_units(units - batch.spec.weight) >= target {
            units -= batch.spec.weight;
            released.push((batch, instance));
        }
    }
    for (batch, instance) in released {
        world.end(&batch, std::slice::from_ref(&instance), EndReason::Released)?;
        done.change.removed.push(instance.launch_index);
        done.destroyed.push(instance.instance_id);
    }
    done.change.removed.order();
    Ok(())
}

fn dearest_then_youngest(a: &(Decimal, Batch, InstanceRow), b: &(Decimal, Batch, InstanceRow)) -> Ordering {
    // price / weight, without dividing.
    let per_unit = (b.0 * a.1.spec.weight).cmp(&(a.0 * b.1.spec.weight));
    per_unit.then(b.1.launch_time.cmp(&a.1.launch_time)).then(b.1.id.cmp(&a.1.id)).then(b.2.ordinal.cmp(&a.2.ordinal))
}

fn differs(group_id: &str, expected: &InstanceListChange, possible: &InstanceListChange) -> String {
    let words = |change: &InstanceListChange| {
        let replaced = counted(change.replaced.len(), "replacement");
        format!("{replaced}, {} new and {} released", change.appended, change.removed.len())
    };
    format!(
        "the market has changed since `{group_id}` was planned: expected were {}; possible now are {}; nothing was changed",
        words(expected),
        words(possible)
    )
}
