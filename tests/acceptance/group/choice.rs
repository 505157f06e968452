//! Which pools, disks and types are chosen.

use serde_json::json;

use super::{WEB, each, hangzhou, list, pool, rows, web};
use crate::cli::{Workspace, with_each_cli};
use crate::hcl::targets;

/// Prices by zone, all in stock.
const PRICED: &str = r#"prices = [
    { zone_id = "cn-hangzhou-h", pay_as_you_go = 3, spot = 0.3 },
    { zone_id = "cn-hangzhou-i", pay_as_you_go = 1, spot = 0.1 },
    { zone_id = "cn-hangzhou-j", pay_as_you_go = 2, spot = 0.2 },
  ]
  stock = [{ zone_id = "cn-hangzhou-h" , pay_as_you_go = 9, spot = 9 }, { zone_id = "cn-hangzhou-i", pay_as_you_go = 2, spot = 2 }, { zone_id = "cn-hangzhou-j", pay_as_you_go = 9, spot = 5 }]"#;

fn three_zones(arguments: [&str; 3]) -> String {
    ["h", "i", "j"].iter().zip(arguments).map(|(zone, arguments)| pool(zone, "ecs.g7.large", arguments)).collect()
}

/// Every strategy of both billings, on the same three zones (G5).
#[needs(cli)]
#[test]
fn each_strategy_chooses_as_its_rule_says_g5() {
    let cases = [
        ("", targets(4, 0), vec!["i 2", "i 0 NoInstanceStock", "j 2"]),
        ("  pay_as_you_go_allocation_strategy = \"optimal\"", targets(4, 0), vec!["i 2", "j 2"]),
        ("  pay_as_you_go_allocation_strategy = \"prioritized\"", targets(4, 0), vec!["j 4"]),
        ("  spot_allocation_strategy = \"lowest-price\"", targets(0, 3), vec!["i 2", "i 0 NoInstanceStock", "j 1"]),
        ("  spot_instance_pools_to_use_count = 2", targets(0, 4), vec!["i 2", "j 2"]),
        ("  spot_allocation_strategy = \"diversified\"", targets(0, 5), vec!["i 2", "j 2", "h 1"]),
        ("  spot_allocation_strategy = \"capacity-optimized\"", targets(0, 4), vec!["h 4"]),
        ("  spot_allocation_strategy = \"optimal\"", targets(0, 3), vec!["i 2", "j 1"]),
    ];
    with_each_cli(|cli| {
        for (strategy, capacity, expected) in &cases {
            let pools = three_zones(["    priority = 2", "    priority = 1", "    priority = 0"]);
            let workspace =
                Workspace::new(cli, &(hangzhou(PRICED) + &web(&format!("{capacity}\n{strategy}\n{pools}"))));
            workspace.apply();
            let found: Vec<String> =
                rows(&workspace.attributes(WEB)).iter().map(|row| row.replace("ecs.g7.large ", "")).collect();
            assert_eq!(found, *expected, "{strategy}");
            workspace.destroy();
        }
    });
}

/// Units are what the weights say; only the last instance overshoots (G4, G14).
#[needs(cli)]
#[test]
fn weights_count_in_units_g4_g14() {
    with_each_cli(|cli| {
        let pools = pool("h", "ecs.g7.xlarge", "    weighted_capacity = 4")
            + &pool("i", "ecs.g7.large", "    weighted_capacity = \"2.0\"");
        let prices = "prices = [{ instance_type = \"ecs.g7.xlarge\", pay_as_you_go = 1 }, { instance_type = \"ecs.g7.large\", pay_as_you_go = 0.75 }]";
        let workspace = Workspace::new(cli, &(hangzhou(prices) + &web(&(targets(9, 0) + &pools))));
        workspace.apply();
        let attributes = workspace.attributes(WEB);
        assert_eq!(rows(&attributes), ["ecs.g7.xlarge h 2", "ecs.g7.large i 1"]);
        assert_eq!(attributes["fulfilled_capacity"], 10);
        assert_eq!(attributes["fulfilled_vcpus"], 10);
        assert_eq!(attributes["hourly_cost"], 2.75);
        assert_eq!(attributes["optimal_hourly_cost"], 2.75);
        workspace.destroy();
    });
}

/// The first listed disk category that a pool takes wins, and overrides the launch configuration's (G2, N3).
#[needs(cli)]
#[test]
fn the_disk_ladder_goes_down_in_order_g2_n3() {
    with_each_cli(|cli| {
        let offers = "offers = [{ zone_id = \"cn-hangzhou-h\", disk_categories = [\"cloud_ssd\", \"cloud_efficiency\"] }, { zone_id = \"cn-hangzhou-i\", disk_categories = [\"cloud\"] }]";
        let arguments = targets(2, 0)
            + &pool("h", "ecs.g7.large", "")
            + &pool("i", "ecs.g7.large", "")
            + "  system_disk_config {\n    disk_category = \"cloud_essd\"\n  }\n  system_disk_config {\n    disk_category = \"cloud_ssd\"\n  }\n  data_disk_config {\n    disk_category = \"cloud_efficiency\"\n  }\n";
        let workspace = Workspace::new(cli, &(hangzhou(offers) + &web(&arguments)));
        workspace.apply();
        let attributes = workspace.attributes(WEB);
        assert_eq!(each(&attributes, "system_disk_category"), ["cloud_ssd", "cloud_ssd"]);
        assert_eq!(
            rows(&attributes),
            ["ecs.g7.large h 2", "ecs.g7.large i 0 InvalidInstanceType.NotSupportDiskCategory"]
        );
        workspace.destroy();
    });
}

/// Filters stand for every type that matches them and is sold in the zone, in order of name (G2).
#[needs(cli)]
#[test]
fn filters_find_the_types_g2() {
    let filter = |arguments: &str| {
        targets(0, 1) + &format!("\n  launch_template_config {{\n    zone_id = \"cn-hangzhou-j\"\n{arguments}\n  }}\n")
    };
    let none_in_stock = "stock = [{ pay_as_you_go = 0, spot = 0 }]";
    with_each_cli(|cli| {
        let types = |arguments: &str| {
            let workspace = Workspace::new(cli, &(hangzhou(none_in_stock) + &web(&filter(arguments))));
            workspace.apply();
            let attributes = workspace.attributes(WEB);
            workspace.destroy();
            list(&attributes, "launch_results")
                .iter()
                .map(|row| row["instance_type"].as_str().expect("a type").to_owned())
                .collect::<std::collections::BTreeSet<_>>()
        };
        let two_by_eight = types("    cores = [2]\n    memories = [8]\n    burstable_performance = \"Exclude\"");
        assert!(two_by_eight.contains("ecs.g7.large") && two_by_eight.contains("ecs.g6.large"), "{two_by_eight:?}");
        assert!(!two_by_eight.contains("ecs.c7.large"), "{two_by_eight:?}");

        let excluded = types(
            "    cores = [2]\n    memories = [8]\n    burstable_performance = \"Exclude\"\n    excluded_instance_types = [\"ecs.g7*\"]",
        );
        assert!(excluded.contains("ecs.g6.large") && !excluded.iter().any(|name| name.starts_with("ecs.g7")));

        let burstable = types("    cores = [2]\n    burstable_performance = \"Required\"");
        assert!(!burstable.is_empty() && burstable.iter().all(|name| name.starts_with("ecs.t")), "{burstable:?}");

        let arm = types("    cores = [2]\n    architectures = [\"Arm\"]");
        assert!(!arm.is_empty() && arm.iter().all(|name| name.contains("8y.")), "{arm:?}");

        let entry = types("    instance_family_level = [\"EntryLevel\"]\n    cores = [1]");
        assert!(!entry.is_empty() && entry.is_disjoint(&burstable), "{entry:?}");
    });
}

/// The ceiling of a pool is the lower of its own and the group's; rows and instances say that there was one (G2, G7).
#[needs(cli)]
#[test]
fn the_lower_ceiling_counts_g2_g7() {
    with_each_cli(|cli| {
        let pools = three_zones(["    max_price = 5", "    max_price = 0.05", ""]);
        let arguments = targets(1, 3) + "\n  max_spot_price = 0.25\n" + &pools;
        let workspace = Workspace::new(cli, &(hangzhou(PRICED) + &web(&arguments)));
        workspace.apply();
        let attributes = workspace.attributes(WEB);
        assert_eq!(
            rows(&attributes),
            [
                "ecs.g7.large i 1",
                "ecs.g7.large j 3",
                "ecs.g7.large h 0 InvalidSpotPriceLimit.LowerThanPublicPrice",
                "ecs.g7.large i 0 InvalidSpotPriceLimit.LowerThanPublicPrice"
            ]
        );
        let limit = "SpotWithPriceLimit";
        assert_eq!(each(&attributes, "spot_strategy"), ["NoSpot", limit, limit, limit]);
        workspace.destroy();
    });
}

/// A family stands for its newest image; per pool, a group of type `instant` takes another image.
#[needs(cli)]
#[test]
fn images_by_family_and_by_pool() {
    with_each_cli(|cli| {
        let own = "    image_id = \"aliyun_2_1903_x64_20G_alibase_20210120.vhd\"";
        let arguments = targets(2, 0) + &pool("h", "ecs.g7.large", own) + &pool("i", "ecs.g7.large", "");
        let stock = "stock = [{ zone_id = \"cn-hangzhou-h\", pay_as_you_go = 1 }], prices = [{ zone_id = \"cn-hangzhou-h\", pay_as_you_go = 0.01 }]";
        let hcl = hangzhou(stock) + &web(&arguments);
        let hcl =
            hcl.replace("image_id = \"aliyun_3_x64_20G_alibase_20250629.vhd\"", "image_family = \"aliyun_3_x64\"");
        let workspace = Workspace::new(cli, &hcl);
        workspace.apply();
        assert_eq!(
            each(&workspace.attributes(WEB), "image_id"),
            [json!("aliyun_2_1903_x64_20G_alibase_20210120.vhd"), json!("aliyun_3_x64_20G_alibase_20250629.vhd")]
        );
        workspace.destroy();
        workspace.write("main.tf", &hcl.replace("\"aliyun_3_x64\"", "\"aliyun_9\""));
        let printed = workspace.refuse("plan");
        insta::assert_snapshot!("images_by_family_and_by_pool", printed.sentences());
    });
}
