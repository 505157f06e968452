//! What a `RunInstances` request must be, and where it launches (R13–R21).

use super::super::check;
use crate::base::limits::MAX_USER_DATA_BYTES;
use crate::base::{Billing, Decimal, ImageId, InstanceTypeName, KeyPairName, VSwitchId, ZoneId};
use crate::catalogue::{self, DEFAULT_INSTANCE_TYPE, DiskCategory, InstanceType, Zone};
use crate::cloud::advice::Advice;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{AddressingType, ImageItem, RunInstancesRequest, SpotStrategy};
use crate::cloud::world::{Addressing, BatchSpec, PoolKey, VSwitch, World};
use crate::market::{Limit, Limits, Sale};

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// Everything about the request but its images and counts.
#[derive(Clone, Debug)]
pub(in crate::cloud::operations) struct LaunchTarget {
    pub(in crate::cloud::operations) zone: &'static Zone,
    pub(in crate::cloud::operations) instance_type: &'static InstanceType,
    pub(in crate::cloud::operations) vswitch: VSwitch,
    pub(in crate::cloud::operations) system_disk: DiskCategory,
    pub(in crate::cloud::operations) billing: Billing,
    pub(in crate::cloud::operations) hourly_price: Decimal,
}

pub(super) fn check_request(world: &mut World, request: &RunInstancesRequest) -> Result<()> {
    check_counts(world, request)?;
    for (index, item) in request.images.iter().enumerate() {
        check_item(world, item).map_err(|error| error.within(Member::Image, index))?;
    }
    check::security_groups(world, &request.security_group_ids, codes::INVALID_GROUP_NOT_FOUND)?;
    let bytes = request.user_data.as_ref().map_or(0, Vec::len);
    if bytes > MAX_USER_DATA_BYTES {
        let message = format!("the user data has {bytes} bytes; it is limited to {MAX_USER_DATA_BYTES}");
        return Err(CloudError::of(Member::UserData, codes::INVALID_PARAMETER_VALUE, message));
    }
    check_price_limit(request.spot_strategy, request.spot_price_limit)
}

fn check_item(world: &mut World, item: &ImageItem) -> Result<()> {
    check::image(world, &item.image_id, codes::INVALID_AMI_NOT_FOUND)?;
    check::key_pair(world, item.key_name.as_ref(), Member::KeyName, codes::INVALID_KEY_PAIR_NOT_FOUND)
}

fn check_counts(world: &World, request: &RunInstancesRequest) -> Result<()> {
    let refuse = |parameter, message: String| Err(CloudError::of(parameter, codes::INVALID_PARAMETER_VALUE, message));
    if request.images.is_empty() {
        return refuse(Member::Image, "a request needs at least one image".to_owned());
    }
    for (index, item) in request.images.iter().enumerate() {
        let (min, max) = (item.min_count, item.max_count);
        let refused = if min == 0 {
            refuse(Member::MinCount, format!("the minimum of `{}` is 0; it must be at least 1", item.image_id))
        } else if max < min {
            refuse(Member::MaxCount, format!("the maximum {max} of `{}` is below its minimum {min}", item.image_id))
        } else {
            continue;
        };
        return refused.map_err(|error: CloudError| error.within(Member::Image, index));
    }
    let limit = Limits::of(world.market.scenario()).run_instances;
    let most: u64 = request.images.iter().map(|item| u64::from(item.max_count)).sum();
    if most > limit {
        let name = Limit::RunInstances.name();
        let message = format!("the maxima add up to {most}, and the limit `{name}` of one call is {limit}");
        let refusal = CloudError::of(Member::MaxCount, codes::INVALID_PARAMETER_VALUE, message);
        let refusal = refusal.within(Member::Image, request.images.len() - 1);
        return Err(refusal.advise(Advice::RaiseLimit(Limit::RunInstances)));
    }
    Ok(())
}

pub(in crate::cloud::operations) fn check_price_limit(strategy: SpotStrategy, limit: Option<Decimal>) -> Result<()> {
    let refuse = |message: &str| {
        Err(CloudError::of(Member::SpotPriceLimit, codes::INVALID_SPOT_PRICE_LIMIT, message.to_owned()))
    };
    match (strategy, limit) {
        (SpotStrategy::SpotWithPriceLimit, None) => refuse("`SpotWithPriceLimit` needs a price limit"),
        (SpotStrategy::NoSpot | SpotStrategy::SpotAsPriceGo, Some(_)) => {
            refuse("a price limit goes only with `SpotWithPriceLimit`")
        }
        (SpotStrategy::SpotWithPriceLimit, Some(limit)) if limit <= Decimal::ZERO || limit.normalize().scale() > 3 => {
            refuse("the price limit must be above 0 and have at most 3 decimals")
        }
        _ => Ok(()),
    }
}

/// Where the request launches, from what it says and what it leaves open.
pub(super) fn launch_target(world: &mut World, request: &RunInstancesRequest) -> Result<LaunchTarget> {
    let default_type = InstanceTypeName::from(DEFAULT_INSTANCE_TYPE);
    let name = request.instance_type.as_ref().unwrap_or(&default_type);
    let instance_type = check::instance_type(name, codes::INVALID_PARAMETER_VALUE)?;
    let billing = request.spot_strategy.billing();
    let asked = (request.zone_id.as_ref(), request.vswitch_id.as_ref());
    let found = choose_zone_and_vswitch(world, asked, instance_type, billing)?;
    let (zone, vswitch) = found.ok_or_else(|| not_sold_in_region(world, request, instance_type))?;
    check::same_vpc(world, &request.security_group_ids, &vswitch)?;
    let system_disk = on_sale(world, request, zone, instance_type)?;
    for (index, item) in request.images.iter().enumerate() {
        runs(world, &item.image_id, instance_type).map_err(|error| error.within(Member::Image, index))?;
    }
    let hourly_price = world.price(PoolKey::of(zone, instance_type), billing);
    if let Some(limit) = request.spot_price_limit.filter(|limit| *limit < hourly_price) {
        let message = format!(
            "the price limit {limit} is below the spot price {hourly_price} of `{}` in `{}`",
            instance_type.name, zone.id
        );
        return Err(CloudError::of(Member::SpotPriceLimit, codes::SPOT_MAX_PRICE_TOO_LOW, message));
    }
    Ok(LaunchTarget { zone, instance_type, vswitch, system_disk, billing, hourly_price })
}

/// A vSwitch fixes the zone, a zone means its default vSwitch, and neither means the zone with most free instances, ties by
/// name (R18). `None` if no zone of the region sells the type.
pub(in crate::cloud::operations) fn choose_zone_and_vswitch(
    world: &mut World,
    (zone_id, vswitch_id): (Option<&ZoneId>, Option<&VSwitchId>),
    instance_type: &InstanceType,
    billing: Billing,
) -> Result<Option<(&'static Zone, VSwitch)>> {
    let given = zone_id.map(|zone_id| check::zone(world, zone_id)).transpose()?;
    if let Some(vswitch_id) = vswitch_id {
        let vswitch = check::vswitch(world, vswitch_id.as_str())?;
        let zone = check::zone(world, &vswitch.zone_id)?;
        if given.is_some_and(|given| given.id != zone.id) {
            let message = format!("the vSwitch `{vswitch_id}` is in `{}`, not in `{}`", zone.id, text(given));
            return Err(CloudError::of(Member::VSwitchId, codes::PARAMETER_MISMATCH, message));
        }
        return Ok(Some((zone, vswitch)));
    }
    if let Some(zone) = given {
        return Ok(Some((zone, VSwitch::default_of(zone))));
    }
    let mut best: Option<(u32, &'static Zone)> = None;
    for zone in check::selling(world, check::zones(world), instance_type) {
        let free = world.free_instances(PoolKey::of(zone, instance_type), billing)?;
        if best.is_none_or(|(most, _)| free > most) {
            best = Some((free, zone));
        }
    }
    Ok(best.map(|(_, zone)| (zone, VSwitch::default_of(zone))))
}

/// The system disk, if the pool sells the type with it (N3, R19).
fn on_sale(
    world: &World,
    request: &RunInstancesRequest,
    zone: &'static Zone,
    instance_type: &InstanceType,
) -> Result<DiskCategory> {
    let name = instance_type.name;
    let offer = world.market.offer(zone.id, name);
    let offer = offer.ok_or_else(|| not_sold_in_region(world, request, instance_type))?;
    let zones = check::selling(world, check::zones(world), instance_type);
    let zones: Vec<&str> = zones.iter().map(|zone| zone.id).collect();
    let refuse = |parameter, message: String| Err(CloudError::of(parameter, codes::UNSUPPORTED, message));
    match offer.sale {
        Sale::OnSale => {}
        Sale::Discontinued => return refuse(Member::InstanceType, format!("`{name}` is no longer sold anywhere")),
        Sale::NotSoldHere if zones.is_empty() => return Err(not_sold_in_region(world, request, instance_type)),
        Sale::NotSoldHere => {
            return refuse(
                Member::InstanceType,
                format!("`{name}` is not sold in `{}`; it is sold in {}", zone.id, check::list(&zones)),
            );
        }
    }
    let taken: Vec<&str> = offer.system_disk_categories.iter().map(|category| category.name()).collect();
    let wanted = match &request.system_disk_category {
        Some(wanted) => offer.system_disk_categories.iter().copied().find(|category| category.name() == wanted),
        None => offer.default_system_disk(),
    };
    wanted.ok_or_else(|| {
        let disk =
            request.system_disk_category.as_ref().map_or("any system disk".to_owned(), |disk| format!("`{disk}`"));
        let message = format!("`{name}` does not take {disk} in `{}`; it takes {}", zone.id, check::list(&taken));
        CloudError::of(Member::SystemDiskCategory, codes::UNSUPPORTED, message)
    })
}

fn not_sold_in_region(world: &World, request: &RunInstancesRequest, instance_type: &InstanceType) -> CloudError {
    let name = instance_type.name;
    let elsewhere: Vec<&str> = catalogue::regions()
        .iter()
        .filter(|region| !check::selling(world, region.zones(), instance_type).is_empty())
        .map(|region| region.id)
        .collect();
    let mut message = if elsewhere.is_empty() {
        format!("`{name}` is no longer sold anywhere")
    } else {
        format!("no zone of `{}` sells `{name}`", world.region)
    };
    let refuse = |message| CloudError::of(Member::InstanceType, codes::UNSUPPORTED, message);
    if request.instance_type.is_none() {
        message.push_str(", the default");
        return refuse(message).advise(Advice::NameInstanceType { sold_in: elsewhere });
    }
    if !elsewhere.is_empty() {
        message.push_str("; regions that sell it: ");
        message.push_str(&check::list(&elsewhere));
    }
    refuse(message)
}

fn runs(world: &World, image_id: &ImageId, instance_type: &InstanceType) -> Result<()> {
    let image = check::image(world, image_id, codes::INVALID_AMI_NOT_FOUND)?;
    if image.runs_on(instance_type) {
        return Ok(());
    }
    let message = format!(
        "the image `{image_id}` is for {}, and `{}` is {}",
        image.architecture.name(),
        instance_type.name,
        instance_type.family.architecture.name()
    );
    Err(CloudError::of(Member::ImageId, codes::INVALID_PARAMETER_VALUE, message))
}

impl LaunchTarget {
    /// What instances of one image of the request are made from.
    pub(super) fn batch(
        &self,
        request: &RunInstancesRequest,
        image_id: &ImageId,
        key_name: Option<&KeyPairName>,
    ) -> BatchSpec {
        BatchSpec {
            zone_id: ZoneId::from(self.zone.id),
            instance_type: self.instance_type.name.into(),
            vcpus: self.instance_type.vcpus,
            billing: self.billing,
            vswitch_id: self.vswitch.vswitch_id.clone(),
            image_id: image_id.clone(),
            key_name: key_name.cloned(),
            system_disk_category: self.system_disk.name().to_owned(),
            price_limit: request.spot_price_limit,
            hourly_price: self.hourly_price,
            weight: Decimal::ONE,
            addressing: match request.addressing_type {
                AddressingType::Public => Addressing::PrivateAndPublic,
                AddressingType::Direct => Addressing::PublicOnly,
            },
            stops_on_reclaim: false,
            starts_pending: !request.wait_for_running,
            is_protected: request.spot_duration != Some(0),
        }
    }
}

fn text(zone: Option<&Zone>) -> &str {
    zone.map_or("", |zone| zone.id)
}
