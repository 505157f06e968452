//! What a group's launch configuration refers to must exist.

use crate::cloud::check;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{CreateAutoProvisioningGroupRequest, LaunchConfiguration};
use crate::cloud::world::World;

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// Checks that security groups and key pair of the launch configuration exist, and in a fleet of EC2 those of every
/// template.
pub(crate) fn check_references(world: &mut World, request: &CreateAutoProvisioningGroupRequest) -> Result<()> {
    for launch in request.launches() {
        named_things(world, launch).map_err(|error| in_launch_configuration(request, error))?;
    }
    Ok(())
}

fn named_things(world: &mut World, launch: &LaunchConfiguration) -> Result<()> {
    check::security_groups(world, &launch.security_group_ids, codes::INVALID_SECURITY_GROUP_NOT_FOUND)?;
    let code = codes::INVALID_KEY_PAIR_NAME_NOT_FOUND;
    check::key_pair(world, launch.key_pair_name.as_ref(), Member::KeyPairName, code)
}

/// Attributes the error to `launch_configuration`, unless a launch template overrides it.
pub(crate) fn in_launch_configuration(request: &CreateAutoProvisioningGroupRequest, error: CloudError) -> CloudError {
    if request.launch_template.is_some() { error } else { error.within(Member::LaunchConfiguration, 0) }
}
