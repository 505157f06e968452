//! A fleet of a plan as an outlook can launch it, and what was assumed of it.

use serde_json::Value;

use super::plan::{PathStep, Plan, PlannedResource, text};
use crate::base::{Billing, Decimal, InstanceTypeName, RegionId, ZoneId};
use crate::catalogue;
use crate::cloud::model::{
    Capacity, CreateAutoProvisioningGroupRequest, GroupType, InterruptionBehavior, LaunchConfiguration,
    LaunchTemplateConfig, OutlookFleet, OutlookInstances, OutlookStart,
};

/// A fleet that was read.
#[derive(Clone, Debug)]
pub(super) struct PlannedFleet {
    pub(super) address: String,
    pub(super) region: RegionId,
    pub(super) fleet: OutlookFleet,
    /// What becomes of what the world holds.
    pub(super) start: OutlookStart,
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
    networks: &'static Networks,
    notes: Vec<String>,
}

/// How a cloud's networks stand in a plan.
#[derive(Debug)]
pub(super) struct Networks {
    /// The types of resources and data sources that are one network.
    types: &'static [&'static str],
    /// Their argument with the zone, under its names.
    zones: &'static [&'static str],
    /// The data sources that list networks, and the attribute with the list.
    lists: &'static [(&'static str, &'static str)],
}

pub(super) const VSWITCHES: &Networks = &Networks {
    types: &["simcloud_vswitch", "alicloud_vswitch"],
    zones: &["zone_id", "availability_zone"],
    lists: &[("simcloud_vswitches", "vswitches"), ("alicloud_vswitches", "vswitches")],
};
pub(super) const SUBNETS: &Networks = &Networks { types: &["aws_subnet"], zones: &["availability_zone"], lists: &[] };

impl<'p> Zones<'p> {
    pub(super) const fn new(
        plan: &'p Plan,
        resource: &'p PlannedResource,
        region: &'p RegionId,
        networks: &'static Networks,
    ) -> Self {
        Self { plan, resource, region, networks, notes: Vec::new() }
    }

    /// The zones of the network that an argument names: of the one with this id, of the planned networks that the argument
    /// refers to, of all that are planned, or else all zones of the region. `number` says which of several networks the pool
    /// takes, see [`network_numbers`].
    pub(super) fn of_network(&mut self, id: Option<&str>, path: &[PathStep<'_>], number: usize) -> Vec<ZoneId> {
        if let Some(id) = id {
            return self.zones_of_networks(&[id]);
        }
        let types = self.networks.types;
        let referred = self.plan.referred(self.resource, path, types);
        let planned: Vec<&PlannedResource> = self.plan.of_types(types).collect();
        for (networks, is_certain) in [(referred, true), (planned, false)] {
            let zones: Vec<ZoneId> = networks.iter().filter_map(|network| self.zone_of(&network.values)).collect();
            if let Some(zone) = zones.get(number % zones.len().max(1)) {
                if !is_certain || zones.len() > 1 {
                    self.note(format!("the network of pool {} is known after apply; `{zone}` is assumed", number + 1));
                }
                return vec![zone.clone()];
            }
        }
        self.note(format!(
            "the zone of pool {} is not in the plan; every zone of `{}` is assumed",
            number + 1,
            self.region
        ));
        self.all()
    }

    /// The zones of networks that exist; every zone of the region if the plan does not say the zone of one.
    fn zones_of_networks(&mut self, ids: &[&str]) -> Vec<ZoneId> {
        let mut zones: Vec<ZoneId> = Vec::new();
        for id in ids {
            let Some(zone) = self.zone_of_network(id) else {
                let region = self.region;
                self.note(format!("the zone of `{id}` is not in the plan; every zone of `{region}` is assumed"));
                return self.all();
            };
            if !zones.contains(&zone) {
                zones.push(zone);
            }
        }
        zones
    }

    /// The zone of a network that exists: of the region's default ones, or of one that the plan has or has read.
    fn zone_of_network(&self, id: &str) -> Option<ZoneId> {
        if let Some(zone) = catalogue::zone_of_default_vswitch(id) {
            return self.in_region(zone.id);
        }
        let has_id = |values: &Value| text(values, "id") == Some(id);
        let single = self.plan.of_types(self.networks.types).map(|network| &network.values);
        let listed = self.networks.lists.iter().flat_map(|(name, list)| {
            let sources = self.plan.of_types(std::slice::from_ref(name));
            sources.flat_map(|source| blocks(&source.values, list)).collect::<Vec<_>>()
        });
        single.chain(listed).find(|values| has_id(values)).and_then(|values| self.zone_of(values))
    }

    /// The zones of all networks that these arguments name: of those with these ids, of the planned ones that the arguments
    /// refer to, of all that are planned, or else all zones of the region.
    pub(super) fn of_networks(&mut self, ids: &[&str], arguments: &[&str]) -> Vec<ZoneId> {
        if !ids.is_empty() {
            return self.zones_of_networks(ids);
        }
        let types = self.networks.types;
        let paths = arguments.iter().map(|name| [PathStep::Member(name)]);
        let referred = paths.flat_map(|path| self.plan.referred(self.resource, &path, types)).collect::<Vec<_>>();
        let planned: Vec<&PlannedResource> = self.plan.of_types(types).collect();
        for (networks, is_certain) in [(referred, true), (planned, false)] {
            let mut zones: Vec<ZoneId> = Vec::new();
            for zone in networks.iter().filter_map(|network| self.zone_of(&network.values)) {
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

    fn zone_of(&self, network: &Value) -> Option<ZoneId> {
        self.in_region(self.networks.zones.iter().find_map(|member| text(network, member))?)
    }

    fn in_region(&self, zone: &str) -> Option<ZoneId> {
        catalogue::zone(zone).filter(|zone| *self.region == *zone.region.id).map(|zone| ZoneId::from(zone.id))
    }

    /// The fleet of the resource, with what was assumed of its zones.
    pub(super) fn into_planned(self, fleet: impl Into<OutlookFleet>) -> PlannedFleet {
        PlannedFleet {
            address: self.resource.address.clone(),
            region: self.region.clone(),
            fleet: fleet.into(),
            start: OutlookStart::default(),
            notes: self.notes,
        }
    }

    pub(super) fn note(&mut self, note: String) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }
}

/// Instances of one type that nothing replaces.
#[derive(Debug)]
pub(super) struct SingleLaunch<'v> {
    pub(super) instance_type: InstanceTypeName,
    pub(super) billing: Billing,
    pub(super) max_price: Option<Decimal>,
    /// The launch fails with fewer.
    pub(super) least: u32,
    pub(super) most: u32,
    pub(super) interruption_behavior: InterruptionBehavior,
    /// Whether the market leaves them alone in their first hour.
    pub(super) are_protected: bool,
    pub(super) image_id: Option<&'v str>,
}

impl SingleLaunch<'_> {
    /// A group that launches once, with a pool in each of these zones.
    pub(super) fn into_fleet(self, zones: Vec<ZoneId>) -> OutlookFleet {
        let of = |wanted| if self.billing == wanted { self.most } else { 0 };
        let config = |zone_id| LaunchTemplateConfig {
            instance_type: Some(self.instance_type.clone()),
            zone_id: Some(zone_id),
            max_price: self.max_price,
            ..LaunchTemplateConfig::default()
        };
        let are_protected = self.are_protected;
        let group = CreateAutoProvisioningGroupRequest {
            group_type: GroupType::Instant,
            capacity: Capacity {
                total: self.most,
                pay_as_you_go: of(Billing::PayAsYouGo),
                spot: of(Billing::Spot),
                default_type: self.billing,
            },
            min_target_capacity: Some(self.least),
            interruption_behavior: self.interruption_behavior,
            configs: zones.into_iter().map(config).collect(),
            launch_configuration: LaunchConfiguration {
                image_id: Some(self.image_id.unwrap_or(UNKNOWN_IMAGE).into()),
                ..LaunchConfiguration::default()
            },
            ..CreateAutoProvisioningGroupRequest::default()
        };
        OutlookFleet::Instances(Box::new(OutlookInstances { group, are_protected }))
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
