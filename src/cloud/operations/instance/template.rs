//! What a launch template says where the request for an instance says nothing (O2).

use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{LaunchInstanceRequest, LaunchTemplateReference, TemplateChoice};
use crate::cloud::world::{LaunchTemplateDocument, World};

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// The request, with what its launch template says filled in.
pub(super) fn with_template(world: &mut World, request: &LaunchInstanceRequest) -> Result<LaunchInstanceRequest> {
    let mut request = request.clone();
    let Some(choice) = &request.launch_template else { return Ok(request) };
    let reference = reference(world, choice)?;
    let template = world.launch_template_content(&reference)?;
    let launch = template.launch;
    if request.vswitch_id.is_none() && request.zone_id.is_none() {
        (request.zone_id, request.vswitch_id) = (template.zone_id, template.vswitch_id);
    }
    request.instance_type = request.instance_type.or(template.instance_type);
    request.image_id = request.image_id.or(launch.image_id);
    if request.security_group_ids.is_empty() {
        request.security_group_ids = launch.security_group_ids;
    }
    request.system_disk_category = request.system_disk_category.or(launch.system_disk_category);
    request.key_name = request.key_name.or(launch.key_pair_name);
    request.user_data = request.user_data.or(launch.user_data);
    request.instance_name = request.instance_name.or(launch.instance_name);
    let bandwidth = Some(launch.internet_max_bandwidth_out).filter(|bandwidth| *bandwidth > 0);
    request.internet_max_bandwidth_out = request.internet_max_bandwidth_out.or(bandwidth);
    if request.tags.is_empty() {
        request.tags = launch.tags;
    }
    Ok(request)
}

fn reference(world: &mut World, choice: &TemplateChoice) -> Result<LaunchTemplateReference> {
    let id = match (&choice.launch_template_id, &choice.launch_template_name) {
        (Some(id), _) => id.clone(),
        (None, Some(name)) => {
            let named = world.resources_named::<LaunchTemplateDocument>(name)?;
            let found = named.first().map(|template| template.id.as_str().into());
            found.ok_or_else(|| {
                let message = format!("there is no launch template called `{name}` in `{}`", world.region);
                CloudError::of(Member::LaunchTemplateName, codes::INVALID_LAUNCH_TEMPLATE, message)
            })?
        }
        (None, None) => {
            let message = "the request names neither the id nor the name of the launch template";
            return Err(CloudError::of(Member::LaunchTemplateId, codes::MISSING_PARAMETER, message));
        }
    };
    Ok(LaunchTemplateReference { launch_template_id: id, version: choice.version })
}
