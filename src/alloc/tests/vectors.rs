//! The known answers of the rules and of the services' own documents.

use super::table::check;
use crate::alloc::{MinMax, round_robin};

const ALL: [&str; 9] = [
    "lowest-price",
    "lowest-price/2",
    "lowest-unit-price",
    "prioritized",
    "diversified",
    "capacity-optimized",
    "capacity-optimized-prioritized",
    "price-capacity-optimized",
    "optimal",
];

#[test]
fn lowest_price_counts_the_whole_cost_and_looks_again() {
    check(
        "
        lowest-price 9
        price weight | amount try
        1     8      | 1      1
        0.25  1      | 1      2

        # Equal weights: ascending price, G3's shortage at the one that ran out.
        lowest-price 10
        price free  | amount  try
        0.32  9     | 4       3
        0.30  2     | 2:free  1
        0.31  4     | 4:free  2
        0.33  9     | .       .

        # What is empty is tried all the same; what is just enough is not short.
        lowest-price 4
        price free  | amount  try
        0.30  0     | 0:free  1
        0.31  4     | 4       2
        0.32  9     | .       .

        # EC2's guide: the dearer instance is cheaper per unit.
        lowest-price 8
        price weight | amount
        0.05  2      | .
        0.10  8      | 1

        # Stock does not enter the price: the first look counts one of the heavy for all, though there is none.
        lowest-price 8
        price weight free  | amount
        1     8      0     | 0:free
        0.25  2      4     | 4
        ",
    );
}

#[test]
fn lowest_price_ties_go_to_the_cheaper_per_unit_then_to_the_first_g5() {
    check(
        "
        # Two of either cost the same; the second is cheaper per unit.
        lowest-price 3
        price weight | amount
        1     2      | .
        1     3      | 1

        lowest-price 3
        price weight | amount
        1     3      | 1
        1     3      | .
        ",
    );
}

#[test]
fn lowest_price_over_several_pools() {
    check(
        "
        lowest-price/2 9
        price | amount
        0.30  | 5
        0.31  | 4
        0.32  | .

        lowest-price/2 8
        price free  | amount  try
        0.30  0     | 0:free  1
        0.31  9     | 8       2
        0.32  9     | .       .

        # When all of the two are out, the next cheapest alone.
        lowest-price/2 12
        price free  | amount  try
        0.33  9     | 1       4
        0.30  2     | 2:free  1
        0.31  4     | 4:free  2
        0.32  5     | 5:free  3

        # Alibaba's guide: 100 over 5 is 20 each.
        lowest-price/5 100
        price | amount
        0.11  | 20
        0.12  | 20
        0.13  | 20
        0.14  | 20
        0.15  | 20
        0.16  | .

        # Cheapest per unit, not per instance; even in units.
        lowest-price/2 12
        price weight | amount
        0.30  1      | .
        0.40  4      | 2
        0.40  2      | 2

        # One pool to use is no other rule than none.
        lowest-price/1 9
        price weight | amount
        1     8      | 1
        0.25  1      | 1
        ",
    );
}

#[test]
fn prioritized_goes_by_priority_and_absent_is_last() {
    check(
        "
        prioritized 10
        priority price free  | amount  try
        -        0.10  9     | .       .
        2        0.30  9     | 5       3
        0        0.50  2     | 2:free  1
        1        0.40  3     | 3:free  2

        prioritized 3
        priority price | amount
        0        0.31  | .
        0        0.30  | 3
        0        0.30  | .

        prioritized 3
        priority price free  | amount  try
        -        0.10  9     | 1       2
        7        0.50  2     | 2:free  1
        ",
    );
}

#[test]
fn diversified_goes_by_zone_then_by_pool() {
    check(
        "
        diversified 7
        zone price | amount try
        a    0.32  | 2      3
        b    0.31  | 2      2
        c    0.30  | 3      1

        # EC2's guide: 100 over ten pools is 10 each.
        diversified 100
        zone | amount
        z0   | 10
        z1   | 10
        z2   | 10
        z3   | 10
        z4   | 10
        z5   | 10
        z6   | 10
        z7   | 10
        z8   | 10
        z9   | 10

        # EC2's guide: 30 units of instances of 8, the extra one in the cheapest per unit.
        diversified 30
        zone price weight | amount
        a    0.30  8      | 2
        b    0.31  8      | 1
        c    0.32  8      | 1

        # A zone's share goes to its other pools first, then to the other zones.
        diversified 12
        zone price free  | amount  try
        a    0.30  1     | 1:free  1
        a    0.31  2     | 2:free  3
        b    0.32  9     | 9       2

        diversified 8
        zone price free  | amount  try
        a    0.30  0     | 0:free  1
        a    0.31  9     | 4       2
        b    0.32  9     | 4       3

        # Fewest units, not fewest instances.
        diversified 12
        zone price weight | amount
        a    0.40  4      | 1
        b    0.10  1      | 4
        c    0.20  2      | 2
        ",
    );
}

#[test]
fn diversified_splits_the_guides_ten_units() {
    check(
        "
        # Two zones, two families, weights 1 and 2: of each family one of weight 1 and two of weight 2.
        diversified 10
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
        "
        capacity-optimized 20
        price weight free  | amount  try
        0.10  1      6     | 5       3
        0.90  1      8     | 8:free  1
        0.20  1      7     | 7:free  2

        # Seven instances of weight 1 are deeper than six of weight 4.
        capacity-optimized 5
        price weight free  | amount
        0.10  4      6     | .
        0.90  1      7     | 5

        capacity-optimized 5
        price free  | amount
        0.31  9     | .
        0.30  9     | 5
        ",
    );
}

#[test]
fn optimal_is_the_cheapest_fleet() {
    check(
        "
        # `lowest-price` would pay 1.25 for the first of these and take two of the heavy for the second.
        optimal 9
        price weight | amount
        1     8      | 1
        0.25  1      | 1

        optimal 10
        price weight free  | amount
        1     6      9     | 1
        0.80  4      9     | 1
        0.20  1      3     | .

        # Twice the weight at twice the price: fewer units, then fewer instances, then more from earlier pools.
        optimal 3
        price weight | amount
        0.20  2      | 1
        0.10  1      | 1

        optimal 4
        price weight | amount
        0.10  1      | .
        0.20  2      | 2
        0.20  2      | .

        optimal 4
        price weight | amount
        1     4      | 1
        1     5      | .

        # Fewer units at the same cost, although that takes more instances.
        optimal 4
        price weight | amount
        4     5      | .
        1     1      | 4

        # Prefers an earlier single over an equal pair's split: 1 + 3 and 2 + 2 cost and count the same.
        optimal 4
        price weight free  | amount
        0.10  1      1     | 1
        0.20  2      9     | .
        0.30  3      9     | 1

        optimal 4
        price weight free  | amount
        0.20  2      9     | 2
        0.10  1      1     | .
        0.30  3      9     | .
        ",
    );
}

#[test]
fn optimal_out_of_reach_takes_all_there_is_and_only_then_is_short() {
    check(
        "
        optimal 10
        price free  | amount  try
        0.32  3     | 3:free  1
        0.30  0     | 0:free  2
        0.31  4     | 4:free  3

        optimal 7
        price free  | amount
        0.32  3     | 3
        0.30  0     | .
        0.31  4     | 4
        ",
    );
}

#[test]
fn optimal_reaches_the_target_within_addresses_and_quota_if_that_is_possible() {
    check(
        "
        # The second vSwitch has two addresses, the third none.
        optimal 6, addresses 9 2 0
        price vswitch | amount
        0.40  0       | 4
        0.30  1       | 2
        0.20  2       | .

        optimal 6, addresses 9, vcpus 9
        price vcpus | amount
        0.40  1     | 3
        0.30  2     | 3

        optimal 6, addresses 3 2 0
        price vswitch free  | amount
        0.40  0       9     | 3:addresses
        0.30  1       9     | 2:addresses
        0.20  2       9     | 0:addresses
        0.20  2       0     | 0:free
        ",
    );
}

#[test]
fn the_first_that_binds_names_the_reason_g3() {
    check(
        "
        # Two pools share three addresses; free  comes before addresses, addresses before quota.
        lowest-price 9, addresses 3 9, vcpus 6
        price free  vswitch vcpus | amount      try
        0.30  2     0       1     | 2:free      1
        0.31  9     0       1     | 1:addresses 2
        0.32  9     1       2     | 1:quota     3
        0.33  9     1       1     | 1:quota     4

        lowest-price 3, addresses 2, vcpus 2
        price free  | amount
        0.30  2     | 2:free
        0.31  9     | 0:addresses

        # A pool too large for what is left of the quota is out; a smaller one is not.
        diversified 6, addresses 9, vcpus 11
        zone price vcpus | amount
        a    0.30  4     | 2:quota
        b    0.31  1     | 3:quota

        lowest-price/2 9, addresses 4
        price free  | amount
        0.30  1     | 1:free
        0.31  9     | 3:addresses
        0.32  9     | 0:addresses
        ",
    );
}

#[test]
fn price_capacity_optimized_takes_the_cheapest_of_the_deep_pools_g5() {
    check(
        "
        # The cheapest has too little to be deep; of the two deep ones the cheaper is first.
        price-capacity-optimized 4
        price free  | amount try
        0.10  3     | .      .
        0.20  9     | .      .
        0.15  6     | 4      1

        # Twice what the target takes is deep, whatever others have.
        price-capacity-optimized 4
        price free  | amount
        0.10  8     | 4
        0.20  99    | .

        # Weights count: two instances of weight 2 are the target.
        price-capacity-optimized 4
        price weight free  | amount
        0.10  1      4     | .
        0.30  2      9     | 2

        # What is missing comes from those that are deep among the rest.
        price-capacity-optimized 12
        price free  | amount  try
        0.10  2     | 2:free  2
        0.30  8     | 8:free  1
        0.20  3     | 2       3
        ",
    );
}

#[test]
fn capacity_optimized_prioritized_follows_priorities_where_pools_have_enough_g22() {
    check(
        "
        capacity-optimized-prioritized 4
        priority price free  | amount
        2        0.10  9     | .
        1        0.30  5     | 4
        0        0.20  3     | .

        capacity-optimized-prioritized 9
        priority price free  | amount  try
        0        0.10  3     | 3:free  2
        -        0.30  5     | 5:free  1
        1        0.20  2     | 1       3
        ",
    );
}

#[test]
fn lowest_unit_price_of_ec2_g22() {
    check(
        "
        # EC2's guide: the dearer instance is cheaper per unit, and the last one overshoots.
        lowest-unit-price 10
        price weight | amount
        0.05  2      | .
        0.10  8      | 2

        # One instance of any pool is more than the target: the price of an instance decides.
        lowest-unit-price 1
        price weight | amount
        0.05  2      | 1
        0.10  8      | .

        lowest-unit-price 6
        price weight free  | amount  try
        0.10  2      9     | 2       2
        0.08  2      1     | 1:free  1
        ",
    );
}

#[test]
fn weights_round_up_g4() {
    // Units wanted, units of one instance, instances.
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
            check(&format!("{strategy} {target}\nweight | amount\n{weight} | {instances}"));
        }
    }
}

#[test]
fn the_cost_of_the_whole_target_decides_between_sizes() {
    // Alibaba's guide: twenty of the small or ten of the double size, whichever costs less in all.
    for strategy in ["lowest-price", "optimal"] {
        check(&format!("{strategy} 20\nprice weight | amount\n0.10 1 | .\n0.19 2 | 10"));
        check(&format!("{strategy} 20\nprice weight | amount\n0.10 1 | 20\n0.21 2 | ."));
    }
}

#[test]
fn nothing_to_choose_from_tries_no_pool() {
    for strategy in ALL {
        check(&format!("{strategy} 5\nweight | amount"));
        check(&format!("{strategy} 5\nweight | amount\n0 | .\n-1 | ."));
    }
}

#[test]
fn r5_r6_round_robin_gives_the_minima_then_one_at_a_time() {
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
