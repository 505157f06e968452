//! `DescribePrice` and `DescribeSpotPriceHistory`.

use std::collections::BTreeSet;

use super::super::check;
use crate::base::clock::Span;
use crate::base::collect::IntoOrdered;
use crate::base::{Billing, Decimal, Time};
use crate::catalogue::{InstanceType, Zone};
use crate::cloud::SimCloud;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{DescribePriceRequest, DescribeSpotPriceHistoryRequest, Price, SpotPrice};
use crate::cloud::world::{PoolKey, World};
use crate::market::Operation;

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// What the service keeps.
const LONGEST_HISTORY: Span = Span::from_seconds(30 * 86_400);
const USUAL_HISTORY: Span = Span::from_seconds(3 * 3_600);
const MAX_INSTANCES_PER_PAGE: u32 = 1_000;

impl SimCloud {
    /// The price that holds at the start, then one row per change up to the end, which is never beyond now; by zone.
    pub fn describe_spot_price_history(&self, request: &DescribeSpotPriceHistoryRequest) -> Result<Vec<SpotPrice>> {
        self.read(Operation::DescribeSpotPriceHistory, |world| {
            let instance_type = check::instance_type(&request.instance_type, codes::INVALID_INSTANCE_TYPE)?;
            let end = request.end_time.unwrap_or(world.now).min(world.now);
            let start = request.start_time.unwrap_or_else(|| end.plus(Span::from_seconds(-USUAL_HISTORY.seconds())));
            check_span(start, end)?;
            let zones = selling_zones(world, request.zone_id.as_ref(), instance_type)?;
            let times = price_times(world, start, end);
            Ok(zones.into_iter().flat_map(|zone| zone_history(world, zone, instance_type, &times)).collect())
        })
    }

    /// Of all instances asked for, for one hour: `TradePrice` is what is paid.
    pub fn describe_price(&self, request: &DescribePriceRequest) -> Result<Price> {
        self.read(Operation::DescribePrice, |world| {
            let instance_type = check::instance_type(&request.instance_type, codes::INVALID_INSTANCE_TYPE)?;
            if !(1..=MAX_INSTANCES_PER_PAGE).contains(&request.amount) {
                let message = format!("{} is not 1 to {MAX_INSTANCES_PER_PAGE} instances", request.amount);
                return Err(CloudError::of(Member::Amount, codes::INVALID_PARAMETER_VALUE, message));
            }
            let zones = selling_zones(world, request.zone_id.as_ref(), instance_type)?;
            let zone = zones.first().ok_or_else(|| {
                let message = format!("no zone of `{}` sells `{}`", world.region, instance_type.name);
                CloudError::of(Member::InstanceType, codes::RESOURCE_TYPE_NOT_SUPPORTED, message)
            })?;
            let amount = Decimal::from(request.amount);
            let pool = PoolKey::of(zone, instance_type);
            let original_price = world.price(pool, Billing::PayAsYouGo) * amount;
            let trade_price = world.price(pool, request.spot_strategy.billing()) * amount;
            Ok(Price {
                original_price: original_price.normalize(),
                discount_price: (original_price - trade_price).normalize(),
                trade_price: trade_price.normalize(),
                currency: currency(world.region.as_str()).to_owned(),
            })
        })
    }
}

fn check_span(start: Time, end: Time) -> Result<()> {
    let seconds = end.since(start).seconds();
    if (0..=LONGEST_HISTORY.seconds()).contains(&seconds) {
        return Ok(());
    }
    let message = format!("the history from {start} to {end} is not between 0 and 30 days long");
    Err(CloudError::of(Member::StartTime, codes::INVALID_PARAMETER_VALUE, message))
}

/// The zone that is asked for, or all of the region, as far as they sell the type.
fn selling_zones(
    world: &World,
    zone_id: Option<&crate::base::ZoneId>,
    instance_type: &InstanceType,
) -> Result<Vec<&'static Zone>> {
    let zones: Vec<&'static Zone> = match zone_id {
        Some(zone_id) => vec![check::zone(world, zone_id)?],
        None => check::zones(world),
    };
    Ok(check::selling(world, zones, instance_type))
}

/// When a price can change: at the start, at whole hours, at events, at changes of the market.
fn price_times(world: &World, start: Time, end: Time) -> BTreeSet<Time> {
    let mut times = [start].into_iter().into_set();
    let mut hour = start.hour().next();
    while hour.start() <= end {
        times.insert(hour.start());
        hour = hour.next();
    }
    times.extend(world.market.change_times().filter(|at| *at > start && *at <= end));
    times
}

fn zone_history(world: &World, zone: &Zone, instance_type: &InstanceType, times: &BTreeSet<Time>) -> Vec<SpotPrice> {
    let mut rows: Vec<SpotPrice> = Vec::new();
    let pool = world.pool(PoolKey::of(zone, instance_type));
    for time in times {
        let spot_price = pool.price(Billing::Spot, *time);
        let origin_price = pool.price(Billing::PayAsYouGo, *time);
        if rows.last().is_none_or(|row| (row.spot_price, row.origin_price) != (spot_price, origin_price)) {
            rows.push(SpotPrice {
                instance_type: instance_type.name.into(),
                zone_id: zone.id.into(),
                origin_price,
                spot_price,
                timestamp: *time,
            });
        }
    }
    rows
}

/// As the service bills: yuan on the mainland, dollars elsewhere.
fn currency(region: &str) -> &'static str {
    if region.starts_with("cn-") && region != "cn-hongkong" { "CNY" } else { "USD" }
}
