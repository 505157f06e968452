//! Regions and their zones.

use super::filters::{Filters, one};
use super::xml::Xml;
use super::{Action, Result, ids};
use crate::catalogue::{self, Region, Vendor, Zone};
use crate::cloud::model::Tags;
use crate::cloud::{CloudError, SimCloud, codes};
use crate::wire::parameters::Arguments;

pub(super) const ACTIONS: &[(&str, Action)] =
    &[("DescribeAvailabilityZones", describe_zones), ("DescribeRegions", describe_regions)];

const NO_OPT_IN: &str = "opt-in-not-required";

fn endpoint(region: &str) -> String {
    format!("ec2.{region}.amazonaws.com")
}

fn describe_regions(_: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    let filters = Filters::read(arguments, &["endpoint", "opt-in-status", "region-name"])?;
    let wanted = arguments.texts("RegionName");
    let known: Vec<&Region> =
        catalogue::regions().iter().filter(|region| region.vendors.contains(&Vendor::Ec2)).collect();
    if let Some(unknown) = wanted.iter().find(|name| known.iter().all(|region| region.id != **name)) {
        let message = format!("Invalid region name: '{unknown}'");
        return Err(CloudError::new(codes::INVALID_PARAMETER_VALUE, message));
    }
    let shown = known.into_iter().filter(|region| {
        (wanted.is_empty() || wanted.contains(&region.id))
            && filters.match_object(&Tags::new(), |name| match name {
                "endpoint" => one(endpoint(region.id)),
                "opt-in-status" => one(NO_OPT_IN),
                _ => one(region.id),
            })
    });
    Ok(Xml::of(|xml| {
        xml.list("regionInfo", shown, |xml, region| {
            xml.text("regionName", region.id);
            xml.text("regionEndpoint", &endpoint(region.id));
            xml.text("optInStatus", NO_OPT_IN);
        });
    }))
}

/// The zones of a region, by name.
pub(super) fn zones_of(cloud: &SimCloud) -> impl Iterator<Item = &'static Zone> {
    catalogue::region(cloud.region().as_str()).into_iter().flat_map(Region::zones)
}

fn describe_zones(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    const NAMES: [&str; 7] =
        ["group-name", "opt-in-status", "region-name", "state", "zone-id", "zone-name", "zone-type"];
    let filters = Filters::read(arguments, &NAMES)?;
    let (names, zone_ids) = (arguments.texts("ZoneName"), arguments.texts("ZoneId"));
    let known: Vec<&Zone> = zones_of(cloud).collect();
    if let Some(unknown) = names.iter().find(|name| known.iter().all(|zone| zone.id != **name)) {
        let message = format!("Invalid availability zone: [{unknown}]");
        return Err(CloudError::new(codes::INVALID_PARAMETER_VALUE, message));
    }
    let shown = known.into_iter().filter(|zone| {
        (names.is_empty() || names.contains(&zone.id))
            && (zone_ids.is_empty() || zone_ids.contains(&ids::zone_id(zone.id)))
            && filters.match_object(&Tags::new(), |name| match name {
                "group-name" => one(format!("{}-zg-1", zone.region.id)),
                "opt-in-status" => one(NO_OPT_IN),
                "region-name" => one(zone.region.id),
                "state" => one("available"),
                "zone-id" => one(ids::zone_id(zone.id)),
                "zone-name" => one(zone.id),
                _ => one("availability-zone"),
            })
    });
    Ok(Xml::of(|xml| {
        xml.list("availabilityZoneInfo", shown, |xml, zone| {
            xml.text("zoneName", zone.id);
            xml.text("zoneId", ids::zone_id(zone.id));
            xml.text("zoneState", "available");
            xml.text("zoneType", "availability-zone");
            xml.text("regionName", zone.region.id);
            xml.text("groupName", &format!("{}-zg-1", zone.region.id));
            xml.text("networkBorderGroup", zone.region.id);
            xml.text("optInStatus", NO_OPT_IN);
            xml.list("messageSet", [(); 0], |_, ()| {});
        });
    }))
}
