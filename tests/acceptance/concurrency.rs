//! Several processes on one world, and processes that die.

use std::collections::BTreeSet;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value as Json;

use crate::cli::{Cli, Workspace, clis, with_each_cli};
use crate::hcl::{group, provider, targets};
use crate::postgres_server;

/// Eight applies at once in eight workspaces on one world: all succeed, nothing is lost, nothing is double.
#[needs(cli)]
#[test]
fn eight_parallel_applies_share_one_world() {
    with_each_cli(|cli| {
        let home = tempfile::TempDir::new().expect("a folder for the world");
        share(cli, &home.path().join("world.db").display().to_string());
    });
}

#[needs(cli, postgres)]
#[test]
fn eight_parallel_applies_share_one_world_in_postgres() {
    let server = postgres_server::needed(postgres_server::shared());
    with_each_cli(|cli| share(cli, &server.url(&postgres_server::new_world())));
}

fn share(cli: &Cli, world: &str) {
    let hcl = provider(&format!(
        "  world = {world:?}\n  scenario = {{ stock = [{{ zone_id = \"cn-heyuan-b\", spot = 24 }}] }}"
    )) + &group("web", &targets(0, 3));
    let workspaces: Vec<Workspace> = (0..8).map(|_| Workspace::new(cli, &hcl)).collect();
    let running: Vec<_> = workspaces
        .iter()
        .map(|workspace| {
            workspace
                .command(&["apply", "-no-color", "-input=false", "-auto-approve"])
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .expect("an apply")
        })
        .collect();
    for apply in running {
        let output = apply.wait_with_output().expect("an apply ends");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let mut ids = BTreeSet::new();
    for workspace in &workspaces {
        let attributes = workspace.attributes("simcloud_auto_provisioning_group.web");
        ids.extend(living(&attributes));
    }
    assert_eq!(ids.len(), 24, "three different instances for each of eight groups");
    for workspace in &workspaces {
        workspace.plan_is_empty();
    }
    for workspace in &workspaces {
        workspace.destroy();
    }
}

/// kill -9 of the provider at any instant of an apply: the world opens, and with a client token the re-apply ends with
/// exactly the asked instances.
#[needs(cli)]
#[test]
fn a_killed_provider_leaves_a_world_that_converges() {
    killed(50, |_| ".simcloud/world.db".to_owned());
}

#[needs(cli, postgres)]
#[test]
fn a_killed_provider_leaves_a_shared_world_that_converges() {
    let server = postgres_server::needed(postgres_server::shared());
    killed(8, |_| server.url(&postgres_server::new_world()));
}

#[test]
#[ignore = "make soak"]
fn soak_a_killed_provider_leaves_a_shared_world_that_converges() {
    let server = postgres_server::needed(postgres_server::shared());
    killed(50, |_| server.url(&postgres_server::new_world()));
}

fn killed(rounds: u32, world: impl Fn(u32) -> String) {
    let cli = &clis()[0];
    for round in 0..rounds {
        let hcl = provider(&format!(
            "  world = {:?}\n  scenario = {{ stock = [{{ zone_id = \"cn-heyuan-b\", spot = 5 }}] }}",
            world(round)
        )) + &group("web", &(targets(0, 5) + "\n  client_token = \"once\""));
        let workspace = Workspace::new(cli, &hcl);
        let mut apply = workspace
            .command(&["apply", "-no-color", "-input=false", "-auto-approve"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("an apply");
        // Spread over the whole of an apply, which takes a few hundred milliseconds.
        std::thread::sleep(Duration::from_millis(u64::from(40 + round * 400 / rounds)));
        kill_providers_of(apply.id());
        let _ = apply.wait();
        workspace.run(&["apply", "-no-color", "-input=false", "-auto-approve"]);
        let attributes = workspace.attributes("simcloud_auto_provisioning_group.web");
        assert_eq!(living(&attributes).len(), 5, "round {round}: {attributes:#}");
        workspace.plan_is_empty();
        workspace.destroy();
    }
}

/// Kills every provider process that a CLI has started.
fn kill_providers_of(cli: u32) {
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Ok(status) = std::fs::read_to_string(entry.path().join("stat")) else { continue };
        // The fourth field, behind the name in parentheses and the state, is the parent.
        let parent = status.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(1)?.parse::<u32>().ok());
        if parent == Some(cli) {
            let pid = entry.file_name();
            let _ = std::process::Command::new("kill").arg("-9").arg(pid).status();
        }
    }
}

fn living(attributes: &Json) -> Vec<String> {
    let ids = attributes["instance_ids"].as_array().cloned().unwrap_or_default();
    ids.into_iter().map(|id| id.as_str().expect("an id").to_owned()).collect()
}
