//! `DeleteAutoProvisioningGroup`.

use super::describe::find;
use crate::base::wording::passive_sentence;
use crate::cloud::SimCloud;
use crate::cloud::error::CloudError;
use crate::cloud::model::{ActivityKind, DeleteAutoProvisioningGroupRequest, DeletedGroup};
use crate::cloud::step::EndReason;
use crate::cloud::world::World;
use crate::market::Operation;

type Result<T, E = CloudError> = std::result::Result<T, E>;

impl SimCloud {
    /// Deletes a group and, if it is asked or configured to, its running instances; all in one transaction. What keeps
    /// running keeps the world alive (W1).
    pub fn delete_auto_provisioning_group(&self, request: &DeleteAutoProvisioningGroupRequest) -> Result<DeletedGroup> {
        self.write(Operation::DeleteAutoProvisioningGroup, |world| delete(world, request))
    }
}

pub(in crate::cloud::operations) fn delete(
    world: &mut World,
    request: &DeleteAutoProvisioningGroupRequest,
) -> Result<DeletedGroup> {
    let fleet = find(world, &request.group_id)?;
    let batches = world.batches_of(&fleet.id)?;
    let living: u32 = batches.iter().map(|batch| batch.live + batch.stopped).sum();
    let ends = request.terminate_instances.unwrap_or(fleet.request.terminate_instances);
    let mut gone = Vec::new();
    // Without a living instance the group goes at once, and its lost instances with it.
    if ends || living == 0 {
        for batch in &batches {
            let instances = world.instances_of(batch.id)?;
            world.end(batch, &instances, EndReason::Released)?;
            gone.extend(instances.into_iter().map(|instance| instance.instance_id));
        }
    }
    let (terminated, kept) = if ends { (living, 0) } else { (0, living) };
    world.remove_fleet(&fleet.id, kept > 0)?;
    let detail = format!("{}, {kept} left running", passive_sentence(terminated, "instance", "terminated"));
    world.record(ActivityKind::DeleteAutoProvisioningGroup, &fleet.id, detail, &[], &gone)?;
    Ok(DeletedGroup { group_id: request.group_id.clone(), terminated, kept })
}
