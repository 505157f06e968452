//! Requests and their expected outcomes as text, one row per pool.

use crate::alloc::{Allocation, AllocationRequest, CandidatePool, Shortage, Strategy, allocate};

/// Checks cases that stand apart by an empty line; lines that start with `#` are comments.
///
/// A case starts with strategy and target, `lowest-price/2` for two pools, then the limits if any:
/// `optimal 6, addresses 9 2 0, vcpus 8` gives the free addresses of three vSwitches. The next line names the columns:
/// those of a pool, then `|`, then `amount`, which is `.` for a pool not tried and `3:free` for one that ran short.
/// A last column `try` numbers the pools in the order first tried.
#[track_caller]
pub(super) fn check(cases: &str) {
    let lines: Vec<&str> = cases.trim().lines().map(str::trim).filter(|line| !line.starts_with('#')).collect();
    for case in lines.split(|line| line.is_empty()) {
        check_case(case);
    }
}

#[track_caller]
fn check_case(case: &[&str]) {
    let [head, columns, rows @ ..] = case else { panic!("a case has two lines at least: {case:?}") };
    let mut head = head.split(", ");
    let (strategy, target) = head.next().and_then(|first| first.split_once(' ')).expect("strategy and target");
    let (mut free_addresses, mut free_vcpus) = (vec![1_000_000; 4], None);
    for limit in head {
        let numbers = || limit.split(' ').skip(1).map(|number| number.parse().unwrap());
        match limit.split(' ').next() {
            Some("addresses") => free_addresses = numbers().collect(),
            Some("vcpus") => free_vcpus = numbers().next().map(u64::from),
            _ => panic!("an unknown limit: `{limit}`"),
        }
    }
    let columns: Vec<&str> = columns.split_whitespace().collect();
    let column = |name: &str| columns.iter().position(|&column| column == name);
    let rows: Vec<Vec<&str>> = rows.iter().map(|row| row.split_whitespace().collect()).collect();
    assert!(rows.iter().all(|row| row.len() == columns.len()), "a row has more or fewer cells than columns: {case:?}");
    let pool = |row: &Vec<&str>| {
        let text = |name: &str, absent: &str| column(name).map_or(absent, |at| row[at]).to_owned();
        CandidatePool {
            zone_id: text("zone", "a").into(),
            instance_type: text("type", "t").into(),
            price: text("price", "1").parse().unwrap(),
            weight: text("weight", "1").parse().unwrap(),
            priority: text("priority", "-").parse().ok(),
            free: text("free", "1000000").parse().unwrap(),
            vswitch: text("vswitch", "0").parse().unwrap(),
            vcpus: text("vcpus", "1").parse().unwrap(),
        }
    };
    let pools: Vec<CandidatePool> = rows.iter().map(pool).collect();
    let outcome = allocate(&AllocationRequest {
        strategy: strategy_named(strategy),
        target: target.parse().unwrap(),
        pools: &pools,
        free_addresses: &free_addresses,
        free_vcpus,
    });
    let amount = column("amount").expect("a column `amount`");
    for (pool, row) in rows.iter().enumerate() {
        assert_eq!(amount_of(&outcome, pool), row[amount], "amount of pool {pool} in {case:#?}");
        if let Some(order) = column("try") {
            assert_eq!(turn_of(&outcome, pool), row[order], "turn of pool {pool} in {case:#?}");
        }
    }
}

fn strategy_named(name: &str) -> Strategy {
    match name.split_once('/') {
        Some(("lowest-price", count)) => Strategy::LowestPricePools(count.parse().unwrap()),
        None if name == "lowest-price" => Strategy::LowestPrice,
        None if name == "prioritized" => Strategy::Prioritized,
        None if name == "diversified" => Strategy::Diversified,
        None if name == "capacity-optimized" => Strategy::CapacityOptimized,
        None if name == "capacity-optimized-prioritized" => Strategy::CapacityOptimizedPrioritized,
        None if name == "price-capacity-optimized" => Strategy::PriceCapacityOptimized,
        None if name == "lowest-unit-price" => Strategy::LowestUnitPrice,
        None if name == "optimal" => Strategy::Optimal,
        _ => panic!("an unknown strategy: `{name}`"),
    }
}

fn amount_of(outcome: &Allocation, pool: usize) -> String {
    let Some(allocation) = outcome.pools.iter().find(|allocation| allocation.pool == pool) else {
        return ".".to_owned();
    };
    let reason = match allocation.shortage {
        None => "",
        Some(Shortage::Instances) => ":free",
        Some(Shortage::Addresses) => ":addresses",
        Some(Shortage::Quota) => ":quota",
    };
    format!("{}{reason}", allocation.amount)
}

fn turn_of(outcome: &Allocation, pool: usize) -> String {
    let place = outcome.pools.iter().position(|allocation| allocation.pool == pool);
    place.map_or_else(|| ".".to_owned(), |place| (place + 1).to_string())
}
