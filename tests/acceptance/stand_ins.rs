//! A whole module under the real provider's name: what is not simulated stands in (W12).

use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};

use crate::cli::{Workspace, with_each_cli};

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
