//! How many instances there is room for, and what to say when that is too few (R3, R19).

use super::super::check;
use super::request::LaunchTarget;
use crate::alloc::Shortage;
use crate::base::wording::counted;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::AddressingType;
use crate::cloud::world::{PoolKey, World};

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// The least of stock, free addresses and quota; the first of them that is least gives the reason.
#[derive(Clone, Copy, Debug)]
pub(in crate::cloud::operations) struct Room {
    pub(in crate::cloud::operations) instances: u32,
    pub(in crate::cloud::operations) bound_by: Shortage,
}

pub(in crate::cloud::operations) fn room(
    world: &mut World,
    target: &LaunchTarget,
    addressing: AddressingType,
) -> Result<Room> {
    let stock = world.free_instances(PoolKey::of(target.zone, target.instance_type), target.billing)?;
    let mut room = Room { instances: stock, bound_by: Shortage::Instances };
    if addressing == AddressingType::Public {
        let addresses = world.free_addresses(&target.vswitch)?;
        if addresses < room.instances {
            room = Room { instances: addresses, bound_by: Shortage::Addresses };
        }
    }
    let by_quota = world.room_in_quota(target.billing, target.instance_type.vcpus)?;
    if by_quota < room.instances {
        room = Room { instances: by_quota, bound_by: Shortage::Quota };
    }
    Ok(room)
}

impl Room {
    /// One line: what was asked of the pool, what it gave, and why no more.
    pub(in crate::cloud::operations) fn log(self, target: &LaunchTarget, asked: u64, got: u64) {
        let (zone_id, instance_type, billing) = (target.zone.id, target.instance_type.name, target.billing);
        let why = if got < asked { self.bound_by.name() } else { "enough" };
        tracing::info!(zone_id, instance_type, ?billing, asked, got, why, "pool");
    }

    /// What kept a launch below its maximum (R4).
    pub(super) fn why_no_more(self, world: &World, target: &LaunchTarget) -> String {
        let (name, free) = (target.instance_type.name, self.instances);
        match self.bound_by {
            Shortage::Instances => format!("`{}` had {free} `{name}` free", target.zone.id),
            Shortage::Addresses => {
                format!("the vSwitch `{}` had {}", target.vswitch.vswitch_id, counted(free, "free address"))
            }
            Shortage::Quota => format!(
                "the account's quota in `{}` allowed {free} `{name}`, {} each",
                world.region,
                counted(target.instance_type.vcpus, "vCPU")
            ),
        }
    }

    /// What was asked, what is free there, and which zones would do.
    pub(super) fn shortage(self, world: &mut World, target: &LaunchTarget, asked: u32) -> Result<CloudError> {
        let (name, zone, free) = (target.instance_type.name, target.zone.id, self.instances);
        let asked_for = format!("at least {asked} `{name}` were asked for in `{zone}`");
        Ok(match self.bound_by {
            Shortage::Instances => {
                let others = zones_that_would_do(world, target, asked)?;
                let hint = if others.is_empty() {
                    format!("no other zone of `{}` has that many", world.region)
                } else {
                    format!("{} would do", check::list(&others))
                };
                CloudError::new(
                    codes::INSUFFICIENT_INSTANCE_CAPACITY,
                    format!("{asked_for}, which has {free} free; {hint}"),
                )
            }
            Shortage::Addresses => CloudError::of(
                Member::VSwitchId,
                codes::INSUFFICIENT_FREE_ADDRESSES,
                format!(
                    "{asked_for}, and the vSwitch `{}` has {}",
                    target.vswitch.vswitch_id,
                    counted(free, "free address")
                ),
            ),
            Shortage::Quota => CloudError::new(
                codes::VCPU_LIMIT_EXCEEDED,
                format!(
                    "{asked_for}, {} each, and the account's quota in `{}` allows {free} more of them",
                    counted(target.instance_type.vcpus, "vCPU"),
                    world.region
                ),
            ),
        })
    }
}

fn zones_that_would_do(world: &mut World, target: &LaunchTarget, asked: u32) -> Result<Vec<&'static str>> {
    let mut zones = Vec::new();
    for zone in check::selling(world, check::zones(world), target.instance_type) {
        if zone.id != target.zone.id
            && world.free_instances(PoolKey::of(zone, target.instance_type), target.billing)? >= asked
        {
            zones.push(zone.id);
        }
    }
    Ok(zones)
}
