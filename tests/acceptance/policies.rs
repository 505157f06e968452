//! What the policies of the guide read: a plan that shows a pool without a ceiling, and a state that shows a shortage.

use crate::cli::{Workspace, with_each_cli};

#[needs(cli)]
#[test]
fn the_plan_and_the_state_of_a_rehearsal_have_what_policies_ask_for() {
    with_each_cli(|cli| {
        let mut workspace = Workspace::example(cli, "policy-checks");
        let scenario = workspace.work().join("scenario.json");
        workspace.set("SIMCLOUD_SCENARIO", &scenario.display().to_string());
        workspace.plan();
        let planned = workspace.planned();
        let resources = planned["planned_values"]["root_module"]["resources"].as_array().expect("resources");
        let fleet = resources.iter().find(|of| of["type"] == "simcloud_auto_provisioning_group").expect("the fleet");
        let pool = &fleet["values"]["launch_template_config"][0];
        assert!(pool["max_price"].is_null() && pool["instance_type"] == "ecs.g7.large", "{pool}");
        workspace.apply();
        let fleet = workspace.attributes("simcloud_auto_provisioning_group.web");
        assert_eq!((&fleet["fulfilled_capacity"], &fleet["total_target_capacity"]), (&25.into(), &"40".into()));
        workspace.destroy();
    });
}
