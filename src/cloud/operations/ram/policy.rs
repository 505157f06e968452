//! `CreatePolicy`, `CreatePolicyVersion`, `DeletePolicy` and `ListPolicies` (N11).

use super::{Result, check_document, check_name, in_account, role_policy};
use crate::cloud::SimCloud;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{
    CreatePolicyRequest, DeletePolicyRequest, ListPoliciesRequest, Policy, PolicyType, UpdatePolicyRequest,
};
use crate::cloud::operations::{check, set, set_text};
use crate::cloud::world::{PolicyDocument, Stored, World, policy_key};
use crate::market::Operation;

const LONGEST_NAME: usize = 128;

impl SimCloud {
    pub fn create_policy(&self, request: &CreatePolicyRequest) -> Result<Policy> {
        self.write_global(Operation::CreatePolicy, |world| in_account(world, |account| create(account, request)))
    }

    /// Another document is another version, the default one from then on.
    pub fn update_policy(&self, request: &UpdatePolicyRequest) -> Result<Policy> {
        self.write_global(Operation::CreatePolicyVersion, |world| in_account(world, |account| update(account, request)))
    }

    /// Refused while roles have it, unless it is forced.
    pub fn delete_policy(&self, request: &DeletePolicyRequest) -> Result<()> {
        self.write_global(Operation::DeletePolicy, |world| in_account(world, |account| delete(account, request)))
    }

    /// In order of creation.
    pub fn list_policies(&self, request: &ListPoliciesRequest) -> Result<Vec<Policy>> {
        self.read(Operation::ListPolicies, |world| {
            in_account(world, |account| {
                let mut found = account.resources::<PolicyDocument>()?;
                found.retain(|policy| matches(request, &policy.document));
                found.into_iter().map(|policy| describe(account, policy.document)).collect()
            })
        })
    }
}

fn create(account: &mut World, request: &CreatePolicyRequest) -> Result<Policy> {
    let missing = |member, what: &str| CloudError::of(member, codes::MISSING_PARAMETER, what.to_owned());
    let name = request.policy_name.clone().ok_or_else(|| missing(Member::PolicyName, "a policy needs a name"))?;
    check_name(&name, LONGEST_NAME, "-", Member::PolicyName)?;
    let document = request.policy_document.as_deref();
    let document = document.ok_or_else(|| missing(Member::PolicyDocument, "a policy needs a document"))?;
    check_document(document, Member::PolicyDocument)?;
    if account.resource::<PolicyDocument>(&policy_key(&name))?.is_some() {
        let message = format!("the account has a policy `{name}` already");
        return Err(CloudError::of(Member::PolicyName, codes::ENTITY_ALREADY_EXISTS_POLICY, message));
    }
    let document = PolicyDocument { request: request.clone(), version: 1, create_time: account.now, policy_name: name };
    account.save_resource(&policy_key(&document.policy_name), &document)?;
    describe(account, document)
}

fn update(account: &mut World, request: &UpdatePolicyRequest) -> Result<Policy> {
    let mut policy = stored(account, &request.policy_name)?;
    if let Some(document) = &request.policy_document {
        check_document(document, Member::PolicyDocument)?;
        policy.document.request.policy_document = Some(document.clone());
        policy.document.version += 1;
    }
    let own = &mut policy.document.request;
    set_text(&mut own.description, request.description.as_ref());
    set(&mut own.tags, request.tags.as_ref());
    set(&mut own.configuration, request.configuration.as_ref());
    account.save_resource(&policy.id, &policy.document)?;
    describe(account, policy.document)
}

fn delete(account: &mut World, request: &DeletePolicyRequest) -> Result<()> {
    let policy = stored(account, &request.policy_name)?;
    let roles = role_policy::with_policy(account, &request.policy_name, PolicyType::Custom)?;
    if !request.force && !roles.is_empty() {
        let names: Vec<&str> = roles.iter().map(|role| role.document.0.role_name.as_str()).collect();
        let message = format!("the roles {} still have the policy `{}`", check::list(&names), request.policy_name);
        return Err(CloudError::of(Member::PolicyName, codes::DELETE_CONFLICT_ROLE_POLICY, message));
    }
    for role in roles {
        account.remove_resource(&role.id)?;
    }
    account.remove_resource(&policy.id)
}

pub(super) fn stored(account: &mut World, name: &str) -> Result<Stored<PolicyDocument>> {
    if let Some(found) = account.resource(&policy_key(name))? {
        return Ok(found);
    }
    let known = account.resources::<PolicyDocument>()?;
    let hint = check::instead(name, known.iter().map(|policy| policy.document.policy_name.as_str()));
    let message = format!("the account has no policy `{name}`{hint}");
    Err(CloudError::of(Member::PolicyName, codes::ENTITY_NOT_EXIST_POLICY, message))
}

fn describe(account: &mut World, document: PolicyDocument) -> Result<Policy> {
    let roles = role_policy::with_policy(account, &document.policy_name, PolicyType::Custom)?;
    Ok(Policy {
        attachment_count: u32::try_from(roles.len()).unwrap_or(u32::MAX),
        default_version: format!("v{}", document.version),
        policy_name: document.policy_name,
        create_time: document.create_time,
        request: document.request,
    })
}

fn matches(filter: &ListPoliciesRequest, policy: &PolicyDocument) -> bool {
    filter.policy_names.as_ref().is_none_or(|names| names.contains(&policy.policy_name))
        && filter.tags.iter().all(|(key, value)| policy.request.tags.get(key) == Some(value))
}
