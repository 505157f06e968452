//! What a version of a launch template says: kept as it was sent, and read as the request that it stands in for.

use std::collections::BTreeSet;

use super::run::user_data;
use super::{Result, ids, security_group_lookup, tags_on_creation};
use crate::base::SecurityGroupId;
use crate::base::collect::IntoOrdered;
use crate::cloud::model::{
    DescribeVSwitchesRequest, LaunchConfiguration, LaunchTemplate, LaunchTemplateContent, LaunchTemplateVersion, Tags,
};
use crate::cloud::{CloudError, SimCloud, codes};
use crate::wire::launch_template;
use crate::wire::parameters::{Arguments, Parameters};

/// Tells texts that this API keeps of a version from those that others keep.
const PREFIX: &str = "ec2:";

/// The version of a template that a launch names.
pub(super) struct Chosen {
    pub(super) template: LaunchTemplate,
    pub(super) version: LaunchTemplateVersion,
    /// In the words of a launch.
    pub(super) data: Parameters,
}

impl Chosen {
    /// Those that it gives to instances, and where they come from.
    pub(super) fn tags(&self) -> Tags {
        let mut tags = tags_on_creation(&self.data.arguments(), "instance");
        tags.insert("aws:ec2launchtemplate:id".to_owned(), self.template.launch_template_id.to_string());
        tags.insert("aws:ec2launchtemplate:version".to_owned(), self.version.version_number.to_string());
        tags
    }
}

/// The version that a `LaunchTemplate` structure names; `None` if it names none.
///
/// # Errors
/// There is no such template, or it has no such version.
pub(super) fn chosen(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Option<Chosen>> {
    if arguments.text("LaunchTemplateId").is_none() && arguments.text("LaunchTemplateName").is_none() {
        return Ok(None);
    }
    let template = find(cloud, arguments)?;
    let number = read_version(&template, arguments.text("Version").unwrap_or("$Default"))?;
    let versions = cloud.describe_launch_template_versions(&template.launch_template_id, Some(&[number].into()))?;
    let version = versions.into_iter().next().ok_or_else(|| no_version(&template, &number.to_string()))?;
    let data = data_of(&version.content);
    Ok(Some(Chosen { template, version, data }))
}

/// The template that a call names by its id or by its name.
///
/// # Errors
/// It names both or neither, or there is no such template.
pub(super) fn find(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<LaunchTemplate> {
    let (id, name) = (arguments.text("LaunchTemplateId"), arguments.text("LaunchTemplateName"));
    let (code, message) = match (id, name) {
        (Some(id), None) => (
            "InvalidLaunchTemplateId.NotFound",
            format!("The specified launch template, with template ID {id}, does not exist."),
        ),
        (None, Some(name)) => (
            "InvalidLaunchTemplateName.NotFoundException",
            format!("The specified launch template, with template name {name}, does not exist."),
        ),
        (Some(_), Some(_)) => {
            let message = "A launch template is named by its ID or by its name, not by both.";
            return Err(CloudError::new("InvalidParameterCombination", message));
        }
        (None, None) => {
            let message = "The request must contain either the ID or the name of a launch template.";
            return Err(CloudError::new(codes::MISSING_PARAMETER, message));
        }
    };
    launch_template::named(cloud, id, name)?.ok_or_else(|| CloudError::new(code, message))
}

/// The number of a version: itself, `$Latest` or `$Default`.
pub(super) fn read_version(template: &LaunchTemplate, text: &str) -> Result<u32> {
    match text {
        "$Latest" => Ok(template.latest_version_number),
        "$Default" => Ok(template.default_version_number),
        number => number.parse().map_err(|_| {
            let message = format!("The launch template version '{number}' is not a number, $Latest or $Default.");
            CloudError::new(codes::INVALID_PARAMETER_VALUE, message)
        }),
    }
}

pub(super) fn no_version(template: &LaunchTemplate, version: &str) -> CloudError {
    let id = &template.launch_template_id;
    let message = format!("Could not find the specified version {version} for the launch template with ID {id}.");
    CloudError::new("InvalidLaunchTemplateId.VersionNotFound", message)
}

/// What a version is to keep of `LaunchTemplateData`: all that was sent, and what launches of other APIs read.
pub(super) fn content(cloud: &SimCloud, data: &Parameters) -> Result<LaunchTemplateContent> {
    let arguments = data.arguments();
    let interfaces = arguments.list("NetworkInterface");
    let groups = security_group_lookup::launch_groups(cloud, &arguments, interfaces.first());
    let groups: BTreeSet<SecurityGroupId> = groups.unwrap_or_default().into_iter().into_set();
    let subnet = interfaces.into_iter().find_map(|interface| interface.owned("SubnetId"));
    let vswitch_id = subnet.map(|id| ids::read_subnet_id(cloud.region(), &id));
    let vswitches =
        DescribeVSwitchesRequest { vswitch_ids: vswitch_id.clone().map(|id| [id].into()), ..Default::default() };
    let exists = vswitch_id.is_some() && !cloud.describe_vswitches(&vswitches)?.is_empty();
    let texts = data.texts().into_iter().map(|(name, text)| (format!("{PREFIX}{name}"), text));
    Ok(LaunchTemplateContent {
        instance_type: arguments.id("InstanceType"),
        vswitch_id: vswitch_id.filter(|_| exists),
        zone_id: arguments.within("Placement").id("AvailabilityZone"),
        vpc_id: None,
        launch: LaunchConfiguration {
            image_id: arguments.id("ImageId"),
            security_group_ids: groups,
            key_pair_name: arguments.id("KeyName"),
            user_data: user_data(&arguments)?,
            tags: tags_on_creation(&arguments, "instance"),
            without_effect: texts.collect(),
            ..LaunchConfiguration::default()
        },
    })
}

/// What a version says, as this API sends it; of a version that another API made, what both know.
pub(super) fn data_of(content: &LaunchTemplateContent) -> Parameters {
    let kept = content.launch.without_effect.iter();
    let kept: Vec<(String, String)> =
        kept.filter_map(|(name, text)| Some((name.strip_prefix(PREFIX)?.to_owned(), text.clone()))).collect();
    if !kept.is_empty() {
        return Parameters::from_pairs(kept);
    }
    let launch = &content.launch;
    let mut pairs = Vec::new();
    let mut add = |name: &str, text: Option<String>| pairs.extend(text.map(|text| (name.to_owned(), text)));
    add("InstanceType", content.instance_type.as_ref().map(ToString::to_string));
    add("ImageId", launch.image_id.as_ref().map(ToString::to_string));
    add("KeyName", launch.key_pair_name.as_ref().map(ToString::to_string));
    add("Placement.AvailabilityZone", content.zone_id.as_ref().map(ToString::to_string));
    let subnet = content.vswitch_id.as_ref().map(ids::subnet_id);
    let is_in_subnet = subnet.is_some();
    add("NetworkInterface.1.DeviceIndex", is_in_subnet.then(|| "0".to_owned()));
    add("NetworkInterface.1.SubnetId", subnet);
    for (place, id) in (1..).zip(&launch.security_group_ids) {
        let list = if is_in_subnet { "NetworkInterface.1.SecurityGroupId" } else { "SecurityGroupId" };
        add(&format!("{list}.{place}"), Some(id.to_string()));
    }
    for (place, (key, value)) in (1..).zip(&launch.tags) {
        add("TagSpecification.1.ResourceType", Some("instance".to_owned()));
        add(&format!("TagSpecification.1.Tag.{place}.Key"), Some(key.clone()));
        add(&format!("TagSpecification.1.Tag.{place}.Value"), Some(value.clone()));
    }
    Parameters::from_pairs(pairs)
}
