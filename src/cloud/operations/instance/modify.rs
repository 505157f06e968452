//! Changing an instance in place: its properties, its type, and whether it runs (O5).

use super::super::check;
use super::super::reservation::request::LaunchTarget;
use super::capacity::{AddressNeed, check_room};
use super::describe::{describe, find};
use super::launch::batch as batch_of;
use super::launch_target::{check_image, check_price, check_user_data, default_system_disk_size, launch_target_in};
use crate::base::{Billing, InstanceId};
use crate::catalogue;
use crate::cloud::SimCloud;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{
    ActivityKind, LaunchInstanceRequest, ModifyInstanceRequest, Power, SingleInstance, StoppedMode,
};
use crate::cloud::store::damaged;
use crate::cloud::world::{Batch, BatchSpec, ChangedInstance, Fleet, InstanceRow, InstanceRowState, VSwitch, World};
use crate::market::Operation;

type Result<T, E = CloudError> = std::result::Result<T, E>;

impl SimCloud {
    /// Changes an instance, or nothing of it, in one transaction.
    pub fn modify_instance(&self, request: &ModifyInstanceRequest) -> Result<SingleInstance> {
        self.write(operation(request), |world| modify(world, request))
    }

    /// What a modify would do now.
    pub fn forecast_modify_instance(&self, request: &ModifyInstanceRequest) -> Result<SingleInstance> {
        self.forecast(|world| modify(world, request))
    }
}

/// The operation by which a scenario's faults find the change: the service has one for each kind.
const fn operation(request: &ModifyInstanceRequest) -> Operation {
    match (&request.instance_type, request.power) {
        (Some(_), _) => Operation::ModifyInstanceSpec,
        (None, Some(Power::Running)) => Operation::StartInstance,
        (None, Some(Power::Stopped)) => Operation::StopInstance,
        (None, None) => Operation::ModifyInstanceAttribute,
    }
}

pub(super) fn modify(world: &mut World, request: &ModifyInstanceRequest) -> Result<SingleInstance> {
    let instance_id = request
        .instance_id
        .as_ref()
        .ok_or_else(|| CloudError::of(Member::InstanceId, codes::MISSING_PARAMETER, "the request names no instance"))?;
    let mut fleet = find(world, instance_id)?;
    let before = fleet.request.clone();
    request.apply_to(&mut fleet.request);
    fleet.request.without_effect.extend(request.without_effect.clone());
    check_properties(world, &before, &fleet.request)?;
    check_role(world, instance_id, &before, &fleet.request)?;
    let (batch, instance) = world.single_instance(&fleet.id)?;
    let vswitch = vswitch(world, &batch, &before, &fleet.request)?;
    check::same_vpc(world, &fleet.request.security_group_ids, &vswitch)?;
    let spec = spec(world, &batch, &before, &fleet.request, vswitch.clone())?;
    let state = state_after(request, &fleet.request, &batch, instance.state);
    let (batch, instance) = give_back(world, batch, instance, &spec, state)?;
    if state.holds_stock() && !instance.state.holds_stock() {
        let target = target_of(world, &spec, vswitch.clone())?;
        check_price(&fleet.request, &target)?;
        check_room(world, &fleet.request, &target, 1, AddressNeed::Kept)?;
    }
    let private_ip = address(world, &batch, &instance, &vswitch, &fleet.request)?;
    world.change_single(&batch, &instance, &ChangedInstance { spec, state, private_ip })?;
    world.save_fleet(&fleet)?;
    record(world, request, &before, &fleet)?;
    describe(world, fleet)
}

/// What a change names, and that disks only grow.
fn check_properties(world: &mut World, before: &LaunchInstanceRequest, after: &LaunchInstanceRequest) -> Result<()> {
    if after.image_id != before.image_id {
        check_image(world, after)?;
    }
    check::security_groups(world, &after.security_group_ids, codes::INVALID_SECURITY_GROUP_NOT_FOUND)?;
    if after.key_name != before.key_name {
        let key_name = after.key_name.as_ref();
        check::key_pair(world, key_name, Member::KeyName, codes::INVALID_KEY_PAIR_NAME_NOT_FOUND)?;
    }
    check_user_data(after)?;
    let size = |request: &LaunchInstanceRequest| {
        request.system_disk_size.unwrap_or_else(|| default_system_disk_size(world, request))
    };
    let (from, to) = (size(before), size(after));
    if to < from {
        return Err(CloudError::of(
            Member::SystemDiskSize,
            codes::DISK_SIZE_TOO_SMALL,
            cannot_shrink("system disk", from, to),
        ));
    }
    for (index, (was, is)) in before.data_disks.iter().zip(&after.data_disks).enumerate() {
        if is.size < was.size {
            let refusal =
                CloudError::of(Member::Size, codes::DISK_SIZE_TOO_SMALL, cannot_shrink("data disk", was.size, is.size));
            return Err(refusal.within(Member::DataDisks, index));
        }
    }
    Ok(())
}

/// A role that a call attached is detached by a call before the instance gets another one (N11).
fn check_role(
    world: &mut World,
    instance_id: &InstanceId,
    before: &LaunchInstanceRequest,
    after: &LaunchInstanceRequest,
) -> Result<()> {
    if after.role_name == before.role_name {
        return Ok(());
    }
    match world.instance_role(instance_id)? {
        Some(attached) => {
            let message = format!("`{instance_id}` has the role `{attached}` already; detach that first");
            Err(CloudError::of(Member::RoleName, codes::RAM_ROLE_ALREADY_ATTACHED, message))
        }
        None => Ok(()),
    }
}

fn cannot_shrink(what: &str, from: u32, to: u32) -> String {
    format!("the {what} has {from} GiB and cannot become smaller, but {to} GiB are asked for")
}

/// The vSwitch after the change: another one of the same zone and VPC is possible.
fn vswitch(
    world: &mut World,
    batch: &Batch,
    before: &LaunchInstanceRequest,
    after: &LaunchInstanceRequest,
) -> Result<VSwitch> {
    let now = batch.spec.vswitch_id.as_str();
    let current = world.vswitch(now)?;
    let current = current.unwrap_or_else(|| damaged(format!("the vSwitch `{now}` is gone")));
    let asked = after.vswitch_id.as_ref().filter(|id| after.vswitch_id != before.vswitch_id && id.as_str() != now);
    let Some(asked) = asked else { return Ok(current) };
    let other = check::vswitch(world, asked.as_str())?;
    if (&other.zone_id, &other.vpc_id) == (&current.zone_id, &current.vpc_id) {
        return Ok(other);
    }
    let message = format!(
        "the vSwitch `{asked}` is in `{}` and `{}`, and the instance is in `{}` and `{}`: it can move within its zone and VPC \
         alone",
        other.zone_id, other.vpc_id, current.zone_id, current.vpc_id
    );
    Err(CloudError::of(Member::VSwitchId, codes::PARAMETER_MISMATCH, message))
}

/// What the instance is made from after the change. A type is looked at only if it is another one: an instance that
/// exists stays valid when the market stops selling its type.
fn spec(
    world: &World,
    batch: &Batch,
    before: &LaunchInstanceRequest,
    after: &LaunchInstanceRequest,
    vswitch: VSwitch,
) -> Result<BatchSpec> {
    let zone = check::zone(world, &batch.spec.zone_id)?;
    let category = Some(batch.spec.system_disk_category.clone());
    let whole = LaunchInstanceRequest { system_disk_category: category, ..after.clone() };
    let is_same_type = after.instance_type.as_ref() == Some(&batch.spec.instance_type);
    let disks = |request: &LaunchInstanceRequest| (request.system_disk_size, request.data_disks.clone());
    if is_same_type && after.image_id == before.image_id && disks(after) == disks(before) {
        let target = target_of(world, &batch.spec, vswitch)?;
        let target = LaunchTarget { hourly_price: batch.spec.hourly_price, ..target };
        return batch_of(&whole, &target);
    }
    let target = launch_target_in(world, &whole, zone, vswitch)?;
    let hourly_price = if is_same_type { batch.spec.hourly_price } else { target.hourly_price };
    batch_of(&whole, &LaunchTarget { hourly_price, ..target })
}

/// Where an instance of this kind is, at the price of now.
fn target_of(world: &World, spec: &BatchSpec, vswitch: VSwitch) -> Result<LaunchTarget> {
    let zone = check::zone(world, &spec.zone_id)?;
    let instance_type = check::instance_type(&spec.instance_type, codes::INVALID_INSTANCE_TYPE)?;
    let system_disk = catalogue::DiskCategory::fit_for(true).find(|known| known.name() == spec.system_disk_category);
    let system_disk = system_disk.unwrap_or(catalogue::DiskCategory::DEFAULT_SYSTEM);
    let hourly_price = spec.pool().map_or(spec.hourly_price, |pool| world.price(pool, spec.billing));
    Ok(LaunchTarget { zone, instance_type, vswitch, system_disk, billing: spec.billing, hourly_price })
}

/// The state of the instance after the change.
fn state_after(
    request: &ModifyInstanceRequest,
    after: &LaunchInstanceRequest,
    batch: &Batch,
    now: InstanceRowState,
) -> InstanceRowState {
    match request.power {
        Some(Power::Running) => InstanceRowState::Live,
        Some(Power::Stopped) => stopped_state(after, batch.spec.billing),
        None if request.stopped_mode.is_some() && now != InstanceRowState::Live => {
            stopped_state(after, batch.spec.billing)
        }
        None => now,
    }
}

/// A stopped spot instance holds no stock, and neither does one in economical mode (O5).
fn stopped_state(request: &LaunchInstanceRequest, billing: Billing) -> InstanceRowState {
    if billing == Billing::Spot || request.stopped_mode == StoppedMode::StopCharging {
        InstanceRowState::Stopped
    } else {
        InstanceRowState::StoppedInPlace
    }
}

/// Frees the stock and the quota of an instance that leaves its pool, so that the change can take them.
fn give_back(
    world: &mut World,
    batch: Batch,
    instance: InstanceRow,
    spec: &BatchSpec,
    state: InstanceRowState,
) -> Result<(Batch, InstanceRow)> {
    let leaves = spec.instance_type != batch.spec.instance_type || !state.holds_stock();
    if !leaves || !instance.state.holds_stock() {
        return Ok((batch, instance));
    }
    let (spec, private_ip) = (batch.spec.clone(), instance.private_ip);
    world.change_single(&batch, &instance, &ChangedInstance { spec, state: InstanceRowState::Stopped, private_ip })?;
    world.single_instance(&batch.fleet_id)
}

/// The private address after the change; it is taken here if it is another one.
fn address(
    world: &mut World,
    batch: &Batch,
    instance: &InstanceRow,
    vswitch: &VSwitch,
    after: &LaunchInstanceRequest,
) -> Result<Option<u32>> {
    let moves = vswitch.vswitch_id != batch.spec.vswitch_id;
    let asked = after.private_ip.map(u32::from);
    if !moves && (asked.is_none() || asked == instance.private_ip) {
        return Ok(instance.private_ip);
    }
    if moves && asked.is_none() && world.free_addresses(vswitch)? == 0 {
        let message = format!("the vSwitch `{}` has no free address", vswitch.vswitch_id);
        return Err(CloudError::of(Member::VSwitchId, codes::IP_NOT_ENOUGH, message));
    }
    world.single_address(vswitch, after.private_ip, &instance.instance_id).map(Some)
}

/// One entry of the history for each kind of change that a reader may look for.
fn record(
    world: &mut World,
    request: &ModifyInstanceRequest,
    before: &LaunchInstanceRequest,
    fleet: &Fleet<LaunchInstanceRequest>,
) -> Result<()> {
    let id = [InstanceId::from(fleet.id.as_str())];
    if let (Some(from), Some(to)) = (&before.instance_type, &fleet.request.instance_type)
        && from != to
    {
        let detail = format!("`{from}` became `{to}`");
        world.record(ActivityKind::ModifyInstanceSpec, &fleet.id, detail, &[], &[])?;
    }
    match request.power {
        Some(Power::Running) => {
            world.record(ActivityKind::StartInstance, &fleet.id, "1 instance started".to_owned(), &id, &[])
        }
        Some(Power::Stopped) => record_stop(world, fleet),
        None => Ok(()),
    }
}

fn record_stop(world: &mut World, fleet: &Fleet<LaunchInstanceRequest>) -> Result<()> {
    let id = [InstanceId::from(fleet.id.as_str())];
    world.record(ActivityKind::StopInstance, &fleet.id, "1 instance stopped".to_owned(), &[], &id)
}

/// Stops an instance that has just been launched.
pub(super) fn stop(world: &mut World, fleet: &Fleet<LaunchInstanceRequest>) -> Result<()> {
    let (batch, instance) = world.single_instance(&fleet.id)?;
    let (spec, private_ip) = (batch.spec.clone(), instance.private_ip);
    let state = stopped_state(&fleet.request, batch.spec.billing);
    world.change_single(&batch, &instance, &ChangedInstance { spec, state, private_ip })?;
    record_stop(world, fleet)
}
