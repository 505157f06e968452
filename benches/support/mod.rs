//! The worlds, groups and scenarios of the benchmarks.

#![allow(dead_code, reason = "no benchmark uses all of it")]

use std::sync::Arc;

use serde_json::{Value, json};
use simcloud::base::{Billing, GroupId, Time};
use simcloud::catalogue;
use simcloud::cloud::model::{
    Capacity, CreateAutoProvisioningGroupRequest, DeleteAutoProvisioningGroupRequest, GroupType, LaunchConfiguration,
    LaunchTemplateConfig,
};
use simcloud::cloud::{ClockSource, CloudConfig, SimCloud, WorldLocation};
use simcloud::market::Scenario;

pub(crate) const IMAGE: &str = "aliyun_3_x64_20G_alibase_20250629.vhd";
pub(crate) const TYPE: &str = "ecs.n1.small";
pub(crate) const MILLION: u32 = 1_000_000;

/// A scenario in which [`TYPE`] never runs out and the quotas allow a million instances.
pub(crate) fn boundless() -> Scenario {
    let limits = json!({ "group_instances": MILLION, "group_vcpus": MILLION, "run_instances": 1_000 });
    scenario(&json!({ "stock": [{ "pay_as_you_go": 10_000_000, "spot": 10_000_000 }], "limits": limits,
        "offers": [{ "instance_type": TYPE, "on_sale": true }] }))
}

pub(crate) fn scenario(json: &Value) -> Scenario {
    Scenario::from_json(json).expect("the scenario is valid")
}

pub(crate) fn cloud(region: &str, world: WorldLocation, scenario: Scenario, clock: ClockSource) -> SimCloud {
    SimCloud::new(CloudConfig {
        region: region.into(),
        world,
        scenario: Arc::new(scenario),
        clock,
        keeps_empty_world: false,
        random_number: || 1,
        scenario_document: None,
        real_time: || Time::START,
    })
}

/// A group with the given numbers of [`TYPE`] instances in one zone.
pub(crate) fn group(zone: &str, pay_as_you_go: u32, spot: u32) -> CreateAutoProvisioningGroupRequest {
    CreateAutoProvisioningGroupRequest {
        group_type: GroupType::Instant,
        capacity: Capacity { total: pay_as_you_go + spot, pay_as_you_go, spot, default_type: Billing::Spot },
        configs: vec![config(zone, TYPE)],
        launch_configuration: LaunchConfiguration { image_id: Some(IMAGE.into()), ..LaunchConfiguration::default() },
        terminate_instances: true,
        ..CreateAutoProvisioningGroupRequest::default()
    }
}

pub(crate) fn config(zone: &str, instance_type: &str) -> LaunchTemplateConfig {
    LaunchTemplateConfig {
        instance_type: Some(instance_type.into()),
        zone_id: Some(zone.into()),
        ..LaunchTemplateConfig::default()
    }
}

pub(crate) fn delete(cloud: &SimCloud, group_id: GroupId) {
    let request = DeleteAutoProvisioningGroupRequest { group_id, terminate_instances: Some(true) };
    cloud.delete_auto_provisioning_group(&request).expect("it exists");
}

/// Creates instances, 10,000 per group, in all regions except the measured ones.
pub(crate) fn fill(world: &WorldLocation, instances: u32, measured: &[&str]) {
    let mut left = instances;
    for zone in catalogue::zones().iter().filter(|zone| !measured.contains(&zone.region.id)) {
        let cloud = cloud(zone.region.id, world.clone(), boundless(), ClockSource::World);
        for _ in 0..6 {
            if left == 0 {
                return;
            }
            cloud.create_auto_provisioning_group(&group(zone.id, 10_000, 0)).expect("there is room");
            left -= 10_000;
        }
    }
}
