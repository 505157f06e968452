//! Measures calls on a world in a SQLite file, empty and with a million instances, and the opening of the file.

mod support;

use std::cell::RefCell;
use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use simcloud::base::GroupId;
use simcloud::cloud::model::{ImageItem, RunInstancesRequest};
use simcloud::cloud::{ClockSource, SimCloud, WorldLocation};
use simcloud::market::Scenario;
use support::{IMAGE, MILLION, TYPE, boundless, fill, group};

fn run(zone: &str) -> RunInstancesRequest {
    RunInstancesRequest {
        images: vec![ImageItem { image_id: IMAGE.into(), min_count: 1_000, max_count: 1_000, key_name: None }],
        instance_type: Some(TYPE.into()),
        zone_id: Some(zone.into()),
        wait_for_running: true,
        ..RunInstancesRequest::default()
    }
}

fn calls(criterion: &mut Criterion) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let [small, large] = ["small.db", "large.db"].map(|name| WorldLocation::File(directory.path().join(name)));
    fill(&small, 10_000, &["cn-heyuan"]);
    fill(&large, MILLION, &["cn-heyuan"]);
    for (name, world) in [("small world", small), ("a million instances", large)] {
        let cloud = support::cloud("cn-heyuan", world.clone(), boundless(), ClockSource::World);
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
                let opened = support::cloud("cn-heyuan", world.clone(), Scenario::default(), ClockSource::World);
                black_box(opened.describe_clock().expect("the world opens"))
            });
        });
    }
}

fn delete(cloud: &SimCloud, group_id: Option<GroupId>) {
    if let Some(group_id) = group_id {
        support::delete(cloud, group_id);
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = calls
}
criterion_main!(benches);
