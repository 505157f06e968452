//! Launch templates and their versions.

use serde_json::{Map, Value as Json, json};

use super::{Action, Result, launch_configuration, list, page, tags};
use crate::base::collect::IntoOrdered;
use crate::base::{ImageId, InstanceTypeName, KeyPairName, SecurityGroupId, VSwitchId, VpcId, ZoneId};
use crate::cloud::model::{
    CreateLaunchTemplateRequest, CreateLaunchTemplateVersionRequest, DescribeLaunchTemplatesRequest,
    LaunchConfiguration, LaunchTemplate, LaunchTemplateContent, LaunchTemplateVersion, ModifyLaunchTemplateRequest,
};
use crate::cloud::{CloudError, SimCloud, codes};
use crate::wire::launch_template;
use crate::wire::parameters::Arguments;

pub(super) const ACTIONS: &[(&str, Action)] = &[
    ("CreateLaunchTemplate", create),
    ("CreateLaunchTemplateVersion", create_version),
    ("DeleteLaunchTemplate", delete),
    ("DeleteLaunchTemplateVersion", delete_version),
    ("DescribeLaunchTemplateVersions", describe_versions),
    ("DescribeLaunchTemplates", describe),
    ("ModifyLaunchTemplateDefaultVersion", modify_default_version),
];

fn content(arguments: &Arguments<'_>) -> Result<LaunchTemplateContent> {
    Ok(LaunchTemplateContent {
        instance_type: arguments.id("InstanceType"),
        vswitch_id: arguments.id("VSwitchId"),
        zone_id: arguments.id("ZoneId"),
        vpc_id: arguments.id("VpcId"),
        launch: launch_configuration::read(arguments)?,
    })
}

fn create(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let template = cloud.create_launch_template(&CreateLaunchTemplateRequest {
        launch_template_name: arguments.required("LaunchTemplateName")?.to_owned(),
        template_resource_group_id: arguments.owned("TemplateResourceGroupId"),
        template_tags: arguments.tags("TemplateTag"),
        version_description: arguments.owned("VersionDescription"),
        content: content(arguments)?,
        configuration: String::new(),
    })?;
    Ok(json!({
        "LaunchTemplateId": template.launch_template_id.as_str(),
        "LaunchTemplateVersionNumber": template.latest_version_number,
    }))
}

/// The template that a call names by its id or by its name.
fn the_template(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<LaunchTemplate> {
    let (id, name) = (arguments.text("LaunchTemplateId"), arguments.text("LaunchTemplateName"));
    if id.is_none() && name.is_none() {
        let message = "One of the parameters `LaunchTemplateId` and `LaunchTemplateName` is required.";
        return Err(CloudError::new(codes::MISSING_PARAMETER, message));
    }
    launch_template::named(cloud, id, name)?.ok_or_else(|| {
        let named = id.or(name).unwrap_or_default();
        let message = format!("There is no launch template `{named}` in `{}`.", cloud.region());
        CloudError::new(codes::INVALID_LAUNCH_TEMPLATE, message)
    })
}

fn create_version(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let known = the_template(cloud, arguments)?;
    let template = cloud.create_launch_template_version(&CreateLaunchTemplateVersionRequest {
        launch_template_id: known.launch_template_id,
        version_description: arguments.owned("VersionDescription"),
        content: content(arguments)?,
        configuration: None,
    })?;
    Ok(json!({
        "LaunchTemplateId": template.launch_template_id.as_str(),
        "LaunchTemplateVersionNumber": template.latest_version_number,
    }))
}

fn modify_default_version(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let known = the_template(cloud, arguments)?;
    cloud.modify_launch_template(&ModifyLaunchTemplateRequest {
        launch_template_id: known.launch_template_id,
        default_version_number: arguments.number("DefaultVersionNumber")?,
        template_tags: None,
        configuration: None,
    })?;
    Ok(json!({}))
}

fn delete(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let template = the_template(cloud, arguments)?;
    cloud.delete_launch_template(&template.launch_template_id)?;
    Ok(json!({
        "LaunchTemplateId": template.launch_template_id.as_str(),
        "LaunchTemplateVersionNumbers": list("versionNumber", (1..=template.latest_version_number).map(Json::from)),
    }))
}

fn delete_version(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let template = the_template(cloud, arguments)?;
    let numbers = arguments.texts("DeleteVersion").into_iter().filter_map(|number| number.parse().ok()).into_set();
    cloud.delete_launch_template_version(&template.launch_template_id, &numbers)?;
    Ok(json!({ "LaunchTemplateId": template.launch_template_id.as_str() }))
}

fn describe(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let found = cloud.describe_launch_templates(&DescribeLaunchTemplatesRequest {
        launch_template_ids: arguments.ids("LaunchTemplateId"),
        launch_template_names: arguments.ids("LaunchTemplateName"),
        template_tags: arguments.tags("TemplateTag"),
    })?;
    page::page(arguments, "LaunchTemplateSets", "LaunchTemplateSet", found.iter().map(template_json).collect())
}

fn template_json(template: &LaunchTemplate) -> Json {
    json!({
        "LaunchTemplateId": template.launch_template_id.as_str(),
        "LaunchTemplateName": template.launch_template_name,
        "DefaultVersionNumber": template.default_version_number,
        "LatestVersionNumber": template.latest_version_number,
        "ResourceGroupId": template.template_resource_group_id.as_deref().unwrap_or_default(),
        "CreateTime": template.create_time.to_string(),
        "ModifiedTime": template.create_time.to_string(),
        "CreatedBy": "",
        "Tags": tags(&template.template_tags),
    })
}

fn describe_versions(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let template = the_template(cloud, arguments)?;
    let given = arguments.texts("LaunchTemplateVersion");
    let mut numbers: std::collections::BTreeSet<u32> =
        given.into_iter().filter_map(|text| text.parse().ok()).into_set();
    if arguments.flag("DefaultVersion")? == Some(true) {
        numbers.insert(template.default_version_number);
    }
    let wanted = (!numbers.is_empty()).then_some(&numbers);
    let versions = cloud.describe_launch_template_versions(&template.launch_template_id, wanted)?;
    // The latest comes first.
    let json = versions.iter().rev().map(|version| version_json(&template, version));
    page::page(arguments, "LaunchTemplateVersionSets", "LaunchTemplateVersionSet", json.collect())
}

fn version_json(template: &LaunchTemplate, version: &LaunchTemplateVersion) -> Json {
    json!({
        "LaunchTemplateId": template.launch_template_id.as_str(),
        "LaunchTemplateName": template.launch_template_name,
        "VersionNumber": version.version_number,
        "VersionDescription": version.version_description.as_deref().unwrap_or_default(),
        "DefaultVersion": version.default_version,
        "CreateTime": version.create_time.to_string(),
        "ModifiedTime": version.create_time.to_string(),
        "CreatedBy": "",
        "LaunchTemplateData": data(&version.content),
    })
}

/// What a version says. The lists are there even if they are empty: clients read them without a check.
fn data(content: &LaunchTemplateContent) -> Json {
    use base64::Engine as _;
    let launch = &content.launch;
    let mut json = Map::new();
    let mut set = |name: &str, value: Option<&str>| {
        if let Some(value) = value {
            json.insert(name.to_owned(), value.into());
        }
    };
    set("ImageId", launch.image_id.as_ref().map(ImageId::as_str));
    set("InstanceType", content.instance_type.as_ref().map(InstanceTypeName::as_str));
    set("VSwitchId", content.vswitch_id.as_ref().map(VSwitchId::as_str));
    set("ZoneId", content.zone_id.as_ref().map(ZoneId::as_str));
    set("VpcId", content.vpc_id.as_ref().map(VpcId::as_str));
    set("KeyPairName", launch.key_pair_name.as_ref().map(KeyPairName::as_str));
    set("InstanceName", launch.instance_name.as_deref());
    set("SystemDisk.Category", launch.system_disk_category.as_deref());
    let user_data = launch.user_data.as_ref().map(|bytes| base64::engine::general_purpose::STANDARD.encode(bytes));
    set("UserData", user_data.as_deref());
    for (name, form) in launch_configuration::STORED_PARAMETERS {
        if let Some(text) = launch.without_effect.get(name) {
            json.insert(name.to_owned(), launch_configuration::shown(text, form));
        }
    }
    if launch.internet_max_bandwidth_out > 0 {
        json.insert("InternetMaxBandwidthOut".to_owned(), launch.internet_max_bandwidth_out.into());
    }
    match launch.security_group_ids.len() {
        0 => {}
        1 => {
            let id = launch.security_group_ids.first().map(SecurityGroupId::as_str);
            json.insert("SecurityGroupId".to_owned(), id.into());
        }
        _ => {
            let ids = launch.security_group_ids.iter().map(|id| id.as_str().into());
            json.insert("SecurityGroupIds".to_owned(), list("SecurityGroupId", ids));
        }
    }
    json.insert("DataDisks".to_owned(), list("DataDisk", data_disks(launch)));
    json.insert("NetworkInterfaces".to_owned(), list("NetworkInterface", []));
    json.insert(
        "Tags".to_owned(),
        list("InstanceTag", launch.tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value }))),
    );
    Json::Object(json)
}

/// The disks as a client described them, or what a configuration has said of them.
fn data_disks(launch: &LaunchConfiguration) -> Vec<Json> {
    let of_client = (1_u32..).map_while(|number| {
        let kept = launch_configuration::STORED_DATA_DISK_PARAMETERS.iter().filter_map(|(name, form)| {
            let text = launch.without_effect.get(&format!("DataDisk.{number}.{name}"))?;
            Some(((*name).to_owned(), launch_configuration::shown(text, *form)))
        });
        let members: Map<String, Json> = kept.collect();
        (!members.is_empty()).then_some(Json::Object(members))
    });
    let of_client: Vec<Json> = of_client.collect();
    if of_client.is_empty() {
        return launch.data_disk_categories.iter().map(|category| json!({ "Category": category })).collect();
    }
    of_client
}
