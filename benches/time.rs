//! Measures an advance of the clock by thirty days in a world of 1,000 groups.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use serde_json::json;
use simcloud::base::Time;
use simcloud::catalogue;
use simcloud::cloud::model::GroupType;
use simcloud::cloud::{ClockSource, WorldLocation};
use simcloud::market::Scenario;
use support::{cloud, config, group};

fn thirty_days(criterion: &mut Criterion) {
    let plenty = json!({ "stock": [{ "pay_as_you_go": 5_000, "spot": 5_000 }] });
    for (name, scenario) in [("plenty of stock", plenty), ("spot reclaimed and replaced every other hour", json!({}))] {
        let scenario = support::scenario(&scenario);
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
                    let world = WorldLocation::File(path);
                    cloud("cn-hangzhou", world, scenario.clone(), clock).describe_clock().expect("time passes")
                },
                BatchSize::PerIteration,
            );
        });
    }
}

/// Creates 1,000 groups: half of type `maintain`, a third with a maximum spot price.
fn thousand_groups(path: &Path, scenario: &Scenario) {
    let world = WorldLocation::File(path.to_owned());
    let cloud = cloud("cn-hangzhou", world, scenario.clone(), ClockSource::World);
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
    targets = thirty_days
}
criterion_main!(benches);
