//! What several operations check about a request before they look at the market.

use std::collections::BTreeSet;
use std::iter;

use crate::base::name_rule::check_name;
use crate::base::nearest::{did_you_mean_clause, nearest_similar};
pub(super) use crate::base::wording::list;
use crate::base::{ImageId, InstanceTypeName, KeyPairName, SecurityGroupId, ZoneId};
use crate::catalogue::{self, Image, InstanceType, Region, Zone};
use crate::cloud::advice::Advice;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::world::{
    DEFAULT_SECURITY_GROUP, SecurityGroupDocument, VSwitch, VSwitchDocument, World, default_vswitches,
};
use crate::market::Offer;

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// What exists instead of something that does not: the one that may have been meant, or else a few of them.
pub(super) fn instead<'a>(missing: &str, existing: impl IntoIterator<Item = &'a str>) -> String {
    const SHOWN: usize = 5;
    let existing: Vec<&str> = existing.into_iter().collect();
    let meant = nearest_similar(missing, existing.iter().copied());
    if meant.is_some() {
        return did_you_mean_clause(meant);
    }
    match existing.len() {
        0 => String::new(),
        count if count > SHOWN => format!("; there are {count}, {} among them", list(&existing[..SHOWN])),
        1 => format!("; there is {}", list(&existing)),
        _ => format!("; there are {}", list(&existing)),
    }
}

/// An instance type of the catalogue, sold or not.
pub(super) fn instance_type(name: &InstanceTypeName, code: &'static str) -> Result<&'static InstanceType> {
    catalogue::instance_type(name.as_str()).ok_or_else(|| {
        let hint = instead(name.as_str(), catalogue::instance_types().iter().map(|known| known.name));
        CloudError::of(Member::InstanceType, code, format!("there is no instance type `{name}`{hint}"))
    })
}

/// A zone of the call's region.
pub(super) fn zone(world: &World, zone_id: &ZoneId) -> Result<&'static Zone> {
    let zone = catalogue::zone(zone_id.as_str()).filter(|zone| zone.region.id == world.region.as_str());
    zone.ok_or_else(|| {
        let zones: Vec<&str> = zones(world).into_iter().map(|zone| zone.id).collect();
        let message = format!("the region `{}` has no zone `{zone_id}`; it has {}", world.region, list(&zones));
        CloudError::of(Member::ZoneId, codes::INVALID_ZONE_NOT_FOUND, message)
    })
}

/// The zones of the call's region, by id.
pub(super) fn zones(world: &World) -> Vec<&'static Zone> {
    catalogue::region(world.region.as_str()).into_iter().flat_map(Region::zones).collect()
}

/// Those of these zones that sell a type.
pub(super) fn selling(
    world: &World,
    zones: impl IntoIterator<Item = &'static Zone>,
    instance_type: &InstanceType,
) -> Vec<&'static Zone> {
    zones.into_iter().filter(|zone| sold(world, zone, instance_type).is_some()).collect()
}

/// What a zone offers of a type, if it sells it.
pub(super) fn sold(world: &World, zone: &Zone, instance_type: &InstanceType) -> Option<Offer> {
    world.market.offer(zone.id, instance_type.name).filter(Offer::is_on_sale)
}

/// An image that exists and that the account may launch (R14).
pub(super) fn image(world: &World, image_id: &ImageId, not_found: &'static str) -> Result<Image> {
    let image = world.market.image(image_id.as_str()).ok_or_else(|| {
        let hint = image_instead(world, image_id);
        CloudError::of(
            Member::ImageId,
            not_found,
            format!("there is no image `{image_id}` in `{}`{hint}", world.region),
        )
    })?;
    let scenario = world.market.scenario();
    match &image.product_code {
        Some(code) if !scenario.product_codes.contains(code) => {
            let message =
                format!("the image `{image_id}` has the product code `{code}`, to which the account is not subscribed");
            let refusal = CloudError::of(Member::ImageId, codes::OPT_IN_REQUIRED, message);
            Err(refusal.advise(Advice::SubscribeToProductCode))
        }
        _ => Ok(image),
    }
}

/// What exists instead of an image: of AMIs other AMIs, of images of Alibaba Cloud others of it, as far as the region has any.
fn image_instead(world: &World, missing: &ImageId) -> String {
    let is_ami = |id: &str| id.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("ami-"));
    let images = world.market.images();
    let ids = || images.iter().map(|image| image.image_id.as_str());
    let of_same_cloud: Vec<&str> = ids().filter(|id| is_ami(id) == is_ami(missing.as_str())).collect();
    if of_same_cloud.is_empty() { instead(missing.as_str(), ids()) } else { instead(missing.as_str(), of_same_cloud) }
}

/// Why an image does not run on a type, in words; `None` if it does.
pub(super) fn image_incompatibility(image: &Image, instance_type: &InstanceType) -> Option<String> {
    (!image.runs_on(instance_type)).then(|| {
        format!(
            "the image `{}` is for {}, and `{}` is {}",
            image.image_id,
            image.architecture.name(),
            instance_type.name,
            instance_type.family.architecture.name()
        )
    })
}

pub(super) fn security_groups(
    world: &mut World,
    ids: &BTreeSet<SecurityGroupId>,
    not_found: &'static str,
) -> Result<()> {
    match world.missing_security_group(ids)? {
        Some(missing) => {
            let message = no_security_group(world, &missing)?;
            Err(CloudError::of(Member::SecurityGroupIds, not_found, message))
        }
        None => Ok(()),
    }
}

pub(super) fn no_security_group(world: &mut World, missing: &SecurityGroupId) -> Result<String> {
    let made = world.resources::<SecurityGroupDocument>()?;
    let made = made.iter().map(|group| group.id.as_str());
    let hint = instead(missing.as_str(), iter::once(DEFAULT_SECURITY_GROUP).chain(made));
    Ok(format!("there is no security group `{missing}` in `{}`{hint}", world.region))
}

/// A key pair of the call's region, if one is named.
pub(super) fn key_pair(
    world: &mut World,
    name: Option<&KeyPairName>,
    parameter: Member,
    not_found: &'static str,
) -> Result<()> {
    let Some(name) = name else { return Ok(()) };
    if world.key_pair_exists(name)? {
        return Ok(());
    }
    let existing = world.key_pair_names()?;
    let hint = instead(name.as_str(), existing.iter().map(KeyPairName::as_str));
    let message = format!("there is no key pair `{name}` in `{}`{hint}", world.region);
    Err(CloudError::of(parameter, not_found, message))
}

/// A vSwitch of the call's region.
pub(super) fn vswitch(world: &mut World, vswitch_id: &str) -> Result<VSwitch> {
    if let Some(found) = world.vswitch(vswitch_id)? {
        return Ok(found);
    }
    let made = world.resources::<VSwitchDocument>()?;
    let given = default_vswitches(world);
    let given = given.iter().map(|vswitch| vswitch.vswitch_id.as_str());
    let existing = given.chain(made.iter().map(|vswitch| vswitch.id.as_str()));
    let message = format!("there is no vSwitch `{vswitch_id}` in `{}`{}", world.region, instead(vswitch_id, existing));
    Err(CloudError::of(Member::VSwitchId, codes::INVALID_VSWITCH_NOT_FOUND, message))
}

/// A launch's security groups and vSwitch lie in one VPC.
pub(super) fn same_vpc(world: &mut World, ids: &BTreeSet<SecurityGroupId>, vswitch: &VSwitch) -> Result<()> {
    match world.security_group_elsewhere(ids, &vswitch.vpc_id)? {
        Some((group, other)) => {
            let message = format!(
                "the security group `{group}` is in `{other}`, and the vSwitch `{}` is in `{}`; both must be in the same VPC",
                vswitch.vswitch_id, vswitch.vpc_id
            );
            Err(CloudError::of(Member::SecurityGroupIds, codes::PARAMETER_MISMATCH, message))
        }
        None => Ok(()),
    }
}

/// A resource's name follows the service's rule for names.
pub(super) fn resource_name(name: &str, parameter: Member, code: &'static str) -> Result<()> {
    check_name(name).map_err(|error| CloudError::of(parameter, code, format!("the name `{name}` {error}")))
}
