//! Scaling out and in.

use serde_json::{Value as Json, json};

use super::{WEB, each, hangzhou, list, pool, rows, web};
use crate::cli::{Workspace, with_each_cli};
use crate::hcl::targets;
use crate::report::Changes;

/// Two zones; the second is dearer, and the first has three of each billing.
const TWO: &str = r#"prices = [{ zone_id = "cn-hangzhou-h", spot = 0.1 }, { zone_id = "cn-hangzhou-i", spot = 0.2 }]
  stock = [{ zone_id = "cn-hangzhou-h", spot = 3 }, { zone_id = "cn-hangzhou-i", spot = 9 }]"#;

fn sized(spot: u32, arguments: &str) -> String {
    let pools = pool("h", "ecs.g7.large", "") + &pool("i", "ecs.g7.large", "");
    hangzhou(TWO) + &web(&format!("{}\n{arguments}\n{pools}", targets(0, spot)))
}

fn ids(attributes: &Json) -> Vec<Json> {
    list(attributes, "instance_ids").clone()
}

/// Out: one more pass for the difference, appended; survivors keep their ids and places (G6, G9).
#[needs(cli)]
#[test]
fn scaling_out_appends_g6_g9() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &sized(2, ""));
        workspace.apply();
        let before = workspace.attributes(WEB);
        workspace.write("main.tf", &sized(5, ""));
        workspace.apply();
        let after = workspace.attributes(WEB);
        assert_eq!(
            after["instances"].as_array().expect("instances")[..2],
            before["instances"].as_array().expect("instances")[..]
        );
        assert_eq!(
            rows(&after),
            ["ecs.g7.large h 1", "ecs.g7.large h 0 NoInstanceStock", "ecs.g7.large i 2"],
            "the rows of the latest pass"
        );
        workspace.destroy();
    });
}

/// In, with `termination`: the dearest first, the youngest of equals; the others keep their ids (G9).
#[needs(cli)]
#[test]
fn scaling_in_with_termination_releases_the_dearest_g9() {
    with_each_cli(|cli| {
        let policy = "  excess_capacity_termination_policy = \"termination\"";
        let workspace = Workspace::new(cli, &sized(5, policy));
        workspace.apply();
        let before = ids(&workspace.attributes(WEB));
        workspace.write("main.tf", &sized(2, policy));
        workspace.apply();
        let after = workspace.attributes(WEB);
        assert_eq!(ids(&after), before[..2], "two of zone i and the youngest of zone h are gone");
        assert_eq!(each(&after, "zone_id"), ["cn-hangzhou-h", "cn-hangzhou-h"]);
        workspace.destroy();
    });
}

/// In, with `no-termination`: everything stays, and so does the quiet (G9).
#[needs(cli)]
#[test]
fn scaling_in_without_termination_keeps_everything_g9() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &sized(5, ""));
        workspace.apply();
        let before = ids(&workspace.attributes(WEB));
        workspace.write("main.tf", &sized(2, ""));
        workspace.apply();
        assert_eq!(ids(&workspace.attributes(WEB)), before);
        workspace.destroy();
    });
}

/// A raised ceiling or a further config is a change of capacity: one more pass for what is missing, in place.
#[needs(cli)]
#[test]
fn ceilings_and_configs_change_in_place() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &sized(5, "  max_spot_price = 0.1"));
        workspace.apply();
        let before = workspace.attributes(WEB);
        assert_eq!(before["fulfilled_capacity"], 3);
        workspace.write("main.tf", &sized(5, "  max_spot_price = 0.2"));
        let printed = workspace.apply_and_report();
        assert_eq!(printed.changes, Changes::ONE_UPDATE);
        let after = workspace.attributes(WEB);
        assert_eq!(after["fulfilled_capacity"], 5);
        assert_eq!(ids(&after)[..3], ids(&before)[..]);

        let further = sized(6, "  max_spot_price = 0.2")
            .replace("  launch_configuration {", &(pool("j", "ecs.g7.large", "") + "  launch_configuration {"));
        workspace.write("main.tf", &further);
        let printed = workspace.apply_and_report();
        assert_eq!(printed.changes, Changes::ONE_UPDATE);
        assert_eq!(workspace.attributes(WEB)["launch_template_config"].as_array().map(Vec::len), Some(3));
        workspace.destroy();
    });
}

/// What the API cannot change replaces the group; what it can does not.
#[needs(cli)]
#[test]
fn what_replaces_and_what_does_not() {
    let replacing = [
        "  description = \"other\"",
        "  spot_allocation_strategy = \"diversified\"",
        "  valid_until = \"2027-01-01T00:00:00Z\"",
        "  system_disk_config {\n    disk_category = \"cloud_essd\"\n  }",
    ];
    let in_place = [
        "  auto_provisioning_group_name = \"other\"",
        "  resource_group_id = \"rg-1\"",
        "  default_target_capacity_type = \"PayAsYouGo\"",
        "  terminate_instances_with_expiration = true",
        "  on_shortfall = \"accept\"",
        "  replace_lost_instances = false",
    ];
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &sized(1, ""));
        workspace.apply();
        let planned = |arguments: &str| {
            workspace.write("main.tf", &sized(1, arguments));
            workspace.plan();
            workspace.planned()["resource_changes"][0]["change"]["actions"].clone()
        };
        for arguments in replacing {
            assert_eq!(planned(arguments), json!(["delete", "create"]), "{arguments}");
        }
        for arguments in in_place {
            assert_eq!(planned(arguments), json!(["update"]), "{arguments}");
        }
        workspace.destroy();
    });
}

/// Once a change of capacity made every instance unknown in the plan, so that what depends on survivors was replaced.
#[needs(cli)]
#[test]
fn a_plan_of_scaling_knows_the_survivors_g9_g10a() {
    let policy = "  excess_capacity_termination_policy = \"termination\"";
    let dependants = |count: u32| {
        format!(
            "resource \"terraform_data\" \"attachment\" {{\n  count            = {count}\n  triggers_replace = \
             {WEB}.instances[count.index].instance_id\n}}\n"
        )
    };
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(sized(2, policy) + &dependants(2)));
        workspace.apply();
        let before = ids(&workspace.attributes(WEB));

        workspace.write("main.tf", &(sized(5, policy) + &dependants(5)));
        let report = workspace.accept("plan -out=plan.bin");
        assert_eq!(report.changes, Changes { add: 3, change: 1, ..Changes::NONE });
        let unknown = workspace.planned_change(WEB)["after_unknown"]["instances"].clone();
        let unknown = unknown.as_array().expect("a list");
        assert_eq!(unknown[2..], [true, true, true].map(Json::from));
        assert!(unknown[..2].iter().all(|survivor| !survivor.to_string().contains("true")), "{unknown:?}");
        workspace.apply();
        let grown = ids(&workspace.attributes(WEB));
        assert_eq!(grown[..2], before[..]);

        workspace.write("main.tf", &(sized(3, policy) + &dependants(3)));
        let report = workspace.accept("plan -out=plan.bin");
        assert_eq!(report.changes, Changes { change: 1, remove: 2, ..Changes::NONE });
        assert_eq!(workspace.planned_change(WEB)["after"]["instance_ids"], json!(grown[..3]));
        workspace.apply();
        assert_eq!(ids(&workspace.attributes(WEB)), grown[..3]);
        workspace.destroy();
    });
}

/// A change that launches and releases nothing leaves nothing unknown, and its plan tells what the market lacks.
#[needs(cli)]
#[test]
fn a_plan_that_launches_nothing_has_nothing_unknown_g9_g10a() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &sized(12, ""));
        workspace.apply();
        let before = workspace.attributes(WEB);
        workspace.write("main.tf", &sized(14, ""));
        let report = workspace.accept("plan -out=plan.bin");
        assert_eq!(report.changes, Changes::ONE_UPDATE);
        assert_eq!(report.warning("Capacity Missing").attribute, "total_target_capacity");
        assert!(!workspace.plans_unknown_values());
        let planned = workspace.planned_change(WEB)["after"].clone();
        assert_eq!(planned["state"], "error");
        workspace.apply();
        let after = workspace.attributes(WEB);
        assert_eq!(ids(&after), ids(&before));
        assert_eq!(after["launch_results"], planned["launch_results"]);
        workspace.destroy();
    });
}

/// A hundred instances with an object for each: one more adds one object, and another priority leaves nothing unknown.
#[needs(cli)]
#[test]
fn the_hundred_and_first_instance_adds_one_object_g9_g10a() {
    let fleet = |spot: u32, priority: u32| {
        let pool = pool("h", "ecs.g7.large", &format!("    priority = {priority}"));
        hangzhou("stock = [{ spot = 200 }]") + &web(&(targets(0, spot) + &pool))
    };
    let objects = format!(
        "resource \"terraform_data\" \"of\" {{\n  for_each = {{ for index, instance in {WEB}.instances : index => \
         instance.instance_id }}\n  triggers_replace = each.value\n}}\n"
    );
    with_each_cli(|cli| {
        // No CLI takes a `for_each` over a list whose length it does not know.
        let workspace = Workspace::new(cli, &fleet(100, 1));
        workspace.apply();
        let before = ids(&workspace.attributes(WEB));
        assert_eq!(before.len(), 100);
        workspace.write("main.tf", &(fleet(100, 1) + &objects));
        workspace.apply();

        workspace.write("main.tf", &(fleet(101, 1) + &objects));
        let report = workspace.accept("plan -out=plan.bin");
        assert_eq!(report.changes, Changes { add: 1, change: 1, ..Changes::NONE });
        workspace.apply();
        let grown = ids(&workspace.attributes(WEB));
        assert_eq!((grown.len(), &grown[..100]), (101, &before[..]));

        workspace.write("main.tf", &(fleet(101, 2) + &objects));
        let report = workspace.accept("plan -out=plan.bin");
        assert_eq!(report.changes, Changes::ONE_UPDATE);
        assert!(!workspace.plans_unknown_values(), "{:#}", workspace.planned_change(WEB)["after_unknown"]);
        workspace.apply();
        assert_eq!(ids(&workspace.attributes(WEB)), grown);
        workspace.destroy();
    });
}
