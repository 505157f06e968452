use serde_json::{Value as Json, json};

use crate::cli::{Workspace, with_each_cli};

/// An instance with an interface of its own, and one whose second interface is made with it.
const MODULE: &str = r#"
terraform {
  required_providers {
    alicloud = {
      source = "aliyun/alicloud"
    }
  }
}

provider "alicloud" {
  region = "cn-hangzhou"
}

resource "alicloud_vpc" "web" {
  cidr_block = "172.16.0.0/16"
}

resource "alicloud_vswitch" "web" {
  for_each   = { h = "172.16.1.0/24", i = "172.16.2.0/24" }
  vpc_id     = alicloud_vpc.web.id
  cidr_block = each.value
  zone_id    = "cn-hangzhou-${each.key}"
}

resource "alicloud_security_group" "web" {
  vpc_id = alicloud_vpc.web.id
}

resource "alicloud_ecs_network_interface" "kept" {
  for_each           = alicloud_vswitch.web
  vswitch_id         = each.value.id
  security_group_ids = [alicloud_security_group.web.id]
  delete_on_release  = false
}

resource "alicloud_instance" "web" {
  vswitch_id      = alicloud_vswitch.web["h"].id
  security_groups = [alicloud_security_group.web.id]
  image_id        = "aliyun_3_x64_20G_alibase_20250629.vhd"
  instance_type   = "ecs.g7.large"

  network_interfaces {
    network_interface_id = alicloud_ecs_network_interface.kept["h"].id
  }
}

resource "alicloud_instance" "other" {
  vswitch_id      = alicloud_vswitch.web["i"].id
  security_groups = [alicloud_security_group.web.id]
  image_id        = "aliyun_3_x64_20G_alibase_20250629.vhd"
  instance_type   = "ecs.g7.large"

  network_interfaces {
    vswitch_id = alicloud_vswitch.web["i"].id
  }
}
"#;

const WEB: &str = "alicloud_instance.web";

const ADDRESSES: [&str; 3] = [WEB, "alicloud_instance.other", "alicloud_ecs_network_interface.kept[\"h\"]"];

fn id(attributes: &Json) -> &str {
    attributes["id"].as_str().expect("an id")
}

#[needs(cli)]
#[test]
fn n10_instances_are_launched_with_interfaces_imported_lost_and_destroyed() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, MODULE);
        workspace.apply();
        let kept = workspace.attributes(ADDRESSES[2]);
        let web = workspace.attributes(WEB);
        let groups = web["security_groups"].clone();
        let expected =
            json!({ "id": kept["id"], "vswitch_id": kept["vswitch_id"], "security_group_ids": groups.clone() });
        let shown = |instance: &Json| {
            let interface = &instance["network_interfaces"][0];
            let id = &interface["network_interface_id"];
            json!({ "id": id, "vswitch_id": interface["vswitch_id"], "security_group_ids": interface["security_group_ids"] })
        };
        assert_eq!(shown(&web), expected);
        let other = workspace.attributes("alicloud_instance.other");
        let made = shown(&other);
        assert!(made["id"].as_str().is_some_and(|id| id.starts_with("eni-")), "{made}");
        assert_ne!(made["id"], other["network_interface_id"], "the primary one");
        assert_eq!((&made["vswitch_id"], &made["security_group_ids"]), (&other["vswitch_id"], &groups));
        workspace.imports_are_exact(&ADDRESSES, &["attachment_count", "status"]);

        // The interface outlives its instance, and the next one gets it.
        let lost = ["world", "terminate", "--region", "cn-hangzhou", "--instance-id", id(&web)];
        assert_eq!(workspace.run_provider(&lost).code, 0);
        workspace.apply();
        let again = workspace.attributes(WEB);
        assert_ne!(again["id"], web["id"]);
        assert_eq!(shown(&again), expected);
        workspace.destroy();
        let world: Json = serde_json::from_str(&workspace.run_provider(&["world", "show", "--json"]).text).unwrap();
        assert_eq!(world["resources"], json!([]), "the interface that was made ended with its instance");
    });
}

/// What can never fit is an error of the plan, and what may be free by then one of the apply.
#[needs(cli)]
#[test]
fn n10_an_interface_that_cannot_be_attached_is_refused_where_it_is_named() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, MODULE);
        workspace.apply();
        let named = |interface: &str| MODULE.replace("alicloud_ecs_network_interface.kept[\"h\"].id", interface);
        let place = |code| (code, WEB, "network_interface_id");
        let elsewhere = "alicloud_ecs_network_interface.kept[\"i\"].id";
        for (interface, code) in [
            ("\"eni-none\"", "InvalidEniId.NotFound"),
            ("alicloud_instance.other.network_interface_id", "InvalidOperation.InvalidEniType"),
            (elsewhere, "InvalidOperation.AvailabilityZoneMismatch"),
        ] {
            workspace.write("main.tf", &named(interface));
            let report = workspace.refuse("plan");
            assert_eq!(report.error().place(), place(code));
        }
        let third = "alicloud_instance.other.network_interfaces[0].network_interface_id";
        let in_use = named(third).replace(
            "vswitch_id      = alicloud_vswitch.web[\"h\"].id",
            "vswitch_id      = alicloud_vswitch.web[\"i\"].id",
        );
        workspace.write("main.tf", &in_use);
        workspace.plan();
        let report = workspace.refuse("apply plan.bin");
        assert_eq!(report.error().place(), place("InvalidOperation.InvalidEniState"));
        let both = MODULE.replace(
            "    network_interface_id = alicloud_ecs_network_interface.kept[\"h\"].id",
            "    network_interface_id = \"eni-1\"\n    vswitch_id = \"vsw-1\"",
        );
        workspace.write("main.tf", &both);
        assert_eq!(workspace.refuse("validate").error().summary, "Conflicting Arguments");
        workspace.write("main.tf", MODULE);
        workspace.apply();
        workspace.destroy();
    });
}
