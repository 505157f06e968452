//! `CreateScalingGroup`, `ModifyScalingGroup`, `DeleteScalingGroup`, `DescribeScalingGroups`, `DescribeScalingActivities`.

use super::adjust::{Adjustment, adjust};
use super::configuration::{configuration_of, make_active};
use super::content::{check_content, content_of_template};
use super::request::{check, check_vswitches};
use crate::base::money::rounded_units;
use crate::base::order::Order;
use crate::base::wording::{counted, passive_sentence};
use crate::base::{Decimal, ScalingGroupId};
use crate::cloud::SimCloud;
use crate::cloud::advice::Advice;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{
    Activity, ActivityKind, CreateScalingGroupRequest, DeleteScalingGroupRequest, DescribeScalingGroupsRequest,
    ModifyScalingGroupRequest, ScalingGroup,
};
use crate::cloud::step::{EndReason, Phase};
use crate::cloud::world::{
    Batch, Fleet, FleetRequest, InstanceRow, LaunchEra, NewCall, Outcome, ScalingConfigurationDocument,
    ScalingFleetRequest, ScalingRuleDocument, World, fingerprint, new_call, write_document,
};
use crate::market::Operation;

type Result<T, E = CloudError> = std::result::Result<T, E>;

impl SimCloud {
    /// Makes a scaling group. One with a launch template is enabled and launches at once; any other launches when a
    /// configuration of it becomes active and the group is enabled.
    pub fn create_scaling_group(&self, request: &CreateScalingGroupRequest) -> Result<ScalingGroup> {
        self.write(Operation::CreateScalingGroup, |world| create(world, request))
    }

    /// What a creation would make now.
    pub fn forecast_create_scaling_group(&self, request: &CreateScalingGroupRequest) -> Result<ScalingGroup> {
        self.forecast(|world| create(world, request))
    }

    /// Changes a scaling group. An enabled one releases what is above its sizes and launches what is missing, all in
    /// one transaction; what else runs keeps running.
    pub fn modify_scaling_group(&self, request: &ModifyScalingGroupRequest) -> Result<ScalingGroup> {
        self.write(Operation::ModifyScalingGroup, |world| modify(world, request))
    }

    /// The same where the change depends on what the group is: one transaction, in which `change` may be called more than
    /// once.
    pub fn modify_scaling_group_as(
        &self,
        id: &ScalingGroupId,
        change: &dyn Fn(&CreateScalingGroupRequest) -> Result<ModifyScalingGroupRequest>,
    ) -> Result<ScalingGroup> {
        self.write(Operation::ModifyScalingGroup, |world| {
            let request = change(&world.scaling_group(id)?.request.group)?;
            modify(world, &ModifyScalingGroupRequest { scaling_group_id: Some(id.clone()), ..request })
        })
    }

    /// What a modification would do now.
    pub fn forecast_modify_scaling_group(&self, request: &ModifyScalingGroupRequest) -> Result<ScalingGroup> {
        self.forecast(|world| modify(world, request))
    }

    /// Deletes a scaling group with its configurations and its instances.
    pub fn delete_scaling_group(&self, request: &DeleteScalingGroupRequest) -> Result<()> {
        self.write(Operation::DeleteScalingGroup, |world| {
            delete(world, &request.scaling_group_id, request.force_delete)
        })
    }

    /// In order of creation.
    pub fn describe_scaling_groups(&self, request: &DescribeScalingGroupsRequest) -> Result<Vec<ScalingGroup>> {
        self.read(Operation::DescribeScalingGroups, |world| {
            let mut fleets: Vec<Fleet<ScalingFleetRequest>> = Vec::new();
            match &request.scaling_group_ids {
                Some(ids) => {
                    for id in ids {
                        fleets.extend(world.fleet(id.as_str())?);
                    }
                    fleets.order_by_key(|fleet| fleet.sequence);
                }
                None => fleets = world.fleets()?,
            }
            let is_named = |fleet: &Fleet<ScalingFleetRequest>| {
                request.name.as_ref().is_none_or(|name| fleet.request.group.name.as_ref() == Some(name))
            };
            fleets.into_iter().filter(is_named).map(|fleet| describe(world, fleet, Vec::new())).collect()
        })
    }

    /// What happened to a scaling group; oldest first.
    pub fn describe_scaling_activities(&self, id: &ScalingGroupId) -> Result<Vec<Activity>> {
        self.read(Operation::DescribeScalingActivities, |world| {
            world.scaling_group(id)?;
            world.history(Some(id.as_str()))
        })
    }
}

fn create(world: &mut World, request: &CreateScalingGroupRequest) -> Result<ScalingGroup> {
    check(request)?;
    check_vswitches(world, request)?;
    let call = new_call(world, Operation::CreateScalingGroup, fingerprint(&write_document(request)))?;
    let mut fleet = new_fleet(world, request, &call)?;
    let mut done = Adjustment::default();
    if request.launch_template.is_some() {
        adopt_template(world, &mut fleet)?;
        if !request.starts_disabled {
            fleet.phase = Phase::Active;
            done = adjust(world, &mut fleet)?;
        }
    }
    world.save_fleet(&fleet)?;
    world.record(
        ActivityKind::CreateScalingGroup,
        &fleet.id,
        passive_sentence(done.created.len(), "instance", "launched"),
        &done.created,
        &[],
    )?;
    describe(world, fleet, done.warnings)
}

/// A group that is not enabled and has nothing to launch from; it is not stored yet.
pub(super) fn new_fleet(
    world: &mut World,
    request: &CreateScalingGroupRequest,
    call: &NewCall,
) -> Result<Fleet<ScalingFleetRequest>> {
    let fleet_request = ScalingFleetRequest { group: request.clone(), ..ScalingFleetRequest::default() };
    let id = world.next_resource_id(&call.id_series, ScalingFleetRequest::ID_PREFIX, ScalingFleetRequest::ALPHABET)?;
    let outcome = Outcome { request_id: call.request_id(world), ..Outcome::default() };
    Ok(Fleet { phase: Phase::Inactive, ..world.new_fleet(id, fleet_request, call, outcome)? })
}

fn modify(world: &mut World, request: &ModifyScalingGroupRequest) -> Result<ScalingGroup> {
    let id = request.scaling_group_id.as_ref().ok_or_else(|| {
        CloudError::of(Member::ScalingGroupId, codes::MISSING_PARAMETER, "the request names no scaling group")
    })?;
    let mut fleet = world.scaling_group(id)?;
    let before = fleet.request.group.clone();
    request.apply_to(&mut fleet.request.group);
    let after = &fleet.request.group;
    check(after)?;
    if before.vswitch_ids != after.vswitch_ids {
        check_vswitches(world, after)?;
    }
    let (template_changes, launches) =
        (before.launch_template != after.launch_template, before.launch_template.is_some());
    let adjusts = template_changes || changes_instances(&before, after);
    // A group that its author keeps disabled stays so when its template changes.
    let stays_disabled = launches && fleet.phase == Phase::Inactive && before.starts_disabled;
    if template_changes && after.launch_template.is_some() && fleet.request.active_configuration_id.is_none() {
        adopt_template(world, &mut fleet)?;
        if !stays_disabled {
            fleet.phase = Phase::Active;
        }
    } else if template_changes && launches && fleet.request.active_configuration_id.is_none() {
        // Without its template a group has nothing to launch from.
        fleet.phase = Phase::Inactive;
    }
    if let Some(active) = &request.active_configuration_id
        && fleet.request.active_configuration_id.as_ref() != Some(active)
    {
        let stored = configuration_of(world, &fleet, active)?;
        make_active(world, &mut fleet, &stored)?;
    }
    if let Some(content) = fleet.request.content().cloned().filter(|_| adjusts) {
        check_content(world, &fleet.request, &content)?;
    }
    let done = if adjusts { adjust(world, &mut fleet)? } else { Adjustment::default() };
    world.save_fleet(&fleet)?;
    record(world, ActivityKind::ModifyScalingGroup, &fleet, &done)?;
    describe(world, fleet, done.warnings)
}

/// Whether a change may launch or release instances.
pub(super) fn changes_instances(before: &CreateScalingGroupRequest, after: &CreateScalingGroupRequest) -> bool {
    before.sizes != after.sizes || before.vswitch_ids != after.vswitch_ids || before.allocation != after.allocation
}

/// Records what an adjustment did, if it did anything.
pub(super) fn record(
    world: &mut World,
    kind: ActivityKind,
    fleet: &Fleet<ScalingFleetRequest>,
    done: &Adjustment,
) -> Result<()> {
    if done.created.is_empty() && done.destroyed.is_empty() {
        return Ok(());
    }
    let launched = passive_sentence(done.created.len(), "instance", "launched");
    let detail = format!("{launched}, {} released", done.destroyed.len());
    world.record(kind, &fleet.id, detail, &done.created, &done.destroyed)
}

/// The group launches from its template from now on.
pub(super) fn adopt_template(world: &mut World, fleet: &mut Fleet<ScalingFleetRequest>) -> Result<()> {
    let Some(template) = fleet.request.group.launch_template.clone() else { return Ok(()) };
    let content = content_of_template(world, &fleet.request, &template)?;
    let first_launch_index = fleet.next_launch_index;
    adopt(world, fleet, LaunchEra { first_launch_index, configuration_number: 0, content })
}

/// The group launches from other content from now on; its instances keep what they were launched with (G19).
pub(super) fn adopt(world: &mut World, fleet: &mut Fleet<ScalingFleetRequest>, era: LaunchEra) -> Result<()> {
    let mut launch_indexes = Vec::new();
    for batch in world.batches_of(&fleet.id)? {
        launch_indexes.extend(world.instances_of(batch.id)?.iter().map(|instance: &InstanceRow| instance.launch_index));
    }
    fleet.request.adopt(era, &launch_indexes);
    Ok(())
}

/// Releases the instances of a group, and deletes it with everything that lies in it.
pub(super) fn delete(world: &mut World, id: &ScalingGroupId, force: bool) -> Result<()> {
    let fleet = world.scaling_group(id)?;
    if fleet.request.group.is_deletion_protected {
        let message = format!("the scaling group `{id}` is protected against deletion");
        let member = Member::GroupDeletionProtection;
        let refusal = CloudError::of(member, codes::SCALING_GROUP_DELETION_PROTECTED, message);
        return Err(refusal.advise(Advice::DisableDeletionProtection(member)));
    }
    let batches = world.batches_of(&fleet.id)?;
    let living: u32 = batches.iter().map(|batch| batch.live + batch.stopped).sum();
    if living > 0 && !force {
        let message = format!("the scaling group `{id}` has {}", counted(living, "instance"));
        return Err(CloudError::new(codes::SCALING_GROUP_HAS_INSTANCES, message));
    }
    let mut gone = Vec::new();
    for batch in &batches {
        let instances = world.instances_of(batch.id)?;
        world.end(batch, &instances, EndReason::Released)?;
        gone.extend(instances.into_iter().map(|instance| instance.instance_id));
    }
    for configuration in world.resources_in::<ScalingConfigurationDocument>(id.as_str())? {
        world.remove_resource(&configuration.id)?;
    }
    for rule in world.resources_in::<ScalingRuleDocument>(id.as_str())? {
        world.remove_resource(&rule.id)?;
    }
    world.remove_fleet(&fleet.id, false)?;
    let detail = passive_sentence(living, "instance", "released");
    world.record(ActivityKind::DeleteScalingGroup, &fleet.id, detail, &[], &gone)
}

pub(super) fn describe(
    world: &mut World,
    fleet: Fleet<ScalingFleetRequest>,
    warnings: Vec<String>,
) -> Result<ScalingGroup> {
    let batches = world.batches_of(&fleet.id)?;
    let mut instances = world.list_instances(&fleet, &batches)?;
    instances.retain(|instance| !instance.state.is_lost());
    let cost: Decimal = batches.iter().map(|batch| batch.spec.hourly_price * Decimal::from(batch.live)).sum();
    Ok(ScalingGroup {
        scaling_group_id: fleet.id.into(),
        is_enabled: fleet.phase == Phase::Active,
        active_configuration_id: fleet.request.active_configuration_id,
        instances,
        launch_results: fleet.outcome.launch_results,
        fulfilled_capacity: rounded_units(batches.iter().map(Batch::units).sum()),
        hourly_cost: cost.normalize(),
        create_time: fleet.create_time,
        warnings,
        request: fleet.request.group,
    })
}
