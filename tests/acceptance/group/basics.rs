//! Configurations of the group, each through the real CLI.

use serde_json::{Value as Json, json};

use super::WEB;
use crate::cli::{Workspace, with_each_cli};
use crate::hcl::{group, provider, stock, targets};
use crate::report::Changes;

/// Every check that needs no world: the message says what was given and what to do.
#[needs(cli)]
#[test]
fn mistakes_are_found_before_anything_is_asked() {
    let cases = [
        "  total_target_capacity = 4\n  pay_as_you_go_target_capacity = 3\n  spot_target_capacity = 2",
        "  total_target_capacity = 2.5",
        "  total_target_capacity = 5\n  min_target_capacity = 6",
        "  total_target_capacity = 5\n  spot_allocation_strategy = \"lowest_price\"",
        "  total_target_capacity = 5\n  spot_allocation_strategy = \"prioritized\"",
        "  total_target_capacity = 5\n  spot_instance_pools_to_use_count = 1",
        "  total_target_capacity = 5\n  max_spot_price = -1",
        "  total_target_capacity = 5\n  valid_from = \"tomorrow\"",
        "  total_target_capacity = 5\n  valid_from = \"2026-01-02T00:00:00Z\"\n  valid_until = \"2026-01-01T00:00:00Z\"",
        "  total_target_capacity = 5\n  auto_provisioning_group_name = \"1web\"",
        "  total_target_capacity = 5\n  client_token = \"tökèn\"",
        "  total_target_capacity = 5\n  tags = { \"acs:x\" = \"y\" }",
        "  total_target_capacity = 5\n  system_disk_config {\n    disk_category = \"cloud_ssd\"\n  }\n  system_disk_config {\n    disk_category = \"cloud_ssd\"\n  }",
        "  total_target_capacity = 5\n  launch_template_version = \"newest\"",
        "  total_target_capacity = 5\n  launch_template_config {\n    zone_id = \"cn-heyuan-a\"\n  }",
        "  total_target_capacity = 5\n  launch_template_config {\n    zone_id = \"cn-heyuan-a\"\n    cores = [2]\n    instance_type = \"ecs.g7.large\"\n  }",
        "  total_target_capacity = 5\n  launch_template_config {\n    zone_id = \"cn-heyuan-a\"\n    cores = [2.5]\n  }",
        "  total_target_capacity = 5\n  launch_template_config {\n    zone_id = \"cn-heyuan-a\"\n    cores = [2]\n    weighted_capacity = 0\n  }",
        "  total_target_capacity = 5\n  launch_template_config {\n    zone_id = \"cn-heyuan-a\"\n    cores = [2]\n    architectures = [\"ARM\"]\n  }",
    ];
    with_each_cli(|cli| {
        let mut sentences = Vec::new();
        for arguments in cases {
            let workspace = Workspace::new(cli, &(stock(5, 5) + &group("web", arguments)));
            let printed = workspace.refuse("validate");
            assert_eq!(printed.errors().len(), 1, "{}", printed.text);
            sentences.push(printed.sentences());
        }
        insta::assert_snapshot!("mistakes_are_found_before_anything_is_asked", sentences.join("\n"));
    });
}

/// Terraform 1.16 shows the pool's block, earlier CLIs the resource.
#[needs(cli)]
#[test]
fn a_pool_needs_a_zone() {
    let pool = "  total_target_capacity = 5\n  launch_template_config {\n    instance_type = \"ecs.g7.large\"\n  }";
    with_each_cli(|cli| {
        let printed = Workspace::new(cli, &(stock(5, 5) + &group("web", pool))).refuse("validate");
        let (summary, address, _) = printed.error().place();
        assert_eq!((summary, address), ("Missing Zone", "simcloud_auto_provisioning_group.web"));
    });
}

/// The launch configuration is checked like the rest, each mistake at its argument.
#[needs(cli)]
#[test]
fn mistakes_in_the_launch_configuration() {
    let cases = [
        "host_name = \"-web\"",
        "host_names = [\"web1\"]",
        "host_names = [\"web1\", \"we..b\"]",
        "instance_name = \"w\"",
        "image_family = \"aliyun_3_x64\"",
        "auto_release_time = \"tonight\"",
        "security_enhancement_strategy = \"active\"",
        "system_disk_size = 10",
        "internet_charge_type = \"PayByTrafic\"",
        "user_data = \"not base64!\"",
        "password = \"hunter2hunter2\"",
        "tag {\n      key = \"acs:x\"\n    }",
        "data_disk {\n      category = \"cloud_sdd\"\n    }",
        "data_disk {\n      performance_level = \"PL9\"\n    }",
    ];
    with_each_cli(|cli| {
        let mut sentences = Vec::new();
        for argument in cases {
            let hcl = stock(5, 5) + &group("web", &targets(1, 1));
            let hcl = hcl.replace("    image_id  ", &format!("    {argument}\n    image_id  "));
            let printed = Workspace::new(cli, &hcl).refuse("validate");
            assert_eq!(printed.errors().len(), 1, "{}", printed.text);
            sentences.push(printed.sentences());
        }
        insta::assert_snapshot!("mistakes_in_the_launch_configuration", sentences.join("\n"));
    });
}

#[needs(cli)]
#[test]
fn arguments_for_instant_only_are_a_warning_elsewhere() {
    with_each_cli(|cli| {
        let hcl = stock(5, 5)
            + &group("web", "  total_target_capacity = 5\n  min_target_capacity = 2")
                .replace("\"instant\"", "\"request\"");
        let printed = Workspace::new(cli, &hcl).accept("validate");
        insta::assert_snapshot!("arguments_for_instant_only_are_a_warning_elsewhere", printed.sentences());
    });
}

/// Limits come from the scenario, so planning checks them (L1, L2).
#[needs(cli)]
#[test]
fn limits_are_checked_at_plan_time() {
    with_each_cli(|cli| {
        let hcl = stock(5, 5) + &group("web", "  total_target_capacity = 1001");
        let printed = Workspace::new(cli, &hcl).refuse("plan");
        insta::assert_snapshot!("the_default_limit_of_instances", printed.sentences());

        let mut sentences = Vec::new();
        for (total, weight) in [(10_001, 10), (10_001, 20)] {
            let weighted = group("web", &format!("  total_target_capacity = {total}"))
                .replace("    zone_id ", &format!("    weighted_capacity = {weight}\n    zone_id "));
            let printed = Workspace::new(cli, &(stock(5, 5) + &weighted)).refuse("plan");
            assert_eq!(printed.errors().len(), 1, "{}", printed.text);
            sentences.push(printed.sentences());
        }
        insta::assert_snapshot!("the_limits_with_weights", sentences.join("\n"));

        let hcl = provider("  scenario = { limits = { group_instances = 3 } }") + &group("web", &targets(2, 2));
        let printed = Workspace::new(cli, &hcl).refuse("plan");
        insta::assert_snapshot!("a_limit_of_the_scenario", printed.sentences());
    });
}

/// Below `min_target_capacity` nothing is created; the message says what each pool lacked.
#[needs(cli)]
#[test]
fn below_the_minimum_nothing_is_created() {
    with_each_cli(|cli| {
        let arguments = targets(3, 2) + "\n  min_target_capacity = 3";
        let workspace = Workspace::new(cli, &(stock(0, 2) + &group("web", &arguments)));
        let printed = workspace.refuse("apply");
        insta::assert_snapshot!("below_the_minimum_nothing_is_created", printed.sentences());

        // The same, accepted: a resource that says so as data, and a quiet plan.
        let accepting = arguments.clone() + "\n  on_shortfall = \"accept\"";
        workspace.write("main.tf", &(stock(0, 2) + &group("web", &accepting)));
        workspace.apply();
        let attributes = workspace.attributes(WEB);
        assert_eq!(attributes["instance_ids"], json!([]));
        assert_eq!(attributes["fulfilled_capacity"], 0);
        assert_eq!(attributes["launch_results"][0]["amount"], 0);
        workspace.destroy();
    });
}

/// Every argument survives an import: the order of configs, "" or null, the switches.
#[needs(cli)]
#[test]
fn an_import_finds_everything_as_it_was_configured() {
    with_each_cli(|cli| {
        let arguments = targets(1, 2)
            + r#"
  auto_provisioning_group_name = "web"
  description                  = ""
  max_spot_price               = 0.5
  replace_lost_instances       = false
  tags                         = { team = "a" }

  launch_template_config {
    vswitch_id        = "vsw-cn-heyuan-b"
    instance_type     = "ecs.s6-c1m2.small"
    weighted_capacity = 1.5
    priority          = 1
    max_price         = 0.25
  }"#;
        let workspace = Workspace::new(cli, &(stock(5, 5) + &group("web", &arguments)));
        workspace.apply();
        let id = workspace.attributes(WEB)["id"].as_str().expect("an id").to_owned();
        workspace.import_is_exact(WEB, &id, &[]);
        workspace.destroy();
    });
}

#[needs(cli)]
#[test]
fn importing_what_does_not_exist_says_so() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(stock(5, 5) + &group("web", &targets(1, 0))));
        let printed = workspace.fail(&["import", "-no-color", WEB, "apg-00000000000000000000"]);
        assert_eq!(printed.error().summary, "Cannot import non-existent remote object");
    });
}

/// Scaling out keeps the survivors and their ids; scaling in follows the policy.
#[needs(cli)]
#[test]
fn capacity_changes_in_place() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(stock(9, 9) + &group("web", &targets(2, 1))));
        workspace.apply();
        let first = workspace.attributes(WEB);
        workspace.write("main.tf", &(stock(9, 9) + &group("web", &targets(4, 1))));
        let printed = workspace.apply_and_report();
        assert_eq!(printed.changes, Changes::ONE_UPDATE);
        let second = workspace.attributes(WEB);
        assert_eq!(second["id"], first["id"]);
        assert_eq!(second["fulfilled_capacity"], 5);
        let survivors = first["instance_ids"].as_array().expect("ids");
        assert!(survivors.iter().all(|id| second["instance_ids"].as_array().expect("ids").contains(id)));

        let shrinking = targets(1, 1) + "\n  excess_capacity_termination_policy = \"termination\"";
        workspace.write("main.tf", &(stock(9, 9) + &group("web", &shrinking)));
        workspace.apply();
        assert_eq!(workspace.attributes(WEB)["fulfilled_capacity"], 2);
        workspace.destroy();
    });
}

/// What the API can change in place, without touching an instance: everything else stays known in the plan.
#[needs(cli)]
#[test]
fn a_change_of_tags_touches_nothing_else() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(stock(9, 9) + &group("web", &targets(2, 1))));
        workspace.apply();
        workspace.write("main.tf", &(stock(9, 9) + &group("web", &(targets(2, 1) + "\n  tags = { a = \"b\" }"))));
        workspace.plan();
        let unknown = workspace.planned()["resource_changes"][0]["change"]["after_unknown"].clone();
        assert!(!mentions_unknown(&unknown), "{unknown:#}");
        workspace.apply();
        workspace.destroy();
    });
}

/// A reclaim shows as an in-place update of the lost elements alone (G10).
#[needs(cli)]
#[test]
fn a_lost_instance_is_replaced_in_place() {
    let hcl = |clock: &str| {
        provider(&format!(
            r#"  clock = "{clock}"
  scenario = {{
    stock  = [{{ zone_id = "cn-heyuan-b", instance_type = "ecs.s6-c1m1.small", pay_as_you_go = 9, spot = 9 }}]
    events = [{{ at = "2h", reclaim_spot = {{ zone_id = "cn-heyuan-b", instance_type = "ecs.s6-c1m1.small", count = 1 }} }}]
  }}"#
        )) + &group("web", &targets(1, 3))
    };
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &hcl("0s"));
        workspace.apply();
        let before = workspace.attributes(WEB);
        workspace.write("main.tf", &hcl("3h"));
        workspace.plan();
        let change = workspace.planned()["resource_changes"][0]["change"].clone();
        assert_eq!(change["actions"], json!(["update"]), "{change:#}");
        let elements = change["after_unknown"]["instances"].as_array().expect("elements");
        let unknown: Vec<bool> = elements.iter().map(mentions_unknown).collect();
        assert_eq!(unknown, [false, false, false, true], "the youngest spot instance alone (W6)");
        workspace.apply_saved();
        workspace.plan_is_empty();
        let after = workspace.attributes(WEB);
        assert_eq!(after["fulfilled_capacity"], 4);
        for place in 0..3 {
            assert_eq!(after["instances"][place], before["instances"][place]);
        }
        assert_ne!(after["instance_ids"][3], before["instance_ids"][3]);
        workspace.destroy();
    });
}

/// Stock goes between plan and apply: the apply fails, nothing is changed, and the next plan is empty (G10).
#[needs(cli)]
#[test]
fn a_saved_replacement_plan_does_what_it_shows_or_nothing() {
    let scenario = |spot: u32| {
        format!(
            r#"{{
  "stock": [{{ "zone_id": "cn-heyuan-b", "instance_type": "ecs.s6-c1m1.small", "spot": {spot} }}],
  "events": [{{ "at": "2h", "reclaim_spot": {{ "zone_id": "cn-heyuan-b", "count": 1 }} }}]
}}"#
        )
    };
    let hcl = |clock: &str| provider(&format!("  clock = \"{clock}\"")) + &group("web", &targets(0, 2));
    with_each_cli(|cli| {
        let mut workspace = Workspace::new(cli, &hcl("0s"));
        workspace.set("SIMCLOUD_SCENARIO", "scenario.json");
        workspace.write("scenario.json", &scenario(2));
        workspace.apply();
        workspace.write("main.tf", &hcl("3h"));
        workspace.plan();
        workspace.write("scenario.json", &scenario(1));
        let printed = workspace.refuse("apply plan.bin");
        assert_eq!(printed.error().summary, "InsufficientInstanceCapacity");
        assert_eq!(workspace.attributes(WEB)["instances"][1]["state"], "terminated");
        workspace.plan_is_empty();
        workspace.destroy();
    });
}

/// At destroy with `terminate_instances = false` a warning names how many instances keep running.
#[needs(cli)]
#[test]
fn a_destroy_that_keeps_instances_says_how_many() {
    with_each_cli(|cli| {
        let hcl = stock(9, 9) + &group("web", &targets(2, 1)).replace("terminate_instances          = true", "");
        let workspace = Workspace::new(cli, &hcl);
        workspace.apply();
        let printed = workspace.destroy();
        insta::assert_snapshot!("a_destroy_that_keeps_instances_says_how_many", printed.sentences());
    });
}

/// The reply of a create is lost: the repeated apply finds the group by its token and creates nothing twice (W2, W4).
#[needs(cli)]
#[test]
fn a_lost_reply_is_found_again_by_the_token() {
    with_each_cli(|cli| {
        let hcl = provider(
            r#"  scenario = {
    faults = [{ operation = "CreateAutoProvisioningGroup", error_code = "ServiceUnavailable", after_commit = true }]
    stock  = [{ zone_id = "cn-heyuan-b", pay_as_you_go = 3, spot = 3 }]
  }"#,
        ) + &group("web", &(targets(1, 2) + "\n  client_token = \"once\""));
        let workspace = Workspace::new(cli, &hcl);
        let printed = workspace.refuse("apply");
        assert_eq!(printed.error().summary, "ServiceUnavailable");
        workspace.apply();
        assert_eq!(workspace.attributes(WEB)["fulfilled_capacity"], 3);
        workspace.destroy();
    });
}

/// A wrapper module passes every argument, empty where it was not given.
#[needs(cli)]
#[test]
fn empty_texts_and_lists_mean_absent() {
    with_each_cli(|cli| {
        let hcl = stock(9, 9)
            + r#"
resource "simcloud_auto_provisioning_group" "web" {
  auto_provisioning_group_type      = "instant"
  auto_provisioning_group_name      = ""
  description                       = ""
  total_target_capacity             = "3"
  pay_as_you_go_allocation_strategy = ""
  spot_allocation_strategy          = ""
  default_target_capacity_type      = ""
  valid_from                        = ""
  valid_until                       = ""
  launch_template_id                = ""
  resource_group_id                 = ""
  client_token                      = ""
  on_shortfall                      = ""
  tags                              = {}
  terminate_instances               = true

  launch_template_config {
    vswitch_id              = "vsw-cn-heyuan-b"
    zone_id                 = ""
    instance_type           = "ecs.s6-c1m1.small"
    image_id                = ""
    cores                   = []
    memories                = []
    architectures           = []
    instance_family_level   = []
    burstable_performance   = ""
    excluded_instance_types = []
  }

  launch_configuration {
    image_id             = "aliyun_3_x64_20G_alibase_20250629.vhd"
    image_family         = ""
    security_group_id    = ""
    security_group_ids   = []
    system_disk_category = ""
    password             = ""
    user_data            = ""
    host_names           = []
    period               = ""

    system_disk {
      encrypted = ""
    }
  }
}
"#;
        let workspace = Workspace::new(cli, &hcl);
        workspace.apply();
        assert_eq!(workspace.attributes(WEB)["fulfilled_capacity"], 3);
        let id = workspace.attributes(WEB)["id"].as_str().expect("an id").to_owned();
        workspace.import_is_exact(WEB, &id, &[]);
        workspace.destroy();
    });
}

/// Whether anything in an `after_unknown` tree is unknown.
fn mentions_unknown(tree: &Json) -> bool {
    match tree {
        Json::Bool(unknown) => *unknown,
        Json::Array(elements) => elements.iter().any(mentions_unknown),
        Json::Object(members) => members.values().any(mentions_unknown),
        _ => false,
    }
}
