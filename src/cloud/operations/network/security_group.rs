//! `CreateSecurityGroup`, `ModifySecurityGroupAttribute`, `ModifySecurityGroupPolicy`, `DeleteSecurityGroup`,
//! `DescribeSecurityGroups`, `DescribeSecurityGroupAttribute`.

use std::collections::BTreeMap;

use super::security_group_rule::initial_rules;
use super::{has_tags, matches_filter, refuse_default, set, set_text, vpc};
use crate::base::wording::counted;
use crate::base::{Alphabet, SecurityGroupId, Time};
use crate::cloud::SimCloud;
use crate::cloud::advice::Advice;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{
    ActivityKind, CreateSecurityGroupRequest, DescribeSecurityGroupsRequest, InnerAccessPolicy,
    ModifySecurityGroupAttributeRequest, Peer, SecurityGroup, SecurityGroupType,
};
use crate::cloud::operations::check;
use crate::cloud::world::{
    DEFAULT_SECURITY_GROUP, NetworkInterfaceDocument, SecurityGroupDocument, Stored, TokenUse, World, default_vpc_id,
    fingerprint, identify, write_document,
};
use crate::market::Operation;

type Result<T, E = CloudError> = std::result::Result<T, E>;

const OPERATION: Operation = Operation::CreateSecurityGroup;

impl SimCloud {
    pub fn create_security_group(&self, request: &CreateSecurityGroupRequest) -> Result<SecurityGroup> {
        self.write(OPERATION, |world| create(world, request))
    }

    pub fn modify_security_group_attribute(
        &self,
        request: &ModifySecurityGroupAttributeRequest,
    ) -> Result<SecurityGroup> {
        self.write(Operation::ModifySecurityGroupAttribute, |world| modify(world, request))
    }

    pub fn modify_security_group_policy(
        &self,
        security_group_id: &SecurityGroupId,
        policy: InnerAccessPolicy,
    ) -> Result<SecurityGroup> {
        self.write(Operation::ModifySecurityGroupPolicy, |world| {
            let mut group = stored(world, security_group_id)?;
            group.document.request.inner_access_policy = Some(policy);
            world.save_resource(&group.id, &group.document)?;
            Ok(describe(world, group))
        })
    }

    /// Fails while instances, network interfaces or another group's rules use it.
    pub fn delete_security_group(&self, security_group_id: &SecurityGroupId) -> Result<()> {
        self.write(Operation::DeleteSecurityGroup, |world| delete(world, security_group_id))
    }

    /// `default` first, then by creation.
    pub fn describe_security_groups(&self, request: &DescribeSecurityGroupsRequest) -> Result<Vec<SecurityGroup>> {
        self.read(Operation::DescribeSecurityGroups, |world| {
            let mut found = vec![default_group(world)];
            for stored in world.resources()? {
                found.push(describe(world, stored));
            }
            found.retain(|group| matches(request, group));
            Ok(found)
        })
    }

    /// A group with its rules; `None`: there is no such group.
    pub fn describe_security_group_attribute(
        &self,
        security_group_id: &SecurityGroupId,
    ) -> Result<Option<SecurityGroup>> {
        self.read(Operation::DescribeSecurityGroupAttribute, |world| {
            if security_group_id.as_str() == DEFAULT_SECURITY_GROUP {
                return Ok(Some(default_group(world)));
            }
            let stored = world.resource(security_group_id.as_str())?;
            Ok(stored.map(|stored| describe(world, stored)))
        })
    }
}

fn create(world: &mut World, request: &CreateSecurityGroupRequest) -> Result<SecurityGroup> {
    let parameters =
        fingerprint(&write_document(&CreateSecurityGroupRequest { client_token: None, ..request.clone() }));
    let call = match identify(world, OPERATION, request.client_token.as_deref(), parameters)? {
        TokenUse::Repetition(id) => {
            return stored(world, &SecurityGroupId::from(id)).map(|stored| describe(world, stored));
        }
        TokenUse::New(call) => call,
    };
    if let Some(vpc_id) = &request.vpc_id {
        vpc::exists(world, vpc_id)?;
    }
    let id = world.next_resource_id(&call.id_series, SecurityGroupId::PREFIX, Alphabet::Base36)?;
    let rules = if world.follows_ec2 {
        check_name_in_vpc(world, request)?;
        initial_rules(world, &id, request.vpc_id.as_ref())?
    } else {
        BTreeMap::new()
    };
    let document = SecurityGroupDocument { request: request.clone(), rules, create_time: world.now };
    world.save_resource(&id, &document)?;
    world.save_token(&call, &id)?;
    world.record(ActivityKind::CreateSecurityGroup, &id, String::new(), &[], &[])?;
    Ok(describe(world, Stored { id, document }))
}

/// In EC2 two groups of a VPC have different names (E6).
fn check_name_in_vpc(world: &mut World, request: &CreateSecurityGroupRequest) -> Result<()> {
    let Some(name) = &request.name else { return Ok(()) };
    let default = default_vpc_id(world.region.as_str());
    let vpc_id = request.vpc_id.as_ref().unwrap_or(&default);
    let named = world.resources_named::<SecurityGroupDocument>(name)?;
    if named.iter().all(|group| group.document.request.vpc_id.as_ref().unwrap_or(&default) != vpc_id) {
        return Ok(());
    }
    let message = format!("The security group '{name}' already exists for VPC '{vpc_id}'");
    Err(CloudError::new(codes::INVALID_GROUP_DUPLICATE, message))
}

fn modify(world: &mut World, request: &ModifySecurityGroupAttributeRequest) -> Result<SecurityGroup> {
    let id = request.security_group_id.as_ref().ok_or_else(|| {
        CloudError::of(Member::SecurityGroupId, codes::MISSING_PARAMETER, "the request names no security group")
    })?;
    let mut group = stored(world, id)?;
    let own = &mut group.document.request;
    set_text(&mut own.name, request.name.as_ref());
    set_text(&mut own.description, request.description.as_ref());
    set_text(&mut own.resource_group_id, request.resource_group_id.as_ref());
    set(&mut own.tags, request.tags.as_ref());
    set(&mut own.configuration, request.configuration.as_ref());
    world.save_resource(&group.id, &group.document)?;
    Ok(describe(world, group))
}

fn delete(world: &mut World, security_group_id: &SecurityGroupId) -> Result<()> {
    let group = stored(world, security_group_id)?;
    let refuse = |why: String| {
        let message = format!("`{security_group_id}` is in use: {why}");
        CloudError::new(codes::DEPENDENCY_VIOLATION, message)
    };
    let instances = world.instances_with_security_group(security_group_id)?;
    if instances > 0 {
        let refusal = refuse(format!("it still has {}", counted(instances, "instance")));
        return Err(refusal.advise(Advice::DeleteGroupWithInstances));
    }
    let peer = Peer::SecurityGroup(security_group_id.clone());
    let others = world
        .resources::<SecurityGroupDocument>()?
        .into_iter()
        .filter(|other| other.id != group.id && other.document.rules.values().any(|rule| rule.peer == peer));
    let others: Vec<String> = others.map(|other| other.id).collect();
    if !others.is_empty() {
        return Err(refuse(format!("rules of {} refer to it", check::list(&others))));
    }
    let interfaces = world.resources::<NetworkInterfaceDocument>()?.into_iter();
    let interfaces: Vec<String> = interfaces
        .filter(|known| known.document.request.security_group_ids.contains(security_group_id))
        .map(|known| known.id)
        .collect();
    if !interfaces.is_empty() {
        return Err(refuse(format!("the network interfaces {} carry it", check::list(&interfaces))));
    }
    world.remove_resource(&group.id)?;
    world.record(ActivityKind::DeleteSecurityGroup, &group.id, String::new(), &[], &[])?;
    Ok(())
}

/// A security group of this region that was made; `default` cannot be changed.
pub(super) fn stored(world: &mut World, security_group_id: &SecurityGroupId) -> Result<Stored<SecurityGroupDocument>> {
    if security_group_id.as_str() == DEFAULT_SECURITY_GROUP {
        return Err(refuse_default(world, "security group", security_group_id.as_str()));
    }
    if let Some(found) = world.resource(security_group_id.as_str())? {
        return Ok(found);
    }
    let message = check::no_security_group(world, security_group_id)?;
    Err(CloudError::of(Member::SecurityGroupId, codes::INVALID_SECURITY_GROUP_NOT_FOUND, message))
}

pub(super) fn describe(world: &World, group: Stored<SecurityGroupDocument>) -> SecurityGroup {
    let request = group.document.request;
    let default_policy = match request.security_group_type {
        SecurityGroupType::Normal => InnerAccessPolicy::Accept,
        SecurityGroupType::Enterprise => InnerAccessPolicy::Drop,
    };
    SecurityGroup {
        security_group_id: group.id.into(),
        vpc_id: request.vpc_id.clone().unwrap_or_else(|| default_vpc_id(world.region.as_str())),
        inner_access_policy: request.inner_access_policy.unwrap_or(default_policy),
        create_time: group.document.create_time,
        rules: group.document.rules,
        request,
    }
}

fn default_group(world: &World) -> SecurityGroup {
    let request =
        CreateSecurityGroupRequest { name: Some("default".to_owned()), ..CreateSecurityGroupRequest::default() };
    let document = SecurityGroupDocument { request, rules: BTreeMap::new(), create_time: Time::START };
    describe(world, Stored { id: DEFAULT_SECURITY_GROUP.to_owned(), document })
}

fn matches(filter: &DescribeSecurityGroupsRequest, group: &SecurityGroup) -> bool {
    filter.security_group_ids.as_ref().is_none_or(|ids| ids.contains(&group.security_group_id))
        && filter.vpc_id.as_ref().is_none_or(|id| *id == group.vpc_id)
        && matches_filter(filter.name.as_ref(), group.request.name.as_ref())
        && matches_filter(filter.resource_group_id.as_ref(), group.request.resource_group_id.as_ref())
        && has_tags(&group.request.tags, &filter.tags)
}
