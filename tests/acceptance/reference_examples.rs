//! Every example of a resource, a data source, a function and an action can be applied as it stands, its plan is empty afterwards,
//! and it can be destroyed.

use std::path::Path;

use crate::cli::{Workspace, with_each_cli};
use crate::hcl::provider;

#[needs(cli)]
#[test]
fn every_example_of_a_resource_can_be_applied() {
    apply_all("resources", "resource.tf");
}

#[needs(cli)]
#[test]
fn every_example_of_a_data_source_can_be_applied() {
    apply_all("data-sources", "data-source.tf");
}

#[needs(cli)]
#[test]
fn every_example_of_an_ephemeral_resource_can_be_applied() {
    apply_all("ephemeral-resources", "ephemeral-resource.tf");
}

#[needs(cli)]
#[test]
fn every_example_of_a_function_can_be_applied() {
    apply_all("functions", "function.tf");
}

#[needs(cli)]
#[test]
fn every_example_of_an_action_can_be_applied() {
    apply_all("actions", "action.tf");
}

fn apply_all(folder: &str, file: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(folder);
    let mut examples: Vec<_> =
        std::fs::read_dir(&folder).expect("examples").map(|entry| entry.expect("an example").path()).collect();
    examples.sort();
    assert!(!examples.is_empty());
    with_each_cli(|cli| {
        for example in &examples {
            println!("{}", example.display());
            if !cli.can_use(example) {
                continue;
            }
            let text = std::fs::read_to_string(example.join(file)).expect("an example's file");
            if text.contains("\nephemeral ") && !cli.knows_ephemeral() {
                continue;
            }
            // An example that has no provider block of its own works in the default region, or in the one it names.
            let region = if text.contains("\"cn-hangzhou-") { "  region = \"cn-hangzhou\"" } else { "" };
            let whole = if text.contains("provider \"simcloud\"") { text } else { provider(region) + &text };
            let workspace = Workspace::new(cli, &whole);
            workspace.apply();
            workspace.destroy();
        }
    });
}
