//! Roles and policies as the world keeps them: they belong to the account, and lie in no region (N11). The role of an
//! instance lies in the instance's region.

use serde::{Deserialize, Serialize};

use super::attachment::Attachable;
use super::{ResourceKind, Result, World};
use crate::base::{InstanceId, Time};
use crate::cloud::model::{CreatePolicyRequest, CreateRoleRequest, RolePolicy};

/// A role.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct RoleDocument {
    /// With later changes.
    pub(crate) request: CreateRoleRequest,
    pub(crate) role_name: String,
    pub(crate) role_id: String,
    pub(crate) create_time: Time,
}

/// A policy.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct PolicyDocument {
    /// With later changes.
    pub(crate) request: CreatePolicyRequest,
    pub(crate) policy_name: String,
    /// How many versions it had, the first one included.
    pub(crate) version: u32,
    pub(crate) create_time: Time,
}

/// A policy that a role has.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct RolePolicyDocument(pub(crate) RolePolicy);

/// The role of one instance, which ends with it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct InstanceRoleDocument {
    pub(crate) role_name: String,
    pub(crate) instance_id: InstanceId,
    /// Tells the call that gave the role to this instance and others.
    pub(crate) attachment_id: String,
    pub(crate) configuration: String,
}

impl ResourceKind for RoleDocument {
    const KIND: &'static str = "ram_role";

    fn name(&self) -> Option<&str> {
        Some(&self.role_name)
    }
}

impl ResourceKind for PolicyDocument {
    const KIND: &'static str = "ram_policy";

    fn name(&self) -> Option<&str> {
        Some(&self.policy_name)
    }
}

impl ResourceKind for RolePolicyDocument {
    const KIND: &'static str = "ram_role_policy_attachment";

    fn name(&self) -> Option<&str> {
        None
    }

    fn parent(&self) -> Option<&str> {
        Some(&self.0.role_name)
    }
}

impl ResourceKind for InstanceRoleDocument {
    const KIND: &'static str = "ram_role_attachment";

    fn name(&self) -> Option<&str> {
        Some(&self.attachment_id)
    }

    fn parent(&self) -> Option<&str> {
        Some(self.instance_id.as_str())
    }
}

impl Attachable for InstanceRoleDocument {
    fn is_deleted_with_instance(&self) -> bool {
        true
    }

    /// It is deleted, never detached.
    fn detach(&mut self) {}
}

/// What a role is stored under.
pub(crate) fn role_key(name: &str) -> String {
    format!("ram-role/{name}")
}

/// What a policy is stored under.
pub(crate) fn policy_key(name: &str) -> String {
    format!("ram-policy/{name}")
}

/// What the role of an instance is stored under.
pub(crate) fn instance_role_key(instance_id: &InstanceId) -> String {
    format!("ram-role-of/{instance_id}")
}

impl World<'_, '_> {
    /// The role that a call gave to an instance of this region.
    pub(crate) fn instance_role(&mut self, instance_id: &InstanceId) -> Result<Option<String>> {
        let found = self.resource::<InstanceRoleDocument>(&instance_role_key(instance_id))?;
        Ok(found.map(|stored| stored.document.role_name))
    }
}
