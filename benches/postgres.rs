//! What launches cost in a durable world on PostgreSQL, over a local socket: a thousand instances, the same in a world
//! of a million, and two regions at once beside one of them alone.
//!
//! Every figure is from runs in turn, so that a machine that slows down slows both sides. `--instances N` makes the
//! large world smaller.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark measures real time and prints"
)]

#[path = "../tests/support/postgres.rs"]
mod server;

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;
use simcloud::base::Billing;
use simcloud::catalogue;
use simcloud::cloud::model::{
    Capacity, CreateAutoProvisioningGroupRequest, DeleteAutoProvisioningGroupRequest, GroupType, LaunchConfiguration,
    LaunchTemplateConfig, TypeFilters,
};
use simcloud::cloud::{ClockSource, CloudConfig, PostgresPlace, PostgresVariables, SimCloud, WorldLocation};
use simcloud::market::Scenario;

const IMAGE: &str = "aliyun_3_x64_20G_alibase_20250629.vhd";
const TYPE: &str = "ecs.n1.small";
const MILLION: u32 = 1_000_000;
const RUNS: usize = 40;

fn main() {
    let Some(server) = server::Server::start(&["shared_buffers=256MB", "max_wal_size=4GB"]) else { return };
    let asked = std::env::args().skip_while(|argument| argument != "--instances").nth(1);
    let instances = asked.and_then(|number| number.parse().ok()).unwrap_or(MILLION);
    let world = |region: &str, name: &str| cloud(region, &server.url(name));
    fill(&server, "small", 10_000);
    let (small, floor) = (world("cn-heyuan", "small"), world("cn-heyuan", "empty"));
    thousand(&floor, "cn-heyuan-b");

    let (mut alone, mut together) = (Vec::new(), Vec::new());
    let other = world("cn-hangzhou", "small");
    for _ in 0..RUNS {
        alone.push(thousand(&small, "cn-heyuan-b"));
        together.push(at_once(&small, &other));
    }
    report("1,000 instances", &mut alone);
    report("1,000 in each of two regions at once", &mut together);
    println!("{:<48} {:>7.2}", "ratio of the medians", ratio(&together, &alone));

    fill(&server, "large", instances);
    let large = world("cn-heyuan", "large");
    let (mut in_small, mut in_large) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        in_small.push(thousand(&small, "cn-heyuan-b"));
        in_large.push(thousand(&large, "cn-heyuan-b"));
    }
    report("1,000 instances, small world", &mut in_small);
    report(&format!("1,000 instances, beside {instances}"), &mut in_large);
    println!("{:<48} {:>7.2}", "ratio of the medians", ratio(&in_large, &in_small));
}

/// Time of a launch of 1,000; they are gone afterwards.
fn thousand(cloud: &SimCloud, zone: &str) -> Duration {
    let started = Instant::now();
    let made = cloud.create_auto_provisioning_group(&group(zone, 500, 500)).unwrap();
    let took = started.elapsed();
    assert_eq!(made.instances.len(), 1_000);
    delete(cloud, made.group_id);
    took
}

/// Time until both launches are done.
fn at_once(one: &SimCloud, other: &SimCloud) -> Duration {
    let started = Instant::now();
    let made = thread::scope(|scope| {
        let launch =
            |cloud: &SimCloud, zone: &str| cloud.create_auto_provisioning_group(&group(zone, 500, 500)).unwrap();
        let first = scope.spawn(move || launch(one, "cn-heyuan-b"));
        let second = scope.spawn(move || launch(other, "cn-hangzhou-h"));
        [first, second].map(|thread| thread.join().unwrap().group_id)
    });
    let took = started.elapsed();
    for (cloud, group_id) in [one, other].into_iter().zip(made) {
        delete(cloud, group_id);
    }
    took
}

fn delete(cloud: &SimCloud, group_id: simcloud::base::GroupId) {
    let request = DeleteAutoProvisioningGroupRequest { group_id, terminate_instances: Some(true) };
    cloud.delete_auto_provisioning_group(&request).unwrap();
}

fn cloud(region: &str, url: &str) -> SimCloud {
    let limits = json!({ "group_instances": MILLION, "group_vcpus": MILLION, "run_instances": 1_000 });
    let scenario = json!({ "stock": [{ "pay_as_you_go": 10_000_000, "spot": 10_000_000 }], "limits": limits,
        "offers": [{ "instance_type": TYPE, "on_sale": true }] });
    let place = PostgresPlace::parse(url, &PostgresVariables::default()).unwrap();
    SimCloud::new(CloudConfig {
        region: region.into(),
        world: WorldLocation::Postgres(Box::new(place)),
        scenario: Arc::new(Scenario::from_json(&scenario).unwrap()),
        clock: ClockSource::World,
    })
}

/// 10,000 to a group, in every region but the two that are measured.
fn fill(server: &server::Server, world: &str, instances: u32) {
    let mut left = instances;
    let measured = ["cn-heyuan", "cn-hangzhou"];
    for zone in catalogue::zones().iter().filter(|zone| !measured.contains(&zone.region.id)) {
        let cloud = cloud(zone.region.id, &server.url(world));
        for _ in 0..6 {
            if left == 0 {
                server.ask("VACUUM ANALYZE");
                return;
            }
            cloud.create_auto_provisioning_group(&group(zone.id, 10_000, 0)).unwrap();
            left -= 10_000;
        }
    }
}

fn group(zone: &str, pay_as_you_go: u32, spot: u32) -> CreateAutoProvisioningGroupRequest {
    CreateAutoProvisioningGroupRequest {
        group_type: GroupType::Instant,
        capacity: Capacity { total: pay_as_you_go + spot, pay_as_you_go, spot, default_type: Billing::Spot },
        configs: vec![LaunchTemplateConfig {
            instance_type: Some(TYPE.into()),
            filters: TypeFilters::default(),
            vswitch_id: None,
            zone_id: Some(zone.into()),
            weighted_capacity: None,
            max_price: None,
            priority: None,
            image_id: None,
        }],
        launch_configuration: LaunchConfiguration { image_id: Some(IMAGE.into()), ..LaunchConfiguration::default() },
        terminate_instances: true,
        ..CreateAutoProvisioningGroupRequest::default()
    }
}

fn report(what: &str, times: &mut [Duration]) {
    times.sort();
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    let (least, median, most) = (ms(times[0]), ms(times[times.len() / 2]), ms(times[times.len() - 1]));
    println!("{what:<48} min {least:>7.2}  median {median:>7.2}  max {most:>7.2} ms");
}

/// Of sorted times.
fn ratio(times: &[Duration], others: &[Duration]) -> f64 {
    times[times.len() / 2].as_secs_f64() / others[others.len() / 2].as_secs_f64()
}
