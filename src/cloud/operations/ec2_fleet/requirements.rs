//! The instance types that have the attributes that a fleet asks for (G24).

use super::resolve::{MIB_PER_GIB, weight};
use crate::base::wildcard::matches_wildcard;
use crate::base::{Billing, Decimal, InstanceTypeName, ZoneId};
use crate::catalogue::{self, Age, Architecture, Image, InstanceType, NetworkLimits, Vendor, Zone};
use crate::cloud::check;
use crate::cloud::model::{FleetUnit, InstanceRequirements};
use crate::cloud::world::{PoolKey, VSwitch, World};

/// How much dearer than the cheapest type of the usual families a type may be, in percent, where a request does not say.
const ON_DEMAND_PERCENT: u32 = 20;
const SPOT_PERCENT: u32 = 100;
/// A percentage from which on there is no price protection.
const NO_PROTECTION: u32 = 999_999;

/// EC2's types that have the attributes, run the image and are sold in one of the zones, sorted by name.
pub(super) fn matching_types(
    world: &World,
    requirements: &InstanceRequirements,
    image: &Image,
    places: &[(&'static Zone, VSwitch)],
) -> Vec<&'static InstanceType> {
    let types = catalogue::instance_types().iter().filter(|known| known.family.vendor == Vendor::Ec2);
    let types = types.filter(|known| image.runs_on(known) && matches(requirements, known));
    types.filter(|known| places.iter().any(|(zone, _)| check::sold(world, zone, known).is_some())).collect()
}

/// The pools of these types that are dearer than price protection allows, each with the billing in which it is. Prices are
/// compared by what the fleet's capacity counts.
pub(super) fn price_protected(
    world: &mut World,
    requirements: &InstanceRequirements,
    unit: FleetUnit,
    types: &[&'static InstanceType],
    places: &[(&'static Zone, VSwitch)],
) -> Vec<(Billing, ZoneId, InstanceTypeName)> {
    let mut found = Vec::new();
    for billing in [Billing::PayAsYouGo, Billing::Spot] {
        let (base, percent) = price_protection(requirements, billing);
        if percent >= NO_PROTECTION {
            continue;
        }
        let Some(cheapest) = cheapest(&prices(world, base, unit, types, places)) else { continue };
        let highest = cheapest * Decimal::from(percent) / Decimal::ONE_HUNDRED;
        let dear = prices(world, billing, unit, types, places).into_iter().filter(|(_, _, price)| *price > highest);
        found.extend(dear.map(|(zone, known, _)| (billing, zone.id.into(), known.name.into())));
    }
    found
}

/// The billing by whose cheapest price the dear pools of another are told, and how many percent of it they may cost.
fn price_protection(requirements: &InstanceRequirements, billing: Billing) -> (Billing, u32) {
    let above = |percent: u32| if percent >= NO_PROTECTION { percent } else { 100 + percent };
    match billing {
        Billing::PayAsYouGo => {
            (billing, above(requirements.on_demand_max_price_percentage.unwrap_or(ON_DEMAND_PERCENT)))
        }
        Billing::Spot => match requirements.spot_max_price_percentage_of_on_demand {
            Some(percent) => (Billing::PayAsYouGo, percent),
            None => (billing, above(requirements.spot_max_price_percentage.unwrap_or(SPOT_PERCENT))),
        },
    }
}

type PricedPool = (&'static Zone, &'static InstanceType, Decimal);

/// The price of each type in each zone, per unit of what the capacity counts.
fn prices(
    world: &mut World,
    billing: Billing,
    unit: FleetUnit,
    types: &[&'static InstanceType],
    places: &[(&'static Zone, VSwitch)],
) -> Vec<PricedPool> {
    let pools = places.iter().flat_map(|(zone, _)| types.iter().map(|known| (*zone, *known)));
    let price = |(zone, known): (&'static Zone, &'static InstanceType)| {
        let weight = weight(unit, known).unwrap_or(Decimal::ONE);
        (zone, known, world.price(PoolKey::of(zone, known), billing) / weight)
    };
    pools.map(price).collect()
}

/// The lowest price of the usual types, or of all if none is usual.
fn cheapest(prices: &[PricedPool]) -> Option<Decimal> {
    let usual = prices.iter().filter(|(_, known, _)| is_usual(known)).map(|(_, _, price)| *price).min();
    usual.or_else(|| prices.iter().map(|(_, _, price)| *price).min())
}

/// A type of the current families `c`, `m` and `r`.
fn is_usual(known: &InstanceType) -> bool {
    let name = known.family.name.as_bytes();
    matches!(name, [b'c' | b'm' | b'r', digit, ..] if digit.is_ascii_digit()) && known.family.age != Age::Old
}

fn matches(requirements: &InstanceRequirements, known: &InstanceType) -> bool {
    let any_or = |list: &std::collections::BTreeSet<String>, name: &str| list.is_empty() || list.contains(name);
    let mib = known.memory_gib * Decimal::from(MIB_PER_GIB);
    let generation = if known.family.age == Age::Old { "previous" } else { "current" };
    let listed = |patterns: &[String]| patterns.iter().any(|pattern| matches_wildcard(known.name, pattern));
    let interfaces = NetworkLimits::of(known).interfaces;
    requirements.vcpus.contain(known.vcpus.into())
        && requirements.memory_mib.contain(mib)
        && requirements.memory_gib_per_vcpu.contain(known.memory_gib / Decimal::from(known.vcpus))
        && any_or(&requirements.cpu_manufacturers, cpu_manufacturer(known))
        && any_or(&requirements.instance_generations, generation)
        && (requirements.allowed_instance_types.is_empty() || listed(&requirements.allowed_instance_types))
        && !listed(&requirements.excluded_instance_types)
        && requirements.bare_metal.allows(known.name.contains(".metal"))
        && requirements.burstable_performance.allows(known.family.is_burstable())
        && requirements.network_interface_count.contain(interfaces.into())
        && has_storage(requirements, known)
        && has_accelerators(requirements, known)
}

/// The processor's maker, which the letters behind the generation tell: `m7g`, `m7a`, `m7i`.
fn cpu_manufacturer(known: &InstanceType) -> &'static str {
    let traits = known.family.name.trim_start_matches(|letter: char| letter.is_ascii_alphabetic());
    let traits = traits.trim_start_matches(|digit: char| digit.is_ascii_digit());
    match known.family.architecture {
        Architecture::Arm64 => "amazon-web-services",
        Architecture::X86_64 if traits.starts_with('a') => "amd",
        Architecture::X86_64 => "intel",
    }
}

fn has_storage(requirements: &InstanceRequirements, known: &InstanceType) -> bool {
    let wanted = requirements.local_storage;
    let Some(disks) = known.local_disks else {
        return wanted.is_none_or(|wanted| wanted.allows(false)) && !requirements.needs_storage();
    };
    let kind = if disks.category == "hdd" { "hdd" } else { "ssd" };
    let gib = Decimal::from(disks.count) * Decimal::from(disks.gib_each);
    wanted.is_none_or(|wanted| wanted.allows(true))
        && (requirements.local_storage_types.is_empty() || requirements.local_storage_types.contains(kind))
        && requirements.total_local_storage_gb.contain(gib)
}

/// A type with accelerators is chosen only by a request that says something about them.
fn has_accelerators(requirements: &InstanceRequirements, known: &InstanceType) -> bool {
    let Some(gpus) = known.gpus else { return !requirements.needs_accelerators() };
    if !requirements.mentions_accelerators() {
        return false;
    }
    let (maker, name) = gpus.model.split_once('-').unwrap_or(("", gpus.model));
    let (maker, name) = (maker.to_lowercase().replace("aws", "amazon-web-services"), name.to_lowercase());
    let kind = match maker.as_str() {
        "xilinx" => "fpga",
        "amazon-web-services" => "inference",
        _ => "gpu",
    };
    requirements.accelerator_count.contain(gpus.count.into())
        && (requirements.accelerator_types.is_empty() || requirements.accelerator_types.contains(kind))
        && (requirements.accelerator_manufacturers.is_empty()
            || requirements.accelerator_manufacturers.contains(&maker))
        && (requirements.accelerator_names.is_empty() || requirements.accelerator_names.contains(&name))
}
