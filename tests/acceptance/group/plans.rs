//! What a plan says of the market.

use super::{WEB, hangzhou, pool, web};
use crate::cli::{Workspace, with_each_cli};
use crate::hcl::{group, stock, targets};
use crate::report::{Changes, Diagnostic};

const SHORT: &str = "Capacity Missing";

/// The plan of a creation says what the market would not deliver now, why, and what would fit.
#[needs(cli)]
#[test]
fn a_plan_warns_of_a_shortage() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(stock(0, 2) + &group("web", &targets(3, 2))));
        let printed = workspace.accept("plan -out=plan.bin");
        assert_eq!(printed.warning(SHORT).place(), (SHORT, WEB, "total_target_capacity"));
        insta::assert_snapshot!("a_plan_warns_of_a_shortage", printed.sentences());
        let printed = workspace.apply_and_report();
        let id = workspace.attributes(WEB)["id"].as_str().expect("an id").to_owned();
        let names_group = |diagnostic: &Diagnostic| diagnostic.detail.starts_with(&format!("{id}: 3 of 3 units "));
        assert!(printed.diagnostics.iter().any(names_group), "{}", printed.text);
        insta::assert_snapshot!("an_apply_warns_of_a_shortage", printed.sentences());
        workspace.destroy();
    });
}

/// Below the minimum the plan warns already; whether the apply fails is decided when it is made.
#[needs(cli)]
#[test]
fn a_plan_warns_of_a_minimum_out_of_reach() {
    with_each_cli(|cli| {
        let arguments = targets(3, 2) + "\n  min_target_capacity = 3";
        let workspace = Workspace::new(cli, &(stock(0, 2) + &group("web", &arguments)));
        let printed = workspace.accept("plan -out=plan.bin");
        assert_eq!(printed.warning(SHORT).address, WEB);
        insta::assert_snapshot!("a_plan_warns_of_a_minimum_out_of_reach", printed.sentences());
        workspace.write("main.tf", &(stock(1, 2) + &group("web", &arguments)));
        workspace.apply();
        workspace.destroy();
    });
}

/// Enough of everything, something unknown, or a group that takes the place of one: nothing to warn of.
#[needs(cli)]
#[test]
fn a_plan_that_cannot_know_says_nothing() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(stock(3, 2) + &group("web", &targets(3, 2))));
        assert!(!workspace.accept("plan -out=plan.bin").has_warning(SHORT));
        workspace.apply();
        // Its own instances hold all there is; -replace frees them before the new group asks.
        let printed = workspace.accept(&format!("plan -replace={WEB}"));
        assert_eq!(printed.changes, Changes::ONE_REPLACEMENT);
        assert!(!printed.has_warning(SHORT), "{}", printed.text);
        let description = targets(3, 2) + "\n  description = \"other\"";
        workspace.write("main.tf", &(stock(3, 2) + &group("web", &description)));
        let printed = workspace.apply_and_report();
        assert_eq!(printed.changes, Changes::ONE_REPLACEMENT);
        assert!(!printed.has_warning(SHORT), "{}", printed.text);
        workspace.run(&["taint", WEB]);
        assert!(!workspace.accept("plan -out=plan.bin").has_warning(SHORT));
        workspace.destroy();

        let unknown = "\n  description = terraform_data.later.id\n";
        let later = "\nresource \"terraform_data\" \"later\" {}\n";
        workspace.write("main.tf", &(stock(0, 0) + later + &group("web", &(targets(3, 2) + unknown))));
        assert!(!workspace.accept("plan -out=plan.bin").has_warning(SHORT));
    });
}

/// A plan looks at the world and changes nothing in it: the group that is made later is the same.
#[needs(cli)]
#[test]
fn a_plan_leaves_the_world_as_it_is_w3() {
    with_each_cli(|cli| {
        let hcl = stock(1, 1) + &group("web", &targets(2, 2));
        let ids = |plans: usize| {
            let workspace = Workspace::new(cli, &hcl);
            for _ in 0..plans {
                workspace.plan();
            }
            workspace.apply();
            let ids = workspace.attributes(WEB)["instance_ids"].clone();
            workspace.destroy();
            ids
        };
        assert_eq!(ids(0), ids(3));
    });
}

/// What the catalogue does not have is an error of the plan, at the element that names it.
#[needs(cli)]
#[test]
fn plans_point_at_what_does_not_exist() {
    let cases = [
        pool("z", "ecs.g7.large", ""),
        pool("i", "ecs.g7.larg", ""),
        pool("i", "ecs.g7.large", "    image_id = \"none.vhd\""),
        pool("i", "ecs.g7.large", "    vswitch_id = \"vsw-cn-hangzhou-h\""),
    ];
    with_each_cli(|cli| {
        let mut sentences = Vec::new();
        for second in &cases {
            let pools = pool("h", "ecs.g7.large", "") + second;
            let workspace = Workspace::new(cli, &(hangzhou("") + &web(&(targets(1, 0) + &pools))));
            let printed = workspace.refuse("plan");
            assert_eq!(printed.errors().len(), 1, "{}", printed.text);
            sentences.push(printed.sentences());
        }
        insta::assert_snapshot!("plans_point_at_what_does_not_exist", sentences.join("\n"));
        let none = web(&("  total_target_capacity = 0\n".to_owned() + &pool("h", "ecs.g7.large", "")));
        let workspace = Workspace::new(cli, &(hangzhou("") + &none));
        insta::assert_snapshot!("a_group_of_no_units", workspace.accept("plan").sentences());
        assert_eq!(workspace.refuse("apply").error_codes(), ["InvalidParameter.TargetCapacity"]);
        // The plan of a destroy failed too, and what the apply had made could not be destroyed.
        workspace.destroy();
    });
}

/// A refusal of the cloud points at the element it blames: the line of the second config.
#[needs(cli)]
#[test]
fn a_refusal_points_at_its_config() {
    with_each_cli(|cli| {
        let pools = pool("h", "ecs.g7.large", "")
            + "\n  launch_template_config {\n    vswitch_id = \"vsw-bp1nothere\"\n    instance_type = \"ecs.g7.large\"\n  }\n";
        let workspace = Workspace::new(cli, &(hangzhou("") + &web(&(targets(1, 0) + &pools))));
        let printed = workspace.refuse("apply");
        assert_eq!(printed.error().summary, "InvalidVSwitchId.NotFound");
        insta::assert_snapshot!("a_refusal_points_at_its_config", printed.sentences());
    });
}
