//! A state whose world is gone or elsewhere, and worlds for parallel runs.

use std::fs;

use crate::cli::{Workspace, with_each_cli};

const HCL: &str = r#"
terraform {
  required_providers {
    simcloud = {
      source = "simcloud/simcloud"
    }
  }
}

resource "simcloud_vpc" "net" {
  cidr_block = "10.0.0.0/8"
}

resource "simcloud_ecs_key_pair" "key" {
  key_pair_name = "key"
}
"#;

const SUMMARY: &str = "Made In Another World";

/// The plan said "2 to add" and nothing else when the world's file was gone or the working directory was another one.
#[needs(cli)]
#[test]
fn a_lost_world_is_told_before_everything_is_made_again() {
    with_each_cli(|cli| {
        let mut workspace = Workspace::new(cli, HCL);
        assert!(!workspace.apply_and_report().has_warning(SUMMARY));
        let moved = workspace.work().join("moved.db");
        fs::rename(workspace.work().join(".simcloud/world.db"), &moved).expect("the world moves");

        let report = workspace.accept("plan -out=plan.bin");
        assert_eq!(report.changes.add, 2, "{}", report.text);
        let told: Vec<_> = report.diagnostics.iter().filter(|diagnostic| diagnostic.summary == SUMMARY).collect();
        assert_eq!(told.len(), 2, "{}", report.text);
        let detail = &told[0].detail;
        for part in ["at [folder]/work/.simcloud/world.db", "deleted, reset or replaced"] {
            assert!(detail.contains(part), "{part} is missing in: {detail}");
        }
        // The id stands in no plan and in no state that people see.
        let id = detail.split("the world ").nth(1).and_then(|rest| rest.split(' ').next()).expect("an id");
        assert!(id.starts_with("w-") && id.len() == 18, "{id}");
        for shown in [&["show", "-json"][..], &["show", "-json", "plan.bin"], &["show", "-no-color", "plan.bin"]] {
            assert!(!workspace.run(shown).text.contains(id), "{shown:?}");
        }

        workspace.set("SIMCLOUD_WORLD", &moved.display().to_string());
        assert!(!workspace.accept("plan").has_warning(SUMMARY));
        workspace.plan_is_empty();
        assert!(!workspace.destroy().has_warning(SUMMARY));
    });
}

/// Runs at once share the world of their provider block, so the guide gives each its own.
#[needs(cli)]
#[test]
fn parallel_runs_with_worlds_of_their_own_get_what_they_ask_for() {
    with_each_cli(|cli| {
        if !cli.version.starts_with("Terraform") || !cli.knows_identity() {
            return;
        }
        let workspace = Workspace::example(cli, "worlds-apart");
        let modules = workspace.run(&["get", "-no-color", "-test-directory=terraform-1.12"]);
        assert_eq!(modules.code, 0, "{}", modules.text);
        let printed = workspace.run(&["test", "-no-color", "-test-directory=terraform-1.12"]);
        assert_eq!(printed.code, 0, "{}:\n{}", cli.version, printed.text);
        assert!(printed.text.contains("2 passed, 0 failed"), "{}", printed.text);
    });
}
