use serde_json::json;

use super::{BATCH, batch, each, g7, heyuan, in_heyuan_b, list};
use crate::cli::{Workspace, with_each_cli};
use crate::hcl::provider;
use crate::report::Changes;

/// Two zones sell the type: four are free in b, seven in a.
const TWO_ZONES: &str = r#"    offers = [{ instance_type = "ecs.g7.large", on_sale = true }]
    stock = [
      { zone_id = "cn-heyuan-a", instance_type = "ecs.g7.large", pay_as_you_go = 7 },
      { zone_id = "cn-heyuan-b", instance_type = "ecs.g7.large", pay_as_you_go = 4 },
    ]"#;

/// The message names what was asked, what is free there, and the zones that would do, as EC2's does (R3, R19).
#[needs(cli)]
#[test]
fn a_shortage_says_what_was_asked_what_is_free_and_what_would_do() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(heyuan(TWO_ZONES) + &batch(&in_heyuan_b("", 5, 9))));
        let printed = workspace.refuse("apply");
        assert_eq!(printed.error().summary, "InsufficientInstanceCapacity");
        insta::assert_snapshot!("another_zone_would_do", printed.sentences());
        assert_eq!(workspace.run(&["state", "list"]).text, "", "nothing was launched");

        let nowhere = batch(&in_heyuan_b("", 8, 9));
        workspace.write("main.tf", &(heyuan(TWO_ZONES) + &nowhere));
        let printed = workspace.refuse("apply");
        assert_eq!(printed.error().summary, "InsufficientInstanceCapacity");
        insta::assert_snapshot!("no_zone_would_do", printed.sentences());
        assert!(
            !workspace.work().join("terraform.tfstate").exists() || workspace.run(&["state", "list"]).text.is_empty()
        );
    });
}

/// A plan said nothing, and the apply of a replacement destroyed the old instances before it found too few for the new
/// ones. Those that are replaced count as free.
#[needs(cli)]
#[test]
fn the_plan_tells_a_shortage() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(heyuan(&g7(3, 0)) + &batch(&in_heyuan_b("", 4, 5))));
        insta::assert_snapshot!(
            "a_plan_below_the_minimum",
            workspace.accept("plan").warning("Capacity Missing").sentences()
        );
        workspace.write("main.tf", &(heyuan(&g7(3, 0)) + &batch(&in_heyuan_b("", 2, 3))));
        assert!(!workspace.accept("plan").has_warning("Fewer Instances Than The Maximum"));
        workspace.apply();

        workspace.write("main.tf", &(heyuan(&g7(3, 0)) + &batch(&in_heyuan_b("", 3, 3))));
        let planned = workspace.accept("plan");
        let is_quiet =
            !planned.has_warning("Capacity Missing") && !planned.has_warning("Fewer Instances Than The Maximum");
        assert!(is_quiet && planned.changes == Changes::ONE_REPLACEMENT, "{}", planned.text);
        workspace.write("main.tf", &(heyuan(&g7(3, 0)) + &batch(&in_heyuan_b("", 2, 5))));
        let planned = workspace.accept("plan").warning("Fewer Instances Than The Maximum").sentences();
        insta::assert_snapshot!("a_planned_replacement_below_the_maximum", planned);
        workspace.write("main.tf", &(heyuan(&g7(3, 0)) + &batch(&in_heyuan_b("", 4, 4))));
        assert!(workspace.accept("plan").has_warning("Capacity Missing"));
        workspace.destroy();
    });
}

/// `accept`, at the resource or at the provider: nothing is launched, and the resource says so as data.
#[needs(cli)]
#[test]
fn an_accepted_shortage_is_data() {
    let own = in_heyuan_b("  on_shortfall = \"accept\"", 5, 9);
    let by_provider = provider(&format!("  on_shortfall = \"accept\"\n  scenario = {{\n{TWO_ZONES}\n  }}"));
    with_each_cli(|cli| {
        for hcl in [heyuan(TWO_ZONES) + &batch(&own), by_provider.clone() + &batch(&in_heyuan_b("", 5, 9))] {
            let workspace = Workspace::new(cli, &hcl);
            let printed = workspace.apply_and_report();
            insta::assert_snapshot!("an_accepted_shortage_is_data", printed.sentences());
            let attributes = workspace.attributes(BATCH);
            assert_eq!(attributes["error_code"], "InsufficientInstanceCapacity");
            let message = attributes["error_message"].as_str().expect("a message");
            insta::assert_snapshot!("error_message_of_an_accepted_shortage", message);
            assert_eq!(attributes["launched_count"], 0);
            assert_eq!(attributes["hourly_cost"], 0);
            assert!(list(&attributes, "instances").is_empty() && list(&attributes, "instance_ids").is_empty());
            let id = attributes["id"].as_str().expect("an id").to_owned();
            workspace.import_is_exact(BATCH, &id, &[]);
            workspace.destroy();
        }
        // The resource's own value overrides the provider's.
        let strict = in_heyuan_b("  on_shortfall = \"fail\"", 5, 9);
        let printed = Workspace::new(cli, &(by_provider.clone() + &batch(&strict))).refuse("apply");
        assert_eq!(printed.error().summary, "InsufficientInstanceCapacity");
    });
}

/// Capacity is the least of stock, free addresses and quota; the code is that of the least (R19).
#[needs(cli)]
#[test]
fn a_quota_binds_before_stock() {
    let scenario = format!("{}\n    quotas = [{{ charge_type = \"PayAsYouGo\", vcpus = 7 }}]", g7(9, 9));
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(heyuan(&scenario) + &batch(&in_heyuan_b("", 4, 9))));
        let printed = workspace.refuse("apply");
        assert_eq!(printed.error().summary, "VcpuLimitExceeded");
        // Seven vCPUs are three instances of two.
        workspace.write("main.tf", &(heyuan(&scenario) + &batch(&in_heyuan_b("", 3, 9))));
        workspace.apply();
        assert_eq!(workspace.attributes(BATCH)["launched_count"], 3);
        workspace.destroy();
    });
}

/// A failed request can be repeated with its token once stock is back (W2).
#[needs(cli)]
#[test]
fn a_token_is_free_again_after_a_shortage() {
    let arguments = in_heyuan_b("  client_token = \"once\"", 2, 2);
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(heyuan(&g7(1, 0)) + &batch(&arguments)));
        workspace.refuse("apply");
        workspace.write("main.tf", &(heyuan(&g7(2, 0)) + &batch(&arguments)));
        workspace.apply();
        assert_eq!(each(&workspace.attributes(BATCH), "state"), [json!("running"), json!("running")]);
        workspace.destroy();
    });
}

/// A fault of the scenario reaches the user as the service's error; the provider does not retry (W2, W4).
#[needs(cli)]
#[test]
fn a_fault_reaches_the_user() {
    let scenario = format!(
        "{}\n    faults = [{{ operation = \"RunInstances\", error_code = \"InternalError\", times = 1 }}]",
        g7(9, 9)
    );
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(heyuan(&scenario) + &batch(&in_heyuan_b("", 1, 1))));
        let printed = workspace.refuse("apply");
        assert_eq!(printed.error().summary, "InternalError");
        workspace.apply();
        workspace.destroy();
    });
}
