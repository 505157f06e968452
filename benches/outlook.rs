//! Measures an outlook: a thousand launches, and a thousand markets of thirty days.

mod support;

use criterion::{Criterion, criterion_group, criterion_main};
use simcloud::base::clock::Span;
use simcloud::catalogue;
use simcloud::cloud::model::{CreateAutoProvisioningGroupRequest, GroupType, OutlookRequest, OutlookStart};
use simcloud::cloud::{ClockSource, SimCloud, WorldLocation};
use support::{cloud, config, group};

const REGION: &str = "cn-hangzhou";
const MARKETS: u32 = 1_000;

fn outlooks(criterion: &mut Criterion) {
    let cloud = cloud(REGION, WorldLocation::Memory, support::scenario(&serde_json::json!({})), ClockSource::World);
    let thirty_days = Some(Span::from_seconds(30 * 86_400));
    criterion.bench_function("1,000 markets, the launch of 100 in 10 pools", |bencher| {
        bencher.iter(|| run(&cloud, None, None));
    });
    for threads in [1, 2] {
        criterion.bench_function(
            &format!("1,000 markets, thirty days of 100 in 10 pools, {threads} threads"),
            |bencher| {
                bencher.iter(|| run(&cloud, thirty_days, Some(threads)));
            },
        );
    }
}

fn run(cloud: &SimCloud, horizon: Option<Span>, threads: Option<usize>) {
    let request = OutlookRequest {
        fleet: maintained().into(),
        start: OutlookStart::default(),
        markets: MARKETS,
        horizon,
        compare_strategies: false,
        threads,
    };
    let outlook = cloud.forecast_outlook(&request).expect("the request is valid");
    assert_eq!(outlook.markets, MARKETS);
}

/// A hundred spot instances, kept up in ten pools.
fn maintained() -> CreateAutoProvisioningGroupRequest {
    let zones = catalogue::zones().iter().filter(|zone| zone.region.id == REGION);
    let pools = zones.flat_map(|zone| ["ecs.g7.large", "ecs.c7.xlarge"].map(|name| config(zone.id, name)));
    CreateAutoProvisioningGroupRequest {
        group_type: GroupType::Maintain,
        configs: pools.take(10).collect(),
        ..group("cn-hangzhou-b", 0, 100)
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = outlooks
}
criterion_main!(benches);
