//! `terraform query` finds what is there, and what it generates plans no change.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::cli::{Cli, Workspace, with_each_cli, words};
use crate::hcl::provider;

/// Something of every type.
const EVERYTHING: &str = r#"
resource "simcloud_vpc" "all" {
  vpc_name    = "all"
  cidr_block  = "10.4.0.0/16"
  enable_ipv6 = true

  tags = {
    team = "batch"
  }
}

resource "simcloud_vswitch" "all" {
  vpc_id     = simcloud_vpc.all.id
  zone_id    = "cn-heyuan-b"
  cidr_block = "10.4.1.0/24"
}

resource "simcloud_security_group" "all" {
  security_group_name = "all"
  vpc_id              = simcloud_vpc.all.id
  inner_access_policy = "Drop"
}

resource "simcloud_security_group_rule" "all" {
  security_group_id = simcloud_security_group.all.id
  type              = "ingress"
  ip_protocol       = "tcp"
  port_range        = "22/22"
  cidr_ip           = "10.0.0.0/8"
}

resource "simcloud_ecs_key_pair" "all" {
  key_name_prefix = "all-"
}

resource "simcloud_ecs_launch_template" "all" {
  launch_template_name = "all"
  instance_type        = "ecs.g7.large"
  image_id             = "aliyun_3_x64_20G_alibase_20250629.vhd"
  vswitch_id           = simcloud_vswitch.all.id
  user_data            = "ZWNobw=="

  system_disk {
    category = "cloud_essd"
    size     = 40
  }
}

resource "simcloud_run_instances" "all" {
  instance_type      = "ecs.g7.large"
  vswitch_id         = simcloud_vswitch.all.id
  security_group_ids = [simcloud_security_group.all.id]
  client_token       = "all"

  image {
    image_id  = "aliyun_3_x64_20G_alibase_20250629.vhd"
    min_count = 1
    max_count = 2
  }
}

resource "simcloud_ecs_disk" "all" {
  zone_id  = "cn-heyuan-b"
  category = "cloud_essd"
  size     = 40
}

resource "simcloud_ecs_disk_attachment" "all" {
  disk_id     = simcloud_ecs_disk.all.id
  instance_id = simcloud_run_instances.all.instances[0].instance_id
}

resource "simcloud_ecs_network_interface" "all" {
  vswitch_id                         = simcloud_vswitch.all.id
  security_group_ids                 = [simcloud_security_group.all.id]
  secondary_private_ip_address_count = 2
}

resource "simcloud_ecs_network_interface_attachment" "all" {
  network_interface_id = simcloud_ecs_network_interface.all.id
  instance_id          = simcloud_run_instances.all.instances[0].instance_id
}

resource "simcloud_ram_role" "all" {
  role_name = "all"
  services  = ["ecs.aliyuncs.com"]
}

resource "simcloud_ram_policy" "all" {
  policy_name     = "all"
  policy_document = "{}"
}

resource "simcloud_ram_role_policy_attachment" "all" {
  role_name   = simcloud_ram_role.all.role_name
  policy_name = simcloud_ram_policy.all.policy_name
  policy_type = "Custom"
}

resource "simcloud_ram_role_attachment" "all" {
  role_name    = simcloud_ram_role.all.role_name
  instance_ids = [simcloud_run_instances.all.instances[0].instance_id]
}

resource "simcloud_nat_gateway" "all" {
  vpc_id     = simcloud_vpc.all.id
  vswitch_id = simcloud_vswitch.all.id
}

resource "simcloud_eip_address" "all" {
  bandwidth = "10"
}

resource "simcloud_eip_association" "all" {
  allocation_id = simcloud_eip_address.all.id
  instance_id   = simcloud_nat_gateway.all.id
}

resource "simcloud_snat_entry" "all" {
  snat_table_id     = simcloud_nat_gateway.all.snat_table_ids
  source_vswitch_id = simcloud_vswitch.all.id
  snat_ip           = simcloud_eip_address.all.ip_address
}

resource "simcloud_route_entry" "all" {
  route_table_id        = simcloud_vpc.all.route_table_id
  destination_cidrblock = "0.0.0.0/0"
  nexthop_type          = "NatGateway"
  nexthop_id            = simcloud_nat_gateway.all.id
}

resource "simcloud_instance" "all" {
  instance_name   = "all $${web}"
  instance_type   = "ecs.g7.large"
  image_id        = "aliyun_3_x64_20G_alibase_20250629.vhd"
  vswitch_id      = simcloud_vswitch.all.id
  security_groups = [simcloud_security_group.all.id]
  password        = "Passw0rd!"
  user_data       = "echo $${HOME}"

  data_disks {
    size     = 40
    category = "cloud_essd"
  }
}

resource "simcloud_ess_scaling_group" "all" {
  min_size         = 0
  max_size         = 3
  desired_capacity = 1
  vswitch_ids      = [simcloud_vswitch.all.id]
}

resource "simcloud_ess_scaling_configuration" "all" {
  scaling_group_id  = simcloud_ess_scaling_group.all.id
  instance_types    = ["ecs.g7.large", "ecs.g6.large"]
  image_id          = "aliyun_3_x64_20G_alibase_20250629.vhd"
  security_group_id = simcloud_security_group.all.id
  active            = true
  enable            = true
  force_delete      = true
}

resource "simcloud_ess_scaling_rule" "all" {
  scaling_group_id = simcloud_ess_scaling_group.all.id
  adjustment_type  = "QuantityChangeInCapacity"
  adjustment_value = -1
}

resource "simcloud_auto_provisioning_group" "all" {
  auto_provisioning_group_name = "all"
  auto_provisioning_group_type = "instant"
  total_target_capacity        = 3
  terminate_instances          = true

  launch_template_config {
    zone_id           = "cn-heyuan-a"
    instance_type     = "ecs.g7.large"
    weighted_capacity = 2
  }

  launch_template_config {
    zone_id       = "cn-heyuan-b"
    instance_type = "ecs.g7.large"
  }

  launch_configuration {
    image_id = "aliyun_3_x64_20G_alibase_20250629.vhd"
  }
}
"#;

const TYPES: [&str; 32] = [
    "auto_provisioning_group",
    "disk",
    "disk_attachment",
    "ecs_disk",
    "ecs_disk_attachment",
    "ecs_key_pair",
    "ecs_launch_template",
    "ecs_network_interface",
    "ecs_network_interface_attachment",
    "eip",
    "eip_address",
    "eip_association",
    "ess_scaling_configuration",
    "ess_scaling_group",
    "ess_scaling_rule",
    "instance",
    "key_pair",
    "launch_template",
    "nat_gateway",
    "network_interface",
    "network_interface_attachment",
    "ram_policy",
    "ram_role",
    "ram_role_attachment",
    "ram_role_policy_attachment",
    "route_entry",
    "run_instances",
    "security_group",
    "security_group_rule",
    "snat_entry",
    "vpc",
    "vswitch",
];

/// Those that are other names of types in the list.
const OTHER_NAMES: [&str; 7] = [
    "disk",
    "disk_attachment",
    "eip",
    "key_pair",
    "launch_template",
    "network_interface",
    "network_interface_attachment",
];

/// A query of all objects of some types.
fn lists(types: &[&str]) -> String {
    let list = |name: &&str| format!("list \"simcloud_{name}\" \"all\" {{\n  provider = simcloud\n}}\n\n");
    types.iter().map(list).collect::<Vec<_>>().concat()
}

/// Lets go of the state and the resources of a work folder, so that only its world knows what is there.
fn forget(workspace: &Workspace) {
    workspace.write("main.tf", &provider(""));
    for file in ["terraform.tfstate", "terraform.tfstate.backup"] {
        // The second one is written by a second apply only.
        let _ = std::fs::remove_file(workspace.work().join(file));
    }
}

/// A work folder whose world has something of every type, of which its state knows nothing.
fn forgotten_world(cli: &Cli) -> Workspace {
    let workspace = Workspace::new(cli, &(provider("") + EVERYTHING));
    workspace.apply();
    forget(&workspace);
    workspace
}

/// Runs one test with every CLI that has `query`.
fn with_each_querying_cli(test: impl Fn(&Cli)) {
    with_each_cli(|cli| {
        if cli.knows_queries() {
            test(cli);
        }
    });
}

fn query(workspace: &Workspace, arguments: &[&str]) -> String {
    let printed = workspace.run(&[&["query"], arguments].concat());
    assert_eq!(printed.code, 0, "query {arguments:?}:\n{}", printed.text);
    printed.text
}

/// Imports what a query wrote, and asserts that it changes nothing.
fn import_generated(workspace: &Workspace) -> String {
    let plan = workspace.plan();
    assert!(plan.contains("to import, 0 to add, 0 to change, 0 to destroy"), "{plan}");
    workspace.apply_saved();
    workspace.plan_is_empty();
    plan
}

#[needs(cli)]
#[test]
fn what_a_query_generates_for_every_type_plans_no_change() {
    with_each_querying_cli(|cli| {
        let workspace = forgotten_world(cli);
        let newer: Vec<&str> = TYPES.into_iter().filter(|name| !OTHER_NAMES.contains(name)).collect();
        workspace.write("all.tfquery.hcl", &lists(&newer));
        query(&workspace, &["-no-color", "-generate-config-out=generated.tf"]);
        let generated = std::fs::read_to_string(workspace.work().join("generated.tf")).expect("a configuration");
        for absent in [
            "client_token",
            "request_id",
            "availability_zone",
            "finger_print",
            "is_default                     = false",
        ] {
            assert!(!generated.contains(absent), "{absent} in\n{generated}");
        }
        for name in newer {
            assert!(generated.contains(&format!("resource \"simcloud_{name}\" ")), "{name} in\n{generated}");
        }
        import_generated(&workspace);
    });
}

#[needs(cli)]
#[test]
fn an_older_name_is_queried_and_imported_too() {
    with_each_querying_cli(|cli| {
        let workspace = forgotten_world(cli);
        workspace.write("all.tfquery.hcl", &lists(&["key_pair", "launch_template"]));
        query(&workspace, &["-no-color", "-generate-config-out=generated.tf"]);
        let plan = import_generated(&workspace);
        assert!(plan.contains("2 to import"), "{plan}");
    });
}

#[needs(cli)]
#[test]
fn a_limit_is_honoured_and_json_has_identities() {
    with_each_querying_cli(|cli| {
        let workspace = Workspace::new(cli, &provider(""));
        let limited = "list \"simcloud_vswitch\" \"two\" {\n  provider = simcloud\n  limit = 2\n  config {\n    region = \"cn-beijing\"\n  }\n}\n";
        workspace.write("two.tfquery.hcl", limited);
        let printed = query(&workspace, &["-json"]);
        let events: Vec<Json> = printed.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        let found: Vec<&Json> = events.iter().filter_map(|event| event.get("list_resource_found")).collect();
        let identities: Vec<&Json> = found.iter().map(|object| &object["identity"]).collect();
        let expected =
            |zone: &str| serde_json::json!({ "id": format!("vsw-cn-beijing-{zone}"), "region": "cn-beijing" });
        assert_eq!(identities, [&expected("a"), &expected("b")], "{printed}");
        assert_eq!(found[0]["display_name"], "default");
        assert!(found[0]["resource_object"].is_null(), "it was not asked for: {}", found[0]);
    });
}

#[needs(cli)]
#[test]
fn a_mistake_in_a_query_is_shown_at_its_list() {
    with_each_querying_cli(|cli| {
        let workspace = Workspace::new(cli, &provider(""));
        workspace.write(
            "bad.tfquery.hcl",
            "list \"simcloud_vpc\" \"bad\" {\n  provider = simcloud\n\n  config {\n    name_regex = \"web(\"\n  }\n}\n",
        );
        let printed = workspace.run(&["query", "-no-color"]);
        assert_ne!(printed.code, 0, "{}", printed.text);
        assert!(words(&printed.text).contains("Invalid Regular Expression"), "{}", printed.text);
        // Terraform 1.16 looks for the argument in the list block, not in its `config`.
        assert!(printed.text.contains("bad.tfquery.hcl line"), "{}", printed.text);
    });
}

/// Every example of a list resource runs, all in one query.
#[needs(cli)]
#[test]
fn every_example_of_a_list_resource_is_queried() {
    with_each_querying_cli(|cli| {
        let workspace = Workspace::new(cli, &provider(""));
        for name in TYPES {
            let example = format!("examples/list-resources/simcloud_{name}/list-resource.tfquery.hcl");
            let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(example);
            workspace.write(&format!("{name}.tfquery.hcl"), &std::fs::read_to_string(path).expect("an example"));
        }
        let printed = query(&workspace, &["-no-color"]);
        assert!(!printed.contains("Error"), "{printed}");
    });
}

/// The folder that the guide shows: its query prints what stands beside it, and its resources come under management.
#[needs(cli)]
#[test]
fn the_guide_finds_what_its_example_made() {
    with_each_querying_cli(|cli| {
        let workspace = Workspace::example(cli, "finding-what-is-there");
        workspace.apply();
        forget(&workspace);
        let printed = query(&workspace, &["-no-color"]);
        // The lists are printed in the order in which they end.
        let found = |text: &str| -> BTreeSet<String> {
            text.lines().filter(|line| line.starts_with("list.")).map(str::to_owned).collect()
        };
        assert_eq!(found(&printed), found(include_str!("../../examples/finding-what-is-there/query.txt")), "{printed}");
        // The commands of the guide.
        for line in
            include_str!("../../examples/finding-what-is-there/commands.sh").lines().filter(|line| !line.is_empty())
        {
            let arguments: Vec<&str> = line.split_whitespace().skip(1).chain(["-no-color"]).collect();
            let printed = workspace.run(&arguments);
            assert_eq!(printed.code, 0, "{line}:\n{}", printed.text);
            let imports = "3 to import, 0 to add, 0 to change, 0 to destroy";
            assert!(arguments[0] != "plan" || printed.text.contains(imports), "{}", printed.text);
        }
        workspace.plan_is_empty();
    });
}

/// The block that the guide shows: with `provider`, which Terraform 1.16 needs where there is no resource block yet.
#[needs(cli)]
#[test]
fn an_import_block_without_a_resource_block_names_its_provider() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &provider(""));
        let path =
            std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/finding-what-is-there/by-hand/import.tf");
        let import = std::fs::read_to_string(path).expect("an example");
        workspace.write("import.tf", &import);
        let printed = workspace.run(&["plan", "-no-color", "-input=false", "-generate-config-out=generated.tf"]);
        assert_eq!(printed.code, 0, "{}:\n{}", cli.version, printed.text);
        // With the resource block it is refused by Terraform before 1.14 and by OpenTofu.
        workspace.write("import.tf", &import.replace("  provider = simcloud\n", ""));
        import_generated(&workspace);
    });
}

/// An identity may name the region: the provider's own, and no other.
#[needs(cli)]
#[test]
fn an_import_by_identity_may_name_the_region() {
    with_each_cli(|cli| {
        if !cli.knows_identity() {
            return;
        }
        let vpc = "resource \"simcloud_vpc\" \"default\" {\n}\n";
        let import = |region: &str| {
            let identity = format!("{{ id = \"vpc-cn-heyuan\", region = \"{region}\" }}");
            format!("import {{\n  to = simcloud_vpc.default\n  identity = {identity}\n}}\n")
        };
        let workspace = Workspace::new(cli, &(provider("") + vpc + &import("cn-beijing")));
        let report = workspace.refuse("plan");
        assert!(report.text.contains("Object In Another Region"), "{}", report.text);
        workspace.write("main.tf", &(provider("") + vpc + &import("cn-heyuan")));
        workspace.apply();
    });
}

/// Terraform before 1.12 writes no identity, and later ones could not read its state.
#[needs(cli)]
#[test]
fn a_state_without_identities_goes_on() {
    with_each_cli(|cli| {
        let objects = r#"
            resource "simcloud_vpc" "web" {}
            resource "simcloud_security_group" "web" {
              vpc_id = simcloud_vpc.web.id
            }
        "#;
        let workspace = Workspace::new(cli, &(provider("") + objects));
        workspace.apply();
        let path = workspace.work().join("terraform.tfstate");
        let text = std::fs::read_to_string(&path).expect("a state");
        let mut state: Json = serde_json::from_str(&text).expect("JSON");
        for resource in state["resources"].as_array_mut().expect("a list") {
            let instance = resource["instances"][0].as_object_mut().expect("an object");
            instance.remove("identity");
            instance.remove("identity_schema_version");
        }
        std::fs::write(&path, state.to_string()).expect("a state");
        workspace.plan_is_empty();
        workspace.destroy();
    });
}

/// Identities of earlier releases have no region: nothing changes but the identity.
#[needs(cli)]
#[test]
fn a_state_whose_identity_has_no_region_goes_on() {
    with_each_cli(|cli| {
        if !cli.knows_identity() {
            return;
        }
        let vpc = |name: &str| format!("resource \"simcloud_vpc\" \"web\" {{\n  vpc_name = \"{name}\"\n}}\n");
        let workspace = Workspace::new(cli, &(provider("") + &vpc("one")));
        workspace.apply();
        let path = workspace.work().join("terraform.tfstate");
        let text = std::fs::read_to_string(&path).expect("a state");
        let mut state: Json = serde_json::from_str(&text).expect("JSON");
        let identity = &mut state["resources"][0]["instances"][0]["identity"];
        assert_eq!(identity["region"], "cn-heyuan", "{text}");
        identity.as_object_mut().expect("an object").remove("region");
        state["resources"][0]["instances"][0]["identity_schema_version"] = 0.into();
        std::fs::write(&path, state.to_string()).expect("a state");
        workspace.plan_is_empty();
        workspace.write("main.tf", &(provider("") + &vpc("two")));
        workspace.accept("apply -refresh=false -auto-approve");
        workspace.plan_is_empty();
        workspace.destroy();
    });
}
