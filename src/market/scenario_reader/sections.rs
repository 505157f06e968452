//! The members of a scenario, in the order of the table in `product.md`, "Scenario".

use std::collections::BTreeMap;

use super::reading::{Members, Place, Reading};
use crate::base::openssh::PublicKey;
use crate::base::{Billing, InstanceTypeName, ZoneId};
use crate::catalogue::{self, Architecture, DiskCategory};
use crate::market::scenario::{
    Event, EventKind, Fault, KeyPair, OfferRule, PriceRule, Quota, Scenario, ScenarioImage, Selector, StockRule,
};
use crate::market::{ERROR_CODES, Limits, OPERATIONS};

pub(super) fn scenario(place: &Place<'_>, reading: &mut Reading) -> Scenario {
    const KEYS: [&str; 11] = [
        "seed",
        "stock",
        "prices",
        "offers",
        "quotas",
        "limits",
        "faults",
        "events",
        "key_pairs",
        "product_codes",
        "images",
    ];
    if place.is_null() {
        return Scenario::default();
    }
    let Some(members) = reading.object(place, &KEYS) else { return Scenario::default() };
    Scenario {
        seed: reading.whole(members.get("seed"), u64::MAX).unwrap_or_default(),
        stock: each(&members, "stock", reading, stock_rule),
        prices: each(&members, "prices", reading, price_rule),
        offers: each(&members, "offers", reading, offer_rule),
        quotas: each(&members, "quotas", reading, quota),
        limits: members.get("limits").map_or_else(BTreeMap::new, |place| limits(place, reading)),
        faults: each(&members, "faults", reading, fault),
        events: each(&members, "events", reading, events).into_iter().flatten().collect(),
        key_pairs: each(&members, "key_pairs", reading, key_pair),
        product_codes: each(&members, "product_codes", reading, |place, reading| {
            reading.text(Some(place)).map(str::to_owned)
        }),
        images: each(&members, "images", reading, image),
    }
}

fn each<T>(
    members: &Members<'_>,
    key: &str,
    reading: &mut Reading,
    read: impl Fn(&Place<'_>, &mut Reading) -> Option<T>,
) -> Vec<T> {
    let places = reading.list(members.get(key));
    places.iter().filter_map(|place| read(place, reading)).collect()
}

fn stock_rule(place: &Place<'_>, reading: &mut Reading) -> Option<StockRule> {
    let members = reading.object(place, &["zone_id", "instance_type", "pay_as_you_go", "spot"])?;
    Some(StockRule {
        pools: selector(&members, reading),
        pay_as_you_go: reading.count(members.get("pay_as_you_go")),
        spot: reading.count(members.get("spot")),
    })
}

fn price_rule(place: &Place<'_>, reading: &mut Reading) -> Option<PriceRule> {
    let members = reading.object(place, &["zone_id", "instance_type", "pay_as_you_go", "spot"])?;
    Some(PriceRule {
        pools: selector(&members, reading),
        pay_as_you_go: reading.price(members.get("pay_as_you_go")),
        spot: reading.price(members.get("spot")),
    })
}

fn offer_rule(place: &Place<'_>, reading: &mut Reading) -> Option<OfferRule> {
    let members = reading.object(place, &["zone_id", "instance_type", "on_sale", "disk_categories"])?;
    let categories = members.get("disk_categories").map(|_| {
        each(&members, "disk_categories", reading, |place, reading| {
            let names = DiskCategory::ALL.iter().map(|category| category.name());
            reading.name(Some(place), "disk category", names).map(str::to_owned)
        })
    });
    Some(OfferRule {
        pools: selector(&members, reading),
        on_sale: reading.truth(members.get("on_sale")),
        disk_categories: categories,
    })
}

fn quota(place: &Place<'_>, reading: &mut Reading) -> Option<Quota> {
    let members = reading.object(place, &["charge_type", "vcpus"])?;
    let charge_type = reading.name(members.get("charge_type"), "charge type", ["PayAsYouGo", "Spot"].into_iter());
    let charge_type = charge_type.map(|name| if name == "Spot" { Billing::Spot } else { Billing::PayAsYouGo });
    let vcpus = required(&members, "vcpus", reading)?;
    Some(Quota { charge_type, vcpus: reading.whole(Some(vcpus), u64::from(u32::MAX))? })
}

fn limits(place: &Place<'_>, reading: &mut Reading) -> BTreeMap<String, u64> {
    let Some(members) = reading.object(place, &Limits::NAMES) else { return BTreeMap::new() };
    let mut limits = BTreeMap::new();
    for (name, place) in members.iter() {
        if let Some(limit) = reading.whole(Some(place), u64::from(u32::MAX)) {
            limits.insert((*name).to_owned(), limit);
        }
    }
    limits
}

/// Without `times` a fault happens once; one that only loses the reply needs no code.
fn fault(place: &Place<'_>, reading: &mut Reading) -> Option<Fault> {
    let members = reading.object(place, &["operation", "error_code", "times", "skip", "after_commit"])?;
    let times = members.get("times").map_or(Some(1), |times| reading.count(Some(times)));
    let skip = reading.count(members.get("skip")).unwrap_or_default();
    let after_commit = reading.truth(members.get("after_commit")).unwrap_or_default();
    let operation = required(&members, "operation", reading);
    let operation = reading.name(operation, "operation", OPERATIONS.iter().copied());
    let error_code = match members.get("error_code") {
        None if after_commit => Some("ServiceUnavailable"),
        _ => {
            let code = required(&members, "error_code", reading);
            reading.name(code, "error code", ERROR_CODES.iter().copied())
        }
    };
    let (operation, error_code) = (operation?.to_owned(), error_code?.to_owned());
    Some(Fault { operation, error_code, times: times?, skip, after_commit })
}

/// What one element says happens at its time; an element may say several things, which happen in the order here.
fn events(place: &Place<'_>, reading: &mut Reading) -> Option<Vec<Event>> {
    const KINDS: [&str; 4] = ["reclaim_spot", "terminate_instances", "stock", "prices"];
    let members = reading.object(place, &["at", KINDS[0], KINDS[1], KINDS[2], KINDS[3]])?;
    let at = required(&members, "at", reading).and_then(|at| reading.span(at));
    let mut kinds = Vec::new();
    if let Some(place) = members.get("reclaim_spot") {
        kinds.extend(victims(place, reading).map(|(pools, count)| EventKind::ReclaimSpot { pools, count }));
    }
    if let Some(place) = members.get("terminate_instances") {
        kinds.extend(victims(place, reading).map(|(pools, count)| EventKind::TerminateInstances { pools, count }));
    }
    if let Some(place) = members.get("stock") {
        kinds.extend(stock_rule(place, reading).map(EventKind::Stock));
    }
    if let Some(place) = members.get("prices") {
        kinds.extend(price_rule(place, reading).map(EventKind::Prices));
    }
    if KINDS.iter().all(|kind| members.get(kind).is_none()) {
        let help = "an event has one of `reclaim_spot`, `terminate_instances`, `stock`, `prices`";
        reading.mistake(&members.path, "the event says nothing that happens".to_owned(), Some(help.to_owned()));
    }
    let at = at?;
    Some(kinds.into_iter().map(|what| Event { at, what }).collect())
}

/// Which instances an event takes; without `count`, all of them.
fn victims(place: &Place<'_>, reading: &mut Reading) -> Option<(Selector, Option<u32>)> {
    let members = reading.object(place, &["zone_id", "instance_type", "count"])?;
    Some((selector(&members, reading), reading.count(members.get("count"))))
}

fn key_pair(place: &Place<'_>, reading: &mut Reading) -> Option<KeyPair> {
    let members = reading.object(place, &["name", "public_key"])?;
    let public_key = members.get("public_key").and_then(|place| public_key(place, reading));
    let name = required(&members, "name", reading)?;
    Some(KeyPair { name: reading.text(Some(name))?.into(), public_key })
}

fn public_key(place: &Place<'_>, reading: &mut Reading) -> Option<String> {
    match PublicKey::parse(reading.text(Some(place))?) {
        Ok(key) => Some(key.line().to_owned()),
        Err(problem) => {
            reading.mistake(&place.path, format!("the public key {problem}"), None);
            None
        }
    }
}

fn image(place: &Place<'_>, reading: &mut Reading) -> Option<ScenarioImage> {
    let members = reading.object(place, &["image_id", "name", "architecture", "product_code"])?;
    let names = [Architecture::X86_64, Architecture::Arm64].map(Architecture::name);
    let architecture = reading.name(members.get("architecture"), "architecture", names.into_iter());
    let (name, code) = (reading.text(members.get("name")), reading.text(members.get("product_code")));
    let image_id = required(&members, "image_id", reading)?;
    Some(ScenarioImage {
        image_id: reading.text(Some(image_id))?.into(),
        name: name.map(str::to_owned),
        architecture: architecture.map(str::to_owned),
        product_code: code.map(str::to_owned),
    })
}

fn selector(members: &Members<'_>, reading: &mut Reading) -> Selector {
    let zones = catalogue::zones().iter().map(|zone| zone.id);
    let types = catalogue::instance_types().iter().map(|known| known.name);
    Selector {
        zone_id: reading.name(members.get("zone_id"), "zone", zones).map(ZoneId::from),
        instance_type: reading.name(members.get("instance_type"), "instance type", types).map(InstanceTypeName::from),
    }
}

fn required<'m, 'v>(members: &'m Members<'v>, key: &str, reading: &mut Reading) -> Option<&'m Place<'v>> {
    let place = members.get(key);
    if place.is_none() {
        reading.missing(&members.path, key);
    }
    place
}
