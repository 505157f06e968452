//! A web stack in two zones as people write it, unchanged, under the name of the real provider.

use serde_json::{Value as Json, json};

use crate::cli::{Workspace, with_each_cli};

const STACK: &str = r#"
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

variable "instance_type" {
  type    = string
  default = "ecs.g7.large"
}

variable "role" {
  type    = string
  default = "web"
}

variable "data_disk_size" {
  type    = number
  default = 100
}

variable "desired_capacity" {
  type    = number
  default = 2
}

locals {
  zones = ["cn-hangzhou-h", "cn-hangzhou-i"]
  image = "aliyun_3_x64_20G_alibase_20250629.vhd"
}

resource "alicloud_vpc" "web" {
  vpc_name   = "web"
  cidr_block = "172.16.0.0/16"
}

resource "alicloud_vswitch" "web" {
  count = 2

  vpc_id     = alicloud_vpc.web.id
  cidr_block = cidrsubnet(alicloud_vpc.web.cidr_block, 8, count.index)
  zone_id    = local.zones[count.index]
}

resource "alicloud_nat_gateway" "web" {
  vpc_id           = alicloud_vpc.web.id
  vswitch_id       = alicloud_vswitch.web[0].id
  nat_gateway_name = "web"
  payment_type     = "PayAsYouGo"
  nat_type         = "Enhanced"
}

resource "alicloud_eip_address" "web" {
  count = 2

  address_name         = "web-${count.index}"
  bandwidth            = "10"
  internet_charge_type = "PayByTraffic"
}

resource "alicloud_eip_association" "nat" {
  allocation_id = alicloud_eip_address.web[0].id
  instance_id   = alicloud_nat_gateway.web.id
}

resource "alicloud_snat_entry" "web" {
  count = 2

  snat_table_id     = alicloud_nat_gateway.web.snat_table_ids
  source_vswitch_id = alicloud_vswitch.web[count.index].id
  snat_ip           = alicloud_eip_association.nat.id == "" ? "" : alicloud_eip_address.web[0].ip_address
}

resource "alicloud_route_entry" "out" {
  route_table_id        = alicloud_vpc.web.route_table_id
  destination_cidrblock = "0.0.0.0/0"
  nexthop_type          = "NatGateway"
  nexthop_id            = alicloud_nat_gateway.web.id
}

resource "alicloud_security_group" "web" {
  security_group_name = "web"
  vpc_id              = alicloud_vpc.web.id
}

resource "alicloud_security_group_rule" "https" {
  type              = "ingress"
  ip_protocol       = "tcp"
  port_range        = "443/443"
  cidr_ip           = "0.0.0.0/0"
  security_group_id = alicloud_security_group.web.id
}

resource "alicloud_ecs_key_pair" "web" {
  key_pair_name = "web"
}

resource "alicloud_instance" "web" {
  count = 3

  instance_name        = "web-${count.index}"
  availability_zone    = local.zones[count.index % 2]
  vswitch_id           = alicloud_vswitch.web[count.index % 2].id
  security_groups      = [alicloud_security_group.web.id]
  image_id             = local.image
  instance_type        = var.instance_type
  key_name             = alicloud_ecs_key_pair.web.key_pair_name
  system_disk_category = "cloud_essd"

  data_disks {
    name     = "data"
    category = "cloud_essd"
    size     = var.data_disk_size
  }

  tags = {
    role = var.role
  }
}

resource "alicloud_eip_association" "front" {
  allocation_id = alicloud_eip_address.web[1].id
  instance_id   = alicloud_instance.web[0].id
}

resource "alicloud_ecs_launch_template" "workers" {
  launch_template_name = "workers"
  image_id             = local.image
  instance_type        = var.instance_type
  security_group_id    = alicloud_security_group.web.id
}

resource "alicloud_ess_scaling_group" "workers" {
  scaling_group_name = "workers"
  min_size           = 1
  max_size           = 5
  desired_capacity   = var.desired_capacity
  vswitch_ids        = alicloud_vswitch.web[*].id
  multi_az_policy    = "BALANCE"
  launch_template_id = alicloud_ecs_launch_template.workers.id

  launch_template_override {
    instance_type     = "ecs.g7.large"
    weighted_capacity = 1
  }

  launch_template_override {
    instance_type     = "ecs.g6.large"
    weighted_capacity = 1
  }
}
"#;

/// Everything that the stack makes, but what is made by `count` only once.
const ADDRESSES: [&str; 16] = [
    "alicloud_vpc.web",
    "alicloud_vswitch.web[0]",
    "alicloud_nat_gateway.web",
    "alicloud_eip_address.web[0]",
    "alicloud_eip_association.nat",
    "alicloud_snat_entry.web[1]",
    "alicloud_route_entry.out",
    "alicloud_security_group.web",
    "alicloud_security_group_rule.https",
    "alicloud_ecs_key_pair.web",
    "alicloud_instance.web[0]",
    "alicloud_instance.web[2]",
    "alicloud_eip_association.front",
    "alicloud_ecs_launch_template.workers",
    "alicloud_ess_scaling_group.workers",
    "alicloud_eip_address.web[1]",
];

/// Computed attributes that change because others use the object; a read keeps them, so that plans are quiet.
const KEPT_BY_A_READ: [&str; 3] = ["vswitch_ids", "available_ip_address_count", "status"];

/// What the world holds.
fn world(workspace: &Workspace) -> Json {
    serde_json::from_str(&workspace.run_provider(&["world", "show", "--json"]).text).expect("JSON")
}

#[needs(cli)]
#[test]
fn a_web_stack_is_applied_changed_in_place_imported_and_destroyed() {
    with_each_cli(|cli| {
        let mut workspace = Workspace::new(cli, STACK);
        workspace.apply();
        let id = |workspace: &Workspace, address: &str| {
            workspace.attributes(address)["id"].as_str().expect("an id").to_owned()
        };
        let before: Vec<String> = (0..3).map(|n| id(&workspace, &format!("alicloud_instance.web[{n}]"))).collect();
        workspace.imports_are_exact(&ADDRESSES, &KEPT_BY_A_READ);

        workspace
            .set("TF_VAR_instance_type", "ecs.g7.xlarge")
            .set("TF_VAR_role", "shop")
            .set("TF_VAR_data_disk_size", "200")
            .set("TF_VAR_desired_capacity", "4");
        let plan = workspace.plan();
        assert_eq!(workspace.planned_change("alicloud_instance.web[1]")["actions"], json!(["update"]), "{plan}");
        workspace.apply();
        let after: Vec<String> = (0..3).map(|n| id(&workspace, &format!("alicloud_instance.web[{n}]"))).collect();
        assert_eq!(before, after, "type, tags and disks change in place");
        let instance = workspace.attributes("alicloud_instance.web[1]");
        assert_eq!(instance["instance_type"], "ecs.g7.xlarge");
        assert_eq!((&instance["tags"]["role"], &instance["data_disks"][0]["size"]), (&json!("shop"), &json!(200)));
        workspace.accept("refresh");
        assert_eq!(workspace.attributes("alicloud_ess_scaling_group.workers")["fulfilled_capacity"], 4);

        workspace.destroy();
        let world = world(&workspace);
        for left in ["groups", "reservations", "scaling_groups", "instances", "resources"] {
            assert!(world[left].as_array().is_none_or(Vec::is_empty), "{left}: {}", world[left]);
        }
        assert_eq!(world["resources"], json!([]));
    });
}

/// A market in which pools have as many free pay-as-you-go instances as is said, and plenty of everything else.
fn stock(rows: &[(&str, &str, u32)]) -> String {
    let row = |(zone, instance_type, free): &(&str, &str, u32)| json!({ "zone_id": zone, "instance_type": instance_type, "pay_as_you_go": free });
    let rest = json!({ "pay_as_you_go": 9, "spot": 9 });
    let rules: Vec<Json> = std::iter::once(rest).chain(rows.iter().map(row)).collect();
    json!({ "stock": rules }).to_string()
}

/// A work folder of the stack on a market that a test writes to `market.json`.
fn stack_on(cli: &crate::cli::Cli, market: &str) -> Workspace {
    let mut workspace = Workspace::new(cli, STACK);
    workspace.set("SIMCLOUD_SCENARIO", "market.json");
    workspace.write("market.json", market);
    workspace
}

/// The ids of the instances in the state, of those launched one by one and of those of the scaling group.
fn ids_in_state(workspace: &Workspace) -> Vec<String> {
    let listed = workspace.run(&["state", "list"]).text;
    let mut ids: Vec<String> = listed
        .lines()
        .filter(|address| address.starts_with("alicloud_instance."))
        .map(|address| workspace.attributes(address)["id"].as_str().expect("an id").to_owned())
        .collect();
    if listed.contains("alicloud_ess_scaling_group.workers") {
        let group = workspace.attributes("alicloud_ess_scaling_group.workers");
        let of_group = group["instances"].as_array().into_iter().flatten();
        ids.extend(of_group.map(|instance| instance["instance_id"].as_str().expect("an id").to_owned()));
    }
    ids.sort();
    ids
}

/// Instances of a zone that is out: the plan warns, each apply says what the pool has and what would fit, and what was
/// made is in the state, no more and no less. Once there is stock, an apply makes the rest.
#[needs(cli)]
#[test]
fn instances_of_the_stack_that_find_no_stock_are_told_and_leave_nothing_behind() {
    with_each_cli(|cli| {
        let workspace = stack_on(cli, &stock(&[("cn-hangzhou-h", "ecs.g7.large", 0)]));
        let planned = workspace.accept("plan");
        let said = planned.warning("Capacity Missing").sentences();
        assert!(said.contains("`cn-hangzhou-h` has 0 `ecs.g7.large` free as pay-as-you-go"), "{said}");
        assert!(said.contains("What would fit now: ecs.g7.large in cn-hangzhou-"), "{said}");

        let printed = workspace.refuse("apply");
        assert_eq!(printed.error_codes(), ["OperationDenied.NoStock"; 2], "two of three are in the zone that is out");
        for error in printed.errors() {
            let said = error.sentences();
            let pool = "`cn-hangzhou-h` has 0 `ecs.g7.large` free as pay-as-you-go, and one is asked for";
            assert!(said.contains(pool), "{said}");
            assert!(said.contains("What would fit now: ecs.g7.large in cn-hangzhou-"), "{said}");
            assert!(said.contains(".large in cn-hangzhou-h ("), "{said}");
        }
        let made = ids_in_state(&workspace);
        assert_eq!(made.len(), 3, "one instance, and the two of the group: {made:?}");
        let listed = workspace.run(&["state", "list"]).text;
        assert!(
            !listed.contains("alicloud_instance.web[0]") && !listed.contains("alicloud_eip_association.front"),
            "{listed}"
        );
        let shown = world(&workspace);
        let in_use = |pool: &Json| ["pay_as_you_go", "spot"].map(|side| pool[side]["in_use"].as_u64().unwrap_or(0));
        let instances: u64 = shown["pools"].as_array().into_iter().flatten().flat_map(in_use).sum();
        assert_eq!(instances, 3, "nothing lives beside the state: {shown:#}");
        let known = ids_in_state(&workspace);
        let alone: Vec<&str> = shown["instances"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|instance| instance["id"].as_str())
            .collect();
        assert!(
            !alone.is_empty() && alone.iter().all(|id| known.iter().any(|known| known == id)),
            "{alone:?} {known:?}"
        );

        workspace.write("market.json", &stock(&[]));
        let printed = workspace.apply_and_report();
        assert_eq!(printed.changes.add, 3, "two instances and the association: {}", printed.text);
        workspace.destroy();
    });
}

/// A change in place that finds no stock in the new pool leaves the instance, its state and the old pool as they were.
#[needs(cli)]
#[test]
fn a_change_of_type_that_finds_no_stock_changes_nothing() {
    with_each_cli(|cli| {
        let short = stock(&[("cn-hangzhou-h", "ecs.g7.xlarge", 0), ("cn-hangzhou-i", "ecs.g7.xlarge", 0)]);
        let mut workspace = stack_on(cli, &short);
        workspace.apply();
        let before = ids_in_state(&workspace);
        workspace.set("TF_VAR_instance_type", "ecs.g7.xlarge");
        let planned = workspace.accept("plan");
        let said = planned.warning("Capacity Missing").sentences();
        assert!(said.contains("0 `ecs.g7.xlarge` free as pay-as-you-go"), "{said}");
        let printed = workspace.refuse("apply");
        assert_eq!(printed.error_codes(), ["OperationDenied.NoStock"; 3]);
        assert!(
            printed.errors().iter().all(|error| error.sentences().contains("What would fit now: ")),
            "{}",
            printed.text
        );
        for index in 0..3 {
            let instance = workspace.attributes(&format!("alicloud_instance.web[{index}]"));
            assert_eq!((&instance["instance_type"], &instance["status"]), (&json!("ecs.g7.large"), &json!("Running")));
        }
        assert_eq!(ids_in_state(&workspace), before);
        workspace.set("TF_VAR_instance_type", "ecs.g7.large");
        workspace.apply();
        workspace.destroy();
    });
}

/// A scaling group launches what there is: that is no error, and the reasons for the rest are told and are data.
#[needs(cli)]
#[test]
fn a_scaling_group_of_the_stack_that_finds_too_little_warns_and_says_why() {
    with_each_cli(|cli| {
        let short = stock(&[
            ("cn-hangzhou-h", "ecs.g7.large", 3),
            ("cn-hangzhou-i", "ecs.g7.large", 2),
            ("cn-hangzhou-h", "ecs.g6.large", 0),
            ("cn-hangzhou-i", "ecs.g6.large", 1),
        ]);
        let mut workspace = stack_on(cli, &short);
        workspace.apply();
        assert_eq!(workspace.attributes("alicloud_ess_scaling_group.workers")["fulfilled_capacity"], 2);
        workspace.set("TF_VAR_desired_capacity", "5");
        let planned = workspace.accept("plan");
        let said = planned.warning("Capacity Missing").sentences();
        assert!(said.contains("ecs.g7.large"), "{said}");
        let printed = workspace.accept("apply");
        assert!(printed.has_warning("Capacity Missing") || printed.has_warning("Scaling Group"), "{}", printed.text);
        let group = workspace.attributes("alicloud_ess_scaling_group.workers");
        assert_eq!(group["fulfilled_capacity"], 3, "{group:#}");
        let codes: Vec<&str> =
            group["launch_results"].as_array().unwrap().iter().filter_map(|row| row["error_code"].as_str()).collect();
        assert!(!codes.is_empty() && codes.iter().all(|code| *code == "NoInstanceStock"), "{codes:?}");
        assert_eq!(ids_in_state(&workspace).len(), 6);
        workspace.plan_is_empty();
        workspace.write("market.json", &stock(&[]));
        workspace.accept("refresh");
        workspace.destroy();
    });
}
