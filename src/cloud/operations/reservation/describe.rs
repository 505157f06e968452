//! A reservation as it is now.

use crate::base::{Decimal, ReservationId};
use crate::cloud::SimCloud;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::model::{Reservation, RunInstancesRequest};
use crate::cloud::world::{Owner, World, or_default};

type Result<T, E = CloudError> = std::result::Result<T, E>;

impl SimCloud {
    /// `None`: there is no such reservation.
    pub fn describe_reservation(&self, reservation_id: &ReservationId) -> Result<Option<Reservation>> {
        self.read("DescribeInstances", |world| {
            let owner = world.owner(reservation_id.as_str())?;
            owner.map(|owner| describe(world, owner)).transpose()
        })
    }
}

/// The reservation as it is now; `warnings` are for whoever changed it to add.
pub(super) fn describe(world: &mut World, owner: Owner<RunInstancesRequest>) -> Result<Reservation> {
    let batches = world.batches_of(&owner.id)?;
    let instances = world.list_instances(&owner, &batches)?;
    let cost: Decimal = batches.iter().map(|batch| batch.of.hourly_price * Decimal::from(batch.live)).sum();
    let placement = owner.facts.placement;
    let placement = placement.unwrap_or_else(|| panic!("the reservation `{}` is nowhere", owner.id));
    Ok(Reservation {
        owner_id: world.account_id(),
        group_set: or_default(owner.request.security_group_ids.clone()),
        instances,
        zone_id: placement.zone_id,
        vswitch_id: placement.vswitch_id,
        instance_type: placement.instance_type,
        system_disk_category: placement.system_disk_category,
        request_id: owner.facts.request_id,
        client_token: owner.facts.client_token,
        launched_count: owner.facts.launched_count,
        short_because: owner.facts.short_because,
        hourly_cost: cost.normalize(),
        create_time: owner.create_time,
        error_code: owner.facts.error_code,
        error_message: owner.facts.error_message,
        warnings: Vec::new(),
        request: owner.request,
        reservation_id: owner.id.into(),
    })
}

/// A reservation of this region.
pub(super) fn find(world: &mut World, reservation_id: &ReservationId) -> Result<Owner<RunInstancesRequest>> {
    world.owner(reservation_id.as_str())?.ok_or_else(|| {
        let message = format!("there is no reservation `{reservation_id}` in `{}`", world.region);
        CloudError::of("reservation_id", codes::INVALID_RESERVATION_NOT_FOUND, message)
    })
}
