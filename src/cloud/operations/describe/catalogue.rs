//! `DescribeZones`, `DescribeInstanceTypes`, `DescribeImages`: the catalogue as the scenario shows it.

use std::collections::BTreeSet;

use super::super::check;
use crate::catalogue::{self, DiskCategory, InstanceType, Vendor};
use crate::cloud::SimCloud;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::model::{
    DescribeImagesRequest, DescribeInstanceTypesRequest, DescribeZonesRequest, Image, InstanceTypeInfo, Zone,
};
use crate::cloud::world::{PoolKey, VSwitch, World};
use crate::market::Operation;

impl SimCloud {
    /// By id; zones that match no filter are not in the reply.
    pub fn describe_zones(&self, request: &DescribeZonesRequest) -> Result<Vec<Zone>, CloudError> {
        self.read(Operation::DescribeZones, |world| {
            let mut zones = Vec::new();
            let is_meant =
                |zone: &&catalogue::Zone| request.vendor.as_ref().is_none_or(|vendor| zone.vendors().contains(vendor));
            for zone in check::zones(world).into_iter().filter(is_meant) {
                zones.extend(matching_zone(world, request, zone)?);
            }
            Ok(zones)
        })
    }

    /// By name; discontinued types included.
    pub fn describe_instance_types(
        &self,
        request: &DescribeInstanceTypesRequest,
    ) -> Result<Vec<InstanceTypeInfo>, CloudError> {
        self.read(Operation::DescribeInstanceTypes, |world| {
            let known = catalogue::instance_types().iter().filter(|known| matches(request, known));
            let described = known.map(|known| instance_type_info(world, known));
            let in_zone = |info: &InstanceTypeInfo| {
                request.zone_id.as_ref().is_none_or(|zone_id| info.zone_ids.contains(zone_id))
            };
            Ok(described.filter(in_zone).collect())
        })
    }

    /// By id. Images that are named in the request are found even if they are too many to be listed.
    pub fn describe_images(&self, request: &DescribeImagesRequest) -> Result<Vec<Image>, CloudError> {
        self.read(Operation::DescribeImages, |world| {
            let runs = request.instance_type.as_ref();
            let runs = runs.map(|name| check::instance_type(name, codes::INVALID_INSTANCE_TYPE)).transpose()?;
            let images = match &request.image_ids {
                Some(ids) => ids.iter().filter_map(|id| world.market.image(id.as_str())).collect(),
                None => world.market.images(),
            };
            let matching = images.into_iter().filter(|image| {
                let is_of = |vendor| image.vendor().is_none_or(|own| own == vendor);
                (request.image_ids.is_some() || request.vendor.is_none_or(is_of))
                    && runs.is_none_or(|instance_type| image.suits(instance_type))
                    && request.architecture.as_ref().is_none_or(|name| name == image.architecture.name())
            });
            Ok(matching.map(own_image).collect())
        })
    }
}

fn matching_zone(
    world: &mut World,
    request: &DescribeZonesRequest,
    zone: &catalogue::Zone,
) -> Result<Option<Zone>, CloudError> {
    let mut instance_types = Vec::new();
    let mut disks: BTreeSet<DiskCategory> = BTreeSet::new();
    let mut has_free_instances = request.billing.is_none();
    for known in catalogue::instance_types().iter().filter(|known| is_of(request.vendor, known)) {
        let Some(offer) = check::sold(world, zone, known) else { continue };
        let wanted = request.instance_type.as_ref().is_none_or(|name| name == known.name);
        instance_types.push(known.name.into());
        disks.extend(offer.data_disk_categories);
        if let Some(billing) = request.billing.filter(|_| wanted && !has_free_instances) {
            has_free_instances = world.free_instances(PoolKey::of(zone, known), billing)? > 0;
        }
    }
    let disk_categories: Vec<String> = disks.into_iter().map(|category| category.name().to_owned()).collect();
    let matches = has_free_instances
        && request.instance_type.as_ref().is_none_or(|name| instance_types.contains(name))
        && request.disk_category.as_ref().is_none_or(|name| disk_categories.contains(name));
    Ok(matches.then(|| Zone {
        zone_id: zone.id.into(),
        region_id: zone.region.id.into(),
        local_name: format!("{} {}", zone.region.name, zone.id.trim_start_matches(zone.region.id).trim_matches('-')),
        instance_types,
        disk_categories,
        default_vswitch_id: VSwitch::default_of(zone).vswitch_id,
    }))
}

fn instance_type_info(world: &World, known: &InstanceType) -> InstanceTypeInfo {
    let mut zone_ids = Vec::new();
    let mut disks: BTreeSet<DiskCategory> = BTreeSet::new();
    for zone in check::zones(world) {
        if let Some(offer) = check::sold(world, zone, known) {
            zone_ids.push(zone.id.into());
            disks.extend(offer.data_disk_categories);
        }
    }
    InstanceTypeInfo {
        instance_type: known.name.into(),
        family: known.family.name.to_owned(),
        family_level: known.family.level.name().to_owned(),
        vcpus: known.vcpus,
        memory_gib: known.memory_gib,
        architecture: known.family.kind.name().to_owned(),
        burstable: known.family.is_burstable(),
        on_sale: !zone_ids.is_empty(),
        zone_ids,
        disk_categories: disks.into_iter().map(|category| category.name().to_owned()).collect(),
        gpus: known.gpus.map(|gpus| (gpus.count, gpus.model.to_owned())),
        local_disks: known.local_disks.map(|disks| (disks.count, disks.gib_each, disks.category.to_owned())),
    }
}

fn matches(request: &DescribeInstanceTypesRequest, known: &InstanceType) -> bool {
    request.instance_types.as_ref().is_none_or(|names| names.contains(known.name))
        && request.family.as_ref().is_none_or(|family| family == known.family.name)
        && request.cores.is_none_or(|cores| cores == known.vcpus)
        && request.memory.is_none_or(|gib| gib == known.memory_gib)
        && request.architecture.as_ref().is_none_or(|name| name == known.family.kind.name())
        && is_of(request.vendor, known)
}

/// Whether a type is one of the service that is asked for, if one is.
pub(super) fn is_of(vendor: Option<Vendor>, known: &InstanceType) -> bool {
    vendor.is_none_or(|vendor| known.family.vendor == vendor)
}

fn own_image(image: catalogue::Image) -> Image {
    Image {
        image_id: image.image_id.into(),
        name: image.name,
        os_name: image.os_name,
        os_type: image.operating_system.name().to_owned(),
        architecture: image.architecture.name().to_owned(),
        size_gib: image.size_gib,
        platform: image.platform,
        creation_time: image.creation_time,
        owner: image.owner,
        owner_id: image.owner_id,
        product_code: image.product_code,
    }
}
