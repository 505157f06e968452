//! Scaling groups, with the configuration or the launch template that they launch from.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::fleet::{PlannedFleet, UNKNOWN_IMAGE, VSWITCHES, Zones, blocks, decimal};
use super::super::plan::{PathStep, Plan, PlannedResource, text};
use super::template;
use crate::base::{ApiEnum, ImageId, RegionId, VSwitchId};
use crate::cloud::model::{
    CreateScalingGroupRequest, LaunchConfiguration, MultiAzPolicy, OutlookFleet, ScalingContent, ScalingInstanceType,
    SpotStrategy,
};
use crate::provider;

const GROUPS: [&str; 2] = ["simcloud_ess_scaling_group", "alicloud_ess_scaling_group"];
const CONFIGURATIONS: [&str; 2] = ["simcloud_ess_scaling_configuration", "alicloud_ess_scaling_configuration"];
/// Stands for a launch template that is known only after apply.
const UNKNOWN_TEMPLATE: &str = "lt-known-after-apply";

pub(super) fn read(plan: &Plan, resource: &PlannedResource, region: &RegionId) -> Result<PlannedFleet, String> {
    let template = template(plan, resource);
    let mut values = resource.values.clone();
    if template.is_some() {
        values["launch_template_id"] = UNKNOWN_TEMPLATE.into();
    }
    let mut group = provider::scaling_group_of_plan(&values)?;
    if group.sizes.least() == 0 {
        return Err("it keeps no instance: neither `desired_capacity` nor `min_size` is above 0".to_owned());
    }
    let mut zones = Zones::new(plan, resource, region, VSWITCHES);
    let overrides = group.launch_template.take().map(|template| template.instance_types).unwrap_or_default();
    let mut content = match (configuration(plan, resource), template) {
        (Some(configuration), _) => {
            if configuration.values.get("enable") != Some(&Value::Bool(true)) {
                zones.note("no configuration has `enable`; the group is looked at as if it were enabled".to_owned());
            }
            provider::scaling_content_of_plan(&configuration.values)?
        }
        (None, Some(template)) => content_of_template(template, overrides),
        (None, None) => {
            return Err("the plan has neither a scaling configuration nor a launch template of it".to_owned());
        }
    };
    forget_references(&mut content.launch);
    group.vswitch_ids = vswitches(&mut zones, &group);
    let fleet = OutlookFleet::ScalingGroup(Box::new((group, content)));
    Ok(zones.into_planned(fleet))
}

/// The configuration of a group that is active, or else the first one.
fn configuration<'p>(plan: &'p Plan, group: &PlannedResource) -> Option<&'p PlannedResource> {
    let group_id = text(&group.values, "id");
    let is_of_group = |configuration: &&PlannedResource| {
        let referred = plan.referred(configuration, &[PathStep::Member("scaling_group_id")], &GROUPS);
        let named = text(&configuration.values, "scaling_group_id");
        referred.iter().any(|known| known.address == group.address) || named.is_some() && named == group_id
    };
    let configurations: Vec<&PlannedResource> = plan.of_types(&CONFIGURATIONS).filter(is_of_group).collect();
    let is_active = |configuration: &&&PlannedResource| configuration.values.get("active") == Some(&Value::Bool(true));
    configurations.iter().find(is_active).or_else(|| configurations.first()).copied()
}

/// What a group launches from a template: its overrides, or else the template's own type.
fn content_of_template(template: &Value, overrides: Vec<ScalingInstanceType>) -> ScalingContent {
    let own = || {
        text(template, "instance_type").map(|name| ScalingInstanceType {
            instance_type: name.into(),
            weighted_capacity: None,
            spot_price_limit: decimal(template, "spot_price_limit").filter(|limit| !limit.is_zero()),
        })
    };
    let disk = blocks(template, "system_disk").next();
    let strategy = text(template, "spot_strategy").and_then(|name| SpotStrategy::parse(name).ok());
    ScalingContent {
        instance_types: if overrides.is_empty() { own().into_iter().collect() } else { overrides },
        spot_strategy: strategy.unwrap_or_default(),
        launch: LaunchConfiguration {
            image_id: text(template, "image_id").map(Into::into),
            system_disk_category: disk.and_then(|disk| text(disk, "category")).map(str::to_owned),
            ..LaunchConfiguration::default()
        },
        ..ScalingContent::default()
    }
}

/// Security groups and key pairs do not change what is launched, and may not exist in the simulated world.
fn forget_references(launch: &mut LaunchConfiguration) {
    launch.security_group_ids = BTreeSet::new();
    launch.key_pair_name = None;
    launch.image_id.get_or_insert_with(|| ImageId::from(UNKNOWN_IMAGE));
}

/// The default vSwitches of the zones that the group's vSwitches are in.
fn vswitches(zones: &mut Zones<'_>, group: &CreateScalingGroupRequest) -> Vec<VSwitchId> {
    let given: Vec<&str> = group.vswitch_ids.iter().map(VSwitchId::as_str).collect();
    let found = zones.of_networks(&given, &["vswitch_ids", "vswitch_id"]);
    if given.is_empty() && group.multi_az_policy != MultiAzPolicy::CostOptimized && found.len() > 1 {
        zones.note("its vSwitches count in the order of the plan, because their ids are known after apply".to_owned());
    }
    found.iter().map(|zone| VSwitchId::default_of(zone.as_str())).collect()
}
