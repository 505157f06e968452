use serde_json::json;

use crate::cli::{Workspace, with_each_cli};
use crate::hcl::{group, stock, targets};

#[needs(cli)]
#[test]
fn instances_are_found_by_what_they_are() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(
            cli,
            &(stock(5, 5)
                + &group("payg", &targets(2, 0))
                + &group("spot", &targets(0, 3))
                + r#"
data "simcloud_instances" "all" {
  depends_on = [simcloud_auto_provisioning_group.payg, simcloud_auto_provisioning_group.spot]
}

data "simcloud_instances" "some" {
  ids = concat(simcloud_auto_provisioning_group.payg.instance_ids, ["i-00000000000000000000"])
}

data "simcloud_instances" "page" {
  vswitch_id  = "vsw-cn-heyuan-b"
  page_number = 2
  page_size   = 2
  depends_on  = [simcloud_auto_provisioning_group.payg, simcloud_auto_provisioning_group.spot]
}

data "simcloud_instances" "elsewhere" {
  availability_zone = "cn-heyuan-a"
  depends_on        = [simcloud_auto_provisioning_group.payg, simcloud_auto_provisioning_group.spot]
}
"#),
        );
        workspace.apply();
        let instances = |name: &str| workspace.attributes(&format!("data.simcloud_instances.{name}"));
        let all = instances("all");
        assert_eq!(all["total_count"], 5);
        assert_eq!(all["names"].as_array().map(Vec::len), Some(5));
        let payg = workspace.attributes("simcloud_auto_provisioning_group.payg");
        let some = instances("some");
        assert_eq!(some["ids"], payg["instance_ids"], "ids that do not exist are left out");
        let first = &some["instances"][0];
        assert_eq!(first["auto_provisioning_group_id"], payg["id"]);
        assert_eq!((&first["status"], &first["spot_strategy"]), (&json!("Running"), &json!("NoSpot")));
        assert_eq!(first["vpc_id"], "vpc-cn-heyuan");
        assert_eq!(first["private_ip"], payg["instances"][0]["private_ip"]);
        assert_eq!(first["disk_device_mappings"][0]["category"], "cloud_ssd");
        let page = instances("page");
        assert_eq!((&page["total_count"], page["ids"].as_array().map(Vec::len)), (&json!(5), Some(2)));
        assert_eq!(page["ids"][0], all["ids"][2]);
        assert_eq!(instances("elsewhere")["ids"], json!([]));
        workspace.destroy();
    });
}

#[needs(cli)]
#[test]
fn lost_instances_are_listed_where_they_are_asked_for() {
    with_each_cli(|cli| {
        let settings = |clock: &str| {
            crate::hcl::provider(&format!(
                r#"  clock    = "{clock}"
  scenario = {{
    events = [{{ at = "2h", terminate_instances = {{ zone_id = "cn-heyuan-b", count = 1 }} }}]
  }}"#
            ))
        };
        let rest = group("web", &format!("{}\n  replace_lost_instances = false", targets(3, 0)))
            + r#"
data "simcloud_instances" "living" {
  depends_on = [simcloud_auto_provisioning_group.web]
}

data "simcloud_instances" "lost" {
  status     = "Terminated"
  depends_on = [simcloud_auto_provisioning_group.web]
}
"#;
        let workspace = Workspace::new(cli, &(settings("1h") + &rest));
        workspace.apply();
        let count =
            |name: &str| workspace.attributes(&format!("data.simcloud_instances.{name}"))["total_count"].clone();
        assert_eq!((count("living"), count("lost")), (json!(3), json!(0)));
        workspace.write("main.tf", &(settings("3h") + &rest));
        workspace.apply();
        assert_eq!((count("living"), count("lost")), (json!(2), json!(1)));
        workspace.destroy();
    });
}

/// R11, R12: user data, launch index, groups, and the public key as `openssh_id.pub` on `/dev/sda2`.
#[needs(cli)]
#[test]
fn an_instance_sees_its_boot_data() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(
            cli,
            &(stock(2, 0)
                + r#"
resource "simcloud_auto_provisioning_group" "web" {
  auto_provisioning_group_type  = "instant"
  total_target_capacity         = 2
  pay_as_you_go_target_capacity = 2
  terminate_instances           = true

  launch_template_config {
    zone_id       = "cn-heyuan-b"
    instance_type = "ecs.s6-c1m1.small"
  }

  launch_configuration {
    image_id      = "aliyun_3_x64_20G_alibase_20250629.vhd"
    key_pair_name = "example-key-name"
    user_data     = base64encode("This is base 64!")
  }
}

data "simcloud_instance_metadata" "second" {
  instance_id = simcloud_auto_provisioning_group.web.instance_ids[1]
}
"#),
        );
        workspace.apply();
        let metadata = workspace.attributes("data.simcloud_instance_metadata.second");
        assert_eq!(metadata["user_data"], "This is base 64!");
        assert_eq!(metadata["user_data_base64"], "VGhpcyBpcyBiYXNlIDY0IQ==");
        assert_eq!(metadata["ami_launch_index"], 1);
        assert_eq!(metadata["security_group_ids"], json!(["default"]));
        assert_eq!(metadata["key_name"], "example-key-name");
        let file = &metadata["public_key_file"];
        assert_eq!((&file["name"], &file["device"]), (&json!("openssh_id.pub"), &json!("/dev/sda2")));
        assert!(file["content"].as_str().is_some_and(|line| line.starts_with("ssh-")), "{file}");
        workspace.destroy();
    });
}

#[needs(cli)]
#[test]
fn an_instance_that_does_not_exist_has_no_metadata() {
    with_each_cli(|cli| {
        let source = "data \"simcloud_instance_metadata\" \"none\" {\n  instance_id = \"i-none\"\n}\n";
        let workspace = Workspace::new(cli, &(stock(0, 0) + source));
        let printed = workspace.refuse("plan");
        assert_eq!(printed.error().summary, "InvalidInstanceID.NotFound");
        insta::assert_snapshot!("an_instance_that_does_not_exist_has_no_metadata", printed.sentences());
    });
}
