//! `CreateRole`, `UpdateRole`, `DeleteRole` and `ListRoles` (N11).

use super::{Result, check_document, check_name, in_account, role_policy};
use crate::cloud::SimCloud;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{CreateRoleRequest, DeleteRoleRequest, ListRolesRequest, Role, UpdateRoleRequest};
use crate::cloud::operations::{check, set, set_text};
use crate::cloud::world::{RoleDocument, Stored, World, fingerprint, new_call, role_key, write_document};
use crate::market::Operation;

/// Characters of a role's name besides letters and digits.
const NAME_CHARACTERS: &str = ".-_";
const LONGEST_NAME: usize = 64;

impl SimCloud {
    pub fn create_role(&self, request: &CreateRoleRequest) -> Result<Role> {
        self.write_global(Operation::CreateRole, |world| in_account(world, |account| create(account, request)))
    }

    pub fn update_role(&self, request: &UpdateRoleRequest) -> Result<Role> {
        self.write_global(Operation::UpdateRole, |world| in_account(world, |account| update(account, request)))
    }

    /// Refused while it has policies, unless it is forced. Instances that have it keep its name.
    pub fn delete_role(&self, request: &DeleteRoleRequest) -> Result<()> {
        self.write_global(Operation::DeleteRole, |world| in_account(world, |account| delete(account, request)))
    }

    /// In order of creation.
    pub fn list_roles(&self, request: &ListRolesRequest) -> Result<Vec<Role>> {
        self.read(Operation::ListRoles, |world| {
            in_account(world, |account| {
                let mut found = account.resources::<RoleDocument>()?;
                found.retain(|role| matches(request, &role.document));
                Ok(found.into_iter().map(|role| describe(account, role.document)).collect())
            })
        })
    }
}

fn create(account: &mut World, request: &CreateRoleRequest) -> Result<Role> {
    let missing = |member, what: &str| CloudError::of(member, codes::MISSING_PARAMETER, what.to_owned());
    let name = request.role_name.clone().ok_or_else(|| missing(Member::RoleName, "a role needs a name"))?;
    check_name(&name, LONGEST_NAME, NAME_CHARACTERS, Member::RoleName)?;
    let document = request.assume_role_policy_document.as_deref();
    let document = document.ok_or_else(|| {
        missing(Member::AssumeRolePolicyDocument, "a role needs a document that says who may take it")
    })?;
    check_document(document, Member::AssumeRolePolicyDocument)?;
    if account.resource::<RoleDocument>(&role_key(&name))?.is_some() {
        let message = format!("the account has a role `{name}` already");
        return Err(CloudError::of(Member::RoleName, codes::ENTITY_ALREADY_EXISTS_ROLE, message));
    }
    let call = new_call(account, Operation::CreateRole, fingerprint(&write_document(request)))?;
    let number = account.seed().derive(&["role id", &call.id_series]).number() % 600_000_000_000_000_000;
    let document = RoleDocument {
        request: request.clone(),
        role_id: (number + 300_000_000_000_000_000).to_string(),
        create_time: account.now,
        role_name: name,
    };
    account.save_resource(&role_key(&document.role_name), &document)?;
    Ok(describe(account, document))
}

fn update(account: &mut World, request: &UpdateRoleRequest) -> Result<Role> {
    let mut role = stored(account, &request.role_name)?;
    let own = &mut role.document.request;
    if let Some(document) = &request.assume_role_policy_document {
        check_document(document, Member::AssumeRolePolicyDocument)?;
        own.assume_role_policy_document = Some(document.clone());
    }
    set_text(&mut own.description, request.description.as_ref());
    if request.max_session_duration.is_some() {
        own.max_session_duration = request.max_session_duration;
    }
    set(&mut own.tags, request.tags.as_ref());
    set(&mut own.configuration, request.configuration.as_ref());
    account.save_resource(&role.id, &role.document)?;
    Ok(describe(account, role.document))
}

fn delete(account: &mut World, request: &DeleteRoleRequest) -> Result<()> {
    let role = stored(account, &request.role_name)?;
    let policies = role_policy::of_role(account, &request.role_name)?;
    if !request.force && !policies.is_empty() {
        let names: Vec<&str> = policies.iter().map(|policy| policy.document.0.policy_name.as_str()).collect();
        let message = format!("the role `{}` still has the policies {}", request.role_name, check::list(&names));
        return Err(CloudError::of(Member::RoleName, codes::DELETE_CONFLICT_ROLE_POLICY, message));
    }
    for policy in policies {
        account.remove_resource(&policy.id)?;
    }
    account.remove_resource(&role.id)
}

pub(super) fn stored(account: &mut World, name: &str) -> Result<Stored<RoleDocument>> {
    if let Some(found) = account.resource(&role_key(name))? {
        return Ok(found);
    }
    let message = no_role(account, name)?;
    Err(CloudError::of(Member::RoleName, codes::ENTITY_NOT_EXIST_ROLE, message))
}

pub(super) fn no_role(account: &mut World, name: &str) -> Result<String> {
    let known = account.resources::<RoleDocument>()?;
    let hint = check::instead(name, known.iter().map(|role| role.document.role_name.as_str()));
    Ok(format!("the account has no role `{name}`{hint}"))
}

fn describe(account: &World, document: RoleDocument) -> Role {
    let usual = CreateRoleRequest::DEFAULT_MAX_SESSION_DURATION;
    Role {
        arn: format!("acs:ram::{}:role/{}", account.account_id(), document.role_name.to_lowercase()),
        max_session_duration: document.request.max_session_duration.unwrap_or(usual),
        role_name: document.role_name,
        role_id: document.role_id,
        create_time: document.create_time,
        request: document.request,
    }
}

fn matches(filter: &ListRolesRequest, role: &RoleDocument) -> bool {
    filter.role_names.as_ref().is_none_or(|names| names.contains(&role.role_name))
        && filter.tags.iter().all(|(key, value)| role.request.tags.get(key) == Some(value))
}
