//! Releases a reservation: terminates its instances and deletes it.

use super::describe::find;
use crate::base::ReservationId;
use crate::base::wording::passive_sentence;
use crate::cloud::SimCloud;
use crate::cloud::error::CloudError;
use crate::cloud::model::{ActivityKind, ReleasedReservation};
use crate::cloud::step::EndReason;
use crate::cloud::world::World;
use crate::market::Operation;

type Result<T, E = CloudError> = std::result::Result<T, E>;

impl SimCloud {
    /// Terminates the running instances and deletes the reservation, in one transaction.
    pub fn release_reservation(&self, reservation_id: &ReservationId) -> Result<ReleasedReservation> {
        self.write(Operation::TerminateInstances, |world| release(world, reservation_id))
    }
}

pub(super) fn release(world: &mut World, reservation_id: &ReservationId) -> Result<ReleasedReservation> {
    let fleet = find(world, reservation_id)?;
    let mut terminated = 0;
    let mut released_ids = Vec::new();
    for batch in world.batches_of(&fleet.id)? {
        let instances = world.instances_of(batch.id)?;
        world.end(&batch, &instances, EndReason::Released)?;
        terminated += batch.live;
        released_ids.extend(instances.into_iter().map(|instance| instance.instance_id));
    }
    world.remove_fleet(&fleet.id, false)?;
    let detail = passive_sentence(terminated, "instance", "terminated");
    world.record(ActivityKind::TerminateInstances, &fleet.id, detail, &[], &released_ids)?;
    Ok(ReleasedReservation { reservation_id: reservation_id.clone(), terminated })
}
