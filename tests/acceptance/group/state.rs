//! States, tokens, "" and null.

use serde_json::{Value as Json, json};

use super::{WEB, hangzhou, pool, web};
use crate::cli::{Workspace, with_each_cli};
use crate::hcl::{group, stock, targets};
use crate::report::Changes;

/// Configs keep the order they were written in, `dynamic` ones too, through apply, change and import.
#[needs(cli)]
#[test]
fn configs_keep_their_order() {
    let dynamic = |zones: &str| {
        targets(0, 2)
            + &pool("k", "ecs.g7.xlarge", "    priority = 7")
            + &format!(
                r#"
  dynamic "launch_template_config" {{
    for_each = {zones}

    content {{
      zone_id       = "cn-hangzhou-${{launch_template_config.value}}"
      instance_type = "ecs.g7.large"
      max_price     = 1.5
    }}
  }}
"#
            )
    };
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(hangzhou("") + &web(&dynamic("[\"j\", \"h\", \"i\"]"))));
        workspace.apply();
        let zones = |attributes: &Json| {
            let configs = attributes["launch_template_config"].as_array().cloned().unwrap_or_default();
            configs
                .iter()
                .map(|config| config["zone_id"].as_str().unwrap_or_default().replace("cn-hangzhou-", ""))
                .collect::<Vec<_>>()
        };
        let attributes = workspace.attributes(WEB);
        assert_eq!(zones(&attributes), ["k", "j", "h", "i"]);
        let id = attributes["id"].as_str().expect("an id").to_owned();
        workspace.import_is_exact(WEB, &id, &[]);
        workspace.write("main.tf", &(hangzhou("") + &web(&dynamic("[\"i\", \"j\"]"))));
        workspace.apply();
        assert_eq!(zones(&workspace.attributes(WEB)), ["k", "i", "j"]);
        workspace.import_is_exact(WEB, &id, &[]);
        workspace.destroy();
    });
}

/// A plan that changes only what `ignore_changes` names is empty.
#[needs(cli)]
#[test]
fn changes_of_configs_can_be_ignored() {
    let ignoring = |zone: &str| {
        let lifecycle = "\n  lifecycle {\n    ignore_changes = [launch_template_config]\n  }\n";
        hangzhou("") + &web(&(targets(1, 0) + &pool(zone, "ecs.g7.large", "") + lifecycle))
    };
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &ignoring("h"));
        workspace.apply();
        workspace.write("main.tf", &ignoring("i"));
        workspace.plan_is_empty();
        workspace.destroy();
    });
}

/// "" in place of null, or a default written out, changes the state alone: nothing is replaced, nothing launched.
#[needs(cli)]
#[test]
fn empty_in_place_of_null_replaces_nothing() {
    let empty = r#"
  description                       = ""
  client_token                      = ""
  spot_allocation_strategy          = ""
  pay_as_you_go_allocation_strategy = "lowest-price"
  launch_template_id                = ""
  valid_until                       = ""
"#;
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(stock(9, 9) + &group("web", &targets(1, 1))));
        workspace.apply();
        let before = workspace.attributes(WEB);
        let hcl = stock(9, 9) + &group("web", &(targets(1, 1) + empty));
        let hcl = hcl.replace("    zone_id  ", "    cores = []\n    image_id = \"\"\n    zone_id  ");
        workspace.write(
            "main.tf",
            &hcl.replace("image_id  ", "host_name = \"\"\n    security_group_ids = []\n    image_id  "),
        );
        workspace.plan();
        let open = workspace.planned()["resource_changes"][0]["change"]["after_unknown"].clone();
        assert!(!open.to_string().contains("true"), "everything stays known: {open:#}");
        let printed = workspace.apply_and_report();
        assert_eq!(printed.changes, Changes::ONE_UPDATE);
        let after = workspace.attributes(WEB);
        assert_eq!((&after["id"], &after["instance_ids"]), (&before["id"], &before["instance_ids"]));
        workspace.import_is_exact(WEB, before["id"].as_str().expect("an id"), &[]);
        workspace.write("main.tf", &(stock(9, 9) + &group("web", &targets(1, 1))));
        let printed = workspace.apply_and_report();
        assert_eq!(printed.changes, Changes::ONE_UPDATE);
        workspace.destroy();
    });
}

/// What means the same in other words changes the state alone, there and back: a pass would find the second unit.
#[needs(cli)]
#[test]
fn another_spelling_replaces_and_launches_nothing() {
    let stock = |spot: u32| {
        format!("stock = [{{ pay_as_you_go = 9, spot = 0 }}, {{ zone_id = \"cn-hangzhou-h\", spot = {spot} }}]")
    };
    let total = "  total_target_capacity = 2\n";
    let plain = web(&(total.to_owned()
        + "  valid_from = \"2026-01-01T00:00:00Z\"\n  valid_until = \"2027-01-01T00:00:00Z\"\n"
        + &pool("h", "ecs.g7.large", "")
        + &pool("i", "ecs.g7.large", "    vswitch_id = \"vsw-cn-hangzhou-i\"")));
    let empty = "\n  system_disk_config {}\n  data_disk_config {\n    disk_category = \"\"\n  }\n";
    let targets =
        "  pay_as_you_go_target_capacity = 0\n  spot_target_capacity = 0\n  spot_instance_pools_to_use_count = 1\n";
    let other = web(&(total.to_owned()
        + targets
        + "  valid_from = \"2026-01-01T08:00:00+08:00\"\n  valid_until = \"2027-01-01t00:00:00.000z\"\n"
        + &pool("h", "ecs.g7.large", "    vswitch_id = \"vsw-cn-hangzhou-h\"\n    weighted_capacity = 1")
            .replace("    zone_id = \"cn-hangzhou-h\"\n", "")
        + &pool("i", "ecs.g7.large", "    burstable_performance = \"Include\"")
        + empty))
    .replace(
        "    image_id",
        "    internet_max_bandwidth_out = 0\n    tag {}\n    data_disk {}\n    system_disk {}\n    image_id",
    );
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(hangzhou(&stock(1)) + &plain));
        workspace.apply();
        let before = workspace.attributes(WEB);
        for hcl in [&other, &plain] {
            workspace.write("main.tf", &(hangzhou(&stock(9)) + hcl));
            workspace.plan();
            let change = workspace.planned()["resource_changes"][0]["change"].clone();
            assert_eq!(change["actions"], json!(["update"]), "{change:#}");
            assert!(!change["after_unknown"].to_string().contains("true"), "everything stays known: {change:#}");
            workspace.apply_saved();
            workspace.plan_is_empty();
            let after = workspace.attributes(WEB);
            assert_eq!(
                (&after["instances"], &after["launch_results"]),
                (&before["instances"], &before["launch_results"])
            );
            workspace.import_is_exact(WEB, before["id"].as_str().expect("an id"), &[]);
        }
        workspace.destroy();
    });
}

/// Every argument of the launch configuration as `alicloud_auto_provisioning_group` takes it, filled in; then every one
/// of them empty, as a wrapper module passes it. The second means what no argument means. An import does not
/// know the password; the next apply writes it back in place.
#[needs(cli)]
#[test]
fn every_argument_of_the_launch_configuration_filled_in_and_empty() {
    let texts = [
        ("image_family", ""),
        ("instance_name", "web[1,4]"),
        ("instance_description", "a server"),
        ("host_name", "web"),
        ("credit_specification", "standard"),
        ("deployment_set_id", "ds-1"),
        ("auto_release_time", "2027-01-01T00:00:00Z"),
        ("io_optimized", "optimized"),
        ("security_group_id", "default"),
        ("security_enhancement_strategy", "DeletionProtection"),
        ("internet_charge_type", "PayByTraffic"),
        ("password", "Secret-123"),
        ("key_pair_name", "example-key-name"),
        ("ram_role_name", "role"),
        ("user_data", "cGxhaW4="),
        ("resource_group_id", "rg-1"),
        ("system_disk_category", "cloud_essd"),
        ("system_disk_performance_level", "PL1"),
        ("system_disk_name", "root"),
        ("system_disk_description", "the first disk"),
        ("period", "1"),
        ("period_unit", "Month"),
        ("auto_renew", "true"),
        ("auto_renew_period", "1"),
    ];
    let others = [
        ("host_names", "[]", "[]"),
        ("security_group_ids", "[\"default\"]", "[]"),
        ("internet_max_bandwidth_in", "10", "null"),
        ("internet_max_bandwidth_out", "\"5\"", "null"),
        ("password_inherit", "\"false\"", "null"),
        ("system_disk_size", "\"40\"", "null"),
        ("tags", "{ team = \"a\" }", "{}"),
    ];
    let disk = [
        "category",
        "disk_name",
        "size",
        "device",
        "snapshot_id",
        "description",
        "delete_with_instance",
        "encrypted",
        "kms_key_id",
        "encrypt_algorithm",
        "performance_level",
        "provisioned_iops",
        "bursting_enabled",
    ];
    let blocks: [(&str, &[&str]); 6] = [
        ("tag", &["key", "value"]),
        ("data_disk", &disk),
        ("system_disk", &["encrypted", "kms_key_id", "encrypt_algorithm", "provisioned_iops", "bursting_enabled"]),
        ("network_interface", &["security_group_id", "instance_type"]),
        ("arn", &["rolearn", "role_type", "assume_role_for"]),
        ("additional_info", &["pvd_config"]),
    ];
    let of_block = |name: &str| match name {
        "category" => "cloud_essd",
        "performance_level" => "PL1",
        "size" => "20",
        "encrypted" | "delete_with_instance" | "bursting_enabled" => "false",
        _ => "x",
    };
    let launch = |full: bool| {
        let mut lines = vec!["    image_id = \"aliyun_3_x64_20G_alibase_20250629.vhd\"".to_owned()];
        for (name, text) in texts {
            lines.push(format!("    {name} = \"{}\"", if full { text } else { "" }));
        }
        for (name, filled, empty) in others {
            lines.push(format!("    {name} = {}", if full { filled } else { empty }));
        }
        for (block, members) in blocks {
            let members: Vec<String> = members
                .iter()
                .map(|name| format!("      {name} = \"{}\"", if full { of_block(name) } else { "" }))
                .collect();
            lines.push(format!("    {block} {{\n{}\n    }}", members.join("\n")));
        }
        lines.join("\n")
    };
    let hcl = |full: bool| {
        hangzhou("")
            + &web(&(targets(1, 1) + &pool("k", "ecs.g7.large", "")))
                .replace("    image_id = \"aliyun_3_x64_20G_alibase_20250629.vhd\"", &launch(full))
    };
    with_each_cli(|cli| {
        for full in [true, false] {
            let workspace = Workspace::new(cli, &hcl(full));
            workspace.apply();
            let attributes = workspace.attributes(WEB);
            assert_eq!(attributes["fulfilled_capacity"], 2, "{attributes:#}");
            assert_eq!(attributes["instances"][0]["public_ip"].is_string(), full);
            let id = attributes["id"].as_str().expect("an id");
            if full {
                workspace.succeed(&["state", "rm", WEB]);
                workspace.succeed(&["import", "-no-color", "-input=false", WEB, id]);
                assert!(workspace.attributes(WEB)["launch_configuration"][0]["password"].is_null());
                workspace.apply();
                assert_eq!(workspace.attributes(WEB), attributes);
            } else {
                workspace.import_is_exact(WEB, id, &[]);
            }
            workspace.destroy();
        }
    });
}

/// A second address with a token would stand for the group of the first (W2).
#[needs(cli)]
#[test]
fn a_token_belongs_to_one_address_w2() {
    let token = "\n  client_token = \"once\"";
    let one = stock(9, 9) + &group("web", &(targets(1, 1) + token));
    let second = "\n  depends_on = [simcloud_auto_provisioning_group.web]\n";
    let both = one.clone() + &group("again", &(targets(1, 1) + token + second));
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &both);
        assert_eq!(workspace.refuse("plan").error().summary, "Client Token Used Twice");

        workspace.write("main.tf", &one);
        workspace.apply();
        let before = workspace.attributes(WEB);
        workspace.write("main.tf", &both);
        assert_eq!(workspace.refuse("apply").error().summary, "InvalidClientToken.ValueNotSupported");
        workspace.write("main.tf", &one);
        workspace.plan_is_empty();
        assert_eq!(workspace.attributes(WEB), before);

        workspace.write("main.tf", &(one.clone() + &group("other", &(targets(1, 2) + token))));
        assert_eq!(workspace.refuse("apply").error().summary, "IdempotentParameterMismatch");
        workspace.write("main.tf", &one);
        workspace.destroy();
    });
}

/// The replacement would be the group that is destroyed next: the apply refuses it before anything is lost (W2).
#[needs(cli)]
#[test]
fn a_replacement_that_is_created_first_needs_its_own_token_w2() {
    let token = "\n  client_token = \"once\"";
    let first = "\n  lifecycle {\n    create_before_destroy = true\n  }\n";
    let web = |more: &str| stock(9, 9) + &group("web", &(targets(1, 1) + token + more));
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &web(first));
        workspace.apply();
        let before = workspace.attributes(WEB);
        let replace = format!("apply -auto-approve -replace={WEB}");
        assert_eq!(workspace.refuse(&replace).error().summary, "InvalidClientToken.ValueNotSupported");
        workspace.plan_is_empty();
        assert_eq!(workspace.attributes(WEB), before);

        workspace.write("main.tf", &web(&(first.to_owned() + "  description = \"other\"\n")));
        assert!(workspace.accept("plan").has_warning("Client Token In Use"));

        // Destroyed first, it frees its token.
        workspace.write("main.tf", &web(""));
        workspace.accept(&replace);
        workspace.destroy();
    });
}

/// A state of another release of the same schema version: missing keys are null, keys of later releases are dropped.
#[needs(cli)]
#[test]
fn a_state_with_missing_and_further_keys_is_read() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(stock(9, 9) + &group("web", &targets(1, 1))));
        workspace.apply();
        let path = workspace.work().join("terraform.tfstate");
        let mut state: Json = serde_json::from_slice(&std::fs::read(&path).expect("a state")).expect("JSON");
        let attributes = state["resources"][0]["instances"][0]["attributes"].as_object_mut().expect("attributes");
        attributes.remove("fulfilled_vcpus");
        attributes.remove("system_disk_config");
        attributes.insert("of_a_later_release".to_owned(), json!({ "a": [1] }));
        attributes["instances"][0].as_object_mut().expect("an instance").insert("rack".to_owned(), json!("r7"));
        std::fs::write(&path, state.to_string()).expect("the state");
        let printed = workspace.accept("apply");
        assert_eq!(printed.changes, Changes::NONE);
        workspace.plan_is_empty();
        assert_eq!(workspace.attributes(WEB)["fulfilled_vcpus"], 2);
        workspace.destroy();
    });
}

/// Groups of one `for_each` that ask for the same are told apart, and each keeps its own (W3).
#[needs(cli)]
#[test]
fn equal_groups_of_a_for_each_are_two_w3() {
    with_each_cli(|cli| {
        let many =
            group("web", &targets(1, 1)).replace("{\n  auto_", "{\n  for_each = toset([\"a\", \"b\"])\n\n  auto_");
        let workspace = Workspace::new(cli, &(stock(9, 9) + &many));
        workspace.apply();
        let id = |key: &str| workspace.attributes(&format!("{WEB}[\"{key}\"]"))["id"].clone();
        assert_ne!(id("a"), id("b"));
        workspace.destroy();
    });
}
