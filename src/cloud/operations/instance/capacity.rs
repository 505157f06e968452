//! Whether a pool has room for one more instance, and what to say if it has not (O3).

use std::cmp::Reverse;

use super::super::check;
use super::super::reservation::capacity::{Room, room};
use super::super::reservation::request::LaunchTarget;
use super::super::suggestion::{Fit, best_of_each_kind, in_words, other_billing_of, same_size, what_would_fit};
use crate::alloc::Shortage;
use crate::base::wording::counted;
use crate::base::{Billing, Decimal};
use crate::catalogue::{InstanceType, Zone};
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{AddressingType, LaunchInstanceRequest};
use crate::cloud::world::{PoolKey, VSwitch, World};

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// Whether an instance needs an address besides a free instance of the pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AddressNeed {
    /// A launch takes an address of the vSwitch.
    New,
    /// A stopped instance, or one that changes its type, has its address.
    Kept,
}

/// Whether `count` instances of the request can be launched at the target now; the refusal says what is free and what
/// would fit.
pub(super) fn check_room(
    world: &mut World,
    request: &LaunchInstanceRequest,
    target: &LaunchTarget,
    count: u32,
    address: AddressNeed,
) -> Result<()> {
    let addressing = match address {
        AddressNeed::New => AddressingType::Public,
        // Only a public address, which never runs out.
        AddressNeed::Kept => AddressingType::Direct,
    };
    let room = room(world, target, addressing)?;
    room.log(target, count.into(), room.instances.min(count).into());
    if room.instances >= count { Ok(()) } else { Err(refusal(world, request, target, count, room)?) }
}

/// How many instances can be launched at the target, each with an address of its own.
pub(super) fn room_for_launches(world: &mut World, target: &LaunchTarget) -> Result<u32> {
    Ok(room(world, target, AddressingType::Public)?.instances)
}

fn refusal(
    world: &mut World,
    request: &LaunchInstanceRequest,
    target: &LaunchTarget,
    count: u32,
    room: Room,
) -> Result<CloudError> {
    let (name, zone, free) = (target.instance_type.name, target.zone.id, room.instances);
    let asked = if count == 1 { "one is asked for".to_owned() } else { format!("{count} are asked for") };
    Ok(match room.bound_by {
        Shortage::Instances => {
            let fits = fits(world, request, target, count)?;
            let billing = in_words(target.billing);
            let hint = what_would_fit(world, &fits);
            let message = format!("`{zone}` has {free} `{name}` free as {billing}, and {asked}. {hint}");
            CloudError::of(Member::InstanceType, codes::OPERATION_DENIED_NO_STOCK, message)
        }
        Shortage::Addresses => {
            let addresses = counted(free, "free address");
            let message = format!("the vSwitch `{}` has {addresses}, and {asked}", target.vswitch.vswitch_id);
            CloudError::of(Member::VSwitchId, codes::IP_NOT_ENOUGH, message)
        }
        Shortage::Quota => {
            let vcpus = counted(target.instance_type.vcpus, "vCPU");
            let message = format!(
                "the account's quota in `{}` allows {free} more `{name}`, {vcpus} each, and {asked}",
                world.region
            );
            CloudError::of(Member::InstanceType, codes::QUOTA_EXCEED, message)
        }
    })
}

/// In this order: the same type in other zones, other types of the same size in this zone, the other billing. Pools that
/// have fewer than are asked for are no help.
pub(super) fn fits(
    world: &mut World,
    request: &LaunchInstanceRequest,
    target: &LaunchTarget,
    count: u32,
) -> Result<Vec<Fit>> {
    let mut other_zones = Vec::new();
    for zone in check::zones(world) {
        if zone.id != target.zone.id {
            other_zones.extend(fit(world, request, zone, target.instance_type, target.billing, count)?);
        }
    }
    let mut other_types = Vec::new();
    for instance_type in same_size(target.instance_type) {
        if instance_type.name != target.instance_type.name {
            other_types.extend(fit(world, request, target.zone, instance_type, target.billing, count)?);
        }
    }
    let other = other_billing_of(target.billing);
    let other_billing = fit(world, request, target.zone, target.instance_type, other, count)?;
    Ok(best_of_each_kind([other_zones, other_types, other_billing.into_iter().collect()]))
}

/// How many instances a pool could give to the request; `None` if it gives fewer than `count`.
fn fit(
    world: &mut World,
    request: &LaunchInstanceRequest,
    zone: &'static Zone,
    instance_type: &'static InstanceType,
    billing: Billing,
    count: u32,
) -> Result<Option<Fit>> {
    let there = LaunchInstanceRequest { instance_type: Some(instance_type.name.into()), ..request.clone() };
    let Ok(target) = super::launch_target::launch_target_in(world, &there, zone, VSwitch::default_of(zone)) else {
        return Ok(None);
    };
    let price = world.price(PoolKey::of(zone, instance_type), billing);
    let limit: Option<Decimal> = request.spot_price_limit.filter(|_| billing == Billing::Spot);
    if limit.is_some_and(|limit| price > limit) {
        return Ok(None);
    }
    let target = LaunchTarget { billing, ..target };
    let free = room(world, &target, AddressingType::Direct)?.instances;
    let (instance_type, zone_id) = (instance_type.name, zone.id);
    Ok((free >= count).then_some(Fit { free: Reverse(free), instance_type, zone_id, billing }))
}
