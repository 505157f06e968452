//! Changing a reservation in place, and launching its lost instances again (G10).

use std::collections::BTreeSet;

use super::super::check;
use super::capacity::room;
use super::describe::{describe, find};
use super::request::launch_target;
use crate::base::wording::{counted, passive_sentence};
use crate::base::{ImageId, InstanceId, KeyPairName};
use crate::cloud::SimCloud;
use crate::cloud::error::{CloudError, ServiceError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{
    ActivityKind, InstanceListChange, ModifyReservationRequest, ReservationChange, RunInstancesRequest,
};
use crate::cloud::world::{Batch, Fleet, InstanceRow, World};
use crate::market::Operation;

type Result<T, E = CloudError> = std::result::Result<T, E>;

impl SimCloud {
    /// Changes a reservation and replaces its lost instances if asked to, in one transaction. A replacement counts as `RunInstances` for
    /// the scenario's faults, anything else as `ModifyInstanceAttribute`.
    pub fn modify_reservation(&self, request: &ModifyReservationRequest) -> Result<ReservationChange> {
        let operation =
            if request.replace_lost_now { Operation::RunInstances } else { Operation::ModifyInstanceAttribute };
        self.write(operation, |world| modify(world, request))
    }

    /// What a modify would do now.
    pub fn forecast_modify_reservation(&self, request: &ModifyReservationRequest) -> Result<ReservationChange> {
        self.forecast(|world| modify(world, request))
    }
}

pub(in crate::cloud::operations) fn modify(
    world: &mut World,
    request: &ModifyReservationRequest,
) -> Result<ReservationChange> {
    let reservation_id = request.reservation_id.as_ref().ok_or_else(|| {
        CloudError::of(Member::ReservationId, codes::MISSING_PARAMETER, "the request names no reservation")
    })?;
    let mut fleet = find(world, reservation_id)?;
    request.apply_to(&mut fleet.request);
    check::security_groups(world, &fleet.request.security_group_ids, codes::INVALID_GROUP_NOT_FOUND)?;
    if let Some(placement) = &fleet.outcome.placement
        && let Some(vswitch) = world.vswitch(placement.vswitch_id.as_str())?
    {
        check::same_vpc(world, &fleet.request.security_group_ids, &vswitch)?;
    }
    let Replaced { change, warnings, reason } =
        if request.replace_lost_now { replace_lost(world, &fleet, request)? } else { Replaced::default() };
    if let Some(expected) = request.expected.as_ref().filter(|expected| **expected != change) {
        let message = format!(
            "the market has changed since `{reservation_id}` was planned: {}, {} possible now; nothing was changed",
            passive_sentence(expected.replaced.len(), "replacement", "expected"),
            change.replaced.len()
        );
        let code = reason.as_ref().and_then(CloudError::service).map(|refusal| refusal.code.clone());
        let code = code.unwrap_or(codes::INSUFFICIENT_INSTANCE_CAPACITY.into());
        return Err(CloudError::Service(Box::new(ServiceError::new(code, message))));
    }
    fleet.outcome.planned_changes.clear();
    world.save_fleet(&fleet)?;
    Ok(ReservationChange { reservation: describe(world, fleet)?, change, warnings })
}

#[derive(Debug, Default)]
struct Replaced {
    change: InstanceListChange,
    warnings: Vec<String>,
    /// Why some lost instances stay lost.
    reason: Option<CloudError>,
}

/// Same image, type and zone; as many as there is room for, in order of launch index, and no more than a plan shows
/// (G10a).
fn replace_lost(
    world: &mut World,
    fleet: &Fleet<RunInstancesRequest>,
    modification: &ModifyReservationRequest,
) -> Result<Replaced> {
    let batches = world.batches_of(&fleet.id)?;
    let mut lost = world.lost_instances_of(&fleet.id, &batches)?;
    lost.retain(|(_, instance)| {
        let is_known = |known: &BTreeSet<InstanceId>| known.contains(&instance.instance_id);
        modification.known_lost.as_ref().is_none_or(is_known)
    });
    if let Some(planned) = &modification.expected {
        lost.retain(|(_, instance)| planned.replaced.contains(&instance.launch_index));
    }
    if lost.is_empty() {
        return Ok(Replaced::default());
    }
    let wanted = lost.len();
    let request = at_its_place(fleet);
    let target = match launch_target(world, &request) {
        Ok(target) => target,
        Err(reason @ CloudError::Service(_)) => {
            let warnings = vec![stay_lost(wanted, &fleet.id, &reason)];
            return Ok(Replaced { change: InstanceListChange::default(), warnings, reason: Some(reason) });
        }
        Err(error) => return Err(error),
    };
    let room = room(world, &target, request.addressing_type)?;
    let replaced: Vec<(Batch, InstanceRow)> = lost.into_iter().take(room.instances as usize).collect();
    let mut made = Vec::new();
    let mut rest = replaced.as_slice();
    while let Some((first, _)) = rest.first() {
        let same = |(batch, _): &&(Batch, InstanceRow)| same_item(batch, first);
        let (now, later) = rest.split_at(rest.iter().take_while(same).count());
        let indexes: Vec<u32> = now.iter().map(|(_, instance)| instance.launch_index).collect();
        for (batch, instance) in now {
            world.remove_lost(batch.id, std::slice::from_ref(instance))?;
        }
        let (image_id, key_name): (&ImageId, Option<&KeyPairName>) =
            (&first.spec.image_id, first.spec.key_name.as_ref());
        made.extend(world.launch(fleet.launcher(), &target.batch(&request, image_id, key_name), &indexes)?);
        rest = later;
    }
    let change = InstanceListChange {
        replaced: replaced.iter().map(|(_, instance)| instance.launch_index).collect(),
        ..InstanceListChange::default()
    };
    if !made.is_empty() {
        let gone: Vec<_> = replaced.iter().map(|(_, instance)| instance.instance_id.clone()).collect();
        let detail = passive_sentence(made.len(), "lost instance", "launched again");
        world.record(ActivityKind::RunInstances, &fleet.id, detail, &made, &gone)?;
    }
    let left = wanted - replaced.len();
    let asked = u32::try_from(wanted).unwrap_or(u32::MAX);
    if left == 0 {
        return Ok(Replaced { change, ..Replaced::default() });
    }
    let reason = room.shortage(world, &target, asked)?;
    let warnings = vec![stay_lost(left, &fleet.id, &reason)];
    Ok(Replaced { change, warnings, reason: Some(reason) })
}

/// `1 lost instance of `r-1` stays lost: …`
fn stay_lost(count: usize, id: &str, reason: &CloudError) -> String {
    let verb = if count == 1 { "stays" } else { "stay" };
    format!("{} of `{id}` {verb} lost: {reason}", counted(count, "lost instance"))
}

/// The request, bound to where the reservation is.
fn at_its_place(fleet: &Fleet<RunInstancesRequest>) -> RunInstancesRequest {
    let mut request = fleet.request.clone();
    if let Some(placement) = &fleet.outcome.placement {
        request.zone_id = Some(placement.zone_id.clone());
        request.vswitch_id = Some(placement.vswitch_id.clone());
        request.instance_type = Some(placement.instance_type.clone());
        request.system_disk_category = Some(placement.system_disk_category.clone());
    }
    request
}

fn same_item(a: &Batch, b: &Batch) -> bool {
    a.spec.image_id == b.spec.image_id && a.spec.key_name == b.spec.key_name
}
