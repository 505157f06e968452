//! The known answers of the rules and of the services' own documents.

use super::table::{Case, check, check_case};
use crate::alloc::Strategy::{CapacityOptimized, Diversified, LowestPrice, LowestPricePools, Optimal, Prioritized};
use crate::alloc::{MinMax, Request, allocate, round_robin};
use crate::base::Decimal;

const ALL: [crate::alloc::Strategy; 6] =
    [LowestPrice, LowestPricePools(2), Prioritized, Diversified, CapacityOptimized, Optimal];

#[test]
fn lowest_price_counts_the_whole_cost_and_looks_again() {
    check(
        LowestPrice,
        "9",
        "
        price weight | amount try
        1     8      | 1      1
        0.25  1      | 1      2
    ",
    );
    // Equal weights: ascending price, G3's shortage at the one that ran out.
    check(
        LowestPrice,
        "10",
        "
        price stock | amount  try
        0.32  9     | 4       3
        0.30  2     | 2:stock 1
        0.31  4     | 4:stock 2
        0.33  9     | .       .
    ",
    );
    // What is empty is tried all the same; what is just enough is not short.
    check(
        LowestPrice,
        "4",
        "
        price stock | amount  try
        0.30  0     | 0:stock 1
        0.31  4     | 4       2
        0.32  9     | .       .
    ",
    );
    // EC2's guide: the dearer instance is cheaper per unit.
    check(
        LowestPrice,
        "8",
        "
        price weight | amount
        0.05  2      | .
        0.10  8      | 1
    ",
    );
    // Stock does not enter the price: the first look counts one of the heavy for all, though there is none.
    check(
        LowestPrice,
        "8",
        "
        price weight stock | amount
        1     8      0     | 0:stock
        0.25  2      4     | 4
    ",
    );
}

#[test]
fn lowest_price_ties_go_to_the_cheaper_per_unit_then_to_the_first_g5() {
    // Two of either cost the same; the second is cheaper per unit.
    check(
        LowestPrice,
        "3",
        "
        price weight | amount
        1     2      | .
        1     3      | 1
    ",
    );
    check(
        LowestPrice,
        "3",
        "
        price weight | amount
        1     3      | 1
        1     3      | .
    ",
    );
}

#[test]
fn lowest_price_over_several_pools() {
    check(
        LowestPricePools(2),
        "9",
        "
        price | amount
        0.30  | 5
        0.31  | 4
        0.32  | .
    ",
    );
    check(
        LowestPricePools(2),
        "8",
        "
        price stock | amount  try
        0.30  0     | 0:stock 1
        0.31  9     | 8       2
        0.32  9     | .       .
    ",
    );
    // When all of the two are out, the next cheapest alone.
    check(
        LowestPricePools(2),
        "12",
        "
        price stock | amount  try
        0.33  9     | 1       4
        0.30  2     | 2:stock 1
        0.31  4     | 4:stock 2
        0.32  5     | 5:stock 3
    ",
    );
    // Alibaba's guide: 100 over 5 is 20 each.
    check(
        LowestPricePools(5),
        "100",
        "
        price | amount
        0.11  | 20
        0.12  | 20
        0.13  | 20
        0.14  | 20
        0.15  | 20
        0.16  | .
    ",
    );
    // Cheapest per unit, not per instance; even in units.
    check(
        LowestPricePools(2),
        "12",
        "
        price weight | amount
        0.30  1      | .
        0.40  4      | 2
        0.40  2      | 2
    ",
    );
    // One pool to use is no other rule than none.
    check(
        LowestPricePools(1),
        "9",
        "
        price weight | amount
        1     8      | 1
        0.25  1      | 1
    ",
    );
}

#[test]
fn prioritized_goes_by_priority_and_absent_is_last() {
    check(
        Prioritized,
        "10",
        "
        priority price stock | amount  try
        -        0.10  9     | .       .
        2        0.30  9     | 5       3
        0        0.50  2     | 2:stock 1
        1        0.40  3     | 3:stock 2
    ",
    );
    check(
        Prioritized,
        "3",
        "
        priority price | amount
        0        0.31  | .
        0        0.30  | 3
        0        0.30  | .
    ",
    );
    check(
        Prioritized,
        "3",
        "
        priority price stock | amount  try
        -        0.10  9     | 1       2
        7        0.50  2     | 2:stock 1
    ",
    );
}

#[test]
fn diversified_goes_by_zone_then_by_pool() {
    check(
        Diversified,
        "7",
        "
        zone price | amount try
        a    0.32  | 2      3
        b    0.31  | 2      2
        c    0.30  | 3      1
    ",
    );
    // EC2's guide: 10 pools, 100 instances, 10 each.
    let pools: String = (0..10).map(|zone| format!("z{zone} 10\n")).collect();
    check(Diversified, "100", &format!("zone amount\n{pools}"));
    // EC2's guide: 30 units of instances of 8, the extra one in the cheapest per unit.
    check(
        Diversified,
        "30",
        "
        zone price weight | amount
        a    0.30  8      | 2
        b    0.31  8      | 1
        c    0.32  8      | 1
    ",
    );
    // A zone's share goes to its other pools first, then to the other zones.
    check(
        Diversified,
        "12",
        "
        zone price stock | amount  try
        a    0.30  1     | 1:stock 1
        a    0.31  2     | 2:stock 3
        b    0.32  9     | 9       2
    ",
    );
    check(
        Diversified,
        "8",
        "
        zone price stock | amount  try
        a    0.30  0     | 0:stock 1
        a    0.31  9     | 4       2
        b    0.32  9     | 4       3
    ",
    );
}

#[test]
fn diversified_splits_the_guides_ten_units() {
    // Two zones, two families, weights 1 and 2: of each family one of weight 1 and two of weight 2.
    check(
        Diversified,
        "10",
        "
        zone type price weight | amount
        a    f-1  0.11  1      | 1
        a    f-2  0.20  2      | 1
        a    g-1  0.12  1      | .
        a    g-2  0.20  2      | 1
        b    f-1  0.12  1      | .
        b    f-2  0.20  2      | 1
        b    g-1  0.11  1      | 1
        b    g-2  0.20  2      | 1
    ",
    );
}

#[test]
fn capacity_optimized_goes_by_instances() {
    check(
        CapacityOptimized,
        "20",
        "
        price weight stock | amount  try
        0.10  1      6     | 5       3
        0.90  1      8     | 8:stock 1
        0.20  1      7     | 7:stock 2
    ",
    );
    // Seven instances of weight 1 are deeper than six of weight 4.
    check(
        CapacityOptimized,
        "5",
        "
        price weight stock | amount
        0.10  4      6     | .
        0.90  1      7     | 5
    ",
    );
    check(
        CapacityOptimized,
        "5",
        "
        price stock | amount
        0.31  9     | .
        0.30  9     | 5
    ",
    );
}

#[test]
fn optimal_is_the_cheapest_fleet() {
    // `lowest-price` would pay 1.25 for the first of these and take two of the heavy for the second.
    check(
        Optimal,
        "9",
        "
        price weight | amount
        1     8      | 1
        0.25  1      | 1
    ",
    );
    check(
        Optimal,
        "10",
        "
        price weight stock | amount
        1     6      9     | 1
        0.80  4      9     | 1
        0.20  1      3     | .
    ",
    );
    // Twice the weight at twice the price: fewer units, then fewer instances, then more from earlier pools.
    check(
        Optimal,
        "3",
        "
        price weight | amount
        0.20  2      | 1
        0.10  1      | 1
    ",
    );
    check(
        Optimal,
        "4",
        "
        price weight | amount
        0.10  1      | .
        0.20  2      | 2
        0.20  2      | .
    ",
    );
    check(
        Optimal,
        "4",
        "
        price weight | amount
        1     4      | 1
        1     5      | .
    ",
    );
    // Prefers an earlier single over an equal pair's split: 1 + 3 and 2 + 2 cost and count the same.
    check(
        Optimal,
        "4",
        "
        price weight stock | amount
        0.10  1      1     | 1
        0.20  2      9     | .
        0.30  3      9     | 1
    ",
    );
    check(
        Optimal,
        "4",
        "
        price weight stock | amount
        0.20  2      9     | 2
        0.10  1      1     | .
        0.30  3      9     | .
    ",
    );
}

#[test]
fn optimal_out_of_reach_takes_all_there_is_and_only_then_is_short() {
    check(
        Optimal,
        "10",
        "
        price stock | amount  try
        0.32  3     | 3:stock 1
        0.30  0     | 0:stock 2
        0.31  4     | 4:stock 3
    ",
    );
    check(
        Optimal,
        "7",
        "
        price stock | amount
        0.32  3     | 3
        0.30  0     | .
        0.31  4     | 4
    ",
    );
}

#[test]
fn optimal_decides_the_rest_anew_when_addresses_or_quota_bind() {
    // The second vSwitch has two addresses, the third none.
    check_case(
        &Case { strategy: Optimal, target: "6", free_addresses: &[9, 2, 0], free_vcpus: None },
        "
        price vswitch | amount
        0.40  0       | 4
        0.30  1       | 2
        0.20  2       | .
    ",
    );
    check_case(
        &Case { strategy: Optimal, target: "6", free_addresses: &[9], free_vcpus: Some(9) },
        "
        price vcpus | amount      try
        0.40  1     | 1:quota     2
        0.30  2     | 4:quota     1
    ",
    );
    check_case(
        &Case { strategy: Optimal, target: "6", free_addresses: &[3, 2, 0], free_vcpus: None },
        "
        price vswitch stock | amount
        0.40  0       9     | 3:addresses
        0.30  1       9     | 2:addresses
        0.20  2       9     | 0:addresses
        0.20  2       0     | 0:stock
    ",
    );
}

#[test]
fn the_first_that_binds_names_the_reason_g3() {
    // Two pools share three addresses; stock comes before addresses, addresses before quota.
    check_case(
        &Case { strategy: LowestPrice, target: "9", free_addresses: &[3, 9], free_vcpus: Some(6) },
        "
        price stock vswitch vcpus | amount      try
        0.30  2     0       1     | 2:stock     1
        0.31  9     0       1     | 1:addresses 2
        0.32  9     1       2     | 1:quota     3
        0.33  9     1       1     | 1:quota     4
    ",
    );
    check_case(
        &Case { strategy: LowestPrice, target: "3", free_addresses: &[2], free_vcpus: Some(2) },
        "
        price stock | amount
        0.30  2     | 2:stock
        0.31  9     | 0:addresses
    ",
    );
    // A pool too large for what is left of the quota is out; a smaller one is not.
    check_case(
        &Case { strategy: Diversified, target: "6", free_addresses: &[9], free_vcpus: Some(11) },
        "
        zone price vcpus | amount
        a    0.30  4     | 2:quota
        b    0.31  1     | 3:quota
    ",
    );
    check_case(
        &Case { strategy: LowestPricePools(2), target: "9", free_addresses: &[4], free_vcpus: None },
        "
        price stock | amount
        0.30  1     | 1:stock
        0.31  9     | 3:addresses
        0.32  9     | 0:addresses
    ",
    );
}

#[test]
fn weights_round_up_g4() {
    for (target, weight, instances) in [
        ("10", "2", "5"),
        ("10", "8", "2"),
        ("24", "6", "4"),
        ("24", "5", "5"),
        ("30", "8", "4"),
        ("5", "3", "2"),
        ("4", "3", "2"),
        ("7", "4", "2"),
        ("1", "8", "1"),
        ("0", "8", "."),
        ("20", "1", "20"),
        ("20", "2", "10"),
        ("6", "4", "2"),
        ("1", "0.3", "4"),
        ("0.9", "0.3", "3"),
        ("-1", "1", "."),
    ] {
        for strategy in ALL {
            check(strategy, target, &format!("weight amount\n{weight} {instances}"));
        }
    }
}

#[test]
fn the_guides_whole_cost_of_a_target_decides_between_sizes() {
    // Twenty of the small or ten of the double size, whichever costs less in all.
    for (small, double, expected) in [("0.10", "0.19", [".", "10"]), ("0.10", "0.21", ["20", "."])] {
        let [first, second] = expected;
        for strategy in [LowestPrice, Optimal] {
            check(strategy, "20", &format!("price weight amount\n{small} 1 {first}\n{double} 2 {second}"));
        }
    }
}

#[test]
fn nothing_to_choose_from_or_nothing_wanted_tries_no_pool() {
    for strategy in ALL {
        check(strategy, "5", "weight amount\n0 .\n-1 .");
        let request = Request { strategy, target: Decimal::TEN, pools: &[], free_addresses: &[], free_vcpus: Some(0) };
        assert_eq!(allocate(&request).placements, []);
    }
}

#[test]
fn round_robin_gives_the_minima_then_one_at_a_time() {
    // `min-max` of each item, then what each gets from which capacity; `-` is nothing at all.
    let table = "
        5-10 20-40     | 0: -     24: -     25: 5 20  26: 6 20  27: 6 21  30: 8 22  34: 10 24
        5-10 20-40     | 35: 10 25  36: 10 26  49: 10 39  50: 10 40  51: 10 40  100: 10 40
        20-40 5-10     | 30: 23 7
        1-3 2-2 1-10   | 3: -  4: 1 2 1  5: 2 2 1  6: 2 2 2  7: 3 2 2  8: 3 2 3  9: 3 2 4  15: 3 2 10  16: 3 2 10
        2-4 3-6 1-8    | 5: -  6: 2 3 1  7: 3 3 1  8: 3 4 1  9: 3 4 2  10: 4 4 2  12: 4 5 3  13: 4 6 3  14: 4 6 4
        2-4 3-6 1-8    | 17: 4 6 7  18: 4 6 8  20: 4 6 8
        3-3 4-4        | 6: -  7: 3 4  8: 3 4
        5-5 1-10       | 6: 5 1  7: 5 2  10: 5 5  15: 5 10  16: 5 10
        1-2 1-100      | 2: 1 1  3: 2 1  4: 2 2  5: 2 3  50: 2 48
        1-2 1-2        | 2: 1 1  3: 2 1  4: 2 2
        1-3            | 0: -  1: 1  2: 2  3: 3  4: 3
        10-15 30-40    | 30: -  40: 10 30  45: 13 32
    ";
    for line in table.trim().lines() {
        let (items, vectors) = line.split_once('|').unwrap();
        let items: Vec<MinMax> = items
            .split_whitespace()
            .map(|item| item.split_once('-').unwrap())
            .map(|(min, max)| MinMax { min: min.parse().unwrap(), max: max.parse().unwrap() })
            .collect();
        let mut words = vectors.split_whitespace().peekable();
        while let Some(capacity) = words.next() {
            let capacity: u64 = capacity.strip_suffix(':').unwrap().parse().unwrap();
            let mut expected = Vec::new();
            while let Some(word) = words.next_if(|word| !word.ends_with(':')) {
                expected.push(word);
            }
            let expected =
                (expected != ["-"]).then(|| expected.iter().map(|n| n.parse().unwrap()).collect::<Vec<u64>>());
            assert_eq!(round_robin(&items, capacity), expected, "{capacity} over {items:?}");
        }
    }
}
