//! A fleet of a plan as an outlook can launch it, and what was assumed of it.

use serde_json::Value;

use super::plan::{PathStep, Plan, PlannedResource, text};
use crate::base::{Decimal, RegionId, ZoneId};
use crate::catalogue;
use crate::cloud::model::OutlookFleet;

/// A fleet that was read.
#[derive(Clone, Debug)]
pub(super) struct PlannedFleet {
    pub(super) address: String,
    pub(super) region: RegionId,
    pub(super) fleet: OutlookFleet,
    /// What was not known and is assumed.
    pub(super) notes: Vec<String>,
}

/// A resource that was not read, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unread {
    pub(super) address: String,
    pub(super) type_name: String,
    pub(super) reason: String,
}

/// Stands for an image that is known only after apply.
pub(super) const UNKNOWN_IMAGE: &str = "image-known-after-apply";

/// Finds the zones of a fleet's pools.
pub(super) struct Zones<'p> {
    plan: &'p Plan,
    resource: &'p PlannedResource,
    region: &'p RegionId,
    /// The types of subnets or vSwitches, and their argument with the zone.
    networks: &'static [(&'static str, &'static [&'static str])],
    notes: Vec<String>,
}

pub(super) const VSWITCHES: &[(&str, &[&str])] =
    &[("simcloud_vswitch", &["zone_id", "availability_zone"]), ("alicloud_vswitch", &["zone_id", "availability_zone"])];
pub(super) const SUBNETS: &[(&str, &[&str])] = &[("aws_subnet", &["availability_zone"])];

impl<'p> Zones<'p> {
    pub(super) const fn new(
        plan: &'p Plan,
        resource: &'p PlannedResource,
        region: &'p RegionId,
        networks: &'static [(&'static str, &'static [&'static str])],
    ) -> Self {
        Self { plan, resource, region, networks, notes: Vec::new() }
    }

    /// The zones of the network that an argument names: of the planned networks that it refers to, of all that are planned,
    /// or else all zones of the region. `number` says which of several networks the pool takes, see [`network_numbers`].
    pub(super) fn of_network(&mut self, path: &[PathStep<'_>], number: usize) -> Vec<ZoneId> {
        let types: Vec<&str> = self.networks.iter().map(|(name, _)| *name).collect();
        let referred = self.plan.referred(self.resource, path, &types);
        let planned: Vec<&PlannedResource> = self.plan.of_types(&types).collect();
        for (networks, is_certain) in [(referred, true), (planned, false)] {
            let zones: Vec<&str> = networks.iter().filter_map(|network| self.zone_of(network)).collect();
            if let Some(zone) = zones.get(number % zones.len().max(1)) {
                if !is_certain || zones.len() > 1 {
                    self.note(format!("the network of pool {} is known after apply; `{zone}` is assumed", number + 1));
                }
                return vec![ZoneId::from(*zone)];
            }
        }
        self.note(format!(
            "the zone of pool {} is not in the plan; every zone of `{}` is assumed",
            number + 1,
            self.region
        ));
        self.all()
    }

    /// The zone of a network that the plan knows by its id.
    pub(super) fn of_id(&self, id: &str) -> Option<ZoneId> {
        let types: Vec<&str> = self.networks.iter().map(|(name, _)| *name).collect();
        let network = self.plan.of_types(&types).find(|network| text(&network.values, "id") == Some(id))?;
        self.zone_of(network).map(ZoneId::from)
    }

    /// The zones of all networks that these arguments name: of the planned ones that they refer to, of all that are
    /// planned, or else all zones of the region.
    pub(super) fn of_networks(&mut self, arguments: &[&str]) -> Vec<ZoneId> {
        let types: Vec<&str> = self.networks.iter().map(|(name, _)| *name).collect();
        let paths = arguments.iter().map(|name| [PathStep::Member(name)]);
        let referred = paths.flat_map(|path| self.plan.referred(self.resource, &path, &types)).collect::<Vec<_>>();
        let planned: Vec<&PlannedResource> = self.plan.of_types(&types).collect();
        for (networks, is_certain) in [(referred, true), (planned, false)] {
            let mut zones: Vec<ZoneId> = Vec::new();
            for zone in networks.iter().filter_map(|network| self.zone_of(network)).map(ZoneId::from) {
                if !zones.contains(&zone) {
                    zones.push(zone);
                }
            }
            if !zones.is_empty() {
                if !is_certain {
                    self.note("its networks are known after apply; those of the plan are assumed".to_owned());
                }
                return zones;
            }
        }
        self.note(format!("its zones are not in the plan; every zone of `{}` is assumed", self.region));
        self.all()
    }

    /// Every zone of the region.
    pub(super) fn all(&self) -> Vec<ZoneId> {
        let zones = catalogue::zones().iter().filter(|zone| *self.region == *zone.region.id);
        zones.map(|zone| ZoneId::from(zone.id)).collect()
    }

    fn zone_of<'n>(&self, network: &'n PlannedResource) -> Option<&'n str> {
        let (_, members) = self.networks.iter().find(|(name, _)| *name == network.type_name)?;
        let zone = members.iter().find_map(|member| text(&network.values, member))?;
        catalogue::zone(zone).filter(|zone| *self.region == *zone.region.id).map(|_| zone)
    }

    /// The fleet of the resource, with what was assumed of its zones.
    pub(super) fn into_planned(self, fleet: impl Into<OutlookFleet>) -> PlannedFleet {
        PlannedFleet {
            address: self.resource.address.clone(),
            region: self.region.clone(),
            fleet: fleet.into(),
            notes: self.notes,
        }
    }

    pub(super) fn note(&mut self, note: String) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }
}

/// Which of several networks each pool takes if its own is known after apply, given the types of the pools: the one after
/// that of the pool before. If a type occurs more than once, its pools take one network after the other, because two pools
/// of one type in one zone would be one pool.
pub(super) fn network_numbers<T: PartialEq>(types: &[T]) -> Vec<usize> {
    let earlier = |index: usize| types[..index].iter().filter(|other| **other == types[index]).count();
    let has_repetitions = (0..types.len()).any(|index| earlier(index) > 0);
    (0..types.len()).map(|index| if has_repetitions { earlier(index) } else { index }).collect()
}

/// A zone that the catalogue has.
pub(super) fn known_zone(name: &str) -> Result<ZoneId, String> {
    catalogue::zone(name).map(|zone| ZoneId::from(zone.id)).ok_or_else(|| format!("the zone `{name}` is not simulated"))
}

/// A decimal that is written as a number or as a text.
pub(super) fn decimal(values: &Value, key: &str) -> Option<Decimal> {
    let value = values.get(key)?;
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    text.parse().or_else(|_| Decimal::from_scientific(&text)).ok()
}

pub(super) fn count(values: &Value, key: &str) -> Option<u32> {
    decimal(values, key).and_then(|number| u32::try_from(number).ok())
}

/// The elements of a nested block.
pub(super) fn blocks<'v>(values: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    values.get(key).and_then(Value::as_array).into_iter().flatten()
}

/// Whether a value says anything.
pub(super) fn is_set(values: &Value, key: &str) -> bool {
    match values.get(key) {
        None | Some(Value::Null | Value::Bool(false)) => false,
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Array(items)) => !items.is_empty(),
        Some(Value::Number(number)) => number.as_i64() != Some(0),
        Some(Value::Bool(true) | Value::Object(_)) => true,
    }
}
