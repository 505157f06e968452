//! A launch template beats the launch configuration field by field (`product.md`, `alibaba-ecs.md` 1.4).

use std::collections::BTreeSet;

use crate::cloud::error::CloudError;
use crate::cloud::model::{CreateAutoProvisioningGroupRequest, LaunchConfiguration, Tags};
use crate::cloud::world::World;

/// The request with what its launch template says filled in; a config without type and filters gets the template's.
pub(super) fn with_launch_template(
    world: &mut World,
    request: &CreateAutoProvisioningGroupRequest,
) -> Result<CreateAutoProvisioningGroupRequest, CloudError> {
    let mut request = request.clone();
    let Some(reference) = &request.launch_template else { return Ok(request) };
    let template = world.launch_template_content(reference)?;
    for config in request.configs.iter_mut().filter(|config| config.filters.is_empty()) {
        config.instance_type = config.instance_type.take().or_else(|| template.instance_type.clone());
    }
    request.launch_configuration = merged(template.launch, request.launch_configuration);
    Ok(request)
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
