//! The images of a planned fleet, of which many are known only after apply.

use crate::base::{ImageId, InstanceTypeName};
use crate::catalogue::{self, Architecture};
use crate::cloud::model::{CreateAutoProvisioningGroupRequest, FleetLaunchTemplateConfig, OutlookFleet};

/// The images that a fleet names, each with the architecture of the first type that it is launched with, which an unknown
/// image is taken for.
pub(super) fn images(fleet: &OutlookFleet) -> Vec<(ImageId, Architecture)> {
    match fleet {
        OutlookFleet::Group(group) => of_group(group),
        OutlookFleet::Instances(instances) => of_group(&instances.group),
        OutlookFleet::Ec2Fleet(fleet) => fleet.configs.iter().filter_map(of_config).collect(),
        OutlookFleet::ScalingGroup(parts) => {
            let (_, content) = &**parts;
            let types = content.instance_types.iter().map(|named| &named.instance_type);
            content.launch.image_id.iter().map(|image| (image.clone(), architecture(types.clone()))).collect()
        }
    }
}

fn of_group(group: &CreateAutoProvisioningGroupRequest) -> Vec<(ImageId, Architecture)> {
    let images = group.launch_configuration.image_id.iter();
    let images = images.chain(group.configs.iter().filter_map(|config| config.image_id.as_ref()));
    let types = group.configs.iter().filter_map(|config| config.instance_type.as_ref());
    images.map(|image| (image.clone(), architecture(types.clone()))).collect()
}

fn of_config(config: &FleetLaunchTemplateConfig) -> Option<(ImageId, Architecture)> {
    let image_id = config.template.launch.image_id.clone()?;
    let types = config.overrides.iter().filter_map(|one| one.instance_type.as_ref());
    Some((image_id, architecture(types.chain(&config.template.instance_type))))
}

/// The architecture of the first type.
pub(super) fn architecture<'t>(mut types: impl Iterator<Item = &'t InstanceTypeName>) -> Architecture {
    let first = types.find_map(|name| catalogue::instance_type(name.as_str()));
    first.map_or(Architecture::default(), |known| known.family.architecture)
}
