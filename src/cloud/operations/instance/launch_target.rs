//! What the launch of one instance must be before capacity is looked at, in the codes of the newer API (O1).

use super::super::check;
use super::super::reservation::request::{LaunchTarget, check_price_limit, choose_zone_and_vswitch};
use crate::base::limits::MAX_USER_DATA_BYTES;
use crate::base::{Billing, Decimal};
use crate::catalogue::{self, DiskCategory, InstanceType, Zone};
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{DataDisk, LaunchInstanceRequest};
use crate::cloud::world::{PoolKey, VSwitch, World};
use crate::market::{Offer, Sale};

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// What the request names, and that it goes together.
pub(super) fn check_request(world: &mut World, request: &LaunchInstanceRequest) -> Result<()> {
    check_image(world, request)?;
    check::security_groups(world, &request.security_group_ids, codes::INVALID_SECURITY_GROUP_NOT_FOUND)?;
    let key_name = request.key_name.as_ref();
    check::key_pair(world, key_name, Member::KeyName, codes::INVALID_KEY_PAIR_NAME_NOT_FOUND)?;
    check_user_data(request)?;
    match request.spot_price_limit {
        // EC2 takes prices with any number of decimals (E4).
        Some(limit) if world.follows_ec2 && limit > Decimal::ZERO => Ok(()),
        limit => check_price_limit(request.spot_strategy, limit),
    }
}

pub(super) fn check_image(world: &World, request: &LaunchInstanceRequest) -> Result<()> {
    let image_id = request.image_id.as_ref().ok_or_else(|| {
        CloudError::of(
            Member::ImageId,
            codes::MISSING_PARAMETER,
            "neither the request nor a launch template names an image",
        )
    })?;
    check::image(world, image_id, codes::INVALID_IMAGE_NOT_FOUND)?;
    Ok(())
}

pub(super) fn check_user_data(request: &LaunchInstanceRequest) -> Result<()> {
    let bytes = request.user_data.as_ref().map_or(0, Vec::len);
    if bytes > MAX_USER_DATA_BYTES {
        let message = format!("the user data has {bytes} bytes; it is limited to {MAX_USER_DATA_BYTES}");
        return Err(CloudError::of(Member::UserData, codes::USER_DATA_TOO_LONG, message));
    }
    Ok(())
}

/// Where the request launches, from what it says and what it leaves open.
pub(super) fn launch_target(world: &mut World, request: &LaunchInstanceRequest) -> Result<LaunchTarget> {
    let instance_type = instance_type(request)?;
    let asked = (request.zone_id.as_ref(), request.vswitch_id.as_ref());
    let found = choose_zone_and_vswitch(world, asked, instance_type, request.spot_strategy.billing())?;
    let (zone, vswitch) = found.ok_or_else(|| not_sold(world, instance_type, None))?;
    check::same_vpc(world, &request.security_group_ids, &vswitch)?;
    launch_target_in(world, request, zone, vswitch)
}

/// The same in a given zone: what an instance that exists can become.
pub(super) fn launch_target_in(
    world: &World,
    request: &LaunchInstanceRequest,
    zone: &'static Zone,
    vswitch: VSwitch,
) -> Result<LaunchTarget> {
    let instance_type = instance_type(request)?;
    let billing = request.spot_strategy.billing();
    let offer = offer(world, zone, instance_type)?;
    check_architecture(world, request, instance_type)?;
    let system_disk = system_disk(request, &offer, zone, instance_type)?;
    check_system_disk_size(world, request, system_disk)?;
    for (index, disk) in request.data_disks.iter().enumerate() {
        check_data_disk(disk, &offer, zone, instance_type).map_err(|error| error.within(Member::DataDisks, index))?;
    }
    let hourly_price = world.price(PoolKey::of(zone, instance_type), billing);
    Ok(LaunchTarget { zone, instance_type, vswitch, system_disk, billing, hourly_price })
}

/// A spot instance is launched and started only while its price limit allows it (W6).
pub(super) fn check_price(request: &LaunchInstanceRequest, target: &LaunchTarget) -> Result<()> {
    if target.billing == Billing::PayAsYouGo {
        return Ok(());
    }
    match request.spot_price_limit.filter(|limit| *limit < target.hourly_price) {
        None => Ok(()),
        Some(limit) => {
            let message = format!(
                "the price limit {limit} is below the spot price {} of `{}` in `{}`",
                target.hourly_price, target.instance_type.name, target.zone.id
            );
            Err(CloudError::of(Member::SpotPriceLimit, codes::SPOT_PRICE_LIMIT_TOO_LOW, message))
        }
    }
}

fn instance_type(request: &LaunchInstanceRequest) -> Result<&'static InstanceType> {
    let name = request.instance_type.as_ref().ok_or_else(|| {
        let message = "neither the request nor a launch template names an instance type";
        CloudError::of(Member::InstanceType, codes::MISSING_INSTANCE_TYPE, message)
    })?;
    check::instance_type(name, codes::INVALID_INSTANCE_TYPE)
}

fn offer(world: &World, zone: &Zone, instance_type: &InstanceType) -> Result<Offer> {
    let offer = world.market.offer(zone.id, instance_type.name);
    let offer = offer.ok_or_else(|| not_sold(world, instance_type, Some(zone)))?;
    match offer.sale {
        Sale::OnSale => Ok(offer),
        Sale::NotSoldHere => Err(not_sold(world, instance_type, Some(zone))),
        Sale::Discontinued => {
            let message = format!("`{}` is no longer sold", instance_type.name);
            Err(CloudError::of(Member::InstanceType, codes::INSTANCE_TYPE_OFFLINE, message))
        }
    }
}

fn not_sold(world: &World, instance_type: &InstanceType, zone: Option<&Zone>) -> CloudError {
    let name = instance_type.name;
    let here = check::selling(world, check::zones(world), instance_type);
    let here: Vec<&str> = here.iter().map(|zone| zone.id).collect();
    let elsewhere = catalogue::regions().iter();
    let elsewhere: Vec<&str> = elsewhere
        .filter(|region| !check::selling(world, region.zones(), instance_type).is_empty())
        .map(|region| region.id)
        .collect();
    let reason = zone.map_or_else(
        || format!("no zone of `{}` sells `{name}`", world.region),
        |zone| format!("`{name}` is not sold in `{}`", zone.id),
    );
    let hint = if !here.is_empty() {
        format!("; it is sold in {}", check::list(&here))
    } else if !elsewhere.is_empty() {
        format!("; regions that sell it: {}", check::list(&elsewhere))
    } else {
        String::new()
    };
    CloudError::of(Member::InstanceType, codes::RESOURCE_TYPE_NOT_SUPPORTED, format!("{reason}{hint}"))
}

fn check_architecture(world: &World, request: &LaunchInstanceRequest, instance_type: &InstanceType) -> Result<()> {
    let Some(image_id) = &request.image_id else { return Ok(()) };
    match world.market.image(image_id.as_str()).and_then(|image| check::image_incompatibility(&image, instance_type)) {
        None => Ok(()),
        Some(message) => Err(CloudError::of(Member::ImageId, codes::IMAGE_NOT_SUPPORT_INSTANCE_TYPE, message)),
    }
}

fn system_disk(
    request: &LaunchInstanceRequest,
    offer: &Offer,
    zone: &Zone,
    instance_type: &InstanceType,
) -> Result<DiskCategory> {
    let wanted = request.system_disk_category.as_deref();
    let found = match wanted {
        Some(wanted) => offer.system_disk_categories.iter().copied().find(|category| category.name() == wanted),
        None => offer.default_system_disk(),
    };
    found.ok_or_else(|| {
        let message = not_taken("system", wanted, &offer.system_disk_categories, zone, instance_type);
        CloudError::of(Member::SystemDiskCategory, codes::NOT_SUPPORT_DISK_CATEGORY, message)
    })
}

fn not_taken(
    which: &str,
    wanted: Option<&str>,
    taken: &[DiskCategory],
    zone: &Zone,
    instance_type: &InstanceType,
) -> String {
    let taken: Vec<&str> = taken.iter().map(|category| category.name()).collect();
    let disk = wanted.map_or_else(|| format!("no {which} disk"), |wanted| format!("no {which} disk `{wanted}`"));
    let hint = if taken.is_empty() { String::new() } else { format!("; it takes {}", check::list(&taken)) };
    format!("`{}` takes {disk} in `{}`{hint}", instance_type.name, zone.id)
}

/// The system disk has a size that its category can have, and holds the image.
fn check_system_disk_size(world: &World, request: &LaunchInstanceRequest, system_disk: DiskCategory) -> Result<()> {
    let Some(size) = request.system_disk_size else { return Ok(()) };
    let refuse = |code, message: String| Err(CloudError::of(Member::SystemDiskSize, code, message));
    if let Some((least, most)) = system_disk.system_gib().filter(|(least, most)| !(*least..=*most).contains(&size)) {
        let code = if size < least { codes::SYSTEM_DISK_TOO_SMALL } else { codes::SYSTEM_DISK_TOO_LARGE };
        let message = format!("the system disk `{system_disk}` has {size} GiB; it can have {least} to {most} GiB");
        return refuse(code, message);
    }
    let least = image_size(world, request);
    if size < least {
        let message = format!("the system disk has {size} GiB, and the image has {least} GiB");
        return refuse(codes::SYSTEM_DISK_BELOW_IMAGE, message);
    }
    Ok(())
}

/// The size of the system disk in GiB that a request leaves open: the usual one, or that of a larger image.
pub(super) fn default_system_disk_size(world: &World, request: &LaunchInstanceRequest) -> u32 {
    LaunchInstanceRequest::DEFAULT_SYSTEM_DISK_SIZE.max(image_size(world, request))
}

fn image_size(world: &World, request: &LaunchInstanceRequest) -> u32 {
    let image = request.image_id.as_ref().and_then(|image_id| world.market.image(image_id.as_str()));
    image.map_or(0, |image| image.size_gib)
}

fn check_data_disk(disk: &DataDisk, offer: &Offer, zone: &Zone, instance_type: &InstanceType) -> Result<()> {
    let taken = &offer.data_disk_categories;
    let found = match disk.category.as_deref() {
        Some(wanted) => taken.iter().copied().find(|category| category.name() == wanted),
        None => {
            taken.iter().copied().find(|category| *category == DiskCategory::DEFAULT_SYSTEM).or(taken.first().copied())
        }
    };
    let category = found.ok_or_else(|| {
        let message = not_taken("data", disk.category.as_deref(), taken, zone, instance_type);
        CloudError::of(Member::Category, codes::NOT_SUPPORT_DISK_CATEGORY, message)
    })?;
    match category.data_gib().filter(|(least, most)| !(*least..=*most).contains(&disk.size)) {
        None => Ok(()),
        Some((least, most)) => {
            let size = disk.size;
            let message = format!("the data disk `{category}` has {size} GiB; it can have {least} to {most} GiB");
            Err(CloudError::of(Member::Size, codes::INVALID_DATA_DISK_SIZE, message))
        }
    }
}
