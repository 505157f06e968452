//! Deleting an instance that was launched by itself (O6).

use super::super::network::check_no_route;
use super::describe::find;
use crate::base::InstanceId;
use crate::cloud::SimCloud;
use crate::cloud::advice::Advice;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{ActivityKind, LaunchInstanceRequest};
use crate::cloud::step::EndReason;
use crate::cloud::world::Fleet;
use crate::market::Operation;

type Result<T, E = CloudError> = std::result::Result<T, E>;

impl SimCloud {
    /// Releases an instance that was launched by itself.
    ///
    /// # Errors
    /// It is protected from deletion, route entries lead to it, or there is none of that id.
    pub fn delete_instance(&self, instance_id: &InstanceId) -> Result<()> {
        self.write(Operation::DeleteInstance, |world| {
            let fleet = find(world, instance_id)?;
            check_protection(&fleet)?;
            check_no_route(world, [instance_id])?;
            let (batch, instance) = world.single_instance(&fleet.id)?;
            world.end(&batch, &[instance], EndReason::Released)?;
            world.remove_fleet(&fleet.id, false)?;
            let gone = std::slice::from_ref(instance_id);
            world.record(ActivityKind::DeleteInstances, &fleet.id, "1 instance released".to_owned(), &[], gone)
        })
    }
}

/// Refuses the deletion of a protected instance. A reclaim and an event take it all the same (O6).
pub(in crate::cloud::operations) fn check_protection(fleet: &Fleet<LaunchInstanceRequest>) -> Result<()> {
    if !fleet.request.deletion_protection {
        return Ok(());
    }
    let message = format!("the instance `{}` is protected from deletion", fleet.id);
    let refusal = CloudError::of(Member::DeletionProtection, codes::DELETION_PROTECTION, message);
    Err(refusal.advise(Advice::DisableDeletionProtection(Member::DeletionProtection)))
}
