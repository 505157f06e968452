//! `DescribeAvailableResource`: what is to be had where, with the stock that only a simulator can tell.

use super::super::check;
use crate::catalogue::{self, InstanceType, Zone};
use crate::cloud::SimCloud;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::model::{
    AvailableResource, AvailableStatus, AvailableZone, DescribeAvailableResourceRequest, StatusCategory,
};
use crate::cloud::world::World;

/// At most so many free instances are called few.
const FEW: u32 = 10;

impl SimCloud {
    /// By zone. Types that a zone does not sell are listed only if the request names them.
    pub fn describe_available_resource(
        &self,
        request: &DescribeAvailableResourceRequest,
    ) -> Result<Vec<AvailableZone>, CloudError> {
        self.read("DescribeAvailableResource", |world| {
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
    let best = resources.iter().map(|resource| resource.status_category).min_by_key(|category| *category as u8);
    let category = best.unwrap_or(StatusCategory::ClosedWithoutStock);
    Ok(AvailableZone {
        region_id: zone.region.id.into(),
        zone_id: zone.id.into(),
        status: status(category),
        status_category: category,
        resources,
    })
}

/// `None` for what is not sold here, unless it was asked for by name.
fn available_resource(
    world: &mut World,
    request: &DescribeAvailableResourceRequest,
    zone: &Zone,
    instance_type: &InstanceType,
) -> Result<Option<AvailableResource>, CloudError> {
    let billing = request.spot_strategy.billing();
    let Some(offer) = world.market.offer(zone.id, instance_type.name) else { return Ok(None) };
    let takes_disk = request
        .system_disk_category
        .as_ref()
        .is_none_or(|wanted| offer.system_disk_categories.iter().any(|category| category.name() == wanted));
    let sold = offer.on_sale() && takes_disk;
    if !sold && request.instance_type.is_none() {
        return Ok(None);
    }
    let stock = if sold { world.free_stock(zone.id, instance_type.name, billing)? } else { 0 };
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
        hourly_price: world.price(zone.id, instance_type.name, billing),
        disk_categories: offer.system_disk_categories.iter().map(|category| category.name().to_owned()).collect(),
    }))
}

fn matches(request: &DescribeAvailableResourceRequest, known: &InstanceType) -> bool {
    request.instance_type.as_ref().is_none_or(|name| name == known.name)
        && request.cores.is_none_or(|cores| cores == known.vcpus)
        && request.memory.is_none_or(|gib| gib == known.memory_gib)
}

const fn status(category: StatusCategory) -> AvailableStatus {
    match category {
        StatusCategory::WithStock | StatusCategory::ClosedWithStock => AvailableStatus::Available,
        StatusCategory::WithoutStock | StatusCategory::ClosedWithoutStock => AvailableStatus::SoldOut,
    }
}
