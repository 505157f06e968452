//! The members of a scenario, in the order in which the documentation lists them.

use std::collections::BTreeMap;

use super::record;
use super::value_reader::{Members, ValuePath, ValueReader};
use crate::base::collect::IntoOrdered;
use crate::base::openssh::PublicKey;
use crate::base::{ApiEnum, Billing, InstanceTypeName, ZoneId};
use crate::catalogue::{self, Architecture, DiskCategory};
use crate::market::scenario::{
    Fault, FaultTarget, OfferRule, PriceRule, Quota, Scenario, ScenarioEvent, ScenarioEventKind, ScenarioImage,
    ScenarioKeyPair, Selector, StandInRule, StockRule,
};
use crate::market::{ERROR_CODES, Limit, MarketRules, Operation};

pub(super) fn scenario(at: &ValuePath<'_>, reader: &mut ValueReader) -> Scenario {
    const KEYS: [&str; 14] = [
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
        "stand_ins",
        "series",
        "series_offset",
    ];
    if at.is_null() {
        return Scenario::default();
    }
    let Some(members) = reader.object(at, &KEYS) else { return Scenario::default() };
    Scenario {
        seed: reader.integer(members.get("seed"), u64::MAX).unwrap_or_default(),
        stock: each(&members, "stock", reader, stock_rule),
        prices: each(&members, "prices", reader, price_rule),
        offers: each(&members, "offers", reader, offer_rule),
        quotas: each(&members, "quotas", reader, quota),
        limits: members.get("limits").map_or_else(BTreeMap::new, |at| limits(at, reader)),
        faults: each(&members, "faults", reader, fault),
        events: each(&members, "events", reader, events).into_iter().flatten().collect(),
        key_pairs: each(&members, "key_pairs", reader, key_pair),
        product_codes: each(&members, "product_codes", reader, |at, reader| reader.string(Some(at)).map(str::to_owned)),
        images: each(&members, "images", reader, image),
        series: each(&members, "series", reader, record::pool_record),
        series_offset: record::offset(members.get("series_offset"), reader).unwrap_or_default(),
        stand_ins: reader.entries(members.get("stand_ins")).iter().filter_map(|at| stand_in(at, reader)).into_map(),
    }
}

pub(super) fn market_rules(at: &ValuePath<'_>, reader: &mut ValueReader) -> MarketRules {
    let Some(members) = reader.object(at, &["stock", "prices", "offers", "quotas"]) else {
        return MarketRules::default();
    };
    MarketRules {
        stock: each(&members, "stock", reader, stock_rule),
        prices: each(&members, "prices", reader, price_rule),
        offers: each(&members, "offers", reader, offer_rule),
        quotas: each(&members, "quotas", reader, quota),
    }
}

pub(super) fn each<T>(
    members: &Members<'_>,
    key: &str,
    reader: &mut ValueReader,
    read: impl Fn(&ValuePath<'_>, &mut ValueReader) -> Option<T>,
) -> Vec<T> {
    let values = reader.list(members.get(key));
    values.iter().filter_map(|at| read(at, reader)).collect()
}

fn stock_rule(at: &ValuePath<'_>, reader: &mut ValueReader) -> Option<StockRule> {
    let members = reader.object(at, &["zone_id", "instance_type", "pay_as_you_go", "spot"])?;
    Some(StockRule {
        pools: selector(&members, reader),
        pay_as_you_go: reader.count(members.get("pay_as_you_go")),
        spot: reader.count(members.get("spot")),
    })
}

fn price_rule(at: &ValuePath<'_>, reader: &mut ValueReader) -> Option<PriceRule> {
    let members = reader.object(at, &["zone_id", "instance_type", "pay_as_you_go", "spot"])?;
    Some(PriceRule {
        pools: selector(&members, reader),
        pay_as_you_go: reader.price(members.get("pay_as_you_go")),
        spot: reader.price(members.get("spot")),
    })
}

fn offer_rule(at: &ValuePath<'_>, reader: &mut ValueReader) -> Option<OfferRule> {
    let members = reader.object(at, &["zone_id", "instance_type", "on_sale", "disk_categories"])?;
    let categories = members.get("disk_categories").map(|_| {
        each(&members, "disk_categories", reader, |at, reader| {
            reader.api_enum::<DiskCategory>(Some(at), "disk category")
        })
    });
    Some(OfferRule {
        pools: selector(&members, reader),
        on_sale: reader.read_bool(members.get("on_sale")),
        disk_categories: categories,
    })
}

fn quota(at: &ValuePath<'_>, reader: &mut ValueReader) -> Option<Quota> {
    let members = reader.object(at, &["charge_type", "vcpus"])?;
    let charge_type = reader.api_enum::<Billing>(members.get("charge_type"), "charge type");
    let vcpus = required(&members, "vcpus", reader)?;
    Some(Quota { charge_type, vcpus: reader.integer(Some(vcpus), u64::from(u32::MAX))? })
}

fn limits(at: &ValuePath<'_>, reader: &mut ValueReader) -> BTreeMap<Limit, u64> {
    let Some(members) = reader.object(at, Limit::NAMES) else { return BTreeMap::new() };
    let mut limits = BTreeMap::new();
    for limit in Limit::ALL {
        if let Some(most) = reader.integer(members.get(limit.name()), u64::from(u32::MAX)) {
            limits.insert(*limit, most);
        }
    }
    limits
}

/// Without `times` a fault happens once; one that only loses the reply needs no error code.
fn fault(at: &ValuePath<'_>, reader: &mut ValueReader) -> Option<Fault> {
    let members = reader.object(at, &["operation", "error_code", "times", "skip", "after_commit"])?;
    let times = members.get("times").map_or(Some(1), |times| reader.count(Some(times)));
    let skip = reader.count(members.get("skip")).unwrap_or_default();
    let after_commit = reader.read_bool(members.get("after_commit")).unwrap_or_default();
    let operation = required(&members, "operation", reader);
    let operation = operation.and_then(|at| fault_target(at, reader));
    let error_code = match members.get("error_code") {
        None if after_commit => Some("ServiceUnavailable"),
        _ => {
            let code = required(&members, "error_code", reader);
            reader.name(code, "error code", ERROR_CODES.iter().copied())
        }
    };
    Some(Fault { operation: operation?, error_code: error_code?, times: times?, skip, after_commit })
}

/// An operation, or a type of stand-ins. Whether there is such a type, only those know who have its schema.
fn fault_target(at: &ValuePath<'_>, reader: &mut ValueReader) -> Option<FaultTarget> {
    match at.as_str() {
        Some(name) if is_type_name(name) => Some(FaultTarget::StandIn(name.to_owned())),
        _ => reader.api_enum::<Operation>(Some(at), "operation").map(FaultTarget::Operation),
    }
}

/// Whether a text has the form of a type's name: `alicloud_ram_role`. No operation's name has.
fn is_type_name(text: &str) -> bool {
    let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    text.contains('_') && text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(is_word)
}

/// The events of one element; an element may have several actions, which happen in the order of the code here.
fn events(at: &ValuePath<'_>, reader: &mut ValueReader) -> Option<Vec<ScenarioEvent>> {
    const KINDS: [&str; 4] = ["reclaim_spot", "terminate_instances", "stock", "prices"];
    let members = reader.object(at, &["at", KINDS[0], KINDS[1], KINDS[2], KINDS[3]])?;
    let time = required(&members, "at", reader).and_then(|at| reader.duration(at));
    let mut kinds = Vec::new();
    if let Some(at) = members.get("reclaim_spot") {
        kinds.extend(
            affected_instances(at, reader).map(|(pools, count)| ScenarioEventKind::ReclaimSpot { pools, count }),
        );
    }
    if let Some(at) = members.get("terminate_instances") {
        kinds.extend(
            affected_instances(at, reader).map(|(pools, count)| ScenarioEventKind::TerminateInstances { pools, count }),
        );
    }
    if let Some(at) = members.get("stock") {
        kinds.extend(stock_rule(at, reader).map(ScenarioEventKind::Stock));
    }
    if let Some(at) = members.get("prices") {
        kinds.extend(price_rule(at, reader).map(ScenarioEventKind::Prices));
    }
    if KINDS.iter().all(|kind| members.get(kind).is_none()) {
        let help = "an event has one of `reclaim_spot`, `terminate_instances`, `stock`, `prices`";
        reader.mistake(&members.path, "the event has no action".to_owned(), Some(help.to_owned()));
    }
    let at = time?;
    Some(kinds.into_iter().map(|what| ScenarioEvent { at, what }).collect())
}

/// The pools whose instances an event ends, and how many; without `count`, all of them.
fn affected_instances(at: &ValuePath<'_>, reader: &mut ValueReader) -> Option<(Selector, Option<u32>)> {
    let members = reader.object(at, &["zone_id", "instance_type", "count"])?;
    Some((selector(&members, reader), reader.count(members.get("count"))))
}

fn key_pair(at: &ValuePath<'_>, reader: &mut ValueReader) -> Option<ScenarioKeyPair> {
    let members = reader.object(at, &["name", "public_key"])?;
    let public_key = members.get("public_key").and_then(|at| public_key(at, reader));
    let name = required(&members, "name", reader)?;
    Some(ScenarioKeyPair { name: reader.string(Some(name))?.into(), public_key })
}

fn public_key(at: &ValuePath<'_>, reader: &mut ValueReader) -> Option<String> {
    match PublicKey::parse(reader.string(Some(at))?) {
        Ok(key) => Some(key.line().to_owned()),
        Err(problem) => {
            reader.mistake(&at.path, format!("the public key {problem}"), None);
            None
        }
    }
}

fn image(at: &ValuePath<'_>, reader: &mut ValueReader) -> Option<ScenarioImage> {
    let members = reader.object(at, &["image_id", "name", "architecture", "product_code"])?;
    let architecture = reader.api_enum::<Architecture>(members.get("architecture"), "architecture");
    let (name, code) = (reader.string(members.get("name")), reader.string(members.get("product_code")));
    let image_id = required(&members, "image_id", reader)?;
    Some(ScenarioImage {
        image_id: reader.string(Some(image_id))?.into(),
        name: name.map(str::to_owned),
        architecture,
        product_code: code.map(str::to_owned),
    })
}

/// The rule about the stand-ins of a type. Those who have its schema check its values.
fn stand_in((type_name, at): &(&str, ValuePath<'_>), reader: &mut ValueReader) -> Option<(String, StandInRule)> {
    const REPLACE: &str = "replace";
    if !is_type_name(type_name) {
        let help = "a type is written in full, such as `alicloud_ram_role`";
        reader.mistake(&at.path, format!("there is no type `{type_name}`"), Some(help.to_owned()));
        return None;
    }
    let mut rule = StandInRule::default();
    for (name, at) in reader.entries(Some(at)) {
        if name == REPLACE {
            let arguments = reader.list(Some(&at));
            rule.replace = arguments.iter().filter_map(|at| reader.string(Some(at)).map(str::to_owned)).collect();
        } else {
            rule.values.insert(name.to_owned(), at.value().clone());
        }
    }
    Some(((*type_name).to_owned(), rule))
}

/// A pool that is named in full.
pub(super) fn pool(members: &Members<'_>, reader: &mut ValueReader) -> Option<(ZoneId, InstanceTypeName)> {
    for key in ["zone_id", "instance_type"] {
        required(members, key, reader);
    }
    let Selector { zone_id, instance_type } = selector(members, reader);
    Some((zone_id?, instance_type?))
}

fn selector(members: &Members<'_>, reader: &mut ValueReader) -> Selector {
    let zones = catalogue::zones().iter().map(|zone| zone.id);
    let types = catalogue::instance_types().iter().map(|known| known.name);
    Selector {
        zone_id: reader.name(members.get("zone_id"), "zone", zones).map(ZoneId::from),
        instance_type: reader.name(members.get("instance_type"), "instance type", types).map(InstanceTypeName::from),
    }
}

pub(super) fn required<'m, 'v>(
    members: &'m Members<'v>,
    key: &str,
    reader: &mut ValueReader,
) -> Option<&'m ValuePath<'v>> {
    let at = members.get(key);
    if at.is_none() {
        reader.missing(&members.path, key);
    }
    at
}
