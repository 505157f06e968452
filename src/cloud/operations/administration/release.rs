//! Releasing the instances that a deleted group left running.

use crate::base::GroupId;
use crate::base::wording::passive_sentence;
use crate::cloud::SimCloud;
use crate::cloud::administration_error::AdministrationError;
use crate::cloud::model::{Activity, ActivityKind};
use crate::cloud::step::EndReason;
use crate::cloud::store::Access;
use crate::cloud::world::{InstanceRow, InstanceRowState};

impl SimCloud {
    /// Releases the instances that a deleted group left running, in any region, so that an otherwise empty
    /// world becomes a new one (W1). Returns what happened.
    ///
    /// # Errors
    /// No deleted group of this id has instances.
    pub fn release_left_instances(&self, group_id: &GroupId) -> Result<Vec<Activity>, AdministrationError> {
        self.administer(Access::Write, |world| {
            let mark = world.history_mark()?;
            let batches = world.left_batches(group_id.as_str())?;
            let Some(region) = batches.first().map(|batch| batch.region.clone()) else {
                return Err(AdministrationError::NothingLeft { group_id: group_id.clone() });
            };
            let mut released = Vec::new();
            for batch in &batches {
                let held = |instance: &InstanceRow| instance.state != InstanceRowState::Lost;
                let instances: Vec<InstanceRow> = world.instances_of(batch.id)?.into_iter().filter(held).collect();
                world.end(batch, &instances, EndReason::Released)?;
                released.extend(instances.into_iter().map(|instance| instance.instance_id));
            }
            let detail = passive_sentence(released.len(), "instance", "released");
            let mut world = world.in_region(&region);
            world.record(ActivityKind::DeleteInstances, group_id.as_str(), detail, &[], &released)?;
            Ok(world.history_since(&mark)?)
        })
    }
}
