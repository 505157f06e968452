//! Measures one call of `allocate`: every strategy at the limits of a group, and the hardest cases of `optimal`.

use criterion::{Criterion, criterion_group, criterion_main};
use simcloud::alloc::{AllocationRequest, CandidatePool, MinMax, Strategy, allocate, round_robin};
use simcloud::base::Decimal;
use std::hint::black_box;

criterion_group!(benches, strategies, many_small_pools, optimal, sharing);
criterion_main!(benches);

fn strategies(criterion: &mut Criterion) {
    let pools = pools(|_| Decimal::ONE, |index| Decimal::new(100 + index, 3), 150);
    for strategy in [
        Strategy::LowestPrice,
        Strategy::LowestPricePools(5),
        Strategy::Prioritized,
        Strategy::Diversified,
        Strategy::CapacityOptimized,
        Strategy::Optimal,
    ] {
        criterion.bench_function(&format!("{strategy:?}, 1,000 instances over 10 pools"), |bencher| {
            bencher.iter(|| pass(strategy, &pools, 1_000));
        });
    }
}

fn many_small_pools(criterion: &mut Criterion) {
    let pools: Vec<CandidatePool> =
        (0..30).flat_map(|step| pools(|_| Decimal::ONE, |index| Decimal::new(100 + index + step, 3), 4)).collect();
    for strategy in [Strategy::LowestPricePools(200), Strategy::Diversified, Strategy::Optimal] {
        criterion.bench_function(&format!("{strategy:?}, 1,000 instances over 300 pools"), |bencher| {
            bencher.iter(|| pass(strategy, &pools, 1_000));
        });
    }
}

fn optimal(criterion: &mut Criterion) {
    let size = |index: i64| Decimal::from(index * 7 % 10 + 4);
    let differ = pools(size, |index| size(index) * Decimal::new(100 + index * 37 % 29, 3), 300);
    // All fleets of the same size cost the same, so the search cannot prune and the table is computed.
    let sizes_and_stock =
        [(16, 139), (1, 263), (12, 128), (13, 233), (15, 292), (7, 29), (6, 56), (14, 145), (11, 260), (4, 249)];
    let same = sizes_and_stock.map(|(size, free)| CandidatePool {
        price: Decimal::new(size, 1),
        weight: size.into(),
        free,
        ..differ[0].clone()
    });
    let markets = [("prices that differ per unit", differ), ("one price per unit", same.to_vec())];
    for (name, pools) in markets {
        criterion.bench_function(&format!("Optimal, 10,000 units over 10 pools, {name}"), |bencher| {
            bencher.iter(|| pass(Strategy::Optimal, &pools, 10_000));
        });
    }
}

fn sharing(criterion: &mut Criterion) {
    let items = [MinMax { min: 5, max: u64::MAX / 2 }, MinMax { min: 20, max: 1 << 40 }];
    criterion.bench_function("round_robin, huge numbers", |bencher| {
        bencher.iter(|| round_robin(black_box(&items), black_box(1 << 60)));
    });
}

/// Ten pools in five zones.
fn pools(weight: impl Fn(i64) -> Decimal, price: impl Fn(i64) -> Decimal, free: u32) -> Vec<CandidatePool> {
    let pool = |index: i64| CandidatePool {
        zone_id: format!("zone-{}", index % 5).into(),
        instance_type: format!("type-{}", index / 5).into(),
        price: price(index),
        weight: weight(index),
        priority: None,
        free,
        vswitch: 0,
        vcpus: 2,
    };
    (0..10).map(pool).collect()
}

fn pass(strategy: Strategy, pools: &[CandidatePool], target: u32) -> usize {
    let request = AllocationRequest {
        strategy,
        target: target.into(),
        pools: black_box(pools),
        free_addresses: &[65_532],
        free_vcpus: Some(100_000),
    };
    allocate(&request).pools.len()
}
