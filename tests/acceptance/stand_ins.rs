//! A whole module under the real provider's name: what is not simulated stands in (W12).

use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};

use crate::cli::{Cli, Workspace, with_each_cli};

/// Real schemas, where they lie beside the repository.
fn real_schema() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let places = ["../shared/schemas", "../../shared/schemas"];
    places.iter().map(|place| root.join(place).join("alicloud-small.json")).find(|file| file.exists())
}

/// A schema with what the example uses.
fn made_schema() -> Json {
    let kind = |flags: &[&str], value_type: Json| {
        let mut attribute = json!({ "type": value_type });
        for flag in flags {
            attribute[*flag] = true.into();
        }
        attribute
    };
    let text = |flags: &[&str]| kind(flags, json!("string"));
    let number = |flags: &[&str]| kind(flags, json!("number"));
    let id = || text(&["optional", "computed"]);
    let resource = |attributes: Json, blocks: Json| json!({ "version": 0, "block": { "attributes": attributes, "block_types": blocks } });
    let rule =
        json!({ "attributes": { "sse_algorithm": text(&["required"]), "kms_master_key_id": text(&["optional"]) } });
    json!({ "format_version": "1.0", "provider_schemas": { "registry.terraform.io/aliyun/alicloud": {
        "provider": { "version": 0, "block": {} },
        "resource_schemas": {
            "alicloud_slb_load_balancer": resource(json!({
                "id": id(),
                "address": text(&["optional", "computed"]),
                "address_type": text(&["optional", "computed"]),
                "load_balancer_name": text(&["optional", "computed"]),
                "load_balancer_spec": text(&["optional", "computed"]),
                "status": text(&["optional", "computed"]),
                "vswitch_id": text(&["optional"]),
            }), json!({})),
            "alicloud_db_instance": resource(json!({
                "id": id(),
                "connection_string": text(&["computed"]),
                "engine": text(&["required"]),
                "engine_version": text(&["required"]),
                "instance_storage": number(&["required"]),
                "instance_type": text(&["required"]),
                "vswitch_id": text(&["optional"]),
            }), json!({})),
            "alicloud_kms_key": resource(json!({
                "id": id(),
                "arn": text(&["computed"]),
                "description": text(&["optional"]),
                "pending_window_in_days": number(&["optional", "computed"]),
            }), json!({})),
            "alicloud_oss_bucket": resource(json!({ "id": id(), "bucket": text(&["optional"]) }), json!({
                "server_side_encryption_rule": { "nesting_mode": "list", "max_items": 1, "block": rule },
            })),
            "alicloud_ram_policy": resource(json!({
                "id": id(), "policy_name": text(&["optional", "computed"]), "policy_document": text(&["optional", "computed"]),
            }), json!({})),
        },
    } } })
}

/// Installed with a schema, found by plain `init`, applied, changed, brought in again, destroyed.
#[needs(cli)]
#[test]
fn a_whole_module_is_rehearsed_unchanged() {
    const BALANCER: &str = "alicloud_slb_load_balancer.front";
    with_each_cli(|cli| {
        let mut workspace = Workspace::example(cli, "whole-module");
        let schema = real_schema().unwrap_or_else(|| {
            workspace.write("schema.json", &made_schema().to_string());
            workspace.work().join("schema.json")
        });
        let mirror = workspace.work().join("plugins");
        let (schema, plugins) = (schema.display().to_string(), mirror.display().to_string());
        let install = ["install", "--as", "aliyun/alicloud", "--schema", &schema, "--plugin-dir", &plugins];
        assert_eq!(workspace.run_provider(&install).code, 0);
        workspace.use_mirror(&mirror);
        assert_eq!(workspace.run(&["init", "-input=false", "-no-color"]).code, 0);

        // The scenario lets the first creation of a database fail.
        workspace.set("SIMCLOUD_SCENARIO", "scenario.json");
        let failed = workspace.run(&["apply", "-auto-approve", "-input=false", "-no-color"]);
        assert!(failed.code == 1 && failed.text.contains("InternalError"), "{failed:?}");
        let printed = workspace.apply();
        assert_eq!(printed.matches("Warning: Types That Are Not Simulated").count(), 1, "{printed}");
        assert_eq!(workspace.output("address"), "10.0.0.9");
        assert!(workspace.output("database").as_str().is_some_and(|host| host.ends_with(".invalid")));
        let before = workspace.attributes(BALANCER);

        workspace.write("larger.auto.tfvars", "load_balancer_spec = \"slb.s3.medium\"\n");
        workspace.apply();
        let after = workspace.attributes(BALANCER);
        assert_eq!((&after["id"], &after["load_balancer_spec"]), (&before["id"], &json!("slb.s3.medium")));
        let shown = workspace.run_provider(&["world", "show"]);
        assert!(
            shown.text.contains("alicloud_db_instance") && shown.text.contains(after["id"].as_str().expect("an id"))
        );

        assert_eq!(workspace.run(&["state", "rm", BALANCER]).code, 0);
        let id = after["id"].as_str().expect("an id");
        assert_eq!(workspace.run(&["import", "-input=false", "-no-color", BALANCER, id]).code, 0);
        let plan = workspace.run(&["plan", "-detailed-exitcode", "-input=false", "-no-color"]);
        assert_eq!(plan.code, 0, "{}", plan.text);
        workspace.destroy();
        assert!(!workspace.run_provider(&["world", "show"]).text.contains("alicloud_"));
    });
}

const PROVIDER: &str = r#"
terraform {
  required_providers {
    alicloud = {
      source = "aliyun/alicloud"
    }
  }
}

provider "alicloud" {
  region = "cn-beijing"
}
"#;

/// A configuration whose stand-ins are of the made schema.
fn standing_in(cli: &Cli, hcl: &str) -> Workspace {
    let mut workspace = Workspace::new(cli, &format!("{PROVIDER}{hcl}"));
    workspace.write("schema.json", &made_schema().to_string());
    let schema = workspace.work().join("schema.json").display().to_string();
    workspace.set("SIMCLOUD_SCHEMA", &schema);
    workspace
}

/// Tests of a module mock stand-ins as they mock other resources, and override one among them.
#[needs(cli)]
#[test]
fn stand_ins_are_mocked_and_overridden() {
    const MOCKS: &str = r#"
mock_provider "alicloud" {
  alias = "mocked"

  mock_resource "alicloud_slb_load_balancer" {
    defaults = {
      address = "192.0.2.1"
    }
  }
}

run "mocked" {
  providers = {
    alicloud = alicloud.mocked
  }

  assert {
    condition     = output.address == "192.0.2.1"
    error_message = "The address is ${output.address}."
  }
}
"#;
    // In a file of its own: the runs of a file share a state.
    const OVERRIDES: &str = r#"
run "overridden" {
  override_resource {
    target = alicloud_slb_load_balancer.front
    values = {
      address = "192.0.2.2"
    }
  }

  assert {
    condition     = output.address == "192.0.2.2" && output.bucket != ""
    error_message = "The address is ${output.address}."
  }
}
"#;
    with_each_cli(|cli| {
        let hcl = r#"
resource "alicloud_slb_load_balancer" "front" {
  load_balancer_name = "front"
}

resource "alicloud_oss_bucket" "logs" {}

output "address" {
  value = alicloud_slb_load_balancer.front.address
}

output "bucket" {
  value = alicloud_oss_bucket.logs.id
}
"#;
        let workspace = standing_in(cli, hcl);
        workspace.write("tests/mocks.tftest.hcl", MOCKS);
        workspace.write("tests/overrides.tftest.hcl", OVERRIDES);
        let printed = workspace.run(&["test", "-no-color"]);
        assert_eq!(printed.code, 0, "{}: {}", cli.version, printed.text);
    });
}

/// A stand-in keeps its object when its address changes, in the configuration and into a list.
#[needs(cli)]
#[test]
fn moved_stand_ins_keep_their_objects() {
    with_each_cli(|cli| {
        let workspace = standing_in(cli, "resource \"alicloud_kms_key\" \"old\" {\n  description = \"a\"\n}\n");
        workspace.apply();
        let before = workspace.attributes("alicloud_kms_key.old");
        let hcl = "resource \"alicloud_kms_key\" \"new\" {\n  count       = 1\n  description = \"a\"\n}\n\n\
                   moved {\n  from = alicloud_kms_key.old\n  to   = alicloud_kms_key.new[0]\n}\n";
        workspace.write("main.tf", &format!("{PROVIDER}{hcl}"));
        let printed = workspace.apply();
        assert!(printed.contains("0 added, 0 changed, 0 destroyed"), "{printed}");
        assert_eq!(workspace.attributes("alicloud_kms_key.new[0]"), before);
        workspace.destroy();
    });
}

/// Two configurations apply to one world at once, and one of the providers is killed in the middle: a later apply of each
/// completes it, every object of a state is in the world, and no object is in two states.
#[cfg(target_os = "linux")]
#[needs(cli)]
#[test]
fn parallel_applies_and_a_kill_lose_and_double_nothing() {
    const KEYS: usize = 60;
    const SHOW: [&str; 3] = ["world", "show", "--json"];
    let hcl = format!(
        "resource \"alicloud_kms_key\" \"all\" {{\n  count       = {KEYS}\n  description = \"same\"\n}}\n\n\
         output \"ids\" {{\n  value = alicloud_kms_key.all[*].id\n}}\n"
    );
    let kept = |workspace: &Workspace| workspace.run_provider(&SHOW).text.matches("alicloud_kms_key").count();
    with_each_cli(|cli| {
        let folder = tempfile::tempdir().expect("a folder for the world");
        let world = folder.path().join("world.db").display().to_string();
        let workspaces = [(); 2].map(|()| {
            let mut workspace = standing_in(cli, &hcl);
            workspace.set("SIMCLOUD_WORLD", &world);
            workspace
        });
        let apply = ["apply", "-auto-approve", "-input=false", "-no-color"];
        let mut running = workspaces.each_ref().map(|workspace| {
            let mut command = workspace.command(&apply);
            command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
            command.spawn().expect("the CLI starts")
        });
        while running[0].try_wait().expect("its state").is_none() && kept(&workspaces[0]) <= 10 {}
        for provider in children(running[0].id()) {
            let _ = std::process::Command::new("kill").args(["-9", &provider.to_string()]).status();
        }
        for child in &mut running {
            child.wait().expect("it ends");
        }
        let ids = workspaces.each_ref().map(|workspace| {
            workspace.apply();
            let ids = workspace.output("ids");
            let ids = ids.as_array().expect("a list").iter().map(Json::to_string);
            ids.collect::<Vec<String>>()
        });
        let all: std::collections::BTreeSet<&String> = ids.iter().flatten().collect();
        assert_eq!(all.len(), 2 * KEYS, "an object is in two states");
        let shown = workspaces[0].run_provider(&SHOW).text;
        assert!(all.iter().all(|id| shown.contains(id.as_str())), "an object of a state is not in the world");
        for workspace in &workspaces {
            workspace.destroy();
        }
        // What was made for a reply that the kill lost is left: it was in no state (W12).
        let left = kept(&workspaces[0]);
        assert!(left <= 10, "{left} objects are left");
    });
}

/// The processes that a process has started.
#[cfg(target_os = "linux")]
fn children(parent: u32) -> Vec<u32> {
    let stat_of = |process: u32| std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let processes = std::fs::read_dir("/proc").expect("the processes");
    let numbers = processes.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    let is_child = |process: &u32| {
        let stat = stat_of(*process);
        let fields = stat.rsplit(')').next().unwrap_or_default();
        fields.split_whitespace().nth(1).and_then(|field| field.parse().ok()) == Some(parent)
    };
    numbers.filter(is_child).collect()
}
