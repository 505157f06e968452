//! Launch templates with what overrides them, as a fleet of EC2 asks for them (G21).

use serde_json::Value;

use super::super::fleet::{
    PlannedFleet, SUBNETS, UNKNOWN_IMAGE, Zones, blocks, count, decimal, is_set, network_numbers,
};
use super::super::images::architecture;
use super::super::plan::{PathStep, Plan, PlannedResource, text};
use super::requirements::{UNREAD, read_requirements};
use super::{own_zone, template};
use crate::base::{Decimal, InstanceTypeName, RegionId, ZoneId};
use crate::catalogue::{self, Architecture};
use crate::cloud::model::{
    CreateFleetRequest, FleetLaunchTemplateConfig, FleetOverride, InstanceRequirements, LaunchConfiguration,
    LaunchTemplateContent, OutlookFleet,
};

/// Collects the launch template configs of a fleet, and what is assumed of it.
pub(super) struct ConfigReader<'p> {
    pub(super) plan: &'p Plan,
    pub(super) resource: &'p PlannedResource,
    pub(super) zones: Zones<'p>,
    pub(super) configs: Vec<FleetLaunchTemplateConfig>,
}

/// How a resource names what overrides a template.
#[derive(Clone, Copy)]
pub(super) struct OverrideNames {
    pub(super) block: &'static str,
    pub(super) max_price: &'static str,
    /// The price of overrides without one.
    pub(super) usual_price: Option<Decimal>,
}

/// Where an override launches.
pub(super) enum OverrideZones<'s> {
    /// In its zone, or in that of the subnet that the argument at this path names; of several that are known after apply, in
    /// that of this number.
    Own(&'s [PathStep<'s>], usize),
    /// In each of these zones.
    Zones(&'s [ZoneId]),
}

/// The overrides of a template; without any, the template alone.
fn overrides_of<'v>(config: &'v Value, block: &str) -> Vec<&'v Value> {
    const TEMPLATE_ALONE: &Value = &Value::Null;
    let overrides: Vec<&Value> = blocks(config, block).collect();
    if overrides.is_empty() { vec![TEMPLATE_ALONE] } else { overrides }
}

/// The instance types of all overrides of a fleet, in order.
fn types_of_overrides<'v>(values: &'v Value, block: &str) -> Vec<Option<&'v str>> {
    let overrides = blocks(values, "launch_template_config").flat_map(|config| overrides_of(config, block));
    overrides.map(|one| text(one, "instance_type")).collect()
}

impl<'p> ConfigReader<'p> {
    pub(super) fn new(plan: &'p Plan, resource: &'p PlannedResource, region: &'p RegionId) -> Self {
        let zones = Zones::new(plan, resource, region, SUBNETS);
        Self { plan, resource, zones, configs: Vec::new() }
    }

    /// Adds the blocks `launch_template_config`.
    pub(super) fn add_template_configs(&mut self, names: OverrideNames) -> Result<(), String> {
        let resource = self.resource;
        let mut numbers = network_numbers(&types_of_overrides(&resource.values, names.block)).into_iter();
        for (index, config) in blocks(&resource.values, "launch_template_config").enumerate() {
            let at = [PathStep::Member("launch_template_config"), PathStep::Index(index)];
            let path = [at[0], at[1], PathStep::Member("launch_template_specification"), PathStep::Index(0)];
            let specification = blocks(config, "launch_template_specification").next();
            let template = template(self.plan, resource, specification, &path);
            let mut overrides = Vec::new();
            for (number, one) in overrides_of(config, names.block).into_iter().enumerate() {
                let subnet = [
                    at[0],
                    at[1],
                    PathStep::Member(names.block),
                    PathStep::Index(number),
                    PathStep::Member("subnet_id"),
                ];
                let place = OverrideZones::Own(&subnet, numbers.next().unwrap_or_default());
                overrides.extend(self.overrides(one, template, names, &place)?);
            }
            self.add(template, overrides);
        }
        Ok(())
    }

    /// Adds a template with its overrides, each of which has a type or requirements.
    pub(super) fn add(&mut self, template: Option<&Value>, overrides: Vec<FleetOverride>) {
        let image = template.and_then(|template| text(template, "image_id")).map(str::to_owned);
        self.add_with_image(image, overrides);
    }

    pub(super) fn add_with_image(&mut self, image: Option<String>, overrides: Vec<FleetOverride>) {
        let types: Vec<InstanceTypeName> = overrides.iter().filter_map(|one| one.instance_type.clone()).collect();
        let image = image.unwrap_or_else(|| match architecture(types.iter()) {
            Architecture::X86_64 => UNKNOWN_IMAGE.to_owned(),
            // An image is of one architecture, and the templates of a fleet may be of several.
            other @ Architecture::Arm64 => format!("{UNKNOWN_IMAGE}-{}", other.name()),
        });
        let launch = LaunchConfiguration { image_id: Some(image.as_str().into()), ..LaunchConfiguration::default() };
        let template = LaunchTemplateContent { launch, ..LaunchTemplateContent::default() };
        self.configs.push(FleetLaunchTemplateConfig { template, overrides });
    }

    /// The overrides that one block stands for, one per zone.
    pub(super) fn overrides(
        &mut self,
        one: &Value,
        template: Option<&Value>,
        names: OverrideNames,
        place: &OverrideZones<'_>,
    ) -> Result<Vec<FleetOverride>, String> {
        let (instance_type, requirements) = self.types(one, template)?;
        let zones = match place {
            OverrideZones::Zones(zones) => zones.to_vec(),
            OverrideZones::Own(subnet, number) => match own_zone(one, template)? {
                Some(zone) => vec![zone],
                None => self.zones.of_network(text(one, "subnet_id"), subnet, *number),
            },
        };
        let priority = count(one, "priority");
        let of_zone = |zone_id| FleetOverride {
            instance_type: instance_type.clone(),
            requirements: requirements.clone(),
            zone_id: Some(zone_id),
            weighted_capacity: decimal(one, "weighted_capacity"),
            max_price: decimal(one, names.max_price).or(names.usual_price),
            priority,
            ..FleetOverride::default()
        };
        Ok(zones.into_iter().map(of_zone).collect())
    }

    /// The type of an override, or the attributes that stand for types; the template's where it has neither.
    fn types(
        &mut self,
        one: &Value,
        template: Option<&Value>,
    ) -> Result<(Option<InstanceTypeName>, Option<InstanceRequirements>), String> {
        for values in [Some(one), template].into_iter().flatten() {
            if let Some(name) = text(values, "instance_type") {
                let known = catalogue::instance_type(name);
                let known = known.ok_or_else(|| format!("the instance type `{name}` is not simulated"))?;
                return Ok((Some(known.name.into()), None));
            }
            if let Some(block) = blocks(values, "instance_requirements").next() {
                for name in UNREAD.iter().filter(|name| is_set(block, name)) {
                    self.zones.note(format!("`instance_requirements.{name}` is not looked at"));
                }
                return Ok((None, Some(read_requirements(block)?)));
            }
        }
        Err("an instance type is known after apply".to_owned())
    }

    /// Notes each of these options that is set and has no effect here.
    pub(super) fn note_unread(&mut self, block: &str, options: &Value, names: &[&str]) {
        for name in names.iter().filter(|name| is_set(options, name)) {
            self.zones.note(format!("`{block}{name}` is not looked at"));
        }
    }

    pub(super) fn finish(self, fleet: CreateFleetRequest) -> PlannedFleet {
        let fleet = CreateFleetRequest { configs: self.configs, ..fleet };
        self.zones.into_planned(OutlookFleet::Ec2Fleet(Box::new(fleet)))
    }
}
