use serde_json::{Value as Json, json};

use crate::cli::{Workspace, with_each_cli};
use crate::hcl::{group, provider, targets};

fn ids(values: &Json) -> Vec<&str> {
    values.as_array().into_iter().flatten().filter_map(Json::as_str).collect()
}

/// The resource of the only type asked for, in one zone.
fn in_zone<'j>(answer: &'j Json, zone: &str) -> &'j Json {
    let zones = answer["available_zones"].as_array().expect("zones");
    let zone = zones.iter().find(|row| row["zone_id"] == zone).expect("the zone");
    &zone["available_resources"][0]
}

/// `ecs.g6e.large` takes ESSD only, and cn-beijing-x has none.
#[needs(cli)]
#[test]
fn a_type_without_a_disk_in_the_zone_is_unsupported() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(
            cli,
            &(provider(r#"  region = "cn-beijing""#)
                + r#"
data "simcloud_available_resources" "essd" {
  instance_type = "ecs.g6e.large"
}

data "simcloud_available_resources" "all" {
  zone_id = "cn-beijing-x"
}

data "simcloud_zones" "essd" {
  available_instance_type = "ecs.g6e.large"
  available_disk_category = "cloud_essd"
}
"#),
        );
        workspace.apply();
        let answer = workspace.attributes("data.simcloud_available_resources.essd");
        let unsupported = in_zone(&answer, "cn-beijing-x");
        assert_eq!(unsupported["supported"], false);
        assert_eq!(unsupported["unsupported_reason"], "InvalidInstanceType.NotSupportDiskCategory");
        assert_eq!(unsupported["status"], "SoldOut");
        assert_eq!(unsupported["status_category"], "ClosedWithoutStock");
        assert_eq!(unsupported["system_disks"], json!([]));
        let supported = in_zone(&answer, "cn-beijing-h");
        assert_eq!(supported["supported"], true);
        assert!(supported["unsupported_reason"].is_null());
        assert_eq!(
            supported["system_disks"],
            json!([{ "category": "cloud_essd", "min": 1, "max": 2048, "unit": "GiB" }])
        );
        assert_eq!(supported["data_disks"][0]["max"], 65536);

        let all = workspace.attributes("data.simcloud_available_resources.all");
        let listed = all["available_zones"][0]["available_resources"].as_array().expect("types").clone();
        let essd_only = listed.iter().find(|row| row["instance_type"] == "ecs.g6e.large").expect("listed all the same");
        assert_eq!(essd_only["supported"], false);

        let zones = workspace.attributes("data.simcloud_zones.essd");
        let zones = ids(&zones["ids"]);
        assert!(zones.contains(&"cn-beijing-h") && !zones.contains(&"cn-beijing-x"), "{zones:?}");
    });
}

#[needs(cli)]
#[test]
fn stock_is_told_by_billing_and_falls_with_use() {
    with_each_cli(|cli| {
        let settings = |spot| {
            provider(&format!(
                r#"  scenario = {{
    stock = [{{ zone_id = "cn-heyuan-b", instance_type = "ecs.s6-c1m1.small", pay_as_you_go = 12, spot = {spot} }}]
  }}"#
            ))
        };
        let sources = r#"
data "simcloud_available_resources" "payg" {
  zone_id       = "cn-heyuan-b"
  instance_type = "ecs.s6-c1m1.small"
  depends_on    = [simcloud_auto_provisioning_group.web]
}

data "simcloud_available_resources" "spot" {
  zone_id       = "cn-heyuan-b"
  instance_type = "ecs.s6-c1m1.small"
  spot_strategy = "SpotAsPriceGo"
}
"#;
        let workspace = Workspace::new(cli, &(settings(0) + &group("web", &targets(3, 0)) + sources));
        workspace.apply();
        let payg = workspace.attributes("data.simcloud_available_resources.payg");
        let payg = in_zone(&payg, "cn-heyuan-b");
        assert_eq!((&payg["stock"], &payg["status_category"]), (&json!(9), &json!("ClosedWithStock")));
        let spot = workspace.attributes("data.simcloud_available_resources.spot");
        let spot = in_zone(&spot, "cn-heyuan-b");
        assert_eq!((&spot["stock"], &spot["status_category"]), (&json!(0), &json!("WithoutStock")));
        assert_eq!((&spot["supported"], &spot["status"]), (&json!(true), &json!("SoldOut")));
        workspace.destroy();
    });
}

/// A fleet that takes the last instance of a zone does not make its zone disappear from the next plan.
#[needs(cli)]
#[test]
fn zones_and_types_depend_on_the_market_and_not_on_the_worlds_own_instances() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(
            cli,
            &(provider(
                r#"  scenario = {
    stock = [
      { zone_id = "cn-heyuan-b", instance_type = "ecs.s6-c1m1.small", pay_as_you_go = 2, spot = 0 },
      { zone_id = "cn-heyuan-a", instance_type = "ecs.g7.large", pay_as_you_go = 0 },
    ]
  }"#,
            ) + &group("web", &targets(2, 0))
                + r#"
data "simcloud_zones" "small" {
  available_instance_type = "ecs.s6-c1m1.small"
  available_disk_category = "cloud_ssd"
  depends_on              = [simcloud_auto_provisioning_group.web]
}

data "simcloud_zones" "spot" {
  available_instance_type = "ecs.s6-c1m1.small"
  spot_strategy           = "SpotAsPriceGo"
}

data "simcloud_zones" "default" {
  available_resource_creation = "VSwitch"
}

data "simcloud_instance_types" "general" {
  instance_type_family = "ecs.g7"
  cpu_core_count       = 2
}

data "simcloud_instance_types" "nodes" {
  kubernetes_node_role = "Master"
  sorted_by            = "Price"
}

data "simcloud_instance_types" "arm" {
  availability_zone = "cn-heyuan-b"
  image_id          = "aliyun_3_arm64_20G_alibase_20250629.vhd"
}
"#),
        );
        workspace.apply();
        let zones = |name: &str| workspace.attributes(&format!("data.simcloud_zones.{name}"))["ids"].clone();
        assert!(ids(&zones("small")).contains(&"cn-heyuan-b"), "{}", zones("small"));
        assert!(!ids(&zones("spot")).contains(&"cn-heyuan-b"), "{}", zones("spot"));
        assert_eq!(zones("default"), json!(["cn-heyuan-a", "cn-heyuan-b"]));

        let types = |name: &str| workspace.attributes(&format!("data.simcloud_instance_types.{name}"));
        let general = types("general");
        assert_eq!(general["ids"], json!(["ecs.g7.large"]));
        let general = &general["instance_types"][0];
        assert_eq!(general["availability_zones"], json!(["cn-heyuan-b"]));
        assert_eq!((&general["cpu_core_count"], &general["memory_size"]), (&json!(2), &json!(8)));

        let nodes = types("nodes");
        let nodes = nodes["instance_types"].as_array().expect("types");
        let prices: Vec<f64> = nodes.iter().filter_map(|row| row["price"].as_str()?.parse().ok()).collect();
        assert!(prices.len() == nodes.len() && prices.is_sorted(), "{prices:?}");
        assert!(nodes.iter().all(|row| row["cpu_core_count"].as_u64() >= Some(2) && row["gpu"]["amount"] == "0"));

        let arm = types("arm");
        let arm = arm["instance_types"].as_array().expect("types");
        assert!(!arm.is_empty() && arm.iter().all(|row| row["architecture"] == "arm64"), "{arm:?}");
        workspace.destroy();
    });
}
