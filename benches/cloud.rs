//! What calls cost on a durable world in a file, small and with a million instances; opening; thirty days at once.

use std::cell::RefCell;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use serde_json::json;
use simcloud::base::{Billing, Time};
use simcloud::catalogue;
use simcloud::cloud::model::{
    Capacity, CreateAutoProvisioningGroupRequest, DeleteAutoProvisioningGroupRequest, GroupType, ImageItem,
    LaunchConfiguration, LaunchTemplateConfig, RunInstancesRequest, TypeFilters,
};
use simcloud::cloud::{ClockSource, CloudConfig, SimCloud, WorldLocation};
use simcloud::market::Scenario;

const IMAGE: &str = "aliyun_3_x64_20G_alibase_20250629.vhd";
const TYPE: &str = "ecs.n1.small";
const MILLION: u32 = 1_000_000;

fn boundless() -> Scenario {
    let limits = json!({ "group_instances": MILLION, "group_vcpus": MILLION, "run_instances": 1_000 });
    let json = json!({ "stock": [{ "pay_as_you_go": 10_000_000, "spot": 10_000_000 }], "limits": limits,
        "offers": [{ "instance_type": TYPE, "on_sale": true }] });
    Scenario::from_json(&json).expect("the scenario is valid")
}

fn cloud(region: &str, path: &Path, scenario: Scenario, clock: ClockSource) -> SimCloud {
    SimCloud::new(CloudConfig {
        region: region.into(),
        world: WorldLocation::File(path.to_owned()),
        scenario: Arc::new(scenario),
        clock,
    })
}

fn group(zone: &str, pay_as_you_go: u32, spot: u32) -> CreateAutoProvisioningGroupRequest {
    CreateAutoProvisioningGroupRequest {
        group_type: GroupType::Instant,
        capacity: Capacity { total: pay_as_you_go + spot, pay_as_you_go, spot, default_type: Billing::Spot },
        configs: vec![config(zone, TYPE)],
        launch_configuration: LaunchConfiguration { image_id: Some(IMAGE.into()), ..LaunchConfiguration::default() },
        terminate_instances: true,
        ..CreateAutoProvisioningGroupRequest::default()
    }
}

fn config(zone: &str, instance_type: &str) -> LaunchTemplateConfig {
    LaunchTemplateConfig {
        instance_type: Some(instance_type.into()),
        filters: TypeFilters::default(),
        vswitch_id: None,
        zone_id: Some(zone.into()),
        weighted_capacity: None,
        max_price: None,
        priority: None,
        image_id: None,
    }
}

fn run(zone: &str) -> RunInstancesRequest {
    RunInstancesRequest {
        images: vec![ImageItem { image_id: IMAGE.into(), min_count: 1_000, max_count: 1_000, key_name: None }],
        instance_type: Some(TYPE.into()),
        zone_id: Some(zone.into()),
        wait_for_running: true,
        ..RunInstancesRequest::default()
    }
}

/// A world of so many instances, 10,000 to a group, in every zone but `cn-heyuan`'s.
fn fill(path: &Path, instances: u32) {
    let mut left = instances;
    for zone in catalogue::zones().iter().filter(|zone| zone.region.id != "cn-heyuan") {
        let cloud = cloud(zone.region.id, path, boundless(), ClockSource::World);
        for _ in 0..6 {
            if left == 0 {
                return;
            }
            cloud.create_auto_provisioning_group(&group(zone.id, 10_000, 0)).expect("there is room");
            left -= 10_000;
        }
    }
}

fn calls(criterion: &mut Criterion) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let small = directory.path().join("small.db");
    let large = directory.path().join("large.db");
    fill(&small, 10_000);
    fill(&large, MILLION);
    for (name, path) in [("small world", &small), ("a million instances", &large)] {
        let cloud = cloud("cn-heyuan", path, boundless(), ClockSource::World);
        let made = RefCell::new(None);
        criterion.bench_function(&format!("CreateAutoProvisioningGroup of 1,000, {name}"), |bencher| {
            bencher.iter_batched(
                || delete(&cloud, made.take()),
                |()| {
                    let request = group("cn-heyuan-b", 500, 500);
                    let reply = cloud.create_auto_provisioning_group(&request).expect("there is room");
                    made.replace(Some(reply.group_id));
                },
                BatchSize::PerIteration,
            );
        });
        delete(&cloud, made.take());
        let made = RefCell::new(None);
        criterion.bench_function(&format!("RunInstances of 1,000, {name}"), |bencher| {
            bencher.iter_batched(
                || {
                    if let Some(id) = made.take() {
                        cloud.release_reservation(&id).expect("it exists");
                    }
                },
                |()| {
                    let reply = cloud.run_instances(&run("cn-heyuan-b")).expect("there is room");
                    made.replace(Some(reply.reservation_id));
                },
                BatchSize::PerIteration,
            );
        });
        criterion.bench_function(&format!("open, {name}"), |bencher| {
            bencher.iter(|| {
                let opened = self::cloud("cn-heyuan", path, Scenario::default(), ClockSource::World);
                black_box(opened.describe_clock().expect("the world opens"))
            });
        });
    }
}

fn delete(cloud: &SimCloud, group_id: Option<simcloud::base::GroupId>) {
    if let Some(group_id) = group_id {
        let request = DeleteAutoProvisioningGroupRequest { group_id, terminate_instances: Some(true) };
        cloud.delete_auto_provisioning_group(&request).expect("it exists");
    }
}

fn thirty_days(criterion: &mut Criterion) {
    let plenty = json!({ "stock": [{ "pay_as_you_go": 5_000, "spot": 5_000 }] });
    for (name, scenario) in [("plenty of stock", plenty), ("spot reclaimed and replaced every other hour", json!({}))] {
        let scenario = Scenario::from_json(&scenario).expect("the scenario is valid");
        let directory = tempfile::tempdir().expect("a temporary directory");
        let template = directory.path().join("template.db");
        thousand_groups(&template, &scenario);
        let mut copies = 0;
        criterion.bench_function(&format!("thirty days, 1,000 groups, {name}"), |bencher| {
            bencher.iter_batched(
                || -> PathBuf {
                    copies += 1;
                    let copy = directory.path().join(format!("{copies}.db"));
                    fs::copy(&template, &copy).expect("the disk has room");
                    copy
                },
                |path| {
                    let clock = ClockSource::At(Time::parse_clock("30d").expect("a duration"));
                    cloud("cn-hangzhou", &path, scenario.clone(), clock).describe_clock().expect("time passes")
                },
                BatchSize::PerIteration,
            );
        });
    }
}

/// Half of them `maintain`, a third with a price ceiling.
fn thousand_groups(path: &Path, scenario: &Scenario) {
    let cloud = cloud("cn-hangzhou", path, scenario.clone(), ClockSource::World);
    let zones: Vec<&str> =
        catalogue::zones().iter().filter(|zone| zone.region.id == "cn-hangzhou").map(|zone| zone.id).collect();
    for number in 0..1_000_u32 {
        let mut request = group(zones[0], 1, 1);
        request.name = Some(format!("group-{number}"));
        request.group_type = if number % 2 == 0 { GroupType::Maintain } else { GroupType::Instant };
        request.max_spot_price = (number % 3 == 0).then(|| "2".parse().expect("a decimal"));
        request.configs = zones
            .iter()
            .flat_map(|zone| ["ecs.g7.large", "ecs.c7.xlarge"].map(|instance_type| config(zone, instance_type)))
            .take(10)
            .collect();
        cloud.create_auto_provisioning_group(&request).expect("a group is made, full or not");
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = calls, thirty_days
}
criterion_main!(benches);
