//! `DescribeAvailableResource`: what is available where, with the stock that only a simulator knows.

use super::super::check;
use super::catalogue::is_of;
use crate::catalogue::{self, InstanceType, Zone};
use crate::cloud::SimCloud;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::model::{
    AvailableResource, AvailableStatus, AvailableZone, DescribeAvailableResourceRequest, StatusCategory,
};
use crate::cloud::world::{PoolKey, World};
use crate::market::Operation;

/// The largest number of free instances that counts as few.
const FEW: u32 = 10;

impl SimCloud {
    /// By zone. Types that a zone does not sell, or not with the disk asked for, are listed only if the request names
    /// them; a type that it sells without a disk to start from is listed as sold out.
    pub fn describe_available_resource(
        &self,
        request: &DescribeAvailableResourceRequest,
    ) -> Result<Vec<AvailableZone>, CloudError> {
        self.read(Operation::DescribeAvailableResource, |world| {
            let zones: Vec<&'static Zone> = match &request.zone_id {
                Some(zone_id) => vec![check::zone(world, zone_id)?],
                None => check::zones(world),
            };
            if let Some(name) = &request.instance_type {
                check::instance_type(name, codes::INVALID_INSTANCE_TYPE)?;
            }
            zones.into_iter().map(|zone| available_zone(world, request, zone)).collect()
        })
    }
}

fn available_zone(
    world: &mut World,
    request: &DescribeAvailableResourceRequest,
    zone: &Zone,
) -> Result<AvailableZone, CloudError> {
    let mut resources = Vec::new();
    for instance_type in catalogue::instance_types().iter().filter(|known| matches(request, known)) {
        resources.extend(available_resource(world, request, zone, instance_type)?);
    }
    let best = resources.iter().map(|resource| resource.status_category).min();
    let category = best.unwrap_or(StatusCategory::ClosedWithoutStock);
    Ok(AvailableZone {
        region_id: zone.region.id.into(),
        zone_id: zone.id.into(),
        status: status(category),
        status_category: category,
        resources,
    })
}

/// `None` for what does not match, unless it was asked for by name.
fn available_resource(
    world: &mut World,
    request: &DescribeAvailableResourceRequest,
    zone: &Zone,
    instance_type: &InstanceType,
) -> Result<Option<AvailableResource>, CloudError> {
    let billing = request.spot_strategy.billing();
    let Some(offer) = world.market.offer(zone.id, instance_type.name) else { return Ok(None) };
    let takes_disk = match &request.system_disk_category {
        Some(wanted) => offer.system_disk_categories.contains(wanted),
        None => !offer.system_disk_categories.is_empty(),
    };
    let sold = offer.is_on_sale() && takes_disk;
    let is_asked_for = offer.is_on_sale() && (takes_disk || request.system_disk_category.is_none());
    if !is_asked_for && request.instance_type.is_none() {
        return Ok(None);
    }
    let pool = PoolKey::of(zone, instance_type);
    let supply = world.pool(pool).supply(billing, world.now);
    let stock = if sold { world.free_instances(pool, billing)? } else { 0 };
    let category = match stock {
        _ if !sold => StatusCategory::ClosedWithoutStock,
        0 => StatusCategory::WithoutStock,
        1..=FEW => StatusCategory::ClosedWithStock,
        _ => StatusCategory::WithStock,
    };
    Ok(Some(AvailableResource {
        instance_type: instance_type.name.into(),
        status: status(category),
        status_category: category,
        stock,
        supply,
        hourly_price: world.price(pool, billing),
        disk_categories: offer.system_disk_categories.iter().map(|category| category.name().to_owned()).collect(),
    }))
}

fn matches(request: &DescribeAvailableResourceRequest, known: &InstanceType) -> bool {
    request.instance_type.as_ref().is_none_or(|name| name == known.name)
        && request.cores.is_none_or(|cores| cores == known.vcpus)
        && request.memory.is_none_or(|gib| gib == known.memory_gib)
        && is_of(request.vendor, known)
}

const fn status(category: StatusCategory) -> AvailableStatus {
    match category {
        StatusCategory::WithStock | StatusCategory::ClosedWithStock => AvailableStatus::Available,
        StatusCategory::WithoutStock | StatusCategory::ClosedWithoutStock => AvailableStatus::SoldOut,
    }
}
