//! Roles and policies of the account, and what they are attached to.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Tags;
use crate::base::{InstanceId, Time, api_enum};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CreateRoleRequest {
    /// 1 to 64 letters, digits, `.`, `_` and `-`.
    pub role_name: Option<String>,
    /// Who may take the role: a JSON document.
    pub assume_role_policy_document: Option<String>,
    pub description: Option<String>,
    /// In seconds; absent: [`Self::DEFAULT_MAX_SESSION_DURATION`].
    pub max_session_duration: Option<u32>,
    pub tags: Tags,
    /// The request as its author wrote it, opaque here; returned by describe.
    pub configuration: String,
}

/// What to change about a role; absent members stay as they are, an empty text takes away what there was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UpdateRoleRequest {
    pub role_name: String,
    pub assume_role_policy_document: Option<String>,
    pub description: Option<String>,
    pub max_session_duration: Option<u32>,
    pub tags: Option<Tags>,
    pub configuration: Option<String>,
}

/// Absent members match everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListRolesRequest {
    pub role_names: Option<BTreeSet<String>>,
    /// All of these.
    pub tags: Tags,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeleteRoleRequest {
    pub role_name: String,
    /// Policies are detached first.
    pub force: bool,
}

/// A role of the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    pub role_name: String,
    /// 18 digits.
    pub role_id: String,
    /// `acs:ram::ACCOUNT:role/NAME`, with the name in lower case.
    pub arn: String,
    /// In seconds.
    pub max_session_duration: u32,
    pub create_time: Time,
    /// The request with later changes.
    pub request: CreateRoleRequest,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CreatePolicyRequest {
    /// 1 to 128 letters, digits and `-`.
    pub policy_name: Option<String>,
    /// What it allows and denies: a JSON document.
    pub policy_document: Option<String>,
    pub description: Option<String>,
    pub tags: Tags,
    /// The request as its author wrote it, opaque here; returned by describe.
    pub configuration: String,
}

/// What to change about a policy; absent members stay as they are, an empty text takes away what there was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UpdatePolicyRequest {
    pub policy_name: String,
    /// Another document is another version, which becomes the default one.
    pub policy_document: Option<String>,
    pub description: Option<String>,
    pub tags: Option<Tags>,
    pub configuration: Option<String>,
}

/// Absent members match everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListPoliciesRequest {
    pub policy_names: Option<BTreeSet<String>>,
    /// All of these.
    pub tags: Tags,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeletePolicyRequest {
    pub policy_name: String,
    /// It is detached from roles first.
    pub force: bool,
}

/// A policy of the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    pub policy_name: String,
    /// The version of its document: `v1`, and one more with each change.
    pub default_version: String,
    /// How many roles have it.
    pub attachment_count: u32,
    pub create_time: Time,
    /// The request with later changes.
    pub request: CreatePolicyRequest,
}

api_enum! {
    /// Whose policy it is.
    pub enum PolicyType {
        System => "is the service's, and known by its name alone",
        Custom => "is one of the account",
    }
}

/// A policy that a role has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RolePolicy {
    pub role_name: String,
    pub policy_name: String,
    pub policy_type: PolicyType,
    /// The request as its author wrote it, opaque here.
    pub configuration: String,
}

/// Absent members match everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListRolePoliciesRequest {
    pub role_name: Option<String>,
    pub policy_name: Option<String>,
    pub policy_type: Option<PolicyType>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AttachInstanceRoleRequest {
    pub role_name: String,
    pub instance_ids: BTreeSet<InstanceId>,
    /// The request as its author wrote it, opaque here; returned by describe.
    pub configuration: String,
}

/// Instances that one call gave a role to, as far as they exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstanceRole {
    /// `ROLE:["i-1","i-2"]`, with all instances that the call named.
    pub attachment_id: String,
    pub role_name: String,
    pub instance_ids: BTreeSet<InstanceId>,
    /// The request as its author wrote it, opaque here.
    pub configuration: String,
}

impl CreateRoleRequest {
    /// In seconds.
    pub const DEFAULT_MAX_SESSION_DURATION: u32 = 3_600;
}

impl RolePolicy {
    /// What names it, as configurations write it.
    #[must_use]
    pub fn id(&self) -> String {
        format!("role:{}:{}:{}", self.policy_name, self.policy_type.name(), self.role_name)
    }
}
