//! `AttachPolicyToRole`, `DetachPolicyFromRole` and `ListPoliciesForRole` (N11).

use super::{Result, in_account, policy, role};
use crate::cloud::SimCloud;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{ListRolePoliciesRequest, PolicyType, RolePolicy};
use crate::cloud::world::{RolePolicyDocument, Stored, World};
use crate::market::Operation;

impl SimCloud {
    /// A policy of the service is known by its name alone.
    pub fn attach_policy_to_role(&self, request: &RolePolicy) -> Result<RolePolicy> {
        self.write_global(Operation::AttachPolicyToRole, |world| in_account(world, |account| attach(account, request)))
    }

    /// Replaces the author's own text of an attachment, the only thing about it that can change.
    pub fn modify_role_policy(&self, id: &str, configuration: &String) -> Result<RolePolicy> {
        self.write_global(Operation::AttachPolicyToRole, |world| {
            in_account(world, |account| {
                let mut found = stored(account, id)?;
                found.document.0.configuration.clone_from(configuration);
                account.save_resource(&found.id, &found.document)?;
                Ok(found.document.0)
            })
        })
    }

    /// Refused where the role does not have the policy.
    pub fn detach_policy_from_role(&self, id: &str) -> Result<()> {
        self.write_global(Operation::DetachPolicyFromRole, |world| {
            in_account(world, |account| {
                let found = stored(account, id)?;
                account.remove_resource(&found.id)
            })
        })
    }

    /// In order of creation.
    pub fn list_policies_for_role(&self, request: &ListRolePoliciesRequest) -> Result<Vec<RolePolicy>> {
        self.read(Operation::ListPoliciesForRole, |world| {
            in_account(world, |account| {
                let found = match &request.role_name {
                    Some(name) => of_role(account, name)?,
                    None => account.resources::<RolePolicyDocument>()?,
                };
                let found = found.into_iter().map(|attached| attached.document.0);
                Ok(found.filter(|attached| matches(request, attached)).collect())
            })
        })
    }
}

fn attach(account: &mut World, request: &RolePolicy) -> Result<RolePolicy> {
    role::stored(account, &request.role_name)?;
    if request.policy_type == PolicyType::Custom {
        policy::stored(account, &request.policy_name)?;
    }
    let id = request.id();
    if account.resource::<RolePolicyDocument>(&id)?.is_some() {
        let message = format!("the role `{}` has the policy `{}` already", request.role_name, request.policy_name);
        return Err(CloudError::of(Member::PolicyName, codes::ENTITY_ALREADY_EXISTS_ROLE_POLICY, message));
    }
    account.save_resource(&id, &RolePolicyDocument(request.clone()))?;
    Ok(request.clone())
}

fn stored(account: &mut World, id: &str) -> Result<Stored<RolePolicyDocument>> {
    account.resource(id)?.ok_or_else(|| {
        let message = format!("no role has the policy of `{id}`");
        CloudError::new(codes::ENTITY_NOT_EXIST_ROLE_POLICY, message)
    })
}

/// The policies of a role, by creation.
pub(super) fn of_role(account: &mut World, role_name: &str) -> Result<Vec<Stored<RolePolicyDocument>>> {
    account.resources_in(role_name)
}

/// The roles that have a policy, by creation.
pub(super) fn with_policy(
    account: &mut World,
    policy_name: &str,
    policy_type: PolicyType,
) -> Result<Vec<Stored<RolePolicyDocument>>> {
    let mut found = account.resources_with::<RolePolicyDocument>("policy_name", policy_name)?;
    found.retain(|known| known.document.0.policy_name == policy_name && known.document.0.policy_type == policy_type);
    Ok(found)
}

fn matches(filter: &ListRolePoliciesRequest, attached: &RolePolicy) -> bool {
    filter.role_name.as_ref().is_none_or(|name| *name == attached.role_name)
        && filter.policy_name.as_ref().is_none_or(|name| *name == attached.policy_name)
        && filter.policy_type.is_none_or(|policy_type| policy_type == attached.policy_type)
}
