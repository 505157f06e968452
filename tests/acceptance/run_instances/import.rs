use serde_json::{Value as Json, json};

use super::{BATCH, batch, each, g7, heyuan, in_heyuan_b, list};
use crate::cli::{Workspace, with_each_cli};
use crate::report::Changes;

/// Every argument survives an import by reservation id, attribute by attribute.
#[needs(cli)]
#[test]
fn an_import_finds_everything_as_it_was_configured() {
    let cases = [
        "",
        "  user_data = \"plain\"\n  tags = { a = \"b\" }\n  security_group_ids = [\"default\"]",
        "  user_data_base64 = \"cGxhaW4=\"\n  on_shortfall = \"accept\"\n  replace_lost_instances = false",
        "  wait_for_running = false\n  client_token = \"mine\"\n  addressing_type = \"direct\"",
        "  spot_strategy = \"SpotWithPriceLimit\"\n  spot_price_limit = 5.50\n  system_disk_category = \"cloud_essd\"",
    ];
    with_each_cli(|cli| {
        for arguments in cases {
            let workspace = Workspace::new(cli, &(heyuan(&g7(9, 9)) + &batch(&in_heyuan_b(arguments, 1, 2))));
            workspace.apply();
            let id = workspace.attributes(BATCH)["id"].as_str().expect("an id").to_owned();
            workspace.import_is_exact(BATCH, &id, &[]);
            workspace.destroy();
        }
    });
}

/// An argument that was changed in place is imported as it is now.
#[needs(cli)]
#[test]
fn an_import_after_an_update_finds_the_update() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(heyuan(&g7(9, 9)) + &batch(&in_heyuan_b("", 1, 2))));
        workspace.apply();
        let tagged = in_heyuan_b("  tags = { a = \"b\" }\n  replace_lost_instances = false", 1, 2);
        workspace.write("main.tf", &(heyuan(&g7(9, 9)) + &batch(&tagged)));
        workspace.apply();
        let id = workspace.attributes(BATCH)["id"].as_str().expect("an id").to_owned();
        workspace.import_is_exact(BATCH, &id, &[]);
        workspace.destroy();
    });
}

#[needs(cli)]
#[test]
fn importing_what_does_not_exist_says_so() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(heyuan(&g7(9, 9)) + &batch(&in_heyuan_b("", 1, 2))));
        let printed = workspace.fail(&["import", "-no-color", BATCH, "r-0a1b2c3d4e5f60718"]);
        assert_eq!(printed.error().summary, "Cannot import non-existent remote object");
    });
}

/// An import block by id is an import and nothing else.
#[needs(cli)]
#[test]
fn an_import_block_by_id_changes_nothing() {
    by_import_block("id", |_| true);
}

/// The same by identity, where the CLI knows identities.
#[needs(cli)]
#[test]
fn an_import_block_by_identity_changes_nothing() {
    by_import_block("identity", crate::cli::Cli::knows_identity);
}

fn by_import_block(key: &str, supported: impl Fn(&crate::cli::Cli) -> bool) {
    with_each_cli(|cli| {
        if !supported(cli) {
            println!("skipped: {} imports by id alone", cli.version);
            return;
        }
        let hcl = heyuan(&g7(9, 9)) + &batch(&in_heyuan_b("", 1, 2));
        let workspace = Workspace::new(cli, &hcl);
        workspace.apply();
        let before = workspace.attributes(BATCH);
        let id = before["id"].as_str().expect("an id");
        let value = if key == "id" { format!("\"{id}\"") } else { format!("{{ id = \"{id}\" }}") };
        std::fs::remove_file(workspace.work().join("terraform.tfstate")).expect("the state is removed");
        workspace.write("main.tf", &format!("{hcl}\nimport {{\n  to = {BATCH}\n  {key} = {value}\n}}\n"));
        let printed = workspace.apply_and_report();
        assert_eq!(printed.changes, Changes { import: 1, ..Changes::NONE });
        assert_eq!(workspace.attributes(BATCH), before);
        workspace.destroy();
    });
}

/// A state of another release, with attributes missing and others too many, is taken without a change.
#[needs(cli)]
#[test]
fn a_state_of_another_release_is_taken() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(heyuan(&g7(9, 9)) + &batch(&in_heyuan_b("", 1, 2))));
        workspace.apply();
        let before = workspace.attributes(BATCH);
        let file = workspace.work().join("terraform.tfstate");
        let mut state: Json = serde_json::from_slice(&std::fs::read(&file).expect("a state")).expect("JSON");
        state["serial"] = json!(state["serial"].as_u64().expect("a serial") + 1);
        let attributes = state["resources"][0]["instances"][0]["attributes"].as_object_mut().expect("attributes");
        attributes.remove("hourly_cost");
        attributes.remove("on_shortfall");
        attributes.insert("retired".to_owned(), json!("gone"));
        for instance in attributes["instances"].as_array_mut().expect("instances") {
            instance.as_object_mut().expect("an instance").remove("system_disk_category");
            instance["retired"] = json!(1);
        }
        // A number that was once kept as text.
        attributes["launched_count"] = json!("2");
        std::fs::write(&file, state.to_string()).expect("the changed state");
        workspace.plan_is_empty();
        workspace.apply();
        assert_eq!(workspace.attributes(BATCH), before);
        workspace.destroy();
    });
}

/// The reply of a launch is lost: the repeated apply finds the reservation by its token and launches nothing twice
/// (W2, W4).
#[needs(cli)]
#[test]
fn a_lost_reply_is_found_again_by_the_token() {
    let scenario = format!(
        "{}\n    faults = [{{ operation = \"RunInstances\", error_code = \"ServiceUnavailable\", after_commit = true }}]",
        g7(5, 0)
    );
    with_each_cli(|cli| {
        // All five there are: a second launch could not succeed.
        let arguments = in_heyuan_b("  client_token = \"once\"", 5, 5);
        let workspace = Workspace::new(cli, &(heyuan(&scenario) + &batch(&arguments)));
        let printed = workspace.refuse("apply");
        assert_eq!(printed.error().summary, "ServiceUnavailable");
        assert_eq!(workspace.run(&["state", "list"]).text, "");
        workspace.apply();
        assert_eq!(list(&workspace.attributes(BATCH), "instance_ids").len(), 5);
        workspace.destroy();
    });
}

/// The same token with other parameters is refused, and so is a second address for the same reservation (W2).
#[needs(cli)]
#[test]
fn a_token_belongs_to_its_parameters() {
    with_each_cli(|cli| {
        let first = super::resource("first", &in_heyuan_b("  client_token = \"once\"", 1, 1));
        let workspace = Workspace::new(cli, &(heyuan(&g7(9, 9)) + &first));
        workspace.apply();
        let again = in_heyuan_b("  client_token = \"once\"\n  on_shortfall = \"accept\"", 1, 1);
        workspace.write("main.tf", &(heyuan(&g7(9, 9)) + &first + &batch(&again)));
        assert_eq!(workspace.refuse("apply").error().summary, "InvalidClientToken.ValueNotSupported");

        let other = super::resource("other", &in_heyuan_b("  client_token = \"once\"", 1, 2));
        workspace.write("main.tf", &(heyuan(&g7(9, 9)) + &first + &other));
        let printed = workspace.refuse("apply");
        assert_eq!(printed.error().summary, "IdempotentParameterMismatch");
    });
}

/// Two equal resources without a token are two reservations (W2, W3).
#[needs(cli)]
#[test]
fn equal_requests_without_a_token_are_two() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(heyuan(&g7(9, 9)) + &batch(&in_heyuan_b("  count = 2", 1, 1))));
        workspace.apply();
        let (first, second) =
            (workspace.attributes(&format!("{BATCH}[0]")), workspace.attributes(&format!("{BATCH}[1]")));
        assert_ne!(first["id"], second["id"]);
        assert_ne!(first["client_token"], second["client_token"]);
        assert_ne!(each(&first, "instance_id"), each(&second, "instance_id"));
        workspace.destroy();
    });
}
