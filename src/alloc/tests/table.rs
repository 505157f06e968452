//! Requests and their expected outcomes as text, one row per pool.

use crate::alloc::{Outcome, Pool, Request, Shortage, Strategy, allocate};
use crate::base::Decimal;

/// What does not stand in the table.
pub(super) struct Case<'a> {
    pub(super) strategy: Strategy,
    pub(super) target: &'a str,
    pub(super) free_addresses: &'a [u32],
    pub(super) free_vcpus: Option<u64>,
}

/// Checks a table without limits on addresses and vCPUs.
#[track_caller]
pub(super) fn check(strategy: Strategy, target: &str, table: &str) {
    check_case(&Case { strategy, target, free_addresses: &[1_000_000; 4], free_vcpus: None }, table);
}

/// The first line names the columns: those of a pool, then `|`, then `amount`. A pool that is not tried has the amount
/// `.`; one that ran short has the reason after the amount, as in `3:stock`. The last column may be followed by `try`,
/// which numbers the pools in the order first tried.
#[track_caller]
pub(super) fn check_case(case: &Case, table: &str) {
    let mut lines = table.trim().lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let columns = lines.next().expect("a first line");
    let rows: Vec<Vec<&str>> = lines.collect();
    assert!(rows.iter().all(|row| row.len() == columns.len()), "a row has more or fewer cells than columns");
    let column = |name: &str| columns.iter().position(|&column| column == name);
    let pools: Vec<Pool> = rows
        .iter()
        .map(|row| {
            let text = |name: &str, absent: &'static str| column(name).map_or(absent, |at| row[at]).to_owned();
            Pool {
                zone_id: text("zone", "a").into(),
                instance_type: text("type", "t").into(),
                price: text("price", "1").parse().unwrap(),
                weight: text("weight", "1").parse().unwrap(),
                priority: text("priority", "-").parse().ok(),
                stock: text("stock", "1000000").parse().unwrap(),
                vswitch: text("vswitch", "0").parse().unwrap(),
                vcpus: text("vcpus", "1").parse().unwrap(),
            }
        })
        .collect();
    let request = Request {
        strategy: case.strategy,
        target: case.target.parse::<Decimal>().unwrap(),
        pools: &pools,
        free_addresses: case.free_addresses,
        free_vcpus: case.free_vcpus,
    };
    let outcome = allocate(&request);
    let amount = column("amount").expect("a column `amount`");
    for (pool, row) in rows.iter().enumerate() {
        assert_eq!(amount_text(&outcome, pool), row[amount], "pool {pool} of {:?} in\n{table}", case.strategy);
        if let Some(order) = column("try") {
            let place = outcome.placements.iter().position(|placement| placement.pool == pool);
            let place = place.map_or_else(|| ".".to_owned(), |place| (place + 1).to_string());
            assert_eq!(place, row[order], "turn of pool {pool} of {:?} in\n{table}", case.strategy);
        }
    }
}

fn amount_text(outcome: &Outcome, pool: usize) -> String {
    let Some(placement) = outcome.placements.iter().find(|placement| placement.pool == pool) else {
        return ".".to_owned();
    };
    let reason = match placement.short {
        None => "",
        Some(Shortage::Stock) => ":stock",
        Some(Shortage::Addresses) => ":addresses",
        Some(Shortage::Quota) => ":quota",
    };
    format!("{}{reason}", placement.amount)
}
