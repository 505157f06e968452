//! Whether a pool can take part in passes of a group at all, whatever its stock and price (G2, N3).

use crate::base::ImageId;
use crate::catalogue::{DiskCategory, InstanceType, Zone};
use crate::cloud::check;
use crate::cloud::error::codes;
use crate::cloud::model::CreateAutoProvisioningGroupRequest;
use crate::cloud::world::World;
use crate::market::Sale;

/// Why a pool takes no part, with the code of the service.
#[derive(Clone, Debug)]
pub(crate) struct Ineligible {
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

/// The system disk that instances of a pool get, if the pool can take part.
pub(crate) fn system_disk(
    world: &World,
    request: &CreateAutoProvisioningGroupRequest,
    zone: &Zone,
    instance_type: &InstanceType,
    image_id: &ImageId,
) -> Result<DiskCategory, Ineligible> {
    let (zone, name) = (zone.id, instance_type.name);
    let unfit = |code, message| Err(Ineligible { code, message });
    let not_sold = || Ineligible {
        code: codes::RESOURCE_TYPE_NOT_SUPPORTED,
        message: format!("`{name}` is not sold in `{zone}`"),
    };
    let offer = world.market.offer(zone, name).ok_or_else(not_sold)?;
    match offer.sale {
        Sale::OnSale => {}
        Sale::NotSoldHere => return Err(not_sold()),
        Sale::Discontinued => return unfit(codes::INSTANCE_TYPE_OFFLINE, format!("`{name}` is no longer sold")),
    }
    let image = world.market.image(image_id.as_str());
    if let Some(message) = image.and_then(|image| check::image_incompatibility(&image, instance_type)) {
        return unfit(codes::IMAGE_NOT_SUPPORT_INSTANCE_TYPE, message);
    }
    let disks = listed_disks(request);
    let Some(system) = first_available(&disks.system, &offer.system_disk_categories, offer.default_system_disk())
    else {
        return unfit(codes::NOT_SUPPORT_DISK_CATEGORY, no_disk("system", &disks.system, name, zone));
    };
    for wanted in &disks.data {
        if first_available(wanted, &offer.data_disk_categories, None).is_none() {
            return unfit(codes::NOT_SUPPORT_DISK_CATEGORY, no_disk("data", wanted, name, zone));
        }
    }
    Ok(system)
}

/// Categories in order of priority: for the system disk, and for each data disk.
struct ListedDisks {
    system: Vec<String>,
    data: Vec<Vec<String>>,
}

/// The lists of the group beat the single categories of the launch configuration (N3).
fn listed_disks(request: &CreateAutoProvisioningGroupRequest) -> ListedDisks {
    let launch = &request.launch_configuration;
    let system = if request.system_disk_categories.is_empty() {
        launch.system_disk_category.iter().cloned().collect()
    } else {
        request.system_disk_categories.clone()
    };
    let data = if request.data_disk_categories.is_empty() {
        launch.data_disk_categories.iter().map(|category| vec![category.clone()]).collect()
    } else {
        vec![request.data_disk_categories.clone()]
    };
    ListedDisks { system, data }
}

fn first_available(
    listed: &[String],
    offered: &[DiskCategory],
    unlisted: Option<DiskCategory>,
) -> Option<DiskCategory> {
    if listed.is_empty() {
        return unlisted;
    }
    listed.iter().find_map(|name| offered.iter().copied().find(|category| category.name() == name))
}

fn no_disk(which: &str, listed: &[String], instance_type: &str, zone: &str) -> String {
    if listed.is_empty() {
        return format!("`{instance_type}` takes no {which} disk in `{zone}`");
    }
    let listed = check::list(listed);
    format!("`{instance_type}` takes no {which} disk of the listed categories ({listed}) in `{zone}`")
}
