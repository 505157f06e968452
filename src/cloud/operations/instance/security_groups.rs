//! `JoinSecurityGroup`, `LeaveSecurityGroup`.

use std::collections::BTreeSet;

use super::describe::find;
use super::modify::modify;
use crate::base::{InstanceId, SecurityGroupId};
use crate::cloud::SimCloud;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::model::{ModifyInstanceRequest, SingleInstance};
use crate::cloud::world::{World, or_default};
use crate::market::Operation;

type Result<T, E = CloudError> = std::result::Result<T, E>;

impl SimCloud {
    /// Adds a security group to those of an instance that was launched by itself.
    pub fn join_security_group(&self, instance_id: &InstanceId, group_id: &SecurityGroupId) -> Result<SingleInstance> {
        self.write(Operation::JoinSecurityGroup, |world| {
            change(world, instance_id, |groups| {
                if groups.insert(group_id.clone()) {
                    return Ok(());
                }
                let message = format!("the instance `{instance_id}` is in the security group `{group_id}` already");
                Err(CloudError::new(codes::INSTANCE_ALREADY_IN_SECURITY_GROUP, message))
            })
        })
    }

    /// Takes an instance that was launched by itself out of one of its security groups; one has to remain.
    pub fn leave_security_group(&self, instance_id: &InstanceId, group_id: &SecurityGroupId) -> Result<SingleInstance> {
        self.write(Operation::LeaveSecurityGroup, |world| {
            change(world, instance_id, |groups| {
                if !groups.remove(group_id) {
                    let message = format!("the instance `{instance_id}` is not in the security group `{group_id}`");
                    return Err(CloudError::new(codes::INSTANCE_NOT_IN_SECURITY_GROUP, message));
                }
                if groups.is_empty() {
                    let message = format!("`{group_id}` is the last security group of the instance `{instance_id}`");
                    return Err(CloudError::new(codes::INSTANCE_LAST_SECURITY_GROUP, message));
                }
                Ok(())
            })
        })
    }
}

fn change(
    world: &mut World,
    instance_id: &InstanceId,
    change: impl Fn(&mut BTreeSet<SecurityGroupId>) -> Result<()>,
) -> Result<SingleInstance> {
    let mut groups = or_default(find(world, instance_id)?.request.security_group_ids);
    change(&mut groups)?;
    modify(
        world,
        &ModifyInstanceRequest {
            instance_id: Some(instance_id.clone()),
            security_group_ids: Some(groups),
            ..ModifyInstanceRequest::default()
        },
    )
}
