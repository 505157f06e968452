//! Lost instances, in worlds that change between plan and apply (G10, G10a).

use super::{WEB, each, hangzhou, pool, web};
use crate::cli::{Workspace, with_each_cli};
use crate::hcl::provider;
use crate::report::Changes;

const RECLAIM: &str = "events = [{ at = \"1h30m\", reclaim_spot = { count = 1 } }]";

fn spot(count: u32, arguments: &str) -> String {
    let capacity = format!("  total_target_capacity = {count}\n  spot_target_capacity = {count}\n{arguments}");
    web(&(capacity + &pool("h", "ecs.g7.large", "")))
}

/// A provider in cn-hangzhou at a moment.
fn at(clock: &str, scenario: &str) -> String {
    provider(&format!("  region = \"cn-hangzhou\"\n  clock = \"{clock}\"\n  scenario = {{ {scenario} }}"))
}

/// What an older plan had announced was shown again by a plan without a read: "inconsistent final plan".
#[needs(cli)]
#[test]
fn an_older_plan_does_not_speak_for_a_later_one() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(hangzhou("") + &spot(3, "")));
        workspace.apply();
        workspace.write("main.tf", &(at("2h", RECLAIM) + &spot(3, "")));
        assert_eq!(workspace.accept("plan -out=plan.bin").changes, Changes::ONE_UPDATE);
        let scenario = format!("{RECLAIM}, stock = [{{ spot = 0 }}]");
        workspace.write("main.tf", &(at("2h", &scenario) + &spot(3, "  tags = { a = \"b\" }")));
        workspace.apply();
        assert_eq!(each(&workspace.attributes(WEB), "state"), ["running", "running", "terminated"]);
        workspace.plan_is_empty();
        workspace.destroy();
    });
}

/// A switch that the first plan could not know was taken for true.
#[needs(cli)]
#[test]
fn a_switch_known_only_after_apply_is_waited_for() {
    with_each_cli(|cli| {
        let switch = |on: bool| {
            let data = format!("\nresource \"terraform_data\" \"switch\" {{\n  input = {on}\n}}\n");
            spot(3, "  replace_lost_instances = terraform_data.switch.output") + &data
        };
        let workspace = Workspace::new(cli, &(hangzhou("") + &switch(true)));
        workspace.apply();
        workspace.write("main.tf", &(at("2h", RECLAIM) + &switch(false)));
        workspace.apply();
        assert_eq!(each(&workspace.attributes(WEB), "state"), ["running", "running", "terminated"]);
        workspace.plan_is_empty();
        workspace.write("main.tf", &(at("2h", RECLAIM) + &switch(true)));
        workspace.apply();
        assert_eq!(each(&workspace.attributes(WEB), "state"), ["running"; 3]);
        workspace.destroy();
    });
}

/// Its replacement was forecast, refused, and the refusal made plans and the destroy fail.
#[needs(cli)]
#[test]
fn a_group_whose_image_is_gone_can_be_changed_and_destroyed() {
    with_each_cli(|cli| {
        let golden = |arguments: &str| spot(3, arguments).replace("aliyun_3_x64_20G_alibase_20250629.vhd", "m-golden");
        let images = "images = [{ image_id = \"m-golden\", name = \"golden\", architecture = \"x86_64\" }]";
        let workspace = Workspace::new(cli, &(hangzhou(images) + &golden("")));
        workspace.apply();
        workspace.write("main.tf", &(at("2h", RECLAIM) + &golden("")));
        let printed = workspace.accept("plan -out=plan.bin");
        assert!(printed.has_warning("Lost Instances"), "{}", printed.text);
        insta::assert_snapshot!("a_group_whose_image_is_gone_can_be_changed_and_destroyed", printed.sentences());
        workspace.write("main.tf", &(at("2h", RECLAIM) + &golden("  tags = { a = \"b\" }")));
        workspace.apply();
        assert_eq!(each(&workspace.attributes(WEB), "state"), ["running", "running", "terminated"]);
        workspace.destroy();
    });
}

/// A limit that a scenario lowers is for what is made from then on: it stood in the way even of a destroy.
#[needs(cli)]
#[test]
fn lowered_limits_leave_alone_what_is_there() {
    with_each_cli(|cli| {
        let arguments = spot(3, &pool("i", "ecs.g7.large", ""));
        let workspace = Workspace::new(cli, &(hangzhou("") + &arguments));
        workspace.apply();
        let limits = "limits = { launch_template_configs = 1, group_instances = 2 }";
        workspace.write("main.tf", &(hangzhou(limits) + &arguments));
        workspace.plan_is_empty();
        let tagged = arguments.replacen("  total_target", "  tags = { a = \"b\" }\n  total_target", 1);
        workspace.write("main.tf", &(hangzhou(limits) + &tagged));
        workspace.apply();
        workspace.write("main.tf", &(hangzhou(limits) + &tagged.replace("= 3", "= 4")));
        let printed = workspace.refuse("plan");
        let summaries: Vec<_> = printed.errors().iter().map(|error| error.summary.as_str()).collect();
        assert_eq!(summaries, ["Too Many Blocks", "Too Many Instances"]);
        workspace.write("main.tf", &(hangzhou(limits) + &tagged));
        workspace.destroy();
    });
}

/// Products of prices have some hundreds of digits, and were said not to be above 0.
#[needs(cli)]
#[test]
fn computed_prices_and_weights_are_numbers() {
    with_each_cli(|cli| {
        let pool = pool("h", "ecs.g7.large", "    weighted_capacity = 1 / 3\n    max_price = 3.3 * 1.1");
        let capacity = "  total_target_capacity = 1\n  spot_target_capacity = 1\n  max_spot_price = 7.7 * 1.1\n";
        let workspace = Workspace::new(cli, &(hangzhou("") + &web(&(capacity.to_owned() + &pool))));
        workspace.apply();
        assert_eq!(each(&workspace.attributes(WEB), "state").len(), 3, "three thirds are one (G14)");
        workspace.plan_is_empty();
        workspace.destroy();
    });
}
