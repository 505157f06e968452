//! `AttachInstanceRamRole`, `DetachInstanceRamRole` and `DescribeInstanceRamRole` (N11).

use std::collections::{BTreeMap, BTreeSet};

use super::super::describe::{candidates, placed};
use super::{Result, in_account, role};
use crate::base::InstanceId;
use crate::cloud::SimCloud;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{AttachInstanceRoleRequest, DescribeInstancesRequest, InstanceRole, LaunchInstanceRequest};
use crate::cloud::world::{Fleet, InstanceRoleDocument, Stored, World, instance_role_key, role_key};
use crate::market::Operation;

/// The service that takes the role of an instance.
const ECS: &str = "ecs.aliyuncs.com";

impl SimCloud {
    /// Gives a role to instances that have none, all of them or none.
    pub fn attach_instance_ram_role(&self, request: &AttachInstanceRoleRequest) -> Result<InstanceRole> {
        self.write_global(Operation::AttachInstanceRamRole, |world| attach(world, request))
    }

    /// Takes the role from the instances of an attachment that still exist.
    pub fn detach_instance_ram_role(&self, attachment_id: &str) -> Result<()> {
        self.write(Operation::DetachInstanceRamRole, |world| {
            let found = world.resources_named::<InstanceRoleDocument>(attachment_id)?;
            if found.is_empty() {
                let message = format!("no instance has a role by `{attachment_id}`");
                return Err(CloudError::new(codes::INVALID_RAM_ROLE_NOT_FOUND, message));
            }
            for attached in found {
                world.remove_resource(&attached.id)?;
            }
            Ok(())
        })
    }

    /// Takes their roles from instances, those that they were launched with included: all roles, or the one of this name.
    /// An instance that has no such role stays as it is; if one does not exist, all stay as they are.
    pub fn detach_role_from_instances(
        &self,
        role_name: Option<&str>,
        instance_ids: &BTreeSet<InstanceId>,
    ) -> Result<()> {
        self.write(Operation::DetachInstanceRamRole, |world| {
            instance_ids.iter().try_for_each(|instance_id| take_role(world, role_name, instance_id))
        })
    }

    /// The roles of living instances by instance, however they got them: of these instances, or of all.
    pub fn describe_roles_of_instances(
        &self,
        instance_ids: Option<&BTreeSet<InstanceId>>,
    ) -> Result<Vec<(InstanceId, String)>> {
        self.read(Operation::DescribeInstanceRamRole, |world| {
            let request =
                DescribeInstancesRequest { instance_ids: instance_ids.cloned(), ..DescribeInstancesRequest::default() };
            let instances = candidates(world, &request)?;
            let living = placed(world, instances)?.into_iter().filter(|placed| !placed.instance.state.is_lost());
            Ok(living.filter_map(|placed| Some((placed.instance.instance_id, placed.role_name?))).collect())
        })
    }

    /// In order of creation; those that no living instance has are gone.
    pub fn describe_instance_ram_role(&self) -> Result<Vec<InstanceRole>> {
        self.read(Operation::DescribeInstanceRamRole, |world| Ok(grouped(world.resources()?)))
    }
}

fn attach(world: &mut World, request: &AttachInstanceRoleRequest) -> Result<InstanceRole> {
    check_role(world, &request.role_name)?;
    if request.instance_ids.is_empty() {
        let message = "the request names no instance";
        return Err(CloudError::of(Member::InstanceIds, codes::MISSING_PARAMETER, message));
    }
    let attachment_id = attachment_id(&request.role_name, &request.instance_ids);
    for instance_id in &request.instance_ids {
        check_instance(world, instance_id)?;
        let document = InstanceRoleDocument {
            role_name: request.role_name.clone(),
            instance_id: instance_id.clone(),
            attachment_id: attachment_id.clone(),
            configuration: request.configuration.clone(),
        };
        world.save_resource(&instance_role_key(instance_id), &document)?;
    }
    Ok(InstanceRole {
        attachment_id,
        role_name: request.role_name.clone(),
        instance_ids: request.instance_ids.clone(),
        configuration: request.configuration.clone(),
    })
}

/// The role exists, and instances may take it.
fn check_role(world: &mut World, name: &str) -> Result<()> {
    let refuse = |code, message: String| Err(CloudError::of(Member::RoleName, code, message));
    let found = in_account(world, |account| account.resource::<crate::cloud::world::RoleDocument>(&role_key(name)))?;
    let Some(found) = found else {
        let message = in_account(world, |account| role::no_role(account, name))?;
        return refuse(codes::INVALID_RAM_ROLE_NOT_FOUND, message);
    };
    let document = found.document.request.assume_role_policy_document.unwrap_or_default();
    if document.contains(ECS) {
        return Ok(());
    }
    let message = format!("the document of the role `{name}` does not let `{ECS}` take it");
    refuse(codes::INVALID_RAM_ROLE_NOT_ECS, message)
}

fn exists(world: &mut World, instance_id: &InstanceId) -> Result<()> {
    let found = world.find_instance(instance_id.as_str())?.map(|(instance, _)| instance);
    if found.is_some_and(|instance| !instance.state.is_lost()) {
        return Ok(());
    }
    let message = format!("there is no instance `{instance_id}` in `{}`", world.region);
    Err(CloudError::of(Member::InstanceIds, codes::INVALID_INSTANCE_NOT_FOUND, message))
}

/// The instance exists and has no role.
fn check_instance(world: &mut World, instance_id: &InstanceId) -> Result<()> {
    exists(world, instance_id)?;
    let single: Option<Fleet<LaunchInstanceRequest>> = world.fleet(instance_id.as_str())?;
    let launched_with = single.and_then(|fleet| fleet.request.role_name);
    match world.instance_role(instance_id)?.or(launched_with) {
        Some(other) => {
            let message = format!("`{instance_id}` has the role `{other}` already; detach that first");
            Err(CloudError::of(Member::InstanceIds, codes::RAM_ROLE_ALREADY_ATTACHED, message))
        }
        None => Ok(()),
    }
}

/// Takes the role of an instance, or the one of this name, wherever it comes from.
fn take_role(world: &mut World, role_name: Option<&str>, instance_id: &InstanceId) -> Result<()> {
    exists(world, instance_id)?;
    let is_meant = |name: &str| role_name.is_none_or(|wanted| wanted == name);
    if let Some(name) = world.instance_role(instance_id)? {
        return if is_meant(&name) { world.remove_resource(&instance_role_key(instance_id)) } else { Ok(()) };
    }
    let Some(mut fleet) = world.fleet::<LaunchInstanceRequest>(instance_id.as_str())? else { return Ok(()) };
    if fleet.request.role_name.take_if(|name| is_meant(name)).is_some() {
        world.save_fleet(&fleet)?;
    }
    Ok(())
}

/// What names an attachment, as configurations write it.
fn attachment_id(role_name: &str, instance_ids: &BTreeSet<InstanceId>) -> String {
    let ids: Vec<String> = instance_ids.iter().map(|id| format!("\"{id}\"")).collect();
    format!("{role_name}:[{}]", ids.join(","))
}

/// The attachments by the creation of their first document.
fn grouped(documents: Vec<Stored<InstanceRoleDocument>>) -> Vec<InstanceRole> {
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut found: Vec<InstanceRole> = Vec::new();
    for Stored { document, .. } in documents {
        let place = *places.entry(document.attachment_id.clone()).or_insert(found.len());
        if place == found.len() {
            found.push(InstanceRole {
                attachment_id: document.attachment_id,
                role_name: document.role_name,
                instance_ids: BTreeSet::new(),
                configuration: document.configuration,
            });
        }
        found[place].instance_ids.insert(document.instance_id);
    }
    found
}
