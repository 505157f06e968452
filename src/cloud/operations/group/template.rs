//! A launch template overrides the launch configuration field by field (G2).

use std::collections::BTreeSet;

use crate::base::InstanceTypeName;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{
    CreateAutoProvisioningGroupRequest, LaunchConfiguration, LaunchTemplateConfig, LaunchTemplateReference, Tags,
};
use crate::cloud::world::World;

/// The request with what its launch template says filled in, and the type that the template has for configs without
/// one.
pub(super) fn with_launch_template(
    world: &mut World,
    request: &CreateAutoProvisioningGroupRequest,
) -> Result<(CreateAutoProvisioningGroupRequest, Option<InstanceTypeName>), CloudError> {
    let mut request = request.clone();
    let Some(reference) = &request.launch_template else { return Ok((request, None)) };
    let template = world.launch_template_content(reference)?;
    check_template(world, reference, &template.launch)?;
    fill_types(&mut request.configs, template.instance_type.as_ref());
    request.launch_configuration = merged(template.launch, request.launch_configuration);
    Ok((request, template.instance_type))
}

/// Gives each config without type and filters the template's type.
pub(super) fn fill_types(configs: &mut [LaunchTemplateConfig], of_template: Option<&InstanceTypeName>) {
    for config in configs.iter_mut().filter(|config| config.filters.is_empty()) {
        config.instance_type = config.instance_type.take().or_else(|| of_template.cloned());
    }
}

/// A template may name what does not exist; that is checked when a group is made from it (RULES.md, Other resources).
pub(in crate::cloud::operations) fn check_template(
    world: &mut World,
    reference: &LaunchTemplateReference,
    launch: &LaunchConfiguration,
) -> Result<(), CloudError> {
    let id = &reference.launch_template_id;
    let missing =
        if let Some(image) = launch.image_id.as_ref().filter(|image| world.market.image(image.as_str()).is_none()) {
            format!("the image `{image}`")
        } else if let Some(group) = world.missing_security_group(&launch.security_group_ids)? {
            format!("the security group `{group}`")
        } else {
            return Ok(());
        };
    let message = format!("the launch template `{id}` names {missing}, which does not exist in `{}`", world.region);
    Err(CloudError::of(Member::LaunchTemplateId, codes::INVALID_LAUNCH_TEMPLATE_VALUE, message))
}

fn merged(template: LaunchConfiguration, own: LaunchConfiguration) -> LaunchConfiguration {
    fn unless_empty<T>(list: T, own: T, is_empty: impl Fn(&T) -> bool) -> T {
        if is_empty(&list) { own } else { list }
    }
    LaunchConfiguration {
        image_id: template.image_id.or(own.image_id),
        security_group_ids: unless_empty(template.security_group_ids, own.security_group_ids, BTreeSet::is_empty),
        system_disk_category: template.system_disk_category.or(own.system_disk_category),
        data_disk_categories: unless_empty(template.data_disk_categories, own.data_disk_categories, Vec::is_empty),
        key_pair_name: template.key_pair_name.or(own.key_pair_name),
        user_data: template.user_data.or(own.user_data),
        password: own.password,
        instance_name: template.instance_name.or(own.instance_name),
        internet_max_bandwidth_out: unless_empty(
            template.internet_max_bandwidth_out,
            own.internet_max_bandwidth_out,
            |bandwidth| *bandwidth == 0,
        ),
        tags: unless_empty(template.tags, own.tags, Tags::is_empty),
        without_effect: own.without_effect,
    }
}
