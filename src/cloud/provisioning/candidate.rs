//! The pools that a request names, in the order of its configs, filters expanded (G2).

use std::collections::BTreeSet;

use super::eligibility::{Ineligible, system_disk};
use super::references::{check_references, in_launch_configuration};
use crate::base::wildcard::matches_wildcard;
use crate::base::{Decimal, ImageId};
use crate::catalogue::{self, DiskCategory, Image, InstanceType, Zone};
use crate::cloud::check;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{
    BurstablePerformance, CreateAutoProvisioningGroupRequest, LaunchTemplateConfig, TypeFilters,
};
use crate::cloud::world::{PoolKey, VSwitch, World};

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// One zone and one instance type that a group may launch from.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    pub(crate) zone: &'static Zone,
    pub(crate) instance_type: &'static InstanceType,
    pub(crate) vswitch: VSwitch,
    pub(crate) weight: Decimal,
    pub(crate) priority: Option<u32>,
    pub(crate) max_price: Option<Decimal>,
    pub(crate) image_id: ImageId,
    /// What its instances get, or why there can never be any.
    pub(crate) system_disk: Result<DiskCategory, Ineligible>,
}

impl Candidate {
    pub(crate) const fn pool(&self) -> PoolKey {
        PoolKey::of(self.zone, self.instance_type)
    }

    /// The same somewhere else, or another type.
    pub(crate) fn moved(
        &self,
        world: &World,
        request: &CreateAutoProvisioningGroupRequest,
        zone: &'static Zone,
        instance_type: &'static InstanceType,
        vswitch: VSwitch,
    ) -> Self {
        let system_disk = system_disk(world, request, zone, instance_type, &self.image_id);
        Self { zone, instance_type, vswitch, system_disk, ..self.clone() }
    }
}

/// The pools that a request may use. Fails if a security group or key pair that it names is gone by now.
///
/// Filters expand in order of type name, to what is sold in the zone; the same type and zone twice: the first counts.
pub(crate) fn candidates(world: &mut World, request: &CreateAutoProvisioningGroupRequest) -> Result<Vec<Candidate>> {
    check_references(world, request)?;
    let mut seen = BTreeSet::new();
    let mut candidates = Vec::new();
    for (index, config) in request.configs.iter().enumerate() {
        let here = |error: CloudError| error.within(Member::LaunchTemplateConfig, index);
        let (zone, vswitch) = zone_and_vswitch(world, config).map_err(here)?;
        check::same_vpc(world, &request.launch_of_config(index).security_group_ids, &vswitch)
            .map_err(|error| in_launch_configuration(request, error))?;
        let image_id = image(world, request, index)?;
        for instance_type in types(world, config, zone, image_id).map_err(here)? {
            if seen.insert((zone.id, instance_type.name)) {
                candidates.push(Candidate {
                    system_disk: system_disk(world, request, zone, instance_type, image_id),
                    zone,
                    instance_type,
                    vswitch: vswitch.clone(),
                    weight: config.weighted_capacity.unwrap_or(Decimal::ONE),
                    priority: config.priority,
                    max_price: config.max_price,
                    image_id: image_id.clone(),
                });
            }
        }
    }
    Ok(candidates)
}

/// The config's own image, else that of the launch configuration or of the template that overrides it.
fn image<'r>(world: &World, request: &'r CreateAutoProvisioningGroupRequest, index: usize) -> Result<&'r ImageId> {
    let known = |image_id| check::image(world, image_id, codes::INVALID_IMAGE_NOT_FOUND);
    // The service has it for groups of type `instant` only; each pool of a fleet has the image of its template.
    let has_own = request.is_instant() || request.fleet.is_some();
    let own = request.configs[index].image_id.as_ref().filter(|_| has_own);
    if let Some(own) = own {
        known(own).map_err(|error| error.within(Member::LaunchTemplateConfig, index))?;
        return Ok(own);
    }
    let common = request.launch_configuration.image_id.as_ref().ok_or_else(|| {
        CloudError::of(
            Member::ImageId,
            codes::MISSING_PARAMETER,
            "neither the launch configuration nor the template nor the config names an image",
        )
    })?;
    known(common).map_err(|error| in_launch_configuration(request, error))?;
    Ok(common)
}

/// A vSwitch fixes the zone; a zone alone means its default vSwitch.
fn zone_and_vswitch(world: &mut World, config: &LaunchTemplateConfig) -> Result<(&'static Zone, VSwitch)> {
    let given_zone = config.zone_id.as_ref().map(|zone_id| check::zone(world, zone_id)).transpose()?;
    let Some(vswitch_id) = &config.vswitch_id else {
        let zone = given_zone.ok_or_else(|| {
            CloudError::of(Member::VSwitchId, codes::MISSING_PARAMETER, "a config names neither a vSwitch nor a zone")
        })?;
        return Ok((zone, VSwitch::default_of(zone)));
    };
    let vswitch = check::vswitch(world, vswitch_id.as_str())?;
    let zone = check::zone(world, &vswitch.zone_id)?;
    match given_zone {
        Some(given) if given.id != zone.id => {
            let message = format!("the vSwitch `{vswitch_id}` is in `{}`, not in `{}`", zone.id, given.id);
            Err(CloudError::of(Member::VSwitchId, codes::PARAMETER_MISMATCH, message))
        }
        _ => Ok((zone, vswitch)),
    }
}

/// The type that a config names, or those that its filters find; they are of the service of the image (N4).
fn types(
    world: &World,
    config: &LaunchTemplateConfig,
    zone: &Zone,
    image_id: &ImageId,
) -> Result<Vec<&'static InstanceType>> {
    if let Some(name) = &config.instance_type {
        return Ok(vec![check::instance_type(name, codes::INVALID_INSTANCE_TYPE)?]);
    }
    if config.filters.is_empty() {
        let message = "a config names neither an instance type nor filters, and there is no launch template that does";
        return Err(CloudError::of(Member::InstanceType, codes::MISSING_INSTANCE_TYPE, message));
    }
    let image = world.market.image(image_id.as_str());
    let is_meant = |known: &InstanceType| match image.as_ref().and_then(Image::vendor) {
        Some(vendor) => known.family.vendor == vendor,
        None => true,
    };
    let matching =
        catalogue::instance_types().iter().filter(|known| matches(&config.filters, known) && is_meant(known));
    Ok(matching.filter(|known| check::sold(world, zone, known).is_some()).collect())
}

fn matches(filters: &TypeFilters, known: &InstanceType) -> bool {
    let memory = |text: &String| text.parse::<Decimal>().is_ok_and(|gib| gib == known.memory_gib);
    let burstable = match filters.burstable_performance {
        BurstablePerformance::Include => true,
        BurstablePerformance::Exclude => !known.family.is_burstable(),
        BurstablePerformance::Required => known.family.is_burstable(),
    };
    let any_or = |list: &[String], name: &str| list.is_empty() || list.iter().any(|listed| listed == name);
    burstable
        && (filters.cores.is_empty() || filters.cores.contains(&known.vcpus))
        && (filters.memories.is_empty() || filters.memories.iter().any(memory))
        && any_or(&filters.architectures, known.family.kind.name())
        && any_or(&filters.instance_family_levels, known.family.level.name())
        && !filters.excluded_instance_types.iter().any(|pattern| matches_wildcard(known.name, pattern))
}
