//! What a scaling group launches from must exist, and may be a launch template.

use std::collections::BTreeSet;

use super::super::check;
use super::super::group::check_template;
use crate::base::{ApiEnum, InstanceTypeName};
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{ScalingContent, ScalingInstanceType, ScalingTemplate, SpotStrategy};
use crate::cloud::world::{LaunchTemplateDocument, ScalingFleetRequest, World};

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// The most types that a configuration may name.
const MAX_TYPES: usize = 10;

/// Checks that what a configuration names exists, and lies in the VPC of the group's vSwitches.
pub(super) fn check_content(world: &mut World, group: &ScalingFleetRequest, content: &ScalingContent) -> Result<()> {
    if content.instance_types.is_empty() && content.patterns.is_empty() {
        let message = "a scaling configuration needs an instance type";
        return Err(CloudError::of(Member::InstanceType, codes::MISSING_INSTANCE_TYPE, message));
    }
    check_types(&content.instance_types)?;
    let launch = &content.launch;
    let Some(image_id) = &launch.image_id else {
        let message = "a scaling configuration needs an image";
        return Err(CloudError::of(Member::ImageId, codes::MISSING_PARAMETER, message));
    };
    check::image(world, image_id, codes::INVALID_IMAGE_NOT_FOUND)?;
    check::security_groups(world, &launch.security_group_ids, codes::INVALID_SECURITY_GROUP_NOT_FOUND)?;
    let not_found = codes::INVALID_KEY_PAIR_NAME_NOT_FOUND;
    check::key_pair(world, launch.key_pair_name.as_ref(), Member::KeyName, not_found)?;
    for vswitch_id in &group.group.vswitch_ids {
        let vswitch = check::vswitch(world, vswitch_id.as_str())?;
        check::same_vpc(world, &launch.security_group_ids, &vswitch)?;
    }
    Ok(())
}

fn check_types(types: &[ScalingInstanceType]) -> Result<()> {
    let mut seen: BTreeSet<&InstanceTypeName> = BTreeSet::new();
    for named in types {
        check::instance_type(&named.instance_type, codes::INVALID_INSTANCE_TYPE)?;
        if !seen.insert(&named.instance_type) {
            let message = format!("the instance type `{}` is listed twice", named.instance_type);
            return Err(CloudError::of(Member::InstanceType, codes::INVALID_PARAMETER, message));
        }
    }
    if types.len() > MAX_TYPES {
        let message = format!("{} instance types are listed, and {MAX_TYPES} are the most", types.len());
        return Err(CloudError::of(Member::InstanceType, codes::INVALID_PARAMETER, message));
    }
    Ok(())
}

/// What a group launches from its template (G19).
pub(super) fn content_of_template(
    world: &mut World,
    group: &ScalingFleetRequest,
    template: &ScalingTemplate,
) -> Result<ScalingContent> {
    let LaunchTemplateDocument { latest_version, .. } = world.launch_template(&template.launch_template_id)?.document;
    let reference = template.reference(latest_version);
    let version = world.launch_template_content(&reference)?;
    check_template(world, &reference, &version.launch)?;
    let stored = |name: &str| version.launch.without_effect.get(name).map(|json| json.trim_matches('"').to_owned());
    let limit = stored("spot_price_limit").and_then(|limit| limit.parse().ok());
    let own = |instance_type| ScalingInstanceType { instance_type, weighted_capacity: None, spot_price_limit: limit };
    let instance_types = match template.instance_types.as_slice() {
        [] => version.instance_type.clone().map(own).into_iter().collect(),
        given => given.to_vec(),
    };
    let strategy = stored("spot_strategy").and_then(|name| SpotStrategy::parse(&name).ok());
    let content = ScalingContent {
        instance_types,
        patterns: Vec::new(),
        spot_strategy: strategy.unwrap_or_default(),
        launch: version.launch,
    };
    check_content(world, group, &content)?;
    Ok(content)
}
