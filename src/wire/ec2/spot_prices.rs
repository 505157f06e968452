//! `DescribeSpotPriceHistory`.

use super::filters::{Filters, one};
use super::instance_types::sold;
use super::page::Page;
use super::places::zones_of;
use super::xml::{Xml, timestamp};
use super::{Action, Result, ids};
use crate::base::clock::Span;
use crate::base::order::Order;
use crate::base::{Time, ZoneId};
use crate::cloud::model::{DescribeSpotPriceHistoryRequest, SpotPrice, Tags};
use crate::cloud::{CloudError, SimCloud, codes};
use crate::wire::parameters::Arguments;

pub(super) const ACTIONS: &[(&str, Action)] = &[("DescribeSpotPriceHistory", describe)];

/// What the market gives at once; the service has 90 days.
const LONGEST: Span = Span::from_seconds(30 * 86_400);
const PRODUCTS: [&str; 2] = ["Linux/UNIX", "Windows"];
/// Decimals of a price.
const DECIMALS: usize = 6;

/// The latest first. The first row of a pool says what held at the start.
fn describe(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    const NAMES: [&str; 5] = ["availability-zone", "instance-type", "product-description", "spot-price", "timestamp"];
    let filters = Filters::read(arguments, &NAMES)?;
    let types = types(cloud, arguments, &filters)?;
    let products = products(arguments, &filters);
    let now = cloud.describe_clock()?;
    let end = arguments.time("EndTime")?.unwrap_or(now).min(now);
    // Without a start there is what holds now, and the day before it.
    let start = arguments.time("StartTime")?.unwrap_or_else(|| end.minus(Span::from_seconds(86_400)));
    let start = start.max(end.minus(LONGEST)).min(end);
    let mut rows: Vec<(SpotPrice, &str)> = Vec::new();
    for (name, zones) in types {
        for zone_id in zones {
            rows.extend(history(cloud, &name, zone_id, start, end, &products)?);
        }
    }
    rows.retain(|(price, product)| {
        filters.match_object(&Tags::new(), |name| match name {
            "availability-zone" => one(&price.zone_id),
            "instance-type" => one(&price.instance_type),
            "product-description" => one(product),
            "spot-price" => one(format!("{:.DECIMALS$}", price.spot_price)),
            _ => one(timestamp(price.timestamp)),
        })
    });
    rows.order_by(|(a, _), (b, _)| {
        (b.timestamp, &a.instance_type, &a.zone_id).cmp(&(a.timestamp, &b.instance_type, &b.zone_id))
    });
    let page = Page::of(arguments, rows)?;
    Ok(Xml::of(|xml| {
        xml.list("spotPriceHistorySet", &page.items, |xml, (price, product)| {
            xml.text("instanceType", price.instance_type.as_str());
            xml.text("productDescription", product);
            xml.text("spotPrice", &format!("{:.DECIMALS$}", price.spot_price));
            xml.time("timestamp", price.timestamp);
            xml.text("availabilityZone", price.zone_id.as_str());
            xml.text("availabilityZoneId", ids::zone_id(price.zone_id.as_str()));
        });
        // Clients page until the token is empty.
        page.write_token_or_empty(xml);
    }))
}

fn history<'p>(
    cloud: &SimCloud,
    name: &str,
    zone_id: ZoneId,
    start: Time,
    end: Time,
    products: &[&'p str],
) -> Result<Vec<(SpotPrice, &'p str)>> {
    let found = cloud.describe_spot_price_history(&DescribeSpotPriceHistoryRequest {
        instance_type: name.into(),
        zone_id: Some(zone_id),
        start_time: Some(start),
        end_time: Some(end),
    })?;
    Ok(found.into_iter().flat_map(|price| products.iter().map(move |product| (price.clone(), *product))).collect())
}

/// The types that are asked for, each with the zones that sell it and are asked for; all types where none is named.
fn types(cloud: &SimCloud, arguments: &Arguments<'_>, filters: &Filters) -> Result<Vec<(String, Vec<ZoneId>)>> {
    let mut wanted: Vec<&str> = arguments.texts("InstanceType");
    wanted.extend(filters.values("instance-type").unwrap_or_default().iter().map(String::as_str));
    let zone = arguments.text("AvailabilityZone");
    let zone_of_id = arguments.text("AvailabilityZoneId");
    if let Some(zone) = zone.filter(|zone| zones_of(cloud).all(|known| known.id != *zone)) {
        let message = format!("Invalid availability zone: [{zone}]");
        return Err(CloudError::new(codes::INVALID_PARAMETER_VALUE, message));
    }
    let is_wanted_zone = |id: &ZoneId| {
        zone.is_none_or(|zone| id.as_str() == zone)
            && zone_of_id.is_none_or(|wanted| ids::zone_id(id.as_str()) == wanted)
    };
    let sold = sold(cloud)?.into_iter().filter(|info| {
        let name = info.instance_type.as_str();
        wanted.is_empty() || wanted.iter().any(|pattern| crate::base::wildcard::matches_wildcard(name, pattern))
    });
    let types = sold.map(|info| {
        let zones = info.zone_ids.into_iter().filter(is_wanted_zone).collect();
        (info.instance_type.to_string(), zones)
    });
    Ok(types.collect())
}

/// Linux costs what Windows costs here.
fn products(arguments: &Arguments<'_>, filters: &Filters) -> Vec<&'static str> {
    let mut wanted = arguments.texts("ProductDescription");
    wanted.extend(filters.values("product-description").unwrap_or_default().iter().map(String::as_str));
    let is_wanted = |product: &&str| {
        wanted.is_empty() || wanted.iter().any(|text| text.trim_end_matches(" (Amazon VPC)") == *product)
    };
    // Without a wish the service lists all products; one is enough to know the price here.
    let shown = if wanted.is_empty() { 1 } else { PRODUCTS.len() };
    PRODUCTS.into_iter().filter(|product| is_wanted(product)).take(shown).collect()
}
