//! How instances are made: `LaunchConfiguration.…` of a group, and the same members of a launch template.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use serde_json::Value as Json;

use super::Result;
use crate::base::collect::IntoOrdered;
use crate::base::json::number;
use crate::base::{SecurityGroupId, host_name};
use crate::catalogue::{self, OperatingSystem};
use crate::cloud::model::{LaunchConfiguration, Tags};
use crate::cloud::{CloudError, codes};
use crate::wire::parameters::Arguments;

/// Reads the members that groups, templates and launches have in common. Only the name of the system disk's category
/// differs.
pub(super) fn read(arguments: &Arguments<'_>) -> Result<LaunchConfiguration> {
    check_host_name(arguments)?;
    let disks = arguments.list("DataDisk").into_iter();
    Ok(LaunchConfiguration {
        image_id: arguments.id("ImageId"),
        security_group_ids: security_group_ids(arguments),
        system_disk_category: system_disk_category(arguments).map(str::to_owned),
        data_disk_categories: disks.filter_map(|disk| disk.owned("Category")).collect(),
        key_pair_name: arguments.id("KeyPairName"),
        user_data: user_data(arguments)?,
        password: None,
        instance_name: arguments.owned("InstanceName"),
        internet_max_bandwidth_out: arguments.number("InternetMaxBandwidthOut")?.unwrap_or(0),
        tags: arguments.tags("Tag"),
        without_effect: stored_parameters(arguments),
    })
}

pub(super) fn security_group_ids(arguments: &Arguments<'_>) -> BTreeSet<SecurityGroupId> {
    let several = arguments.texts("SecurityGroupIds").into_iter();
    arguments.text("SecurityGroupId").into_iter().chain(several).map(Into::into).into_set()
}

pub(super) fn system_disk_category<'p>(arguments: &Arguments<'p>) -> Option<&'p str> {
    arguments.text("SystemDiskCategory").or_else(|| arguments.within("SystemDisk").text("Category"))
}

pub(super) fn user_data(arguments: &Arguments<'_>) -> Result<Option<Vec<u8>>> {
    let Some(text) = arguments.text("UserData") else { return Ok(None) };
    STANDARD
        .decode(text)
        .map(Some)
        .map_err(|_| CloudError::new(codes::INVALID_PARAMETER, "The parameter `UserData` is not base64."))
}

/// Checks `HostName` by the operating system of `ImageId`, if the call names both.
pub(super) fn check_host_name(arguments: &Arguments<'_>) -> Result<()> {
    let Some(name) = arguments.text("HostName") else { return Ok(()) };
    let image = arguments.text("ImageId").and_then(catalogue::image);
    let is_windows = image.is_some_and(|image| image.operating_system == OperatingSystem::Windows);
    host_name::check_host_name(name, is_windows).map_err(|error| {
        let message = format!("the host name `{name}` {error}");
        CloudError::new(codes::INVALID_HOST_NAME_MALFORMED, message)
    })
}

/// How a reply writes a member that is kept as text.
#[derive(Clone, Copy)]
pub(super) enum JsonForm {
    Text,
    Number,
    Flag,
}

/// Members without effect in the simulation, which describe operations return.
pub(super) const STORED_PARAMETERS: [(&str, JsonForm); 30] = [
    ("AutoReleaseTime", JsonForm::Text),
    ("CreditSpecification", JsonForm::Text),
    ("DeletionProtection", JsonForm::Flag),
    ("DeploymentSetId", JsonForm::Text),
    ("Description", JsonForm::Text),
    ("HostName", JsonForm::Text),
    ("ImageOwnerAlias", JsonForm::Text),
    ("InstanceChargeType", JsonForm::Text),
    ("InternetChargeType", JsonForm::Text),
    ("InternetMaxBandwidthIn", JsonForm::Number),
    ("IoOptimized", JsonForm::Text),
    ("Ipv6AddressCount", JsonForm::Number),
    ("NetworkType", JsonForm::Text),
    ("PasswordInherit", JsonForm::Flag),
    ("Period", JsonForm::Number),
    ("PeriodUnit", JsonForm::Text),
    ("PrivateIpAddress", JsonForm::Text),
    ("RamRoleName", JsonForm::Text),
    ("ResourceGroupId", JsonForm::Text),
    ("SecurityEnhancementStrategy", JsonForm::Text),
    ("SpotDuration", JsonForm::Number),
    ("SpotPriceLimit", JsonForm::Number),
    ("SpotStrategy", JsonForm::Text),
    ("SystemDiskSize", JsonForm::Number),
    ("SystemDisk.DeleteWithInstance", JsonForm::Flag),
    ("SystemDisk.Description", JsonForm::Text),
    ("SystemDisk.DiskName", JsonForm::Text),
    ("SystemDisk.Iops", JsonForm::Number),
    ("SystemDisk.PerformanceLevel", JsonForm::Text),
    ("SystemDisk.Size", JsonForm::Number),
];

/// The same of each data disk, `DataDisk.1.Size`.
pub(super) const STORED_DATA_DISK_PARAMETERS: [(&str, JsonForm); 13] = [
    ("AutoSnapshotPolicyId", JsonForm::Text),
    ("BurstingEnabled", JsonForm::Flag),
    ("Category", JsonForm::Text),
    ("DeleteWithInstance", JsonForm::Flag),
    ("Description", JsonForm::Text),
    ("Device", JsonForm::Text),
    ("DiskName", JsonForm::Text),
    ("Encrypted", JsonForm::Text),
    ("KMSKeyId", JsonForm::Text),
    ("PerformanceLevel", JsonForm::Text),
    ("ProvisionedIops", JsonForm::Number),
    ("Size", JsonForm::Number),
    ("SnapshotId", JsonForm::Text),
];

/// The same of an instance that is launched by itself.
const STORED_INSTANCE_PARAMETERS: [&str; 13] = [
    "DedicatedHostId",
    "HpcClusterId",
    "HttpEndpoint",
    "HttpPutResponseHopLimit",
    "HttpTokens",
    "ImageOptions.LoginAsNonRoot",
    "NetworkOptions.EnableJumboFrame",
    "SystemDisk.AutoSnapshotPolicyId",
    "SystemDisk.BurstingEnabled",
    "SystemDisk.Encrypted",
    "SystemDisk.KMSKeyId",
    "SystemDisk.ProvisionedIops",
    "SystemDisk.StorageClusterId",
];

pub(super) fn stored_instance_parameters(arguments: &Arguments<'_>) -> Tags {
    let more = STORED_INSTANCE_PARAMETERS.iter();
    let more = more.filter_map(|name| Some(((*name).to_owned(), arguments.member_text(name)?.to_owned())));
    stored_parameters(arguments).into_iter().chain(more).collect()
}

pub(super) fn stored_parameters(arguments: &Arguments<'_>) -> Tags {
    let own = STORED_PARAMETERS.iter().filter_map(|(name, _)| {
        let text = match name.split_once('.') {
            Some((structure, member)) => arguments.within(structure).text(member),
            None => arguments.text(name),
        };
        Some(((*name).to_owned(), text?.to_owned()))
    });
    let disks = (1..).zip(arguments.list("DataDisk")).flat_map(|(number, disk): (u32, _)| {
        let members = STORED_DATA_DISK_PARAMETERS
            .iter()
            .filter_map(|(name, _)| Some((format!("DataDisk.{number}.{name}"), disk.text(name)?.to_owned())));
        members.collect::<Vec<_>>()
    });
    own.chain(disks).collect()
}

/// A kept text as a reply has it; a text that is not of its form stays a text.
pub(super) fn shown(text: &str, form: JsonForm) -> Json {
    match form {
        JsonForm::Text => text.into(),
        JsonForm::Number => text.parse().map_or_else(|_| text.into(), number),
        JsonForm::Flag => text.to_lowercase().parse::<bool>().map_or_else(|_| text.into(), Json::from),
    }
}
