//! Fleets and instances of the provider for AWS.

use serde_json::Value;

use super::fleet::{PlannedFleet, SUBNETS, UNKNOWN_IMAGE, Zones, blocks, count, decimal, known_zone};
use super::plan::{PathStep, Plan, PlannedResource, text};
use crate::base::{Billing, Decimal, RegionId, Time, ZoneId};
use crate::catalogue;
use crate::cloud::model::{
    Capacity, CreateAutoProvisioningGroupRequest, GroupType, InterruptionBehavior, LaunchConfiguration,
    LaunchTemplateConfig, PayAsYouGoAllocationStrategy, SpotAllocationStrategy,
};

const USUAL_REGION: &str = "us-east-1";
const TEMPLATES: [&str; 1] = ["aws_launch_template"];

/// What a fleet may ask for and a group of the simulation has no word for.
const UNREAD_OPTIONS: [&str; 8] = [
    "capacity_reservation_options",
    "maintenance_strategies",
    "max_total_price",
    "min_target_capacity",
    "on_demand_max_total_price",
    "single_availability_zone",
    "single_instance_type",
    "spot_maintenance_strategies",
];

/// Reads a fleet of this provider; `None` for another type of resource.
pub(super) fn read(plan: &Plan, resource: &PlannedResource) -> Option<Result<PlannedFleet, String>> {
    let reader = match resource.type_name.as_str() {
        "aws_instance" => instance,
        "aws_ec2_fleet" => fleet,
        "aws_spot_fleet_request" => spot_fleet,
        _ => return None,
    };
    let own = text(&resource.values, "region").or_else(|| plan.region(resource));
    let of_zone = || {
        let zones = plan.resources.iter().filter_map(|planned| text(&planned.values, "availability_zone"));
        zones.filter_map(catalogue::zone).map(|zone| zone.region.id).next()
    };
    let region = own.or_else(of_zone);
    let name = region.unwrap_or(USUAL_REGION);
    if catalogue::zones().iter().all(|zone| zone.region.id != name) {
        return Some(Err(format!("the region `{name}` is not simulated")));
    }
    let read = reader(plan, resource, &RegionId::from(name));
    Some(read.map(|mut fleet| {
        if region.is_none() {
            fleet.notes.insert(0, format!("the region is not in the plan; `{name}` is assumed"));
        }
        fleet
    }))
}

fn instance(plan: &Plan, resource: &PlannedResource, region: &RegionId) -> Result<PlannedFleet, String> {
    let values = &resource.values;
    let path = [PathStep::Member("launch_template"), PathStep::Index(0)];
    let template = template(plan, resource, blocks(values, "launch_template").next(), &path);
    let own = |key| text(values, key).or_else(|| template.and_then(|template| text(template, key)));
    let instance_type = own("instance_type").ok_or("its instance type is known after apply")?;
    let market = blocks(values, "instance_market_options").next();
    let market = market.or_else(|| blocks(template?, "instance_market_options").next());
    let spot = market.filter(|market| text(market, "market_type") == Some("spot"));
    let options = spot.and_then(|spot| blocks(spot, "spot_options").next());
    let mut reader = Reader::new(plan, resource, region);
    let zone = own_zone(values, template)?;
    let pool = Pool {
        instance_type,
        zone,
        max_price: options.and_then(|options| decimal(options, "max_price")),
        ..Pool::default()
    };
    reader.add(&pool, &[PathStep::Member("subnet_id")])?;
    let billing = if spot.is_some() { Billing::Spot } else { Billing::PayAsYouGo };
    let stops = options.and_then(|options| text(options, "instance_interruption_behavior"));
    let group = CreateAutoProvisioningGroupRequest {
        group_type: GroupType::Instant,
        capacity: capacity(1, billing),
        min_target_capacity: Some(1),
        interruption_behavior: interruption(stops),
        ..launching(own("ami"))
    };
    Ok(reader.finish(group))
}

fn fleet(plan: &Plan, resource: &PlannedResource, region: &RegionId) -> Result<PlannedFleet, String> {
    let values = &resource.values;
    let target = blocks(values, "target_capacity_specification").next().ok_or("its target capacity is not known")?;
    let total = count(target, "total_target_capacity").ok_or("its target capacity is known after apply")?;
    let default_type = match text(target, "default_target_capacity_type") {
        Some("spot") => Billing::Spot,
        _ => Billing::PayAsYouGo,
    };
    let spot_options = blocks(values, "spot_options").next().unwrap_or(&Value::Null);
    let on_demand = blocks(values, "on_demand_options").next().unwrap_or(&Value::Null);
    let mut reader = Reader::new(plan, resource, region);
    reader.note_unread("spot_options.", spot_options);
    reader.note_unread("on_demand_options.", on_demand);
    let image = reader.pools(blocks(values, "launch_template_config"), ("override", "max_price"))?;
    let spot_strategy = reader.spot_strategy(text(spot_options, "allocation_strategy"));
    let group = CreateAutoProvisioningGroupRequest {
        group_type: group_type(text(values, "type")),
        capacity: Capacity {
            total,
            pay_as_you_go: count(target, "on_demand_target_capacity").unwrap_or(0),
            spot: count(target, "spot_target_capacity").unwrap_or(0),
            default_type,
        },
        pay_as_you_go_strategy: on_demand_strategy(text(on_demand, "allocation_strategy")),
        spot_strategy,
        spot_pools_to_use: pools_to_use(spot_options, spot_strategy),
        interruption_behavior: interruption(text(spot_options, "instance_interruption_behavior")),
        ..launching_in_window(values, image.as_deref())
    };
    Ok(reader.finish(group))
}

fn spot_fleet(plan: &Plan, resource: &PlannedResource, region: &RegionId) -> Result<PlannedFleet, String> {
    let values = &resource.values;
    let target = count(values, "target_capacity").ok_or("its target capacity is known after apply")?;
    let on_demand = count(values, "on_demand_target_capacity").unwrap_or(0).min(target);
    let mut reader = Reader::new(plan, resource, region);
    reader.note_unread("", values);
    let mut image = reader.pools(blocks(values, "launch_template_config"), ("overrides", "spot_price"))?;
    for (index, specification) in blocks(values, "launch_specification").enumerate() {
        image = image.or_else(|| text(specification, "ami").map(str::to_owned));
        let pool = Pool {
            instance_type: text(specification, "instance_type").ok_or("an instance type is known after apply")?,
            zone: own_zone(specification, None)?,
            max_price: decimal(specification, "spot_price"),
            weight: decimal(specification, "weighted_capacity"),
            priority: None,
        };
        let path = [PathStep::Member("launch_specification"), PathStep::Index(index), PathStep::Member("subnet_id")];
        reader.add(&pool, &path)?;
    }
    let spot_strategy = reader.spot_strategy(text(values, "allocation_strategy"));
    let group = CreateAutoProvisioningGroupRequest {
        group_type: group_type(text(values, "fleet_type")),
        capacity: Capacity {
            total: target,
            pay_as_you_go: on_demand,
            spot: target - on_demand,
            default_type: Billing::Spot,
        },
        pay_as_you_go_strategy: on_demand_strategy(text(values, "on_demand_allocation_strategy")),
        spot_strategy,
        spot_pools_to_use: pools_to_use(values, spot_strategy),
        max_spot_price: decimal(values, "spot_price"),
        interruption_behavior: interruption(text(values, "instance_interruption_behaviour")),
        ..launching_in_window(values, image.as_deref())
    };
    Ok(reader.finish(group))
}

/// A pool as a fleet names it.
#[derive(Clone, Debug, Default)]
struct Pool<'v> {
    instance_type: &'v str,
    zone: Option<ZoneId>,
    max_price: Option<Decimal>,
    weight: Option<Decimal>,
    priority: Option<u32>,
}

/// Collects the pools of a fleet.
struct Reader<'p> {
    plan: &'p Plan,
    resource: &'p PlannedResource,
    region: &'p RegionId,
    zones: Zones<'p>,
    configs: Vec<LaunchTemplateConfig>,
    pools: usize,
}

impl<'p> Reader<'p> {
    fn new(plan: &'p Plan, resource: &'p PlannedResource, region: &'p RegionId) -> Self {
        let zones = Zones::new(plan, resource, region, SUBNETS);
        Self { plan, resource, region, zones, configs: Vec::new(), pools: 0 }
    }

    /// Adds a pool in its zone, or in those of its subnet.
    fn add(&mut self, pool: &Pool<'_>, subnet: &[PathStep<'_>]) -> Result<(), String> {
        let name = pool.instance_type;
        let known =
            catalogue::instance_type(name).ok_or_else(|| format!("the instance type `{name}` is not simulated"))?;
        let zones = match &pool.zone {
            Some(zone) => vec![zone.clone()],
            None => self.zones.of_network(subnet, self.pools),
        };
        self.pools += 1;
        self.configs.extend(zones.into_iter().map(|zone| LaunchTemplateConfig {
            instance_type: Some(known.name.into()),
            zone_id: Some(zone),
            weighted_capacity: pool.weight,
            // The service's ceilings are per unit (G22).
            max_price: pool.max_price.map(|price| price * pool.weight.unwrap_or(Decimal::ONE)),
            priority: pool.priority,
            ..LaunchTemplateConfig::default()
        }));
        Ok(())
    }

    /// Adds the pools of launch templates and of what overrides them; returns the image of the first template.
    fn pools<'v>(
        &mut self,
        configs: impl Iterator<Item = &'v Value>,
        (overrides, max_price): (&str, &str),
    ) -> Result<Option<String>, String> {
        let mut image = None;
        for (index, config) in configs.enumerate() {
            let at = [PathStep::Member("launch_template_config"), PathStep::Index(index)];
            let path = [at[0], at[1], PathStep::Member("launch_template_specification"), PathStep::Index(0)];
            let specification = blocks(config, "launch_template_specification").next();
            let template = template(self.plan, self.resource, specification, &path);
            image = image.or_else(|| text(template?, "image_id").map(str::to_owned));
            let usual_type = template.and_then(|template| text(template, "instance_type"));
            let usual_zone = own_zone(&Value::Null, template)?;
            let listed: Vec<&Value> = blocks(config, overrides).collect();
            let plain = Value::Null;
            let listed = if listed.is_empty() { vec![&plain] } else { listed };
            for (number, one) in listed.into_iter().enumerate() {
                if blocks(one, "instance_requirements").next().is_some() {
                    return Err("`instance_requirements` is not read; name the instance types".to_owned());
                }
                let instance_type =
                    text(one, "instance_type").or(usual_type).ok_or("an instance type is known after apply")?;
                let pool = Pool {
                    instance_type,
                    zone: own_zone(one, None)?.or_else(|| usual_zone.clone()),
                    max_price: decimal(one, max_price),
                    weight: decimal(one, "weighted_capacity"),
                    priority: count(one, "priority"),
                };
                let subnet =
                    [at[0], at[1], PathStep::Member(overrides), PathStep::Index(number), PathStep::Member("subnet_id")];
                self.add(&pool, &subnet)?;
            }
        }
        Ok(image)
    }

    /// Notes each option that is set and has no effect here.
    fn note_unread(&mut self, block: &str, options: &Value) {
        let is_set = |value: &Value| match value {
            Value::Null | Value::Bool(false) => false,
            Value::String(text) => !text.is_empty(),
            Value::Array(items) => !items.is_empty(),
            Value::Number(number) => number.as_i64() != Some(0),
            Value::Bool(true) | Value::Object(_) => true,
        };
        for name in UNREAD_OPTIONS.into_iter().filter(|name| options.get(name).is_some_and(is_set)) {
            self.zones.note(format!("`{block}{name}` is not looked at"));
        }
    }

    /// The strategy of the simulation that is nearest to the service's.
    fn spot_strategy(&mut self, name: Option<&str>) -> SpotAllocationStrategy {
        let plain: String = name.unwrap_or("lowestPrice").chars().filter(|c| *c != '-').collect();
        match plain.to_lowercase().as_str() {
            "diversified" => SpotAllocationStrategy::Diversified,
            "capacityoptimized" => SpotAllocationStrategy::CapacityOptimized,
            "pricecapacityoptimized" => SpotAllocationStrategy::PriceCapacityOptimized,
            "capacityoptimizedprioritized" => {
                self.zones.note("the priorities of `capacity-optimized-prioritized` are not looked at".to_owned());
                SpotAllocationStrategy::CapacityOptimized
            }
            _ => SpotAllocationStrategy::LowestPrice,
        }
    }

    fn finish(self, group: CreateAutoProvisioningGroupRequest) -> PlannedFleet {
        PlannedFleet {
            address: self.resource.address.clone(),
            region: self.region.clone(),
            group: CreateAutoProvisioningGroupRequest { configs: self.configs, ..group },
            notes: self.zones.notes,
        }
    }
}

/// The launch template of a specification: by reference, by id or by name, if the plan has it.
fn template<'p>(
    plan: &'p Plan,
    resource: &PlannedResource,
    specification: Option<&Value>,
    path: &[PathStep<'_>],
) -> Option<&'p Value> {
    let names = ["launch_template_id", "id", "launch_template_name", "name"];
    for name in names {
        let mut at = path.to_vec();
        at.push(PathStep::Member(name));
        if let Some(template) = plan.referred(resource, &at, &TEMPLATES).first() {
            return Some(&template.values);
        }
    }
    let given: Vec<&str> = names.iter().filter_map(|name| text(specification?, name)).collect();
    let is_named = |template: &&PlannedResource| {
        ["id", "name"].iter().filter_map(|key| text(&template.values, key)).any(|name| given.contains(&name))
    };
    plan.of_types(&TEMPLATES).find(is_named).map(|template| &template.values)
}

/// The zone that is written out, or that the template places its instances in.
fn own_zone(values: &Value, template: Option<&Value>) -> Result<Option<ZoneId>, String> {
    let of_template = || text(blocks(template?, "placement").next()?, "availability_zone");
    text(values, "availability_zone").or_else(of_template).map(known_zone).transpose()
}

fn launching(image: Option<&str>) -> CreateAutoProvisioningGroupRequest {
    CreateAutoProvisioningGroupRequest {
        launch_configuration: LaunchConfiguration {
            image_id: Some(image.unwrap_or(UNKNOWN_IMAGE).into()),
            ..LaunchConfiguration::default()
        },
        ..CreateAutoProvisioningGroupRequest::default()
    }
}

/// A fleet that launches from one time until another, if it names them.
fn launching_in_window(values: &Value, image: Option<&str>) -> CreateAutoProvisioningGroupRequest {
    CreateAutoProvisioningGroupRequest {
        terminate_instances_with_expiration: values.get("terminate_instances_with_expiration")
            == Some(&Value::Bool(true)),
        valid_from: time(values, "valid_from"),
        valid_until: time(values, "valid_until"),
        ..launching(image)
    }
}

fn capacity(total: u32, billing: Billing) -> Capacity {
    let of = |wanted| if billing == wanted { total } else { 0 };
    Capacity { total, pay_as_you_go: of(Billing::PayAsYouGo), spot: of(Billing::Spot), default_type: billing }
}

fn group_type(name: Option<&str>) -> GroupType {
    match name {
        Some("instant") => GroupType::Instant,
        Some("request") => GroupType::Request,
        _ => GroupType::Maintain,
    }
}

fn on_demand_strategy(name: Option<&str>) -> PayAsYouGoAllocationStrategy {
    match name {
        Some("prioritized") => PayAsYouGoAllocationStrategy::Prioritized,
        _ => PayAsYouGoAllocationStrategy::LowestPrice,
    }
}

fn interruption(name: Option<&str>) -> InterruptionBehavior {
    match name {
        Some("stop" | "hibernate") => InterruptionBehavior::Stop,
        _ => InterruptionBehavior::Terminate,
    }
}

fn pools_to_use(values: &Value, strategy: SpotAllocationStrategy) -> Option<u32> {
    count(values, "instance_pools_to_use_count")
        .filter(|count| *count > 1 && strategy == SpotAllocationStrategy::LowestPrice)
}

fn time(values: &Value, key: &str) -> Option<Time> {
    text(values, key).and_then(|text| Time::parse_rfc3339(text).ok())
}
