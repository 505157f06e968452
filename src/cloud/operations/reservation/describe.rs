//! A reservation as it is now.

use std::collections::BTreeSet;

use crate::base::{Decimal, ReservationId};
use crate::cloud::SimCloud;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{DescribeReservationsRequest, Reservation, RunInstancesRequest};
use crate::cloud::store::damaged;
use crate::cloud::world::{Fleet, World, or_default};
use crate::market::Operation;

type Result<T, E = CloudError> = std::result::Result<T, E>;

impl SimCloud {
    /// `None`: there is no such reservation.
    pub fn describe_reservation(&self, reservation_id: &ReservationId) -> Result<Option<Reservation>> {
        self.read(Operation::DescribeInstances, |world| {
            let fleet = world.fleet(reservation_id.as_str())?;
            fleet.map(|fleet| describe(world, fleet)).transpose()
        })
    }

    /// In order of creation.
    pub fn describe_reservations(&self, request: &DescribeReservationsRequest) -> Result<Vec<Reservation>> {
        self.read(Operation::DescribeInstances, |world| {
            let mut fleets = world.fleets::<RunInstancesRequest>()?;
            fleets.retain(|fleet| matches(request, fleet));
            let reservations: Result<Vec<Reservation>> =
                fleets.into_iter().map(|fleet| describe(world, fleet)).collect();
            let mut reservations = reservations?;
            // The cloud chooses where the request leaves it open.
            reservations.retain(|reservation| {
                request.zone_id.as_ref().is_none_or(|zone| reservation.zone_id == *zone)
                    && request.instance_type.as_ref().is_none_or(|name| reservation.instance_type == *name)
            });
            Ok(reservations)
        })
    }
}

/// Whether what was asked for fits the filters.
fn matches(filter: &DescribeReservationsRequest, fleet: &Fleet<RunInstancesRequest>) -> bool {
    let of_ids = |ids: &BTreeSet<ReservationId>| ids.iter().any(|id| id.as_str() == fleet.id.as_str());
    filter.reservation_ids.as_ref().is_none_or(of_ids)
        && filter.tags.iter().all(|(key, value)| fleet.request.tags.get(key) == Some(value))
}

/// The reservation as it is now; the caller adds the warnings of a change.
pub(super) fn describe(world: &mut World, fleet: Fleet<RunInstancesRequest>) -> Result<Reservation> {
    let batches = world.batches_of(&fleet.id)?;
    let instances = world.list_instances(&fleet, &batches)?;
    let cost: Decimal = batches.iter().map(|batch| batch.spec.hourly_price * Decimal::from(batch.live)).sum();
    let placement = fleet.outcome.placement;
    let placement = placement.unwrap_or_else(|| damaged(format!("the reservation `{}` is nowhere", fleet.id)));
    Ok(Reservation {
        owner_id: world.account_id(),
        group_set: or_default(fleet.request.security_group_ids.clone()),
        instances,
        zone_id: placement.zone_id,
        vswitch_id: placement.vswitch_id,
        instance_type: placement.instance_type,
        system_disk_category: placement.system_disk_category,
        request_id: fleet.outcome.request_id,
        client_token: fleet.outcome.client_token,
        launched_count: fleet.outcome.launched_count,
        shortfall_reason: fleet.outcome.shortfall_reason,
        hourly_cost: cost.normalize(),
        create_time: fleet.create_time,
        error_code: fleet.outcome.error_code,
        error_message: fleet.outcome.error_message,
        warnings: Vec::new(),
        request: fleet.request,
        reservation_id: fleet.id.into(),
    })
}

/// A reservation of this region.
pub(super) fn find(world: &mut World, reservation_id: &ReservationId) -> Result<Fleet<RunInstancesRequest>> {
    world.fleet(reservation_id.as_str())?.ok_or_else(|| {
        let message = format!("there is no reservation `{reservation_id}` in `{}`", world.region);
        CloudError::of(Member::ReservationId, codes::INVALID_RESERVATION_NOT_FOUND, message)
    })
}
