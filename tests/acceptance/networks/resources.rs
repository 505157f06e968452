use serde_json::{Value as Json, json};

use super::{NETWORK, heyuan};
use crate::cli::{Workspace, with_each_cli};
use crate::hcl::provider;
use crate::report::Changes;

const VPC: &str = "simcloud_vpc.main";
const VSWITCH: &str = "simcloud_vswitch.main";
const GROUP: &str = "simcloud_security_group.main";
const RULE: &str = "simcloud_security_group_rule.main";

fn id(workspace: &Workspace, address: &str) -> String {
    workspace.attributes(address)["id"].as_str().expect("an id").to_owned()
}

#[needs(cli)]
#[test]
fn a_network_has_ids_of_the_services_shape_and_everything_computed() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &heyuan(NETWORK));
        workspace.apply();
        for (address, prefix) in [(VPC, "vpc-"), (VSWITCH, "vsw-"), (GROUP, "sg-")] {
            let id = id(&workspace, address);
            let rest = id.strip_prefix(prefix).unwrap_or_else(|| panic!("{id}"));
            assert!(rest.len() == 20 && rest.chars().all(|c| c.is_ascii_digit() || c.is_ascii_lowercase()), "{id}");
        }
        let vpc = workspace.attributes(VPC);
        assert_eq!(vpc["name"], "main");
        assert_eq!(vpc["status"], "Available");
        assert_eq!(vpc["create_time"], "2026-01-01T00:00:00Z");
        assert_eq!(vpc["is_default"], false);
        assert_eq!(vpc["route_table_id"], vpc["router_table_id"]);
        let vswitch = workspace.attributes(VSWITCH);
        assert_eq!((&vswitch["availability_zone"], &vswitch["name"]), (&json!("cn-heyuan-b"), &json!("main")));
        assert_eq!(vswitch["available_ip_address_count"], 252);
        assert_eq!(vswitch["route_table_id"], vpc["route_table_id"]);
        let group = workspace.attributes(GROUP);
        assert_eq!(group["inner_access_policy"], "Accept");
        assert_eq!((&group["inner_access"], &group["security_group_type"]), (&json!(true), &json!("normal")));
        let rule = workspace.attributes(RULE);
        let expected = format!("{}:ingress:tcp:22/22:intranet:0.0.0.0/0:accept:1", id(&workspace, GROUP));
        assert_eq!(rule["id"], expected.as_str());
        assert!(rule["security_group_rule_id"].as_str().is_some_and(|id| id.starts_with("sgr-")), "{rule}");
        workspace.destroy();
    });
}

/// Once the numbers that other resources change made a refresh of an unchanged configuration report differences.
#[needs(cli)]
#[test]
fn a_refresh_after_an_apply_is_quiet() {
    let group = r#"
resource "simcloud_auto_provisioning_group" "web" {
  total_target_capacity         = 2
  pay_as_you_go_target_capacity = 2
  terminate_instances           = true
  launch_template_config {
    vswitch_id    = simcloud_vswitch.main.id
    instance_type = "ecs.g7.large"
  }
  launch_configuration {
    image_id = "aliyun_3_x64_20G_alibase_20250629.vhd"
  }
}

output "free" {
  value = simcloud_vswitch.main.available_ip_address_count
}

output "vswitches" {
  value = simcloud_vpc.main.vswitch_ids
}
"#;
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &heyuan(&(NETWORK.to_owned() + group)));
        workspace.apply();
        // Terraform 1.11 exited with 2, which says that there are changes, and showed none.
        workspace.accept("plan -refresh-only -detailed-exitcode -out=plan.bin");
        assert_eq!(workspace.planned()["resource_drift"], Json::Null);
        assert_eq!(workspace.output("free"), 252);
        workspace.destroy();
    });
}

/// The same configuration in another world gives the same ids, whatever order the CLI chose (W3).
#[needs(cli)]
#[test]
fn ids_are_the_same_in_every_world() {
    with_each_cli(|cli| {
        let ids = || {
            let workspace = Workspace::new(cli, &heyuan(NETWORK));
            workspace.apply_only();
            [VPC, VSWITCH, GROUP, RULE].map(|address| id(&workspace, address))
        };
        assert_eq!(ids(), ids());
    });
}

/// Every form that a configuration can have survives an import, attribute by attribute.
#[needs(cli)]
#[test]
fn an_import_finds_everything_as_it_was_configured() {
    let forms = [
        ("", "", "", ""),
        (
            "  vpc_name = \"\"\n  description = \"\"\n  tags = {}\n  secondary_cidr_blocks = []\n  user_cidrs = []",
            "  vswitch_name = \"\"\n  description = \"\"",
            "  security_group_name = \"\"\n  inner_access_policy = \"\"\n  resource_group_id = \"\"",
            "  policy = \"\"\n  nic_type = \"\"\n  ipv6_cidr_ip = \"\"\n  description = \"\"",
        ),
        (
            "  name = \"old\"\n  enable_ipv6 = true\n  dry_run = false\n  force_delete = true\n  secondary_cidr_blocks = [\"192.168.0.0/16\"]\n  user_cidrs = [\"198.18.0.0/16\"]\n  timeouts {\n    create = \"10m\"\n  }",
            "  name = \"old\"\n  tags = { a = \"b\" }\n  ipv6_cidr_block_mask = 8\n  enable_ipv6 = true\n  timeouts {\n    delete = \"1h30m\"\n  }",
            "  name = \"old\"\n  inner_access = false\n  description = \"whatever\"\n  security_group_type = \"normal\"\n  timeouts {\n    update = \"5m\"\n  }",
            "  priority = 7\n  policy = \"drop\"\n  nic_type = \"intranet\"\n  description = \"why\"\n  source_group_owner_account = \"1\"",
        ),
    ];
    with_each_cli(|cli| {
        for (vpc, vswitch, group, rule) in forms {
            let hcl = format!(
                r#"
resource "simcloud_vpc" "main" {{
{vpc}
}}

resource "simcloud_vswitch" "main" {{
  vpc_id     = simcloud_vpc.main.id
  cidr_block = "172.16.7.0/24"
  zone_id    = "cn-heyuan-b"
{vswitch}
}}

resource "simcloud_security_group" "main" {{
  vpc_id = simcloud_vpc.main.id
{group}
}}

resource "simcloud_security_group_rule" "main" {{
  security_group_id = simcloud_security_group.main.id
  type              = "egress"
  ip_protocol       = "udp"
  port_range        = "53/53"
  cidr_ip           = "10.159.6.18/12"
{rule}
}}
"#
            );
            let workspace = Workspace::new(cli, &heyuan(&hcl));
            workspace.apply();
            for address in [VPC, VSWITCH, GROUP, RULE] {
                // The VPC's state was made before its vSwitch.
                workspace.import_is_exact(address, &id(&workspace, address), &["vswitch_ids"]);
            }
            workspace.destroy();
        }
    });
}

#[needs(cli)]
#[test]
fn a_rule_can_speak_of_another_group_of_ipv6_and_of_a_prefix_list() {
    let peers = [
        "source_security_group_id = simcloud_security_group.main.id",
        "ipv6_cidr_ip = \"2001:db8::/32\"",
        "prefix_list_id = \"pl-1\"",
    ];
    with_each_cli(|cli| {
        let rules: Vec<String> = peers
            .iter()
            .enumerate()
            .map(|(index, peer)| {
                format!(
                    "resource \"simcloud_security_group_rule\" \"peer_{index}\" {{\n  security_group_id = \
                     simcloud_security_group.main.id\n  type = \"ingress\"\n  ip_protocol = \"all\"\n  {peer}\n}}\n"
                )
            })
            .collect();
        let workspace = Workspace::new(cli, &heyuan(&(NETWORK.to_owned() + &rules.concat())));
        workspace.apply();
        let group = id(&workspace, GROUP);
        for (index, peer) in [group.as_str(), "2001_db8__/32", "pl-1"].iter().enumerate() {
            let address = format!("simcloud_security_group_rule.peer_{index}");
            let expected = format!("{group}:ingress:all:-1/-1:intranet:{peer}:accept:1");
            assert_eq!(id(&workspace, &address), expected);
            workspace.import_is_exact(&address, &expected, &[]);
        }
        workspace.destroy();
    });
}

#[needs(cli)]
#[test]
fn import_blocks_by_id_and_identity_change_nothing() {
    with_each_cli(|cli| {
        for key in ["id", "identity"] {
            if key == "identity" && !cli.knows_identity() {
                println!("skipped: {} imports by id alone", cli.version);
                continue;
            }
            let workspace = Workspace::new(cli, &heyuan(NETWORK));
            workspace.apply();
            let blocks: Vec<String> = [VPC, VSWITCH, GROUP, RULE]
                .iter()
                .map(|address| {
                    let id = id(&workspace, address);
                    let value = if key == "id" { format!("\"{id}\"") } else { format!("{{ id = \"{id}\" }}") };
                    format!("import {{\n  to = {address}\n  {key} = {value}\n}}\n")
                })
                .collect();
            std::fs::remove_file(workspace.work().join("terraform.tfstate")).expect("the state is removed");
            workspace.write("main.tf", &heyuan(&(NETWORK.to_owned() + &blocks.concat())));
            let printed = workspace.apply_and_report();
            assert_eq!(printed.changes, Changes { import: 4, ..Changes::NONE });
            workspace.destroy();
        }
    });
}

/// What the service changes in place is changed in place, and only that shows in the plan.
#[needs(cli)]
#[test]
fn names_descriptions_tags_blocks_and_policies_change_in_place() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &heyuan(NETWORK));
        workspace.apply();
        let before = [VPC, VSWITCH, GROUP, RULE].map(|address| id(&workspace, address));
        let changed = NETWORK
            .replace("vpc_name   = \"main\"", "vpc_name = \"other\"\n  description = \"new\"\n  tags = { a = \"b\" }")
            .replace("\"172.16.0.0/16\"", "\"172.16.0.0/12\"")
            .replace("vswitch_name = \"main\"", "vswitch_name = \"other\"\n  tags = { a = \"b\" }")
            .replace(
                "security_group_name = \"main\"",
                "security_group_name = \"other\"\n  inner_access_policy = \"Drop\"\n  description = \"new\"",
            )
            .replace("\"0.0.0.0/0\"", "\"0.0.0.0/0\"\n  description = \"new\"");
        workspace.write("main.tf", &heyuan(&changed));
        let printed = workspace.apply_and_report();
        assert_eq!(printed.changes, Changes { change: 4, ..Changes::NONE });
        assert_eq!([VPC, VSWITCH, GROUP, RULE].map(|address| id(&workspace, address)), before);
        let vpc = workspace.attributes(VPC);
        assert_eq!((&vpc["name"], &vpc["cidr_block"]), (&json!("other"), &json!("172.16.0.0/12")));
        assert_eq!(workspace.attributes(GROUP)["inner_access"], false);
        for address in [VPC, VSWITCH, GROUP, RULE] {
            workspace.import_is_exact(address, &id(&workspace, address), &["vswitch_ids"]);
        }
        workspace.destroy();
    });
}

/// A plan of an update shows nothing as known after apply.
#[needs(cli)]
#[test]
fn an_update_shows_what_changes_and_nothing_else() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &heyuan(NETWORK));
        workspace.apply();
        workspace.write("main.tf", &heyuan(&NETWORK.replace("vpc_name   = \"main\"", "vpc_name = \"other\"")));
        let printed = workspace.accept("plan -out=plan.bin");
        assert_eq!(printed.changes, Changes::ONE_UPDATE);
        assert!(!workspace.plans_unknown_values());
        let change = workspace.planned_change(VPC);
        for name in ["vpc_name", "name"] {
            assert_eq!((&change["before"][name], &change["after"][name]), (&json!("main"), &json!("other")), "{name}");
        }
    });
}

/// "" beside the other name, the other name instead, the default VPC by its id: the state alone changes.
#[needs(cli)]
#[test]
fn another_spelling_replaces_nothing() {
    let zone = "  zone_id      = \"cn-heyuan-b\"";
    let zones = [
        "  zone_id = \"\"\n  availability_zone = \"cn-heyuan-b\"",
        zone,
        "  zone_id = \"cn-heyuan-b\"\n  availability_zone = \"\"",
        "  availability_zone = \"cn-heyuan-b\"",
    ];
    let vpc = "  vpc_id              = simcloud_vpc.main.id";
    let vpcs = ["", "  vpc_id = \"\"", "  vpc_id = \"vpc-cn-heyuan\"", "  vpc_id = \"\""];
    with_each_cli(|cli| {
        let hcl = |zone_now: &str, vpc_now: &str| heyuan(&NETWORK.replace(zone, zone_now).replace(vpc, vpc_now));
        let workspace = Workspace::new(cli, &hcl(zones[0], vpcs[0]));
        workspace.apply();
        let before = [VPC, VSWITCH, GROUP, RULE].map(|address| id(&workspace, address));
        for (zone, vpc) in zones.into_iter().zip(vpcs).skip(1) {
            workspace.write("main.tf", &hcl(zone, vpc));
            let printed = workspace.apply_and_report();
            assert_eq!((printed.changes.add, printed.changes.remove), (0, 0), "{zone} {vpc}: {}", printed.text);
            assert_eq!([VPC, VSWITCH, GROUP, RULE].map(|address| id(&workspace, address)), before);
        }
        workspace.write("main.tf", &hcl("  zone_id = \"\"\n  availability_zone = \"cn-heyuan-a\"", vpcs[3]));
        workspace.plan();
        assert_eq!(workspace.planned_change(VSWITCH)["actions"], json!(["delete", "create"]));
        workspace.destroy();
    });
}

#[needs(cli)]
#[test]
fn what_cannot_change_in_place_is_replaced() {
    let cases = [
        ("\"172.16.7.0/24\"", "\"172.16.8.0/24\"", VSWITCH),
        ("\"cn-heyuan-b\"", "\"cn-heyuan-a\"", VSWITCH),
        ("\"22/22\"", "\"80/80\"", RULE),
        ("\"0.0.0.0/0\"", "\"0.0.0.0/0\"\n  priority = 2", RULE),
        ("security_group_name = \"main\"", "security_group_type = \"enterprise\"", GROUP),
    ];
    with_each_cli(|cli| {
        for (old, new, address) in cases {
            let workspace = Workspace::new(cli, &heyuan(NETWORK));
            workspace.apply();
            let before = id(&workspace, address);
            workspace.write("main.tf", &heyuan(&NETWORK.replace(old, new)));
            let printed = workspace.apply_and_report();
            assert!(printed.changes.add > 0 && printed.changes.add == printed.changes.remove, "{old}: {printed:?}");
            assert_ne!(id(&workspace, address), before, "{old}");
            workspace.destroy();
        }
    });
}

/// Older names work, warn, and may be swapped for the new ones without a change.
#[needs(cli)]
#[test]
fn deprecated_names_work_warn_and_give_way_quietly() {
    let old = NETWORK
        .replace("vpc_name  ", "name")
        .replace("vswitch_name", "name")
        .replace("zone_id ", "availability_zone ")
        .replace("security_group_name", "name");
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &heyuan(&old));
        let printed = workspace.accept("validate");
        assert!(printed.has_warning("Deprecated Argument"), "{}", printed.text);
        insta::assert_snapshot!("deprecated_names", printed.sentences());
        workspace.apply();
        let vswitch = workspace.attributes(VSWITCH);
        assert_eq!((&vswitch["zone_id"], &vswitch["vswitch_name"]), (&json!("cn-heyuan-b"), &json!("main")));
        workspace.import_is_exact(VSWITCH, &id(&workspace, VSWITCH), &[]);
        workspace.write("main.tf", &heyuan(NETWORK));
        workspace.plan_is_empty();
        workspace.destroy();
    });
}

/// A group without a VPC lies in the default one, and knows both kinds of network cards; `internet` is its default.
#[needs(cli)]
#[test]
fn a_group_without_a_vpc_takes_rules_of_both_kinds() {
    let hcl = |nic_type: &str| {
        NETWORK
            .replace("  vpc_id              = simcloud_vpc.main.id\n", "")
            .replace("\"22/22\"", &format!("\"22/22\"\n  {nic_type}"))
    };
    with_each_cli(|cli| {
        for (said, kind) in
            [("", "internet"), ("nic_type = \"internet\"", "internet"), ("nic_type = \"intranet\"", "intranet")]
        {
            let workspace = Workspace::new(cli, &heyuan(&hcl(said)));
            workspace.apply();
            assert_eq!(workspace.attributes(GROUP)["vpc_id"], "vpc-cn-heyuan");
            assert_eq!(workspace.attributes(RULE)["nic_type"], kind);
            workspace.import_is_exact(RULE, &id(&workspace, RULE), &[]);
            workspace.destroy();
        }
    });
}

/// The default network can be imported, but neither changed nor deleted (N1).
#[needs(cli)]
#[test]
fn the_default_network_can_be_imported_and_nothing_more() {
    let hcl = r#"
resource "simcloud_vpc" "default" {}

resource "simcloud_vswitch" "default" {
  vpc_id     = simcloud_vpc.default.id
  zone_id    = "cn-heyuan-b"
  cidr_block = "10.1.0.0/16"
}

resource "simcloud_security_group" "default" {}

import {
  to = simcloud_vpc.default
  id = "vpc-cn-heyuan"
}

import {
  to = simcloud_vswitch.default
  id = "vsw-cn-heyuan-b"
}

import {
  to = simcloud_security_group.default
  id = "default"
}
"#;
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &heyuan(hcl));
        let printed = workspace.apply_and_report();
        assert_eq!(printed.changes, Changes { import: 3, ..Changes::NONE });
        assert_eq!(workspace.attributes("simcloud_vpc.default")["is_default"], true);
        let changed = hcl.replace("\"default\" {}", "\"default\" {\n  description = \"mine\"\n}");
        workspace.write("main.tf", &heyuan(&changed));
        let printed = workspace.refuse("apply");
        assert_eq!(printed.error_codes(), ["OperationDenied"; 2], "the VPC and the security group: {}", printed.text);
        insta::assert_snapshot!("the_default_network_cannot_be_changed", printed.sentences());
        workspace.write("main.tf", &heyuan(hcl));
        let printed = workspace.refuse("destroy");
        insta::assert_snapshot!("the_default_network_cannot_be_deleted", printed.sentences());
    });
}

/// An object that was deleted outside Terraform is planned again; deleting it a second time is no error.
#[needs(cli)]
#[test]
fn what_is_gone_is_made_again_or_stays_gone() {
    with_each_cli(|cli| {
        let vpc = "resource \"simcloud_vpc\" \"main\" {\n  vpc_name = \"main\"\n}\n";
        let workspace = Workspace::new(cli, &heyuan(vpc));
        workspace.apply();
        let state = workspace.work().join("terraform.tfstate");
        let kept = std::fs::read(&state).expect("a state");
        workspace.destroy();
        std::fs::write(&state, &kept).expect("the old state back in place");
        let printed = workspace.run(&["destroy", "-no-color", "-input=false", "-auto-approve", "-refresh=false"]);
        assert_eq!(printed.code, 0, "{}", printed.text);
        std::fs::write(&state, &kept).expect("the old state back in place");
        let printed = workspace.apply_and_report();
        assert_eq!(printed.changes, Changes { add: 1, ..Changes::NONE });
        workspace.destroy();
    });
}

/// A fault names the operation, and a repetition succeeds (W4).
#[needs(cli)]
#[test]
fn faults_strike_each_operation() {
    let faults: Vec<Json> = ["CreateVpc", "CreateVSwitch", "CreateSecurityGroup", "AuthorizeSecurityGroup"]
        .iter()
        .map(|operation| json!({ "operation": operation, "error_code": "ServiceUnavailable", "times": 1 }))
        .collect();
    let scenario = format!("  scenario = jsondecode({:?})", json!({ "faults": faults }).to_string());
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(provider(&scenario) + NETWORK));
        let cases: [&[&str]; 3] = [&[VPC], &[GROUP, VSWITCH], &[RULE]];
        for expected in cases {
            let printed = workspace.refuse("apply");
            assert!(printed.error_codes().iter().all(|code| *code == "ServiceUnavailable"), "{}", printed.text);
            let mut addresses: Vec<_> = printed.errors().into_iter().map(|error| error.address.as_str()).collect();
            addresses.sort_unstable();
            assert_eq!(addresses, expected);
        }
        workspace.apply();
        workspace.destroy();
    });
}

/// Two addresses never stand for one rule: the second creation is refused, also one that replaces the first while it
/// exists. The plan warns of it where the group is known.
#[needs(cli)]
#[test]
fn a_rule_that_exists_is_refused_by_its_id() {
    let rule = NETWORK.rsplit_once("resource").map(|(_, rule)| format!("resource{rule}")).expect("the rule comes last");
    let second = rule.replace("\"main\" {", "\"second\" {\n  depends_on = [simcloud_security_group_rule.main]");
    let first = rule.replace("\"main\" {", "\"main\" {\n  lifecycle {\n    create_before_destroy = true\n  }");
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &heyuan(NETWORK));
        workspace.apply();
        let id = workspace.attributes(RULE)["security_group_rule_id"].clone();
        let id = id.as_str().expect("an id");

        workspace.write("main.tf", &heyuan(&(NETWORK.to_owned() + &second)));
        let warned = workspace.accept("plan");
        assert!(warned.has_warning("Security Group Rule Exists") && warned.text.contains(id), "{}", warned.text);
        let report = workspace.refuse("apply");
        assert_eq!(report.error().summary, "InvalidPermission.Duplicate");
        assert!(report.text.contains(id), "{}", report.text);

        let twice = (NETWORK.to_owned() + &second).replace("22/22", "23/23");
        workspace.write("main.tf", &heyuan(&twice));
        assert_eq!(workspace.refuse("plan").error().summary, "Security Group Rule Planned Twice");

        workspace.write("main.tf", &heyuan(&NETWORK.replace(&rule, &first)));
        let replace = format!("apply -auto-approve -replace={RULE}");
        assert_eq!(workspace.refuse(&replace).error().summary, "InvalidPermission.Duplicate");
        workspace.write("main.tf", &heyuan(NETWORK));
        workspace.plan_is_empty();
        assert_eq!(workspace.attributes(RULE)["security_group_rule_id"], id);
        workspace.accept(&replace);
        assert_ne!(workspace.attributes(RULE)["security_group_rule_id"], id);

        // While the group is unknown, only the apply can tell.
        workspace.destroy();
        workspace.write("main.tf", &heyuan(&(NETWORK.to_owned() + &second)));
        assert_eq!(workspace.refuse("apply").error().summary, "Security Group Rule Planned Twice");
        workspace.write("main.tf", &heyuan(NETWORK));
        workspace.apply();
        workspace.destroy();
    });
}
