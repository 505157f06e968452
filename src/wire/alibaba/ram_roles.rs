//! The roles of instances, which have no effect. The roles themselves are another service's.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use super::{Action, Result, list, page};
use crate::base::InstanceId;
use crate::cloud::model::{AttachInstanceRoleRequest, DescribeInstancesRequest};
use crate::cloud::{CloudError, SimCloud, codes};
use crate::wire::parameters::Arguments;

pub(super) const ACTIONS: &[(&str, Action)] =
    &[("AttachInstanceRamRole", attach), ("DescribeInstanceRamRole", describe), ("DetachInstanceRamRole", detach)];

fn instance_ids(arguments: &Arguments<'_>) -> Result<BTreeSet<InstanceId>> {
    let message = "The parameter `InstanceIds` is required.";
    arguments.ids("InstanceIds").ok_or_else(|| CloudError::new(codes::MISSING_PARAMETER, message))
}

fn attach(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let attached = cloud.attach_instance_ram_role(&AttachInstanceRoleRequest {
        role_name: arguments.required("RamRoleName")?.to_owned(),
        instance_ids: instance_ids(arguments)?,
        configuration: String::new(),
    })?;
    let results = attached.instance_ids.iter().map(done);
    Ok(json!({
        "RamRoleName": attached.role_name,
        "TotalCount": attached.instance_ids.len(),
        "FailCount": 0,
        "AttachInstanceRamRoleResults": list("AttachInstanceRamRoleResult", results),
    }))
}

fn detach(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let (role_name, instance_ids) = (arguments.text("RamRoleName"), instance_ids(arguments)?);
    cloud.detach_role_from_instances(role_name, &instance_ids)?;
    Ok(json!({
        "RamRoleName": role_name,
        "TotalCount": instance_ids.len(),
        "FailCount": 0,
        "DetachInstanceRamRoleResults": list("DetachInstanceRamRoleResult", instance_ids.iter().map(done)),
    }))
}

/// What became of one instance. A call changes all that it names or none.
fn done(instance_id: &InstanceId) -> Json {
    json!({ "InstanceId": instance_id.as_str(), "Success": true, "Code": "200", "Message": "success" })
}

/// An instance that is named and has no role is listed with an empty name: a client that looks for it would miss it.
fn add_without_role(
    cloud: &SimCloud,
    ids: BTreeSet<InstanceId>,
    found: &mut BTreeMap<InstanceId, String>,
) -> Result<()> {
    let request = DescribeInstancesRequest { instance_ids: Some(ids), ..DescribeInstancesRequest::default() };
    let instances = cloud.describe_instances(&request)?.items.into_iter().map(|placed| placed.instance);
    for instance in instances.filter(|instance| !instance.state.is_lost()) {
        found.entry(instance.instance_id).or_default();
    }
    Ok(())
}

fn describe(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let ids: Option<BTreeSet<InstanceId>> = arguments.ids("InstanceIds");
    let wanted = arguments.text("RamRoleName");
    let mut found: BTreeMap<InstanceId, String> =
        cloud.describe_roles_of_instances(ids.as_ref())?.into_iter().collect();
    if let Some(ids) = ids.filter(|_| wanted.is_none()) {
        add_without_role(cloud, ids, &mut found)?;
    }
    let shown = found.iter().filter(|(_, role_name)| wanted.is_none_or(|wanted| wanted == role_name.as_str()));
    let json = shown.map(|(id, role_name)| json!({ "InstanceId": id.as_str(), "RamRoleName": role_name }));
    let mut reply = page::page(arguments, "InstanceRamRoleSets", "InstanceRamRoleSet", json.collect())?;
    reply["RegionId"] = cloud.region().as_str().into();
    Ok(reply)
}
