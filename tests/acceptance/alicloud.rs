//! Under another name: modules written for the alicloud provider, rehearsed without a change.

use crate::cli::{Workspace, with_each_cli};

/// A module as people write it for the real provider: credentials, a role, endpoints, data sources, a fleet.
const MODULE: &str = r#"
terraform {
  required_providers {
    alicloud = {
      source  = "aliyun/alicloud"
      version = ">= 1.200.0"
    }
  }
}

variable "access_key" {
  type    = string
  default = "LTAI5tAnAccessKey"
}

variable "secret_key" {
  type      = string
  sensitive = true
  default   = "aSecretKeyOfThirtyCharacters"
}

provider "alicloud" {
  access_key              = var.access_key
  secret_key              = var.secret_key
  security_token          = "aSecurityToken"
  region                  = "cn-heyuan"
  profile                 = "production"
  shared_credentials_file = "~/.aliyun/config.json"
  skip_region_validation  = true
  configuration_source    = "terraform-alicloud-modules/fleet"
  protocol                = "HTTPS"
  client_read_timeout     = 60000
  client_connect_timeout  = 60000
  max_retry_timeout       = 0

  assume_role {
    role_arn           = "acs:ram::123456789012:role/fleet"
    session_name       = "terraform"
    session_expiration = 999
  }

  endpoints {
    ecs = "ecs.cn-heyuan.aliyuncs.com"
    vpc = "vpc.aliyuncs.com"
  }
}

data "alicloud_zones" "default" {
  available_instance_type = "ecs.s6-c1m1.small"
}

resource "alicloud_auto_provisioning_group" "fleet" {
  auto_provisioning_group_name  = "fleet"
  auto_provisioning_group_type  = "instant"
  total_target_capacity         = "5"
  pay_as_you_go_target_capacity = "3"
  spot_target_capacity          = "2"
  terminate_instances           = true

  launch_template_config {
    zone_id           = "cn-heyuan-b"
    instance_type     = "ecs.s6-c1m1.small"
    weighted_capacity = "1"
    max_price         = "2"
  }

  launch_configuration {
    image_id             = "aliyun_3_x64_20G_alibase_20250629.vhd"
    system_disk_category = "cloud_ssd"
  }
}

output "rows" {
  value = alicloud_auto_provisioning_group.fleet.launch_results
}
"#;

const FLEET: &str = "alicloud_auto_provisioning_group.fleet";

/// World, scenario and clock come from the environment; credentials have no effect and are printed nowhere.
#[needs(cli)]
#[test]
fn a_module_for_the_real_provider_is_rehearsed_unchanged() {
    with_each_cli(|cli| {
        let mut workspace = Workspace::new(cli, MODULE);
        workspace.write("short.json", r#"{ "stock": [{ "zone_id": "cn-heyuan-b", "pay_as_you_go": 0, "spot": 2 }] }"#);
        workspace.set("SIMCLOUD_SCENARIO", "short.json").set("SIMCLOUD_WORLD", "elsewhere.db");
        workspace.set("SIMCLOUD_CLOCK", "6h").set("TF_LOG_PROVIDER", "TRACE").set("TF_LOG_PATH", "provider.log");
        let printed = workspace.validate() + &workspace.apply();
        let rows = workspace.output("rows");
        assert_eq!(rows[0]["error_code"], "NoInstanceStock");
        assert_eq!(rows[1]["amount"], 2);
        assert_eq!(workspace.attributes(FLEET)["create_time"], "2026-01-01T06:00:00Z");
        assert!(workspace.work().join("elsewhere.db").exists());
        let log = std::fs::read_to_string(workspace.work().join("provider.log")).expect("a log");
        assert!(log.contains("terraform-provider-alicloud"), "{log}");
        for secret in ["LTAI5tAnAccessKey", "aSecretKeyOfThirtyCharacters", "aSecurityToken"] {
            assert!(!printed.contains(secret) && !log.contains(secret), "{secret}");
        }
        workspace.destroy();
    });
}

/// It says that nothing of this is real, and each command says it once.
#[needs(cli)]
#[test]
fn it_says_that_it_is_a_simulation() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, MODULE);
        let said = |printed: &str| printed.matches("Warning: Simulated Cloud").count();
        assert_eq!(said(&workspace.validate()), 1);
        assert_eq!(said(&workspace.plan()), 1);
        assert_eq!(said(&workspace.apply_saved()), 1);
        workspace.destroy();
    });
}

/// The region comes from where the real provider looks for it, and `SIMCLOUD_REGION` comes first.
#[needs(cli)]
#[test]
fn the_region_may_come_from_the_real_providers_environment() {
    let module = MODULE.replace("  region                  = \"cn-heyuan\"\n", "");
    assert_ne!(module, MODULE);
    let elsewhere = [
        vec![("ALICLOUD_REGION", "cn-nowhere")],
        vec![("ALIBABA_CLOUD_REGION", "cn-nowhere")],
        vec![("ALIBABA_CLOUD_REGION", "cn-there"), ("ALICLOUD_REGION", "cn-here"), ("SIMCLOUD_REGION", "cn-nowhere")],
    ];
    with_each_cli(|cli| {
        let mut sentences = Vec::new();
        for variables in &elsewhere {
            let mut workspace = Workspace::new(cli, &module);
            for (name, value) in variables {
                workspace.set(name, value);
            }
            let printed = workspace.refuse("plan");
            assert_eq!(printed.errors().len(), 1, "{}", printed.text);
            sentences.push(printed.sentences());
        }
        insta::assert_snapshot!("the_region_may_come_from_the_real_providers_environment", sentences.join("\n"));
        let mut workspace = Workspace::new(cli, &module);
        workspace.set("ALICLOUD_REGION", "cn-heyuan");
        workspace.apply();
        workspace.destroy();
    });
}

/// Bad scenario files get an error that names file, line and key, under this name too.
#[needs(cli)]
#[test]
fn a_bad_scenario_file_is_named_with_line_and_key() {
    let cases =
        [Some("{\n  \"stock\": [\n    { \"zone\": \"cn-heyuan-b\" }\n  ]\n}\n"), Some("{ \"stock\": [\n"), None];
    with_each_cli(|cli| {
        let mut sentences = Vec::new();
        for text in cases {
            let mut workspace = Workspace::new(cli, MODULE);
            if let Some(text) = text {
                workspace.write("bad.json", text);
            }
            workspace.set("SIMCLOUD_SCENARIO", "bad.json");
            let printed = workspace.refuse("plan");
            assert_eq!(printed.errors().len(), 1, "{}", printed.text);
            sentences.push(printed.sentences());
        }
        insta::assert_snapshot!("a_bad_scenario_file_is_named_with_line_and_key", sentences.join("\n"));
    });
}

/// A shortage is data where the environment says so, since the real provider's block has no such argument.
#[needs(cli)]
#[test]
fn the_environment_says_what_a_shortfall_is() {
    let module = MODULE.replace(
        "  terminate_instances           = true\n",
        "  terminate_instances           = true\n  min_target_capacity           = \"5\"\n",
    );
    with_each_cli(|cli| {
        let mut workspace = Workspace::new(cli, &module);
        workspace.write("short.json", r#"{ "stock": [{ "pay_as_you_go": 0, "spot": 0 }] }"#);
        workspace.set("SIMCLOUD_SCENARIO", "short.json");
        let printed = workspace.refuse("apply");
        assert_eq!(printed.error().place(), ("OperationDenied.NoStock", FLEET, "min_target_capacity"));
        workspace.set("SIMCLOUD_ON_SHORTFALL", "accept");
        workspace.apply();
        assert_eq!(workspace.attributes(FLEET)["fulfilled_capacity"], 0);
        workspace.destroy();
        workspace.set("SIMCLOUD_ON_SHORTFALL", "maybe");
        let printed = workspace.refuse("plan");
        insta::assert_snapshot!("an_unknown_shortfall_policy_in_the_environment", printed.sentences());
    });
}

/// A region that EC2 has as well: what a module finds by name is Alibaba Cloud's (N4).
#[needs(cli)]
#[test]
fn n4_images_types_zones_and_regions_are_those_of_alibaba_cloud() {
    let module = r#"
terraform {
  required_providers {
    alicloud = {
      source = "aliyun/alicloud"
    }
  }
}

provider "alicloud" {
  region = "ap-northeast-1"
}

data "alicloud_images" "ubuntu" {
  name_regex  = "^ubuntu"
  most_recent = true
}

data "alicloud_images" "all" {}

data "alicloud_instance_types" "small" {
  cpu_core_count = 2
}

data "alicloud_zones" "all" {}

data "alicloud_regions" "all" {}

output "found" {
  value = {
    ubuntu  = data.alicloud_images.ubuntu.ids
    images  = data.alicloud_images.all.ids
    types   = data.alicloud_instance_types.small.ids
    zones   = data.alicloud_zones.all.ids
    sold    = flatten(data.alicloud_zones.all.zones[*].available_instance_types)
    regions = data.alicloud_regions.all.ids
  }
}
"#;
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, module);
        workspace.apply();
        let found = workspace.output("found");
        let ids = |name: &str| -> Vec<&str> {
            let ids =
                found[name].as_array().into_iter().flatten().filter_map(serde_json::Value::as_str).collect::<Vec<_>>();
            assert!(!ids.is_empty(), "{name}: {found:#}");
            ids
        };
        assert!(ids("ubuntu")[0].starts_with("ubuntu_"), "{found:#}");
        assert!(ids("images").iter().all(|id| !id.starts_with("ami-")), "{found:#}");
        assert!(ids("types").iter().chain(&ids("sold")).all(|name| name.starts_with("ecs.")), "{found:#}");
        assert!(!ids("zones").contains(&"ap-northeast-1d") && !ids("regions").contains(&"us-west-2"), "{found:#}");
        workspace.destroy();
    });
}
