//! What a plan says of the market.

use super::{WEB, hangzhou, pool, web};
use crate::cli::{Workspace, with_each_cli};
use crate::hcl::{group, stock, targets};

const SHORT: &str = "Warning: Capacity Missing";

/// The plan of a creation says what the market would not deliver now, why, and what would fit.
#[test]
fn a_plan_warns_of_a_shortage() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(stock(0, 2) + &group("web", &targets(3, 2))));
        let printed = workspace.plan();
        for part in [
            SHORT,
            "As the market stands, 3 of 3 units of pay-as-you-go capacity are missing",
            "ecs.s6-c1m1.small in cn-heyuan-b (NoSpot): NoInstanceStock, The instanceTypes are out of usage",
            "What would fit now: ecs.s6-c1m1.small in cn-heyuan-a",
            "total_target_capacity",
        ] {
            assert!(printed.contains(part), "{part}: {printed}");
        }
        let printed = workspace.apply();
        let id = workspace.attributes(WEB)["id"].as_str().expect("an id").to_owned();
        assert!(printed.contains(&format!("{id}: 3 of 3 units of pay-as-you-go capacity are missing")), "{printed}");
        workspace.destroy();
    });
}

/// Below the minimum the plan warns already; whether the apply fails is decided when it is made.
#[test]
fn a_plan_warns_of_a_minimum_out_of_reach() {
    with_each_cli(|cli| {
        let arguments = targets(3, 2) + "\n  min_target_capacity = 3";
        let workspace = Workspace::new(cli, &(stock(0, 2) + &group("web", &arguments)));
        let printed = workspace.plan();
        assert!(printed.contains(SHORT) && printed.contains("2 units can be delivered, the minimum is 3"), "{printed}");
        workspace.write("main.tf", &(stock(1, 2) + &group("web", &arguments)));
        workspace.apply();
        workspace.destroy();
    });
}

/// Enough of everything, something unknown, or a group that takes the place of one: nothing to warn of.
#[test]
fn a_plan_that_cannot_know_says_nothing() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(stock(3, 2) + &group("web", &targets(3, 2))));
        assert!(!workspace.plan().contains(SHORT));
        workspace.apply();
        // Its own instances hold all there is; -replace frees them before the new group asks.
        let printed = workspace.run(&["plan", "-no-color", "-input=false", &format!("-replace={WEB}")]).text;
        assert!(printed.contains("must be replaced") || printed.contains("will be replaced"), "{printed}");
        assert!(!printed.contains(SHORT), "{printed}");
        let description = targets(3, 2) + "\n  description = \"other\"";
        workspace.write("main.tf", &(stock(3, 2) + &group("web", &description)));
        let printed = workspace.apply();
        assert!(printed.contains("1 added, 0 changed, 1 destroyed") && !printed.contains(SHORT), "{printed}");
        workspace.run(&["taint", WEB]);
        assert!(!workspace.plan().contains(SHORT));
        workspace.destroy();

        let unknown = "\n  description = terraform_data.later.id\n";
        let later = "\nresource \"terraform_data\" \"later\" {}\n";
        workspace.write("main.tf", &(stock(0, 0) + later + &group("web", &(targets(3, 2) + unknown))));
        assert!(!workspace.plan().contains(SHORT));
    });
}

/// A plan looks at the world and changes nothing in it: the group that is made later is the same.
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
#[test]
fn plans_point_at_what_does_not_exist() {
    let cases = [
        (pool("z", "ecs.g7.large", ""), "There is no zone \"cn-hangzhou-z\" in region"),
        (pool("i", "ecs.g7.larg", ""), "Did you mean \"ecs.g7.large\"?"),
        (pool("i", "ecs.g7.large", "    image_id = \"none.vhd\""), "There is no image \"none.vhd\""),
        (pool("i", "ecs.g7.large", "    vswitch_id = \"vsw-cn-hangzhou-h\""), "but zone_id is \"cn-hangzhou-i\""),
    ];
    with_each_cli(|cli| {
        for (second, expected) in &cases {
            let pools = pool("h", "ecs.g7.large", "") + second;
            let workspace = Workspace::new(cli, &(hangzhou("") + &web(&(targets(1, 0) + &pools))));
            let printed = workspace.fail(&["plan", "-no-color", "-input=false"]);
            assert!(printed.contains(expected), "{expected}: {printed}");
        }
        let none = web(&("  total_target_capacity = 0\n".to_owned() + &pool("h", "ecs.g7.large", "")));
        let printed = Workspace::new(cli, &(hangzhou("") + &none)).fail(&["plan", "-no-color", "-input=false"]);
        assert!(printed.contains("a group is created for at least one unit"), "{printed}");
    });
}

/// A refusal of the cloud points at the element it blames: the line of the second config.
#[test]
fn a_refusal_points_at_its_config() {
    with_each_cli(|cli| {
        let pools = pool("h", "ecs.g7.large", "")
            + "\n  launch_template_config {\n    vswitch_id = \"vsw-bp1nothere\"\n    instance_type = \"ecs.g7.large\"\n  }\n";
        let workspace = Workspace::new(cli, &(hangzhou("") + &web(&(targets(1, 0) + &pools))));
        let printed = workspace.fail(&["apply", "-no-color", "-input=false", "-auto-approve"]);
        assert!(printed.contains("Error: InvalidVSwitchId.NotFound"), "{printed}");
        assert!(printed.contains("vswitch_id = \"vsw-bp1nothere\""), "{printed}");
    });
}
