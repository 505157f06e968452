//! Launch templates: creating them and their versions, choosing the default version, deleting and listing.

use std::collections::BTreeSet;

use super::{check, set};
use crate::base::collect::IntoOrdered;
use crate::base::{Alphabet, LaunchTemplateId};
use crate::cloud::SimCloud;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{
    CreateLaunchTemplateRequest, CreateLaunchTemplateVersionRequest, DescribeLaunchTemplatesRequest, LaunchTemplate,
    LaunchTemplateContent, LaunchTemplateVersion, ModifyLaunchTemplateRequest,
};
use crate::cloud::world::{
    LaunchTemplateDocument, Stored, StoredVersion, World, fingerprint, new_call, write_document,
};
use crate::market::Operation;

type Result<T, E = CloudError> = std::result::Result<T, E>;

impl SimCloud {
    /// Versions that one template can have.
    pub const LAUNCH_TEMPLATE_VERSIONS: usize = 30;

    pub fn create_launch_template(&self, request: &CreateLaunchTemplateRequest) -> Result<LaunchTemplate> {
        const OPERATION: Operation = Operation::CreateLaunchTemplate;
        self.write(OPERATION, |world| {
            let name = &request.launch_template_name;
            // EC2's names are checked where its calls arrive (E2).
            if !world.follows_ec2 {
                check::resource_name(name, Member::LaunchTemplateName, codes::INVALID_LAUNCH_TEMPLATE_NAME)?;
            }
            if let Some(other) = world.resources_named::<LaunchTemplateDocument>(name)?.first() {
                let message = format!("the launch template `{}` is called `{name}` already", other.id);
                return Err(CloudError::of(
                    Member::LaunchTemplateName,
                    codes::LAUNCH_TEMPLATE_NAME_DUPLICATED,
                    message,
                ));
            }
            let call = new_call(world, OPERATION, fingerprint(&write_document(request)))?;
            let id = world.next_resource_id(&call.id_series, LaunchTemplateId::PREFIX, Alphabet::Base36)?;
            let first = version(world, request.version_description.as_ref(), &request.content)?;
            let document = LaunchTemplateDocument {
                name: name.clone(),
                default_version: 1,
                latest_version: 1,
                versions: [(1, first)].into_iter().into_map(),
                template_resource_group_id: request.template_resource_group_id.clone(),
                template_tags: request.template_tags.clone(),
                create_time: world.now,
                configuration: request.configuration.clone(),
            };
            save(world, Stored { id, document })
        })
    }

    /// Adds a version, which never changes again; which one is the default stays as it is.
    pub fn create_launch_template_version(
        &self,
        request: &CreateLaunchTemplateVersionRequest,
    ) -> Result<LaunchTemplate> {
        self.write(Operation::CreateLaunchTemplateVersion, |world| {
            let mut template = world.launch_template(&request.launch_template_id)?;
            if template.document.versions.len() >= Self::LAUNCH_TEMPLATE_VERSIONS {
                let message = format!(
                    "the launch template `{}` has {} versions, which is the limit; delete one first",
                    template.id,
                    template.document.versions.len()
                );
                return Err(CloudError::of(Member::LaunchTemplateId, codes::LAUNCH_TEMPLATE_VERSION_LIMIT, message));
            }
            let next = version(world, request.version_description.as_ref(), &request.content)?;
            template.document.latest_version += 1;
            template.document.versions.insert(template.document.latest_version, next);
            set(&mut template.document.configuration, request.configuration.as_ref());
            save(world, template)
        })
    }

    /// Chooses the default version, or changes the template's own tags.
    pub fn modify_launch_template(&self, request: &ModifyLaunchTemplateRequest) -> Result<LaunchTemplate> {
        let operation = match (&request.default_version_number, &request.template_tags) {
            (Some(_), _) => Some(Operation::ModifyLaunchTemplateDefaultVersion),
            (None, Some(_)) => Some(Operation::TagResources),
            (None, None) => None,
        };
        self.write(operation, |world| {
            let mut template = world.launch_template(&request.launch_template_id)?;
            if let Some(number) = request.default_version_number {
                if !template.document.versions.contains_key(&number) {
                    return Err(template.document.has_no_version(&request.launch_template_id, number));
                }
                template.document.default_version = number;
            }
            if let Some(tags) = &request.template_tags {
                template.document.template_tags.clone_from(tags);
            }
            set(&mut template.document.configuration, request.configuration.as_ref());
            save(world, template)
        })
    }

    /// Deletes a template with all its versions. Groups that were made from it keep what it said.
    pub fn delete_launch_template(&self, id: &LaunchTemplateId) -> Result<()> {
        self.write(Operation::DeleteLaunchTemplate, |world| {
            let template = world.launch_template(id)?;
            world.remove_resource(&template.id)?;
            Ok(())
        })
    }

    /// Deletes versions; the default one stays.
    pub fn delete_launch_template_version(&self, id: &LaunchTemplateId, numbers: &BTreeSet<u32>) -> Result<()> {
        self.write(Operation::DeleteLaunchTemplateVersion, |world| {
            let mut template = world.launch_template(id)?;
            for number in numbers {
                if *number == template.document.default_version {
                    let message = format!("version {number} of `{id}` is its default version, which cannot be deleted");
                    return Err(CloudError::of(Member::LaunchTemplateVersion, codes::DELETE_DEFAULT_VERSION, message));
                }
                if template.document.versions.remove(number).is_none() {
                    return Err(template.document.has_no_version(id, *number));
                }
            }
            save(world, template)?;
            Ok(())
        })
    }

    /// In order of creation.
    pub fn describe_launch_templates(&self, request: &DescribeLaunchTemplatesRequest) -> Result<Vec<LaunchTemplate>> {
        self.read(Operation::DescribeLaunchTemplates, |world| {
            let mut found: Vec<Stored<LaunchTemplateDocument>> = Vec::new();
            match &request.launch_template_ids {
                Some(ids) => {
                    for id in ids {
                        found.extend(world.resource(id.as_str())?);
                    }
                }
                None => found = world.resources()?,
            }
            found.retain(|template| {
                let names = request.launch_template_names.as_ref();
                let tags = &template.document.template_tags;
                names.is_none_or(|names| names.contains(&template.document.name))
                    && request.template_tags.iter().all(|(key, value)| tags.get(key) == Some(value))
            });
            Ok(found.into_iter().map(describe).collect())
        })
    }

    /// By number; of the named ones, or of all.
    pub fn describe_launch_template_versions(
        &self,
        id: &LaunchTemplateId,
        numbers: Option<&BTreeSet<u32>>,
    ) -> Result<Vec<LaunchTemplateVersion>> {
        self.read(Operation::DescribeLaunchTemplateVersions, |world| {
            let template = world.launch_template(id)?.document;
            let default = template.default_version;
            let wanted = template
                .versions
                .into_iter()
                .filter(|(number, _)| numbers.is_none_or(|numbers| numbers.contains(number)));
            let shown = wanted.map(|(number, version)| LaunchTemplateVersion {
                version_number: number,
                version_description: version.description,
                default_version: number == default,
                create_time: version.create_time,
                content: version.content,
            });
            Ok(shown.collect())
        })
    }
}

/// A version to store, in which a vSwitch says which zone and VPC it lies in.
fn version(world: &mut World, description: Option<&String>, content: &LaunchTemplateContent) -> Result<StoredVersion> {
    let mut content = content.clone();
    if let Some(id) = &content.vswitch_id {
        let vswitch = check::vswitch(world, id.as_str())?;
        content.zone_id.get_or_insert(vswitch.zone_id);
        content.vpc_id.get_or_insert(vswitch.vpc_id);
    }
    Ok(StoredVersion { description: description.cloned(), create_time: world.now, content })
}

fn save(world: &mut World, template: Stored<LaunchTemplateDocument>) -> Result<LaunchTemplate> {
    world.save_resource(&template.id, &template.document)?;
    Ok(describe(template))
}

fn describe(template: Stored<LaunchTemplateDocument>) -> LaunchTemplate {
    let document = template.document;
    let latest = document.versions.last_key_value().map(|(_, version)| &version.content);
    LaunchTemplate {
        launch_template_id: template.id.into(),
        default_version_number: document.default_version,
        latest_version_number: document.latest_version,
        zone_id: latest.and_then(|content| content.zone_id.clone()),
        vpc_id: latest.and_then(|content| content.vpc_id.clone()),
        launch_template_name: document.name,
        template_resource_group_id: document.template_resource_group_id,
        template_tags: document.template_tags,
        create_time: document.create_time,
        configuration: document.configuration,
    }
}
