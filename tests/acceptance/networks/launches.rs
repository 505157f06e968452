use serde_json::json;

use super::NETWORK;
use crate::cli::{Workspace, with_each_cli};
use crate::hcl::{group, provider, stock, targets};

const GROUP: &str = "simcloud_auto_provisioning_group.fleet";

/// A group of one pool in the vSwitch.
fn fleet(pay_as_you_go: u32, more: &str) -> String {
    group("fleet", &format!("{}\n{more}", targets(pay_as_you_go, 0)))
        .replace("zone_id       = \"cn-heyuan-b\"", "vswitch_id = simcloud_vswitch.main.id")
        .replace(
            "system_disk_category =",
            "security_group_id = simcloud_security_group.main.id\n    system_disk_category =",
        )
}

fn batch(arguments: &str) -> String {
    format!(
        r#"
resource "simcloud_run_instances" "batch" {{
  instance_type = "ecs.s6-c1m1.small"
  vswitch_id    = simcloud_vswitch.main.id
{arguments}
}}
"#
    )
}

fn image(min: u32, max: u32) -> String {
    format!(
        "  image {{\n    image_id = \"aliyun_3_x64_20G_alibase_20250629.vhd\"\n    min_count = {min}\n    max_count = {max}\n    key_name = \"example-key-name\"\n  }}"
    )
}

/// A /24 yields 252 addresses; a group that wants more says why it got no more (N1, G3).
#[needs(cli)]
#[test]
fn a_group_runs_out_of_addresses() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(stock(400, 0) + NETWORK + &fleet(260, "")));
        let printed = workspace.apply_and_report();
        insta::assert_snapshot!("a_group_runs_out_of_addresses", printed.sentences());
        let rows = workspace.attributes(GROUP)["launch_results"].clone();
        assert_eq!((&rows[0]["amount"], &rows[1]["amount"]), (&json!(252), &json!(0)));
        assert_eq!(rows[1]["error_code"], "InvalidVSwitchId.IpNotEnough");
        let ip = workspace.attributes(GROUP)["instances"][0]["private_ip"].clone();
        assert!(ip.as_str().is_some_and(|ip| ip.starts_with("172.16.7.")), "{ip}");
        workspace.destroy();
    });
}

#[needs(cli)]
#[test]
fn the_data_source_shows_the_vpc_of_ones_own() {
    let listed = "\ndata \"simcloud_instances\" \"all\" {\n  vswitch_id = simcloud_vswitch.main.id\n  depends_on = [simcloud_auto_provisioning_group.fleet]\n}\n";
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(stock(2, 0) + NETWORK + &fleet(2, "") + listed));
        workspace.apply();
        let vpc = workspace.attributes("simcloud_vpc.main")["id"].clone();
        let instances = workspace.attributes("data.simcloud_instances.all")["instances"].clone();
        assert_eq!([&instances[0]["vpc_id"], &instances[1]["vpc_id"]], [&vpc, &vpc]);
        workspace.destroy();
    });
}

/// The same for `run_instances`, in EC2's words (R19).
#[needs(cli)]
#[test]
fn a_batch_runs_out_of_addresses() {
    let small = NETWORK.replace("172.16.7.0/24", "172.16.7.0/29");
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(stock(400, 0) + &small + &batch(&image(5, 6))));
        let printed = workspace.refuse("apply");
        assert_eq!(printed.error().summary, "InsufficientFreeAddressesInSubnet");
        insta::assert_snapshot!("a_batch_runs_out_of_addresses", printed.sentences());
        workspace.write("main.tf", &(stock(400, 0) + &small + &batch(&image(1, 6))));
        workspace.apply();
        let made = workspace.attributes("simcloud_run_instances.batch");
        assert_eq!((&made["launched_count"], &made["zone_id"]), (&json!(4), &json!("cn-heyuan-b")));
        workspace.destroy();
    });
}

/// Without `terminate_instances` a group leaves its instances, and with them its vSwitch and security group (W1).
#[needs(cli)]
#[test]
fn instances_left_running_keep_their_network() {
    let leaving = fleet(2, "").replace("terminate_instances          = true", "terminate_instances = false");
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(stock(9, 0) + NETWORK + &leaving));
        workspace.apply();
        let printed = workspace.refuse("destroy");
        assert_eq!(printed.error_codes(), ["DependencyViolation", "DependencyViolation.Instance"]);
        insta::assert_snapshot!("instances_left_running_keep_their_network", printed.sentences());
        let left = workspace.run(&["state", "list"]).text;
        assert!(!left.contains("auto_provisioning_group") && left.contains("simcloud_vswitch.main"), "{left}");
    });
}

/// A VPC that is still lived in cannot be deleted, and the message says by what.
#[needs(cli)]
#[test]
fn a_vpc_in_use_cannot_be_deleted() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(provider("") + NETWORK));
        workspace.apply();
        workspace.run(&["state", "rm", "simcloud_vswitch.main"]);
        let printed = workspace.refuse("destroy");
        assert_eq!(printed.error().summary, "DependencyViolation.VSwitch");
        insta::assert_snapshot!("a_vpc_in_use_cannot_be_deleted", printed.sentences());
    });
}

/// vSwitch and security group must lie in one VPC; no group, or `default`, fits every VPC (N2).
#[needs(cli)]
#[test]
fn a_launch_stays_in_one_vpc() {
    let other = format!("{NETWORK}\nresource \"simcloud_security_group\" \"other\" {{\n  name = \"other\"\n}}\n");
    with_each_cli(|cli| {
        let ids = "  security_group_ids = [simcloud_security_group.other.id]\n";
        let workspace = Workspace::new(cli, &(stock(9, 0) + &other + &batch(&(ids.to_owned() + &image(1, 1)))));
        let printed = workspace.refuse("apply");
        assert_eq!(printed.error().summary, "InvalidParameter.Mismatch");
        insta::assert_snapshot!("a_launch_stays_in_one_vpc", printed.sentences());
        for ids in ["", "  security_group_ids = []\n", "  security_group_ids = [simcloud_security_group.main.id]\n"] {
            workspace.write("main.tf", &(stock(9, 0) + &other + &batch(&(ids.to_owned() + &image(1, 1)))));
            workspace.apply();
        }
        workspace.destroy();
    });
}
