//! `simcloud_ecs_launch_template` and its older name `simcloud_launch_template`, and groups that are made from them.

use serde_json::json;

use crate::cli::{Workspace, with_each_cli};
use crate::hcl::provider;
use crate::report::Changes;

const TEMPLATE: &str = "simcloud_ecs_launch_template.web";

const GROUP: &str = "simcloud_auto_provisioning_group.web";

const IMAGE: &str = "aliyun_3_x64_20G_alibase_20250629.vhd";

fn template(arguments: &str) -> String {
    format!(
        "\nresource \"simcloud_ecs_launch_template\" \"web\" {{\n  launch_template_name = \"web\"\n{arguments}\n}}\n"
    )
}

/// A group of two whose pool names no type, with further arguments.
fn group(arguments: &str) -> String {
    format!(
        r#"
resource "simcloud_auto_provisioning_group" "web" {{
  auto_provisioning_group_type  = "instant"
  terminate_instances           = true
  total_target_capacity         = 2
  pay_as_you_go_target_capacity = 2
  launch_template_id            = simcloud_ecs_launch_template.web.id
{arguments}

  launch_template_config {{
    zone_id = "cn-heyuan-b"
  }}
}}
"#
    )
}

/// Every argument there is, with numbers and switches as texts here and there, as public configurations have them.
const EVERYTHING: &str = r#"
  description                   = "A template"
  version_description           = "The first"
  template_resource_group_id    = "rg-1"
  template_tags                 = { kind = "template" }
  tags                          = { kind = "instance" }
  image_id                      = "aliyun_3_x64_20G_alibase_20250629.vhd"
  image_owner_alias             = "system"
  instance_type                 = "ecs.g7.large"
  instance_name                 = "web[1,3]"
  instance_charge_type          = "PrePaid"
  host_name                     = "web"
  key_pair_name                 = "does-not-exist"
  ram_role_name                 = "role"
  network_type                  = "vpc"
  internet_charge_type          = "PayByBandwidth"
  internet_max_bandwidth_in     = "5"
  internet_max_bandwidth_out    = "5"
  io_optimized                  = "optimized"
  security_enhancement_strategy = "Active"
  security_group_id             = "default"
  security_group_ids            = ["default"]
  spot_strategy                 = "SpotWithPriceLimit"
  spot_price_limit              = "5"
  spot_duration                 = 0
  auto_release_time             = "2027-01-01T00:00:00Z"
  deployment_set_id             = "ds-1"
  enable_vm_os_config           = false
  password_inherit              = "true"
  period                        = 1
  period_unit                   = "Month"
  auto_renew                    = false
  auto_renew_period             = 1
  private_ip_address            = "10.1.0.9"
  resource_group_id             = "rg-2"
  user_data                     = "IyEvYmluL3No"
  vswitch_id                    = "vsw-cn-heyuan-b"
  http_endpoint                 = "enabled"
  http_tokens                   = "optional"
  http_put_response_hop_limit   = 1

  system_disk {
    category             = "cloud_essd"
    description          = "System"
    name                 = "system"
    size                 = "40"
    delete_with_instance = "false"
    encrypted            = false
    iops                 = "1800"
    performance_level    = "PL0"
  }

  data_disks {
    name                 = "disk2"
    description          = "Second before first"
    delete_with_instance = "true"
    category             = "cloud_essd"
    encrypted            = "false"
    performance_level    = "PL0"
    size                 = "20"
  }
  data_disks {
    name   = "disk1"
    device = "/dev/xvdb"
    size   = 20
  }

  network_interfaces {
    name              = "eth0"
    description       = "hello1"
    primary_ip        = "10.1.0.2"
    security_group_id = "default"
    vswitch_id        = "vsw-cn-heyuan-b"
  }
"#;

#[needs(cli)]
#[test]
fn every_argument_is_taken_kept_and_imported() {
    let wrapped = r#"
  description                = ""
  template_resource_group_id = ""
  image_id                   = ""
  instance_type              = ""
  security_group_id          = ""
  security_group_ids         = []
  image_owner_alias          = ""
  spot_strategy              = ""
  user_data                  = ""
  vswitch_id                 = ""
  zone_id                    = ""
  tags                       = {}
  template_tags              = {}
  name                       = ""
  default_version_number     = null
  system_disk {
    category = ""
  }
"#;
    with_each_cli(|cli| {
        for arguments in
            ["", EVERYTHING, wrapped, "  default_version_number = \"1\"", "  update_default_version_number = true"]
        {
            let workspace = Workspace::new(cli, &(provider("") + &template(arguments)));
            workspace.apply();
            let attributes = workspace.attributes(TEMPLATE);
            assert_eq!(
                (&attributes["default_version_number"], &attributes["latest_version_number"]),
                (&json!(1), &json!(1))
            );
            let id = attributes["id"].as_str().expect("an id");
            assert!(id.starts_with("lt-") && id.len() == 23, "{id}");
            workspace.import_is_exact(TEMPLATE, id, &[]);
            workspace.destroy();
        }
    });
}

/// A vSwitch says which zone and VPC it lies in, already in the plan for one that every region has.
#[needs(cli)]
#[test]
fn a_vswitch_fixes_zone_and_vpc() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(provider("") + &template("  vswitch_id = \"vsw-cn-heyuan-b\"")));
        workspace.plan();
        let planned = workspace.planned()["resource_changes"][0]["change"]["after"].clone();
        assert_eq!((&planned["zone_id"], &planned["vpc_id"]), (&json!("cn-heyuan-b"), &json!("vpc-cn-heyuan")));
        workspace.apply();
        workspace.write("main.tf", &(provider("") + &template("")));
        workspace.apply();
        assert!(workspace.attributes(TEMPLATE)["zone_id"].is_null());
        workspace.write("main.tf", &(provider("") + &template("  vswitch_id = \"vsw-none\"")));
        let printed = workspace.refuse("apply");
        assert_eq!(printed.error().summary, "InvalidVSwitchId.NotFound");
        workspace.destroy();
    });
}

/// A change of what a version says makes a version; a change of the template itself does not.
#[needs(cli)]
#[test]
fn versions_follow_the_configuration() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(provider("") + &template("  instance_type = \"ecs.g7.large\"")));
        workspace.apply();
        let id = workspace.attributes(TEMPLATE)["id"].clone();
        let numbers = |arguments: &str| {
            workspace.write("main.tf", &(provider("") + &template(arguments)));
            workspace.plan();
            let change = workspace.planned()["resource_changes"][0]["change"].clone();
            assert_eq!(change["actions"], json!(["update"]));
            let printed = workspace.apply_and_report();
            assert_eq!(printed.changes, Changes::ONE_UPDATE);
            let attributes = workspace.attributes(TEMPLATE);
            assert_eq!(attributes["id"], id);
            for name in ["default_version_number", "latest_version_number"] {
                assert_eq!(change["after"][name], attributes[name], "the plan shows {name}");
            }
            workspace.import_is_exact(TEMPLATE, id.as_str().expect("an id"), &[]);
            (attributes["default_version_number"].clone(), attributes["latest_version_number"].clone())
        };
        let large = "  instance_type = \"ecs.c7.large\"";
        assert_eq!(numbers(large), (json!(1), json!(2)));
        assert_eq!(numbers(&format!("{large}\n  template_tags = {{ a = \"b\" }}")), (json!(1), json!(2)));
        assert_eq!(numbers(&format!("{large}\n  default_version_number = 2")), (json!(2), json!(2)));
        let both = format!("{large}\n  user_data = \"IyEvYmluL3No\"\n  template_tags = {{ c = \"d\" }}");
        assert_eq!(numbers(&format!("{both}\n  default_version_number = 3")), (json!(3), json!(3)));
        let latest = "  update_default_version_number = true";
        assert_eq!(numbers(&format!("{large}\n{latest}")), (json!(4), json!(4)), "user data went: a new version");
        assert_eq!(numbers(&format!("{large}\n{latest}\n  data_disks {{\n    size = 20\n  }}")), (json!(5), json!(5)));
        assert_eq!(numbers(large), (json!(5), json!(6)));
        workspace.write("main.tf", &(provider("") + &template(&format!("{large}\n  default_version_number = 9"))));
        let printed = workspace.refuse("plan");
        insta::assert_snapshot!("versions_follow_the_configuration", printed.sentences());
        workspace.write("main.tf", &(provider("") + &template(large).replace("= \"web\"", "= \"other\"")));
        let printed = workspace.accept("plan -out=plan.bin");
        assert_eq!(printed.changes, Changes::ONE_REPLACEMENT);
        workspace.destroy();
    });
}

/// The service keeps 30 versions; the oldest that is not the default one makes room.
#[needs(cli)]
#[test]
fn the_oldest_version_makes_room() {
    with_each_cli(|cli| {
        let hcl = |number: u32| provider("") + &template(&format!("  description = \"number {number}\""));
        let workspace = Workspace::new(cli, &hcl(1));
        for number in 1..=31 {
            workspace.write("main.tf", &hcl(number));
            let printed = workspace.run(&["apply", "-no-color", "-input=false", "-auto-approve"]);
            assert_eq!(printed.code, 0, "{}", printed.text);
        }
        workspace.plan_is_empty();
        assert_eq!(workspace.attributes(TEMPLATE)["latest_version_number"], 31);
        workspace.write("main.tf", &(hcl(31).replace("description", "default_version_number = 2\n  description")));
        let printed = workspace.refuse("apply");
        assert_eq!(printed.error().summary, "InvalidLaunchTemplateVersion.NotFound");
        insta::assert_snapshot!("the_oldest_version_makes_room", printed.sentences());
        workspace.destroy();
    });
}

/// Arguments of earlier releases warn, mean the same, and each spelling shows what the other says.
#[needs(cli)]
#[test]
fn deprecated_spellings() {
    let older = r#"
resource "simcloud_launch_template" "web" {
  name                    = "web"
  userdata                = "IyEvYmluL3No"
  system_disk_name        = "system"
  system_disk_category    = "cloud_essd"
  system_disk_size        = "40"
  system_disk_description = "System disk"
}
"#;
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(provider("") + older));
        let printed = workspace.accept("validate");
        insta::assert_snapshot!("deprecated_spellings", printed.sentences());
        workspace.apply();
        let attributes = workspace.attributes("simcloud_launch_template.web");
        assert_eq!(attributes["launch_template_name"], "web");
        assert_eq!(attributes["user_data"], "IyEvYmluL3No");
        let id = attributes["id"].as_str().expect("an id");
        workspace.import_is_exact("simcloud_launch_template.web", id, &[]);

        // The newer spellings of the same, under the newer name.
        let newer = template(
            "  user_data = \"IyEvYmluL3No\"\n  system_disk_name = \"system\"\n  system_disk_category = \"cloud_essd\"\n  system_disk_size = 40\n  system_disk_description = \"System disk\"",
        );
        let moved = "\nmoved {\n  from = simcloud_launch_template.web\n  to   = simcloud_ecs_launch_template.web\n}\n";
        workspace.write("main.tf", &(provider("") + &newer + moved));
        let printed = workspace.apply_and_report();
        assert_eq!(printed.changes, Changes::NONE);
        let block = template(
            "  user_data = \"IyEvYmluL3No\"\n  system_disk {\n    name = \"system\"\n    category = \"cloud_essd\"\n    size = 40\n    description = \"System disk\"\n  }",
        );
        workspace.write("main.tf", &(provider("") + &block));
        workspace.apply();
        assert_eq!(workspace.attributes(TEMPLATE)["system_disk_category"], "cloud_essd");
        assert_eq!(workspace.attributes(TEMPLATE)["system_disk_size"], 40);
        workspace.destroy();
    });
}

/// A module passes every argument, null where it was not given; while validating, all of them are unknown.
#[needs(cli)]
#[test]
fn a_module_that_wraps_the_template() {
    let arguments = [
        ("launch_template_name", "\"web\""),
        ("name", "null"),
        ("default_version_number", "null"),
        ("update_default_version_number", "true"),
        ("user_data", "\"IyEvYmluL3No\""),
        ("userdata", "null"),
        ("system_disk_category", "null"),
        ("instance_type", "\"ecs.g7.large\""),
        ("internet_max_bandwidth_out", "0"),
        ("vswitch_id", "null"),
        ("zone_id", "null"),
        ("tags", "{}"),
    ];
    let variables = arguments.iter().map(|(name, value)| format!("variable \"{name}\" {{\n  default = {value}\n}}\n"));
    let variables = variables.collect::<Vec<_>>().concat();
    let passed = arguments.iter().map(|(name, _)| format!("  {name} = var.{name}\n")).collect::<Vec<_>>().concat();
    let hcl = format!(
        r#"{variables}
variable "disk" {{
  default = {{ category = "cloud_essd", size = "40" }}
}}
variable "public_key" {{
  default = null
}}
variable "key_file" {{
  default = "web.pem"
}}
resource "simcloud_ecs_launch_template" "web" {{
{passed}
  dynamic "system_disk" {{
    for_each = var.disk[*]
    content {{
      category = system_disk.value.category
      size     = system_disk.value.size
    }}
  }}
}}
resource "simcloud_ecs_key_pair" "web" {{
  key_pair_name   = var.launch_template_name
  key_name        = var.name
  key_name_prefix = var.name
  public_key      = var.public_key
  key_file        = var.key_file
}}
"#
    );
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(provider("") + &hcl));
        workspace.validate();
        workspace.apply();
        assert_eq!(workspace.attributes(TEMPLATE)["system_disk_size"], 40);
        let id = workspace.attributes(TEMPLATE)["id"].as_str().expect("an id").to_owned();
        workspace.import_is_exact(TEMPLATE, &id, &[]);
        workspace.destroy();
    });
}

#[needs(cli)]
#[test]
fn mistakes_are_found_before_anything_happens() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &provider(""));
        let mut sentences = Vec::new();
        for arguments in [
            "  name = \"other\"",
            "  instance_charge_type = \"Postpaid\"",
            "  internet_max_bandwidth_out = 101",
            "  default_version_number = 2",
            "  default_version_number = 1\n  update_default_version_number = true",
            "  description = \"x\"",
            "  host_name = \"-web\"",
            "  private_ip_address = \"10.0.0\"",
            "  spot_price_limit = 0.1234",
            "  tags = { \"aliyun:x\" = \"y\" }",
            "  system_disk {\n    category = \"cloud_sd\"\n  }",
            "  data_disks {\n    performance_level = \"PL9\"\n  }",
            "  system_disk_size = 40\n  system_disk {\n    size = 40\n  }",
            "  system_disk {}\n  system_disk {}",
        ] {
            workspace.write("main.tf", &(provider("") + &template(arguments)));
            let printed = workspace.refuse("plan");
            assert_eq!(printed.errors().len(), 1, "{}", printed.text);
            sentences.push(printed.sentences());
        }
        insta::assert_snapshot!("mistakes_are_found_before_anything_happens", sentences.join("\n"));
        workspace.write("main.tf", &(provider("") + &template("").replace("launch_template_name = \"web\"", "")));
        let printed = workspace.refuse("validate");
        insta::assert_snapshot!("a_template_without_a_name", printed.sentences());
        // What does not exist is no mistake before instances are launched from it.
        let odd = "  instance_type = \"ecs.g7.larg\"\n  user_data = \"xxxxxxx\"\n  key_pair_name = \"key_pair_name\"";
        workspace.write("main.tf", &(provider("") + &template(odd)));
        let printed = workspace.apply_and_report();
        insta::assert_snapshot!("unusable_values_of_a_template_are_warnings", printed.sentences());
        workspace.destroy();
    });
}

/// A template overrides the launch configuration field by field, and gives the type where a pool names none (G2).
#[needs(cli)]
#[test]
fn a_group_is_made_from_a_template() {
    let content = format!(
        r#"  instance_type              = "ecs.g7.large"
  image_id                   = "{IMAGE}"
  key_pair_name              = "example-key-name"
  instance_name              = "web[1,2]"
  internet_max_bandwidth_out = 5
  user_data                  = base64encode("boot")
  tags                       = {{ from = "template" }}
  system_disk {{
    category = "cloud_essd"
  }}"#
    );
    let own = r#"
  launch_configuration {
    image_id             = "aliyun_2_1903_x64_20G_alibase_20210120.vhd"
    instance_name        = "mine"
    system_disk_category = "cloud_efficiency"
    security_group_id    = "default"
    tags                 = { from = "group" }
  }"#;
    let seen = r#"
data "simcloud_instances" "web" {
  ids = simcloud_auto_provisioning_group.web.instance_ids
}
data "simcloud_instance_metadata" "web" {
  instance_id = simcloud_auto_provisioning_group.web.instance_ids[0]
}
output "seen" {
  value = {
    names     = data.simcloud_instances.web.instances[*].name
    tags      = data.simcloud_instances.web.instances[0].tags
    user_data = data.simcloud_instance_metadata.web.user_data
    key_name  = data.simcloud_instance_metadata.web.key_name
  }
}
"#;
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(provider("") + &template(&content) + &group(own) + seen));
        workspace.apply();
        let attributes = workspace.attributes(GROUP);
        for instance in attributes["instances"].as_array().expect("instances") {
            assert_eq!(instance["instance_type"], "ecs.g7.large");
            assert_eq!(instance["image_id"], IMAGE);
            assert_eq!(instance["system_disk_category"], "cloud_essd");
            assert!(instance["public_ip"].is_string());
        }
        let expected = json!({
            "names": ["web01", "web02"], "tags": { "from": "template" }, "user_data": "boot", "key_name": "example-key-name",
        });
        assert_eq!(workspace.output("seen"), expected);
        let id = attributes["id"].as_str().expect("an id").to_owned();
        workspace.import_is_exact(GROUP, &id, &[]);

        // Another default version changes nothing about a group that exists; its capacity still changes in place.
        let next = content.replace("ecs.g7.large", "ecs.c7.large") + "\n  update_default_version_number = true";
        workspace.write("main.tf", &(provider("") + &template(&next) + &group(own)));
        let printed = workspace.apply_and_report();
        assert_eq!(printed.changes, Changes::ONE_UPDATE);
        let four = group(own).replace("capacity         = 2", "capacity         = 4");
        workspace.write("main.tf", &(provider("") + &template(&next) + &four));
        workspace.apply();
        let attributes = workspace.attributes(GROUP);
        assert_eq!(attributes["fulfilled_capacity"], 4);
        let types = attributes["instances"].as_array().expect("instances");
        assert!(types.iter().all(|instance| instance["instance_type"] == "ecs.g7.large"));

        // A version that is named replaces the group when it changes.
        let named =
            "  launch_template_version = simcloud_ecs_launch_template.web.latest_version_number".to_owned() + own;
        workspace.write("main.tf", &(provider("") + &template(&next) + &group(&named)));
        let printed = workspace.apply_and_report();
        assert_eq!(printed.changes, Changes::ONE_REPLACEMENT);
        assert_eq!(workspace.attributes(GROUP)["instances"][0]["instance_type"], "ecs.c7.large");
        workspace.destroy();
    });
}

#[needs(cli)]
#[test]
fn what_a_group_cannot_be_made_from_says_so() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &provider(""));
        let apply = |hcl: &str| {
            workspace.write("main.tf", &(provider("") + hcl));
            workspace.refuse("apply")
        };
        let printed = apply(&(template("  image_id = \"none\"\n  instance_type = \"ecs.g7.large\"") + &group("")));
        assert_eq!(printed.error().summary, "InvalidLaunchTemplate.ValueNotSupported");
        insta::assert_snapshot!("a_template_with_an_unknown_image", printed.sentences());
        let latest = "  update_default_version_number = true";
        let printed = apply(&(template(&format!("  image_id = \"{IMAGE}\"\n{latest}")) + &group("")));
        assert_eq!(printed.error().summary, "MissingParameter.InstanceType");
        let right = template(&format!("  image_id = \"{IMAGE}\"\n  instance_type = \"ecs.g7.large\""));
        let printed = apply(&(right.clone() + &group("  launch_template_version = 7")));
        assert_eq!(printed.error().summary, "InvalidLaunchTemplateVersion.NotFound");
        let printed = apply(&(right.clone() + &group("  launch_template_version = \"$Latest\"")));
        insta::assert_snapshot!("a_version_that_is_no_number", printed.sentences());
        let printed = apply(&(right + &group("").replace("simcloud_ecs_launch_template.web.id", "\"\"")));
        insta::assert_snapshot!("a_pool_without_instance_types", printed.sentences());
    });
}

/// The default version that could not be chosen is chosen by the next apply, and so are tags and versions.
#[needs(cli)]
#[test]
fn faults_strike_and_the_next_apply_goes_on() {
    with_each_cli(|cli| {
        let provider = provider(
            r#"  scenario = { faults = [
    { operation = "CreateLaunchTemplate", error_code = "Throttling" },
    { operation = "TagResources", error_code = "Throttling.User" },
    { operation = "CreateLaunchTemplateVersion", error_code = "InternalError" },
    { operation = "ModifyLaunchTemplateDefaultVersion", error_code = "ServiceUnavailable" },
    { operation = "DeleteLaunchTemplate", error_code = "OperationConflict" },
  ] }"#,
        );
        let workspace = Workspace::new(cli, &(provider.clone() + &template("")));
        let fails_with = |code: &str| {
            let printed = workspace.refuse("apply");
            assert_eq!(printed.error().summary, code);
        };
        fails_with("Throttling");
        workspace.apply();
        let change = "  instance_type = \"ecs.g7.large\"\n  template_tags = { a = \"b\" }\n  update_default_version_number = true";
        workspace.write("main.tf", &(provider + &template(change)));
        for code in ["Throttling.User", "InternalError", "ServiceUnavailable"] {
            fails_with(code);
        }
        workspace.apply();
        let attributes = workspace.attributes(TEMPLATE);
        assert_eq!(
            (&attributes["default_version_number"], &attributes["latest_version_number"]),
            (&json!(2), &json!(2))
        );
        let printed = workspace.refuse("destroy");
        assert_eq!(printed.error().summary, "OperationConflict");
        workspace.destroy();
    });
}

/// A template of the same name is refused; one that was deleted outside Terraform is made again.
#[needs(cli)]
#[test]
fn names_are_one_per_region_and_what_is_gone_is_made_again() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(provider("") + &template("")));
        workspace.apply();
        let first = std::fs::read(workspace.work().join("terraform.tfstate")).expect("a state");
        workspace.write("main.tf", &(provider("") + &template("") + &template("").replace("\"web\" {", "\"two\" {")));
        let printed = workspace.refuse("apply");
        assert_eq!(printed.error().summary, "LaunchTemplateName.Duplicated");
        workspace.destroy();
        workspace.write("main.tf", &(provider("") + &template("")));
        std::fs::write(workspace.work().join("terraform.tfstate"), first).expect("the old state");
        let printed = workspace.apply_and_report();
        assert_eq!(printed.changes, Changes { add: 1, ..Changes::NONE });
        workspace.destroy();
    });
}

/// A version was planned although its content turned out to be the same: "Provider produced inconsistent final plan".
#[needs(cli)]
#[test]
fn an_unknown_argument_that_stays_the_same_adds_no_version() {
    with_each_cli(|cli| {
        let unknown = |trigger: &str| {
            let trigger = format!("resource \"terraform_data\" \"a\" {{\n  triggers_replace = \"{trigger}\"\n}}\n");
            let data = "  user_data = base64encode(terraform_data.a.id != \"\" ? \"same\" : \"other\")";
            provider("") + &trigger + &template(&format!("  update_default_version_number = true\n{data}"))
        };
        let workspace = Workspace::new(cli, &unknown("one"));
        workspace.apply();
        workspace.write("main.tf", &unknown("two"));
        workspace.apply();
        let attributes = workspace.attributes(TEMPLATE);
        assert_eq!(attributes["latest_version_number"], 1);
        assert_eq!(attributes["default_version_number"], 1);
        workspace.destroy();
    });
}
