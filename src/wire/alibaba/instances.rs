//! Launches, and the instances that run.

use std::net::Ipv4Addr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value as Json, json};

use super::instance_reply::{InstanceReply, InstancesReply};
use super::launch_configuration::{check_host_name, stored_instance_parameters, system_disk_category, user_data};
use super::launch_interfaces::LaunchInterfaces;
use super::page::Page;
use super::{Action, Result, WritingAction, list, page};
use crate::base::InstanceId;
use crate::cloud::model::{
    DataDisk, DescribeInstancesRequest, InstanceState, LaunchInstanceRequest, LaunchInstancesRequest, PlacedInstance,
    TemplateChoice,
};
use crate::cloud::{CloudError, SimCloud, codes};
use crate::wire::parameters::Arguments;

/// In GiB, where a data disk has no size.
const DEFAULT_DATA_DISK_SIZE: u32 = 40;

pub(super) const ACTIONS: &[(&str, Action)] = &[
    ("DeleteInstance", delete_instance),
    ("DeleteInstances", delete_instances),
    ("DescribeInstanceStatus", describe_status),
    ("DescribeUserData", describe_user_data),
    ("RunInstances", run),
];

/// What may list thousands of instances.
pub(super) const WRITING_ACTIONS: &[(&str, WritingAction)] = &[("DescribeInstances", describe)];

/// Each instance of a launch is one by itself, however many a call launches.
fn run(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    check_host_name(arguments)?;
    let max_count = arguments.number("Amount")?.unwrap_or(1);
    // Without a minimum it is all or nothing.
    let min_count = arguments.number("MinAmount")?.unwrap_or(max_count);
    let instance = single(arguments, max_count)?;
    if (min_count, max_count) == (1, 1) {
        let single = cloud.launch_instance(&instance)?;
        return Ok(launched([&single.instance.instance_id]));
    }
    let found = cloud.launch_instances(&LaunchInstancesRequest { instance, min_count, max_count })?;
    let living = found.records.iter().filter(|record| record.end.is_none());
    Ok(launched(living.map(|record| &record.placed.instance.instance_id)))
}

fn launched<'a>(ids: impl IntoIterator<Item = &'a InstanceId>) -> Json {
    json!({ "InstanceIdSets": list("InstanceIdSet", ids.into_iter().map(|id| id.as_str().into())) })
}

/// What is launched, once or several times.
fn single(arguments: &Arguments<'_>, amount: u32) -> Result<LaunchInstanceRequest> {
    let disks = arguments.list("DataDisk");
    let disks: Result<Vec<DataDisk>> = disks
        .iter()
        .map(|disk| {
            let category = disk.owned("Category");
            Ok(DataDisk { category, size: disk.number("Size")?.unwrap_or(DEFAULT_DATA_DISK_SIZE) })
        })
        .collect();
    let interfaces = LaunchInterfaces::read(arguments)?;
    let adds_suffix = amount > 1 && arguments.flag("UniqueSuffix")? == Some(true);
    let mut without_effect = stored_instance_parameters(arguments);
    if let Some(name) = without_effect.get_mut("HostName").filter(|_| adds_suffix) {
        *name = with_suffix(name);
    }
    let instance_name = arguments.text("InstanceName");
    Ok(LaunchInstanceRequest {
        launch_template: template(arguments)?,
        zone_id: arguments.id("ZoneId"),
        vswitch_id: interfaces.vswitch_id,
        private_ip: interfaces.private_ip,
        instance_type: arguments.id("InstanceType"),
        image_id: arguments.id("ImageId"),
        security_group_ids: interfaces.security_group_ids,
        instance_name: instance_name.map(|name| if adds_suffix { with_suffix(name) } else { name.to_owned() }),
        key_name: arguments.id("KeyPairName"),
        user_data: user_data(arguments)?,
        internet_max_bandwidth_out: arguments.number("InternetMaxBandwidthOut")?,
        spot_strategy: arguments.choice("SpotStrategy")?.unwrap_or_default(),
        spot_price_limit: arguments.decimal("SpotPriceLimit")?.filter(|limit| !limit.is_zero()),
        spot_duration: arguments.number("SpotDuration")?,
        stops_on_reclaim: arguments.text("SpotInterruptionBehavior") == Some("Stop"),
        system_disk_category: system_disk_category(arguments).map(str::to_owned),
        system_disk_size: arguments.within("SystemDisk").number("Size")?,
        data_disks: disks?,
        network_interfaces: interfaces.secondary,
        tags: arguments.tags("Tag"),
        description: arguments.owned("Description"),
        role_name: arguments.owned("RamRoleName"),
        deletion_protection: arguments.flag("DeletionProtection")?.unwrap_or(false),
        dry_run: arguments.flag("DryRun")?.unwrap_or(false),
        client_token: arguments.owned("ClientToken"),
        without_effect,
        ..LaunchInstanceRequest::default()
    })
}

/// `UniqueSuffix` numbers the instances from 001 on, unless their name says how they are numbered.
fn with_suffix(name: &str) -> String {
    if name.contains('[') { name.to_owned() } else { format!("{name}[1,3]") }
}

pub(super) fn private_ip(arguments: &Arguments<'_>, name: &str) -> Result<Option<Ipv4Addr>> {
    let Some(text) = arguments.text(name) else { return Ok(None) };
    text.parse().map(Some).map_err(|_| {
        let message = format!("The parameter `{name}` is `{text}`, which is not an IPv4 address.");
        CloudError::new(codes::INVALID_PARAMETER, message)
    })
}

fn template(arguments: &Arguments<'_>) -> Result<Option<TemplateChoice>> {
    let choice = TemplateChoice {
        launch_template_id: arguments.id("LaunchTemplateId"),
        launch_template_name: arguments.owned("LaunchTemplateName"),
        version: arguments.number("LaunchTemplateVersion")?,
    };
    let is_given = choice.launch_template_id.is_some() || choice.launch_template_name.is_some();
    Ok(Some(choice).filter(|_| is_given))
}

fn delete_instance(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    cloud.delete_instances(&[arguments.required("InstanceId")?.into()].into())?;
    Ok(json!({}))
}

fn delete_instances(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let ids = arguments
        .ids("InstanceId")
        .ok_or_else(|| CloudError::new(codes::MISSING_PARAMETER, "The parameter `InstanceId` is required."))?;
    cloud.delete_instances(&ids)?;
    Ok(json!({}))
}

/// Instances that are lost are not there any more, as in the service.
fn describe(cloud: &SimCloud, arguments: &Arguments<'_>, request_id: &str) -> Result<Vec<u8>> {
    let found = cloud.describe_instances(&filters(arguments))?;
    let (status_wanted, name) = (arguments.text("Status"), arguments.text("InstanceName"));
    let shown = found.items.iter().filter(|placed| {
        let instance = &placed.instance;
        !instance.state.is_lost()
            && status_wanted.is_none_or(|wanted| status(instance.state) == wanted)
            && name.is_none_or(|name| crate::base::wildcard::matches_wildcard(&instance.instance_name, name))
    });
    let shown: Vec<&PlacedInstance> = shown.collect();
    let page = Page::of(arguments, shown.len())?;
    let shown = shown.get(page.range()).unwrap_or_default();
    let interfaces = cloud.describe_interfaces_of(shown)?;
    let elements = shown.iter().zip(interfaces).map(|(placed, own)| InstanceReply::of(placed, own)).collect();
    Ok(serde_json::to_vec(&InstancesReply::new(request_id, &page, elements)).unwrap_or_default())
}

fn filters(arguments: &Arguments<'_>) -> DescribeInstancesRequest {
    DescribeInstancesRequest {
        instance_ids: arguments.ids("InstanceIds").or_else(|| arguments.ids("InstanceId")),
        zone_id: arguments.id("ZoneId"),
        vswitch_id: arguments.id("VSwitchId"),
        vpc_id: arguments.id("VpcId"),
        instance_type: arguments.id("InstanceType"),
        image_id: arguments.id("ImageId"),
        security_group_id: arguments.id("SecurityGroupId"),
        tags: arguments.tags("Tag"),
        ..DescribeInstancesRequest::default()
    }
}

/// The service's word for a state.
pub(super) const fn status(state: InstanceState) -> &'static str {
    match state {
        InstanceState::Pending => "Pending",
        InstanceState::Running => "Running",
        InstanceState::Stopped => "Stopped",
        InstanceState::Terminated => "Released",
    }
}

fn describe_status(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let found = cloud.describe_instances(&filters(arguments))?;
    let living = found.items.iter().filter(|placed| !placed.instance.state.is_lost());
    let json = living.map(
        |placed| json!({ "InstanceId": placed.instance.instance_id.as_str(), "Status": status(placed.instance.state) }),
    );
    page::page(arguments, "InstanceStatuses", "InstanceStatus", json.collect())
}

fn describe_user_data(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let id = arguments.required("InstanceId")?;
    let metadata = cloud.describe_instance_metadata(&id.into()).map_err(|error| match error.code() {
        Some(codes::INVALID_INSTANCE_ID_NOT_FOUND) => {
            CloudError::new(codes::INVALID_INSTANCE_NOT_FOUND, format!("There is no instance `{id}`."))
        }
        _ => error,
    })?;
    let shown = metadata.user_data.filter(|_| !metadata.hides_user_data);
    Ok(json!({
        "InstanceId": id,
        "RegionId": cloud.region().as_str(),
        "UserData": shown.map(|bytes| STANDARD.encode(bytes)).unwrap_or_default(),
    }))
}
