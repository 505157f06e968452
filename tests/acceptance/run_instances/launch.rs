use serde_json::json;

use super::{
    AMI, BATCH, LINUX, OTHER_AMI, batch, counts, each, east, g7, heyuan, image, in_heyuan_b, keyed_image, list,
    resource,
};
use crate::cli::{Workspace, with_each_cli};
use crate::hcl::provider;

/// EC2's sample request of 2007 yields its reply (R8, R16).
#[needs(cli)]
#[test]
fn the_sample_of_2007_yields_its_reply() {
    with_each_cli(|cli| {
        let arguments = format!(
            "  user_data        = \"This is base 64!\"\n  addressing_type  = \"public\"\n  wait_for_running = false\n{}",
            image(AMI, 1, 3)
        );
        let workspace = Workspace::new(cli, &(east(3, "") + &batch(&arguments)));
        workspace.apply();
        let reply = workspace.attributes(BATCH);
        assert_eq!(reply["instance_type"], "m1.small", "R18");
        assert_eq!(reply["group_set"], json!(["default"]));
        assert_eq!(reply["id"], reply["reservation_id"]);
        assert!(is_id(&reply["reservation_id"], "r-"), "{reply:#}");
        let owner = reply["owner_id"].as_str().expect("an owner");
        assert!(owner.len() == 12 && owner.bytes().all(|byte| byte.is_ascii_digit()), "{owner}");
        assert_eq!(reply["launched_count"], 3);
        assert!(reply["error_code"].is_null() && reply["error_message"].is_null());

        assert_eq!(each(&reply, "ami_launch_index"), [0, 1, 2].map(|index| json!(index)));
        assert_eq!(each(&reply, "instance_id"), *list(&reply, "instance_ids"));
        for instance in list(&reply, "instances") {
            assert!(is_id(&instance["instance_id"], "i-"), "{instance:#}");
            for (name, expected) in [
                ("image_id", json!(AMI)),
                ("state", json!("pending")),
                ("state_code", json!(0)),
                ("private_dns_name", json!("")),
                ("dns_name", json!("")),
                ("key_name", json!("example-key-name")),
                ("instance_type", json!("m1.small")),
                ("zone_id", json!("us-east-1a")),
                ("vswitch_id", json!("vsw-us-east-1a")),
                ("spot_strategy", json!("NoSpot")),
                ("launch_time", json!("2026-01-01T00:00:00Z")),
            ] {
                assert_eq!(instance[name], expected, "{name}");
            }
        }
        workspace.destroy();
    });
}

fn is_id(id: &serde_json::Value, prefix: &str) -> bool {
    let hex = id.as_str().and_then(|id| id.strip_prefix(prefix));
    hex.is_some_and(|hex| {
        hex.len() == 17 && hex.bytes().all(|byte| byte.is_ascii_hexdigit() && !byte.is_ascii_uppercase())
    })
}

/// Once the clock has moved, a refresh sees running instances with names; nothing is planned (R16).
#[needs(cli)]
#[test]
fn pending_instances_run_once_the_clock_has_moved() {
    with_each_cli(|cli| {
        let arguments = format!("  wait_for_running = false\n{}", image(AMI, 1, 3));
        let workspace = Workspace::new(cli, &(east(3, "") + &batch(&arguments)));
        workspace.apply();
        workspace.write("main.tf", &(east(3, "  clock = \"1m\"") + &batch(&arguments)));
        workspace.apply();
        let attributes = workspace.attributes(BATCH);
        assert_eq!(each(&attributes, "state"), vec![json!("running"); 3]);
        assert_eq!(each(&attributes, "state_code"), vec![json!(16); 3]);
        assert!(each(&attributes, "dns_name").iter().all(|name| name != ""), "{attributes:#}");
        assert!(each(&attributes, "private_dns_name").iter().all(|name| name != ""), "{attributes:#}");
        workspace.destroy();
    });
}

/// EC2's worked example: images of (5,10) and (20,40) share 24, 25, 30, … (R2–R7).
#[needs(cli)]
#[test]
fn the_worked_example_of_the_rotation() {
    let images = image(AMI, 5, 10) + &image(OTHER_AMI, 20, 40);
    let vectors = [(25, 5, 20), (26, 6, 20), (30, 8, 22), (36, 10, 26), (51, 10, 40)];
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(east(24, "") + &batch(&images)));
        let printed = workspace.refuse("apply");
        assert_eq!(printed.error().summary, "InsufficientInstanceCapacity");

        for (free, first, second) in vectors {
            workspace.write("main.tf", &(east(free, "") + &batch(&images)));
            workspace.apply();
            let attributes = workspace.attributes(BATCH);
            assert_eq!(counts(&attributes), [(AMI.to_owned(), first), (OTHER_AMI.to_owned(), second)], "{free} free");
            let indexes: Vec<_> = (0..first + second).map(|index| json!(index)).collect();
            assert_eq!(each(&attributes, "ami_launch_index"), indexes);
            workspace.destroy();
        }
    });
}

/// The rotation starts with the first image: the same request the other way round shares otherwise.
#[needs(cli)]
#[test]
fn the_rotation_starts_with_the_first_image() {
    with_each_cli(|cli| {
        let images = image(OTHER_AMI, 20, 40) + &image(AMI, 5, 10);
        let workspace = Workspace::new(cli, &(east(30, "") + &batch(&images)));
        workspace.apply();
        let expected = [(OTHER_AMI.to_owned(), 23), (AMI.to_owned(), 7)];
        assert_eq!(counts(&workspace.attributes(BATCH)), expected);
        workspace.destroy();
    });
}

/// Between minimum and maximum the launch succeeds, and a warning tells (R4).
#[needs(cli)]
#[test]
fn a_partial_launch_succeeds_and_says_so() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(heyuan(&g7(4, 0)) + &batch(&in_heyuan_b("", 2, 6))));
        let printed = workspace.apply_and_report();
        insta::assert_snapshot!("a_partial_launch", printed.sentences());
        let attributes = workspace.attributes(BATCH);
        assert_eq!(attributes["launched_count"], 4);
        assert_eq!(list(&attributes, "instance_ids").len(), 4);
        // More stock is no reason to launch more.
        workspace.write("main.tf", &(heyuan(&g7(9, 0)) + &batch(&in_heyuan_b("", 2, 6))));
        workspace.plan_is_empty();
        workspace.destroy();
    });
}

/// A key pair belongs to its image alone (R10); without one, instances of a public image cannot be logged in to (R22).
#[needs(cli)]
#[test]
fn key_pairs_are_per_image() {
    let scenario = format!("{}\n    key_pairs = [{{ name = \"ops\" }}]", g7(9, 0));
    with_each_cli(|cli| {
        let without_key = keyed_image("aliyun_2_1903_x64_20G_alibase_20210120.vhd", 1, 1, "");
        let arguments = format!(
            "  instance_type = \"ecs.g7.large\"\n  zone_id = \"cn-heyuan-b\"\n{}{}{without_key}",
            keyed_image(LINUX, 1, 1, "ops"),
            image(LINUX, 1, 1),
        );
        let workspace = Workspace::new(cli, &(heyuan(&scenario) + &batch(&arguments)));
        let printed = workspace.apply_and_report();
        insta::assert_snapshot!("an_image_without_a_key_pair", printed.sentences());
        let keys = each(&workspace.attributes(BATCH), "key_name");
        assert_eq!(keys, [json!("ops"), json!("example-key-name"), json!(null)]);
        workspace.destroy();
    });
}

/// An image with a product code needs the account's subscription; one is enough to refuse the whole call (R14).
#[needs(cli)]
#[test]
fn product_codes_need_a_subscription() {
    let images = image(AMI, 1, 1) + &image("ami-b232d0db", 1, 1);
    let subscribed = provider("  region = \"us-east-1\"\n  scenario = { product_codes = [\"774F4FF8\"] }");
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(provider("  region = \"us-east-1\"") + &batch(&images)));
        let printed = workspace.refuse("apply");
        assert_eq!(printed.error().summary, "OptInRequired");
        insta::assert_snapshot!("product_codes_need_a_subscription", printed.sentences());
        workspace.write("main.tf", &(subscribed.clone() + &batch(&images)));
        workspace.apply();
        assert_eq!(workspace.attributes(BATCH)["launched_count"], 2);
        workspace.destroy();
    });
}

/// An image that only the scenario knows launches like any other.
#[needs(cli)]
#[test]
fn images_of_the_scenario_launch() {
    let scenario = format!("{}\n    images = [{{ image_id = \"m-golden\" }}]", g7(1, 0));
    let arguments = in_heyuan_b("", 1, 1).replace(LINUX, "m-golden");
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(heyuan(&scenario) + &batch(&arguments)));
        workspace.apply();
        assert_eq!(each(&workspace.attributes(BATCH), "image_id"), [json!("m-golden")]);
        workspace.destroy();
    });
}

/// `public` maps a public to a private address, `direct` gives the public one alone and a warning (R13, R21).
#[needs(cli)]
#[test]
fn addresses_follow_the_addressing_type() {
    with_each_cli(|cli| {
        let direct = in_heyuan_b("  addressing_type = \"direct\"", 2, 2);
        let resources = resource("public", &in_heyuan_b("", 2, 2)) + &resource("direct", &direct);
        let workspace = Workspace::new(cli, &(heyuan(&g7(4, 0)) + &resources));
        let printed = workspace.apply_and_report();
        insta::assert_snapshot!("addresses_follow_the_addressing_type", printed.sentences());
        let public = workspace.attributes("simcloud_run_instances.public");
        let direct = workspace.attributes("simcloud_run_instances.direct");
        assert!(each(&public, "private_ip").iter().all(|ip| ip.as_str().is_some_and(|ip| ip.starts_with("10."))));
        assert_eq!(each(&direct, "private_ip"), [json!(null), json!(null)]);
        let mut addresses = each(&public, "public_ip");
        addresses.extend(each(&direct, "public_ip"));
        let distinct: std::collections::BTreeSet<&str> = addresses.iter().filter_map(|ip| ip.as_str()).collect();
        assert_eq!(distinct.len(), 4, "{addresses:?}");
        workspace.destroy();
    });
}

/// Without zone and vSwitch: the zone with most free instances; ties by name (R18).
#[needs(cli)]
#[test]
fn the_zone_with_most_free_instances_is_chosen() {
    let scenario = |a: u32, b: u32| {
        format!(
            "    offers = [{{ zone_id = \"cn-heyuan-a\", instance_type = \"ecs.g7.large\", on_sale = true }}]\n    stock = [\n      {{ zone_id = \"cn-heyuan-a\", instance_type = \"ecs.g7.large\", pay_as_you_go = {a} }},\n      {{ zone_id = \"cn-heyuan-b\", instance_type = \"ecs.g7.large\", pay_as_you_go = {b} }},\n    ]"
        )
    };
    let arguments = format!("  instance_type = \"ecs.g7.large\"\n{}", image(LINUX, 1, 1));
    with_each_cli(|cli| {
        for (a, b, expected) in [(3, 5, "cn-heyuan-b"), (5, 3, "cn-heyuan-a"), (4, 4, "cn-heyuan-a")] {
            let workspace = Workspace::new(cli, &(heyuan(&scenario(a, b)) + &batch(&arguments)));
            workspace.apply();
            let attributes = workspace.attributes(BATCH);
            assert_eq!(attributes["zone_id"], expected, "{a} and {b}");
            assert_eq!(attributes["vswitch_id"], format!("vsw-{expected}"));
            workspace.destroy();
        }
    });
}

/// What is certain stands in the plan: a default vSwitch names its zone, a zone has its default vSwitch.
#[needs(cli)]
#[test]
fn a_plan_shows_the_place_where_it_is_certain() {
    let cases = [
        ("  zone_id = \"cn-heyuan-b\"", json!("cn-heyuan-b"), json!("vsw-cn-heyuan-b")),
        ("  vswitch_id = \"vsw-cn-heyuan-b\"", json!("cn-heyuan-b"), json!("vsw-cn-heyuan-b")),
        ("", json!(null), json!(null)),
    ];
    with_each_cli(|cli| {
        for (arguments, zone, vswitch) in &cases {
            let arguments = format!("  instance_type = \"ecs.g7.large\"\n{arguments}\n{}", image(LINUX, 1, 1));
            let workspace = Workspace::new(cli, &(heyuan(&g7(1, 0)) + &batch(&arguments)));
            workspace.plan();
            let after = workspace.planned()["resource_changes"][0]["change"]["after"].clone();
            assert_eq!((&after["zone_id"], &after["vswitch_id"]), (zone, vswitch), "{arguments}");
            workspace.apply_saved();
            workspace.plan_is_empty();
            assert_eq!(workspace.attributes(BATCH)["vswitch_id"], "vsw-cn-heyuan-b");
        }
    });
}

/// Billing, price and cost are those of the launch, whatever the market does later (G7, G8).
#[needs(cli)]
#[test]
fn prices_are_those_of_the_launch() {
    let scenario = |price: &str| {
        format!(
            "{}\n    prices = [{{ instance_type = \"ecs.g7.large\", pay_as_you_go = 0.8, spot = {price} }}]",
            g7(9, 9)
        )
    };
    with_each_cli(|cli| {
        let spot = in_heyuan_b("  spot_strategy = \"SpotWithPriceLimit\"\n  spot_price_limit = 0.125", 3, 3);
        let workspace = Workspace::new(cli, &(heyuan(&scenario("0.1")) + &batch(&spot)));
        workspace.apply();
        workspace.write("main.tf", &(heyuan(&scenario("0.12")) + &batch(&spot)));
        workspace.plan_is_empty();
        let attributes = workspace.attributes(BATCH);
        assert_eq!(each(&attributes, "hourly_price"), vec![json!(0.1); 3]);
        assert_eq!(attributes["hourly_cost"], json!(0.3));
        assert_eq!(each(&attributes, "spot_strategy"), vec![json!("SpotWithPriceLimit"); 3]);
        workspace.destroy();
    });
}

/// `count` and `for_each` over reservations, and over the instances of one.
#[needs(cli)]
#[test]
fn reservations_and_instances_can_be_counted_and_iterated() {
    with_each_cli(|cli| {
        let arguments = in_heyuan_b("  count = 2", 2, 2);
        let each_zone = in_heyuan_b("  for_each = toset([\"red\", \"blue\"])\n  tags = { colour = each.key }", 1, 1);
        let outputs = r#"
output "addresses" {
  value = { for i in simcloud_run_instances.batch[0].instances : i.ami_launch_index => i.private_ip }
}

output "ids" {
  value = distinct(concat(simcloud_run_instances.batch[*].id, values(simcloud_run_instances.each)[*].id))
}

resource "terraform_data" "per_instance" {
  count = 2
  input = simcloud_run_instances.batch[1].instances[count.index].instance_id
}
"#;
        let workspace =
            Workspace::new(cli, &(heyuan(&g7(9, 0)) + &batch(&arguments) + &resource("each", &each_zone) + outputs));
        workspace.apply();
        assert_eq!(workspace.output("ids").as_array().map(Vec::len), Some(4));
        assert_eq!(workspace.output("addresses").as_object().map(serde_json::Map::len), Some(2));
        workspace.destroy();
    });
}

/// A hundred instances in one resource, the most that one request launches (L1).
#[needs(cli)]
#[test]
fn a_hundred_instances_in_one_resource() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(heyuan(&g7(100, 0)) + &batch(&in_heyuan_b("", 100, 100))));
        workspace.apply();
        let attributes = workspace.attributes(BATCH);
        let ids: std::collections::BTreeSet<&str> =
            list(&attributes, "instance_ids").iter().filter_map(|id| id.as_str()).collect();
        assert_eq!(ids.len(), 100);
        workspace.destroy();
    });
}

/// Same seed, same scenario, same calls: the same ids and addresses (W3).
#[needs(cli)]
#[test]
fn the_same_calls_have_the_same_reply() {
    with_each_cli(|cli| {
        let attributes = |seed: u32| {
            let scenario = format!("    seed = {seed}\n{}", g7(9, 9));
            let workspace = Workspace::new(cli, &(heyuan(&scenario) + &batch(&in_heyuan_b("", 2, 3))));
            workspace.apply();
            workspace.attributes(BATCH)
        };
        let first = attributes(1);
        assert_eq!(attributes(1), first);
        assert_ne!(attributes(2)["id"], first["id"]);
    });
}

/// The example of the documentation works as it stands.
#[needs(cli)]
#[test]
fn the_documentations_example_applies() {
    with_each_cli(|cli| {
        let example =
            std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/resources/simcloud_run_instances");
        let hcl = std::fs::read_to_string(example.join("resource.tf")).expect("the example");
        let workspace = Workspace::new(cli, &(crate::hcl::REQUIRED.to_owned() + &hcl));
        workspace.apply();
        assert!(list(&workspace.attributes(BATCH), "instance_ids").len() >= 3);
        workspace.destroy();
    });
}
