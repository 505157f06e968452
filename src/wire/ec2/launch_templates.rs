//! Launch templates and their versions.

use std::collections::BTreeSet;

use super::echo::echo;
use super::filters::{Filters, one};
use super::page::Page;
use super::templates::{content, data_of, find, no_version, read_version};
use super::xml::Xml;
use super::{Action, Result, tags_on_creation};
use crate::base::collect::IntoOrdered;
use crate::cloud::model::{
    CreateLaunchTemplateRequest, CreateLaunchTemplateVersionRequest, DescribeLaunchTemplatesRequest, LaunchTemplate,
    LaunchTemplateVersion, ModifyLaunchTemplateRequest,
};
use crate::cloud::{CloudError, SimCloud, codes};
use crate::wire::parameters::{Arguments, Parameters};

pub(super) const ACTIONS: &[(&str, Action)] = &[
    ("CreateLaunchTemplate", create),
    ("CreateLaunchTemplateVersion", create_version),
    ("DeleteLaunchTemplate", delete),
    ("DeleteLaunchTemplateVersions", delete_versions),
    ("DescribeLaunchTemplateVersions", describe_versions),
    ("DescribeLaunchTemplates", describe),
    ("GetLaunchTemplateData", data_of_instance),
    ("ModifyLaunchTemplate", modify),
];

fn create(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    let name = arguments.required("LaunchTemplateName")?;
    check_name(name)?;
    let data = arguments.within("LaunchTemplateData").whole();
    if data.is_empty() {
        return Err(CloudError::new(
            codes::MISSING_PARAMETER,
            "The request must contain the parameter LaunchTemplateData",
        ));
    }
    let request = CreateLaunchTemplateRequest {
        launch_template_name: name.to_owned(),
        template_resource_group_id: None,
        template_tags: tags_on_creation(arguments, "launch-template"),
        version_description: arguments.owned("VersionDescription"),
        content: content(cloud, &data)?,
        configuration: String::new(),
    };
    let template = cloud.create_launch_template(&request).map_err(|error| match error.code() {
        Some(codes::LAUNCH_TEMPLATE_NAME_DUPLICATED) => {
            CloudError::new(codes::LAUNCH_TEMPLATE_NAME_DUPLICATED, "Launch template name already in use.")
        }
        _ => error,
    })?;
    reply(cloud, &template)
}

fn check_name(name: &str) -> Result<()> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "().-/_".contains(c);
    if (3..=128).contains(&name.len()) && name.chars().all(is_allowed) {
        return Ok(());
    }
    let message = format!("The name '{name}' is not 3 to 128 letters, digits and ().-/_.");
    Err(CloudError::new("InvalidLaunchTemplateName.MalformedException", message))
}

fn reply(cloud: &SimCloud, template: &LaunchTemplate) -> Result<Xml> {
    let account_id = cloud.account_id()?;
    Ok(Xml::of(|xml| xml.within("launchTemplate", |xml| write(xml, template, &account_id))))
}

fn write(xml: &mut Xml, template: &LaunchTemplate, account_id: &str) {
    xml.text("launchTemplateId", template.launch_template_id.as_str());
    xml.text("launchTemplateName", &template.launch_template_name);
    xml.time("createTime", template.create_time);
    xml.text("createdBy", &format!("arn:aws:iam::{account_id}:root"));
    xml.value("defaultVersionNumber", template.default_version_number);
    xml.value("latestVersionNumber", template.latest_version_number);
    xml.tags(&template.template_tags);
}

fn write_version(xml: &mut Xml, template: &LaunchTemplate, version: &LaunchTemplateVersion, account_id: &str) {
    xml.text("launchTemplateId", template.launch_template_id.as_str());
    xml.text("launchTemplateName", &template.launch_template_name);
    xml.value("versionNumber", version.version_number);
    xml.optional("versionDescription", version.version_description.as_deref());
    xml.time("createTime", version.create_time);
    xml.text("createdBy", &format!("arn:aws:iam::{account_id}:root"));
    xml.value("defaultVersion", version.default_version);
    xml.within("launchTemplateData", |xml| echo(xml, &data_of(&version.content)));
}

fn create_version(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    let template = find(cloud, arguments)?;
    let own = arguments.within("LaunchTemplateData");
    let data = match arguments.text("SourceVersion") {
        Some(source) => own.over(&source_data(cloud, &template, source)?),
        None => own.whole(),
    };
    let changed = cloud.create_launch_template_version(&CreateLaunchTemplateVersionRequest {
        launch_template_id: template.launch_template_id,
        version_description: arguments.owned("VersionDescription"),
        content: content(cloud, &data)?,
        configuration: None,
    })?;
    let account_id = cloud.account_id()?;
    let made = versions_of(cloud, &changed, Some(&[changed.latest_version_number].into()))?;
    Ok(Xml::of(|xml| {
        for version in &made {
            xml.within("launchTemplateVersion", |xml| write_version(xml, &changed, version, &account_id));
        }
    }))
}

fn source_data(cloud: &SimCloud, template: &LaunchTemplate, source: &str) -> Result<Parameters> {
    let number = read_version(template, source)?;
    let found = versions_of(cloud, template, Some(&[number].into()))?;
    found.first().map(|version| data_of(&version.content)).ok_or_else(|| no_version(template, source))
}

fn versions_of(
    cloud: &SimCloud,
    template: &LaunchTemplate,
    numbers: Option<&BTreeSet<u32>>,
) -> Result<Vec<LaunchTemplateVersion>> {
    cloud.describe_launch_template_versions(&template.launch_template_id, numbers)
}

fn modify(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    if arguments.text("LaunchTemplateId").is_some() && arguments.text("LaunchTemplateName").is_some() {
        let message = "Either provide launch template ID or launch template name to modify the template.";
        return Err(CloudError::new("InvalidParameterCombination", message));
    }
    let template = find(cloud, arguments)?;
    let given = arguments.text("SetDefaultVersion").or_else(|| arguments.text("DefaultVersion"));
    let number = given.map(|text| read_version(&template, text)).transpose()?;
    let request = ModifyLaunchTemplateRequest {
        launch_template_id: template.launch_template_id,
        default_version_number: number,
        template_tags: None,
        configuration: None,
    };
    let changed = cloud.modify_launch_template(&request).map_err(|error| match (error.code(), number) {
        (Some(codes::INVALID_LAUNCH_TEMPLATE_VERSION), Some(number)) => CloudError::new(
            codes::INVALID_LAUNCH_TEMPLATE_VERSION,
            format!("The launch template version {number} is not found for the specified launch template."),
        ),
        _ => error,
    })?;
    reply(cloud, &changed)
}

fn delete(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    let template = find(cloud, arguments)?;
    cloud.delete_launch_template(&template.launch_template_id)?;
    reply(cloud, &template)
}

/// Each version by itself: what cannot be deleted is in the reply, and the rest is deleted.
fn delete_versions(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    let template = find(cloud, arguments)?;
    let (mut deleted, mut failed) = (Vec::new(), Vec::new());
    for text in arguments.texts("LaunchTemplateVersion") {
        let number = read_version(&template, text)?;
        match cloud.delete_launch_template_version(&template.launch_template_id, &[number].into()) {
            Ok(()) => deleted.push(number),
            Err(CloudError::Service(refusal)) => {
                let code = match refusal.code.as_ref() {
                    codes::INVALID_LAUNCH_TEMPLATE_VERSION => "launchTemplateVersionDoesNotExist",
                    _ => "unexpectedError",
                };
                failed.push((number, code, refusal.message));
            }
            Err(error) => return Err(error),
        }
    }
    let write = |xml: &mut Xml, number: u32| {
        xml.text("launchTemplateId", template.launch_template_id.as_str());
        xml.text("launchTemplateName", &template.launch_template_name);
        xml.value("versionNumber", number);
    };
    Ok(Xml::of(|xml| {
        xml.list("successfullyDeletedLaunchTemplateVersionSet", deleted, |xml, number| write(xml, number));
        xml.list("unsuccessfullyDeletedLaunchTemplateVersionSet", failed, |xml, (number, code, message)| {
            write(xml, number);
            xml.within("responseError", |xml| {
                xml.text("code", code);
                xml.text("message", &message);
            });
        });
    }))
}

fn describe(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    const NAMES: [&str; 3] = ["create-time", "launch-template-id", "launch-template-name"];
    let filters = Filters::read(arguments, &NAMES)?;
    let names: BTreeSet<String> = arguments.texts("LaunchTemplateName").into_iter().map(str::to_owned).into_set();
    let ids: BTreeSet<_> = arguments.texts("LaunchTemplateId").into_iter().map(Into::into).into_set();
    let wanted = names.len().max(ids.len());
    let code = if names.is_empty() {
        "InvalidLaunchTemplateId.NotFound"
    } else {
        "InvalidLaunchTemplateName.NotFoundException"
    };
    let found = cloud.describe_launch_templates(&DescribeLaunchTemplatesRequest {
        launch_template_ids: Some(ids).filter(|ids| !ids.is_empty()),
        launch_template_names: Some(names).filter(|names| !names.is_empty()),
        ..DescribeLaunchTemplatesRequest::default()
    })?;
    if found.len() < wanted {
        let message = "At least one of the launch templates specified in the request does not exist.";
        return Err(CloudError::new(code, message));
    }
    let matching = found.into_iter().filter(|template| {
        filters.match_object(&template.template_tags, |name| match name {
            "create-time" => one(super::xml::timestamp(template.create_time)),
            "launch-template-id" => one(&template.launch_template_id),
            _ => one(&template.launch_template_name),
        })
    });
    let page = Page::of(arguments, matching.collect())?;
    let account_id = cloud.account_id()?;
    Ok(Xml::of(|xml| {
        xml.list("launchTemplates", &page.items, |xml, template| write(xml, template, &account_id));
        page.write_token(xml);
    }))
}

/// What the service says of a call that names no template, or numbers without one.
const VERSIONS_OF_ALL: &str = "To describe the launch template data for all your launch templates, for ‘--versions’ \
    specify ‘$Latest’, ‘$Default’, or both, and omit ‘--launch-template-id’, ‘--launch-template-name’, and version \
    numbers. To describe the launch template data for a specific launch template, specify ‘--launch-template-id’ or \
    ‘--launch-template-name’, and for ‘--versions’ specify one or more of the following values: ‘$Latest’, \
    ‘$Default’, or one or more version numbers.";

fn describe_versions(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    let versions = arguments.texts("LaunchTemplateVersion");
    let names_one = arguments.text("LaunchTemplateId").is_some() || arguments.text("LaunchTemplateName").is_some();
    let templates = if names_one {
        vec![find(cloud, arguments)?]
    } else if versions.is_empty() {
        return Err(CloudError::new(codes::MISSING_PARAMETER, VERSIONS_OF_ALL));
    } else if versions.iter().any(|version| !version.starts_with('$')) {
        return Err(CloudError::new(codes::INVALID_PARAMETER_VALUE, VERSIONS_OF_ALL));
    } else {
        cloud.describe_launch_templates(&DescribeLaunchTemplatesRequest::default())?
    };
    let mut shown = Vec::new();
    for template in templates {
        let mut numbers = BTreeSet::new();
        for version in &versions {
            numbers.insert(read_version(&template, version)?);
        }
        let found = versions_of(cloud, &template, Some(&numbers).filter(|numbers| !numbers.is_empty()))?;
        let missing = numbers.iter().find(|number| found.iter().all(|version| version.version_number != **number));
        if let Some(missing) = missing {
            return Err(no_version(&template, &missing.to_string()));
        }
        // The latest first, as the service lists them.
        shown.extend(found.into_iter().rev().map(|version| (template.clone(), version)));
    }
    let (min, max) = (arguments.number::<u32>("MinVersion")?, arguments.number::<u32>("MaxVersion")?);
    shown.retain(|(_, version)| {
        min.is_none_or(|min| version.version_number >= min) && max.is_none_or(|max| version.version_number <= max)
    });
    let page = Page::of(arguments, shown)?;
    let account_id = cloud.account_id()?;
    Ok(Xml::of(|xml| {
        xml.list("launchTemplateVersionSet", &page.items, |xml, (template, version)| {
            write_version(xml, template, version, &account_id);
        });
        page.write_token(xml);
    }))
}

/// What a template would have to say to make such an instance.
fn data_of_instance(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    let id = arguments.required("InstanceId")?;
    let found = super::instances::find(cloud, Some(&[id.into()].into()))?;
    let instance = found.records.first().map(|record| &record.placed.instance);
    let instance = instance.ok_or_else(|| super::instances::not_found(&[id]))?;
    Ok(Xml::of(|xml| {
        xml.within("launchTemplateData", |xml| {
            xml.text("imageId", instance.image_id.as_str());
            xml.text("instanceType", instance.instance_type.as_str());
            xml.optional("keyName", instance.key_name.as_ref().map(crate::base::KeyPairName::as_str));
            xml.within("placement", |xml| xml.text("availabilityZone", instance.zone_id.as_str()));
        });
    }))
}
