//! Launches, and the instances that run.

use std::net::Ipv4Addr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value as Json, json};

use super::instance_reply::{InstanceReply, InstancesReply};
use super::launch_configuration::{check_host_name, kept_of_instance, system_disk_category, user_data};
use super::launch_interfaces::LaunchInterfaces;
use super::page::Page;
use super::{Action, Result, WritingAction, list, page};
use crate::cloud::model::{
    DataDisk, DescribeInstancesRequest, ImageItem, InstanceState, LaunchInstanceRequest, PlacedInstance,
    RunInstancesRequest, TemplateChoice,
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

/// One instance is launched by itself, so that it can be stopped and changed later; several are one reservation.
fn run(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    check_host_name(arguments)?;
    if arguments.number::<u32>("Amount")?.unwrap_or(1) == 1 {
        let single = cloud.launch_instance(&single(arguments)?)?;
        return Ok(json!({ "InstanceIdSets": list("InstanceIdSet", [single.instance.instance_id.as_str().into()]) }));
    }
    if !LaunchInterfaces::read(arguments)?.secondary.is_empty() {
        let message =
            "Several instances cannot be launched with further network interfaces here; launch them one by one.";
        return Err(CloudError::new(codes::INVALID_PARAMETER, message));
    }
    let request = request(arguments)?;
    if arguments.flag("DryRun")? == Some(true) {
        cloud.forecast_run_instances(&request).map_err(as_alibaba)?;
        let message = "The request is valid and the instances could be launched; nothing was, because it is a dry run.";
        return Err(CloudError::new("DryRunOperation", message));
    }
    let reservation = cloud.run_instances(&request).map_err(as_alibaba)?;
    let ids = reservation.instances.iter().map(|instance| instance.instance_id.as_str().into());
    Ok(json!({ "InstanceIdSets": list("InstanceIdSet", ids), "RequestId": reservation.request_id }))
}

fn single(arguments: &Arguments<'_>) -> Result<LaunchInstanceRequest> {
    let disks = arguments.list("DataDisk");
    let disks: Result<Vec<DataDisk>> = disks
        .iter()
        .map(|disk| {
            let category = disk.owned("Category");
            Ok(DataDisk { category, size: disk.number("Size")?.unwrap_or(DEFAULT_DATA_DISK_SIZE) })
        })
        .collect();
    let interfaces = LaunchInterfaces::read(arguments)?;
    Ok(LaunchInstanceRequest {
        launch_template: template(arguments)?,
        zone_id: arguments.id("ZoneId"),
        vswitch_id: interfaces.vswitch_id,
        private_ip: interfaces.private_ip,
        instance_type: arguments.id("InstanceType"),
        image_id: arguments.id("ImageId"),
        security_group_ids: interfaces.security_group_ids,
        instance_name: arguments.owned("InstanceName"),
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
        without_effect: kept_of_instance(arguments),
        ..LaunchInstanceRequest::default()
    })
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

fn request(arguments: &Arguments<'_>) -> Result<RunInstancesRequest> {
    let amount = arguments.number("Amount")?.unwrap_or(1);
    let interfaces = LaunchInterfaces::read(arguments)?;
    Ok(RunInstancesRequest {
        images: vec![ImageItem {
            image_id: arguments.required("ImageId")?.into(),
            // Without a minimum it is all or nothing.
            min_count: arguments.number("MinAmount")?.unwrap_or(amount),
            max_count: amount,
            key_name: arguments.id("KeyPairName"),
        }],
        instance_type: Some(arguments.required("InstanceType")?.into()),
        zone_id: arguments.id("ZoneId"),
        vswitch_id: interfaces.vswitch_id,
        security_group_ids: interfaces.security_group_ids,
        user_data: user_data(arguments)?,
        spot_strategy: arguments.choice("SpotStrategy")?.unwrap_or_default(),
        spot_price_limit: arguments.decimal("SpotPriceLimit")?.filter(|limit| !limit.is_zero()),
        spot_duration: arguments.number("SpotDuration")?,
        system_disk_category: system_disk_category(arguments).map(str::to_owned),
        tags: arguments.tags("Tag"),
        client_token: arguments.owned("ClientToken"),
        wait_for_running: true,
        replace_lost: false,
        ..RunInstancesRequest::default()
    })
}

/// The operation answers in the codes of EC2; this service has its own for the same refusals.
fn as_alibaba(error: CloudError) -> CloudError {
    let CloudError::Service(mut refusal) = error else { return error };
    let code = match refusal.code.as_ref() {
        codes::INSUFFICIENT_INSTANCE_CAPACITY => codes::OPERATION_DENIED_NO_STOCK,
        codes::INVALID_AMI_NOT_FOUND => codes::INVALID_IMAGE_NOT_FOUND,
        codes::INVALID_GROUP_NOT_FOUND => codes::INVALID_SECURITY_GROUP_NOT_FOUND,
        codes::INVALID_KEY_PAIR_NOT_FOUND => codes::INVALID_KEY_PAIR_NAME_NOT_FOUND,
        codes::INVALID_PARAMETER_VALUE => codes::INVALID_PARAMETER,
        _ => return CloudError::Service(refusal),
    };
    refusal.code = code.into();
    CloudError::Service(refusal)
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
