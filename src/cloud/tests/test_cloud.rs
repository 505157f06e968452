//! A cloud for tests: its scenario is JSON, the test sets its clock, and common requests have short helpers.
#![expect(clippy::needless_pass_by_value, reason = "a test writes what it asks for in place")]

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::Value;
use tempfile::TempDir;

use super::engine;
use crate::base::{Billing, Decimal, Time, VpcId};
use crate::cloud::model::{
    AutoProvisioningGroup, Capacity, CreateAutoProvisioningGroupRequest, CreateVSwitchRequest, CreateVpcRequest,
    DeleteAutoProvisioningGroupRequest, DeletedGroup, DescribeAutoProvisioningGroupsRequest, GroupChange, GroupType,
    ImageItem, InstanceListChange, LaunchConfiguration, LaunchTemplateConfig, ModifyAutoProvisioningGroupRequest,
    Reservation, RunInstancesRequest,
};
use crate::cloud::{ClockSource, CloudConfig, CloudError, SimCloud, WorldLocation};
use crate::market::{Market, Scenario};

/// One cloud with its own world.
pub(super) struct TestCloud {
    pub(super) api: SimCloud,
    scenario: Scenario,
    clock: Arc<AtomicI64>,
    directory: Option<TempDir>,
}

impl TestCloud {
    /// In `cn-heyuan`, in memory; on PostgreSQL where `make soak` asks for that.
    pub(super) fn new(scenario: Value) -> Self {
        Self::in_region("cn-heyuan", scenario)
    }

    pub(super) fn in_region(region: &str, scenario: Value) -> Self {
        let clock = Arc::new(AtomicI64::new(Time::START.unix_seconds()));
        let cloud = cloud(region, engine::of_rules(), &scenario, &clock);
        Self { api: cloud, scenario: Scenario::from_json(&scenario).unwrap(), clock, directory: None }
    }

    /// In `cn-heyuan`, wherever the world is kept.
    pub(super) fn at_location(location: WorldLocation, scenario: Value) -> Self {
        let clock = Arc::new(AtomicI64::new(Time::START.unix_seconds()));
        let cloud = cloud("cn-heyuan", location, &scenario, &clock);
        Self { api: cloud, scenario: Scenario::from_json(&scenario).unwrap(), clock, directory: None }
    }

    /// In a file, so that other clouds can be opened on it.
    pub(super) fn in_file(scenario: Value) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let clock = Arc::new(AtomicI64::new(Time::START.unix_seconds()));
        let location = WorldLocation::File(directory.path().join("world.db"));
        let cloud = cloud("cn-heyuan", location, &scenario, &clock);
        Self { api: cloud, scenario: Scenario::from_json(&scenario).unwrap(), clock, directory: Some(directory) }
    }

    pub(super) fn path(&self) -> PathBuf {
        self.directory.as_ref().unwrap().path().join("world.db")
    }

    /// Another cloud on the same file and clock, under another scenario.
    pub(super) fn under(&self, scenario: Value) -> SimCloud {
        cloud("cn-heyuan", WorldLocation::File(self.path()), &scenario, &self.clock)
    }

    /// The same world at its own time, which stands still.
    pub(super) fn still(&self) -> SimCloud {
        self.still_on(WorldLocation::File(self.path()))
    }

    /// Another world under the same scenario, at its own time.
    pub(super) fn still_on(&self, world: WorldLocation) -> SimCloud {
        let scenario = Arc::new(self.scenario.clone());
        SimCloud::new(CloudConfig {
            region: "cn-heyuan".into(),
            world,
            scenario,
            clock: ClockSource::World,
            keeps_empty_world: false,
            random_number: || 1,
            scenario_document: None,
            real_time: || Time::START,
        })
    }

    /// The same world at its own time, seen from another region.
    pub(super) fn still_in(&self, region: &str) -> SimCloud {
        let (world, scenario) = (WorldLocation::File(self.path()), Arc::new(self.scenario.clone()));
        SimCloud::new(CloudConfig {
            region: region.into(),
            world,
            scenario,
            clock: ClockSource::World,
            keeps_empty_world: false,
            random_number: || 1,
            scenario_document: None,
            real_time: || Time::START,
        })
    }

    /// Sets the clock: `6h`, since the start.
    pub(super) fn at(&self, clock: &str) {
        self.clock.store(Time::parse_clock(clock).unwrap().unix_seconds(), Ordering::Relaxed);
    }

    pub(super) fn create(&self, request: CreateAutoProvisioningGroupRequest) -> AutoProvisioningGroup {
        self.api.create_auto_provisioning_group(&request).unwrap()
    }

    pub(super) fn run(&self, request: RunInstancesRequest) -> Reservation {
        self.api.run_instances(&request).unwrap()
    }

    /// The group as it is now.
    pub(super) fn look(&self, group: &AutoProvisioningGroup) -> AutoProvisioningGroup {
        self.groups().into_iter().find(|known| known.group_id == group.group_id).unwrap()
    }

    pub(super) fn groups(&self) -> Vec<AutoProvisioningGroup> {
        self.api.describe_auto_provisioning_groups(&DescribeAutoProvisioningGroupsRequest::default()).unwrap()
    }

    pub(super) fn look_at(&self, reservation: &Reservation) -> Reservation {
        self.api.describe_reservation(&reservation.reservation_id).unwrap().unwrap()
    }

    pub(super) fn delete(&self, group: &AutoProvisioningGroup) {
        self.delete_group(group, true);
    }

    /// Deletes a group and leaves its instances running.
    pub(super) fn delete_group_only(&self, group: &AutoProvisioningGroup) -> DeletedGroup {
        self.delete_group(group, false)
    }

    fn delete_group(&self, group: &AutoProvisioningGroup, terminate_instances: bool) -> DeletedGroup {
        let group_id = group.group_id.clone();
        let terminate_instances = Some(terminate_instances);
        let request = DeleteAutoProvisioningGroupRequest { group_id, terminate_instances };
        self.api.delete_auto_provisioning_group(&request).unwrap()
    }

    /// Instances of a pool that the market lets exist at the world's time.
    pub(super) fn supply(&self, zone_id: &str, instance_type: &str, billing: Billing) -> u32 {
        let now = self.api.describe_clock().unwrap();
        Market::new(&self.scenario).supply(zone_id, instance_type, billing, now).unwrap()
    }

    pub(super) fn modify(&self, request: &ModifyAutoProvisioningGroupRequest) -> GroupChange {
        self.api.modify_auto_provisioning_group(request).unwrap()
    }
}

pub(super) fn cloud(region: &str, world: WorldLocation, scenario: &Value, clock: &Arc<AtomicI64>) -> SimCloud {
    let clock = Arc::clone(clock);
    SimCloud::new(CloudConfig {
        region: region.into(),
        world,
        scenario: Arc::new(Scenario::from_json(scenario).unwrap()),
        clock: ClockSource::System(Arc::new(move || Time::from_unix_seconds(clock.load(Ordering::Relaxed)))),
        keeps_empty_world: false,
        random_number: || 1,
        scenario_document: None,
        real_time: || Time::START,
    })
}

pub(super) fn vpc(cidr_block: &str) -> CreateVpcRequest {
    CreateVpcRequest { cidr_block: Some(cidr_block.to_owned()), ..CreateVpcRequest::default() }
}

/// In `cn-heyuan-b`.
pub(super) fn vswitch(vpc_id: &VpcId, cidr_block: &str) -> CreateVSwitchRequest {
    CreateVSwitchRequest {
        vpc_id: Some(vpc_id.clone()),
        zone_id: Some("cn-heyuan-b".into()),
        cidr_block: Some(cidr_block.to_owned()),
        ..CreateVSwitchRequest::default()
    }
}

/// `instant`, of `ecs.s6-c1m1.small` in `cn-heyuan-b`, with these units of each billing.
pub(in crate::cloud) fn group(pay_as_you_go: u32, spot: u32) -> CreateAutoProvisioningGroupRequest {
    CreateAutoProvisioningGroupRequest {
        group_type: GroupType::Instant,
        capacity: Capacity { total: pay_as_you_go + spot, pay_as_you_go, spot, default_type: Billing::Spot },
        configs: vec![config("cn-heyuan-b", "ecs.s6-c1m1.small")],
        launch_configuration: LaunchConfiguration {
            image_id: Some("aliyun_3_x64_20G_alibase_20250629.vhd".into()),
            ..LaunchConfiguration::default()
        },
        terminate_instances: true,
        ..CreateAutoProvisioningGroupRequest::default()
    }
}

pub(super) fn config(zone: &str, instance_type: &str) -> LaunchTemplateConfig {
    LaunchTemplateConfig {
        instance_type: Some(instance_type.into()),
        zone_id: Some(zone.into()),
        ..LaunchTemplateConfig::default()
    }
}

/// One image, with this minimum and maximum, of `ecs.s6-c1m1.small` in `cn-heyuan-b`.
pub(super) fn instances(min_count: u32, max_count: u32) -> RunInstancesRequest {
    RunInstancesRequest {
        images: vec![ImageItem {
            image_id: "aliyun_3_x64_20G_alibase_20250629.vhd".into(),
            min_count,
            max_count,
            key_name: Some("example-key-name".into()),
        }],
        instance_type: Some("ecs.s6-c1m1.small".into()),
        zone_id: Some("cn-heyuan-b".into()),
        wait_for_running: true,
        ..RunInstancesRequest::default()
    }
}

pub(super) fn replace_lost(group: &AutoProvisioningGroup) -> ModifyAutoProvisioningGroupRequest {
    ModifyAutoProvisioningGroupRequest {
        group_id: Some(group.group_id.clone()),
        replace_lost_now: true,
        ..Default::default()
    }
}

pub(super) fn resize(
    group: &AutoProvisioningGroup,
    pay_as_you_go: u32,
    spot: u32,
) -> ModifyAutoProvisioningGroupRequest {
    let capacity = Capacity { total: pay_as_you_go + spot, pay_as_you_go, spot, default_type: Billing::Spot };
    ModifyAutoProvisioningGroupRequest {
        group_id: Some(group.group_id.clone()),
        capacity: Some(capacity),
        ..Default::default()
    }
}

pub(super) fn change(replaced: &[u32], appended: u32, removed: &[u32]) -> InstanceListChange {
    InstanceListChange { replaced: replaced.to_vec(), appended, removed: removed.to_vec() }
}

/// Rows as text: `NoSpot cn-heyuan-b 2`, `SpotAsPriceGo cn-heyuan-b 0 NoInstanceStock`.
pub(super) fn rows(group: &AutoProvisioningGroup) -> Vec<String> {
    let text = |row: &crate::cloud::model::LaunchResult| {
        assert_eq!(row.amount as usize, row.instance_ids.len());
        let code = row.error_code.as_ref().map(|code| format!(" {code}")).unwrap_or_default();
        format!("{} {} {} {}{code}", row.spot_strategy.name(), row.zone_id, row.instance_type, row.amount)
    };
    group.launch_results.iter().map(text).collect()
}

/// States by launch index: `running running terminated`.
pub(super) fn states(instances: &[crate::cloud::model::Instance]) -> String {
    instances.iter().map(|instance| instance.state.name()).collect::<Vec<_>>().join(" ")
}

pub(super) fn code<T: std::fmt::Debug>(result: Result<T, CloudError>) -> String {
    result.unwrap_err().code().unwrap().to_owned()
}

pub(super) fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}
