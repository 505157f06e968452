//! Ephemeral resources and write-only arguments under every CLI that has them: opened in every walk, and in no file.

use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::cli::{Cli, Workspace, with_each_cli};
use crate::hcl::provider;

fn with_each_ephemeral_cli(test: impl Fn(&Cli)) {
    with_each_cli(|cli| {
        if cli.knows_ephemeral() {
            test(cli);
        }
    });
}

const USER_DATA: &str = "t0p-s3cr3t-user-data";
const PASSWORD: &str = "T0p-S3cr3t-Pass";

/// A reservation and a group whose secrets come from ephemeral variables, and what the instances see of them.
fn secrets(version: u32) -> String {
    provider("")
        + &format!(
            r#"
variable "user_data" {{
  type      = string
  ephemeral = true
}}

variable "password" {{
  type      = string
  ephemeral = true
}}

resource "simcloud_run_instances" "web" {{
  instance_type        = "ecs.g7.large"
  zone_id              = "cn-heyuan-b"
  user_data_wo         = var.user_data
  user_data_wo_version = {version}

  image {{
    image_id  = "aliyun_3_x64_20G_alibase_20250629.vhd"
    min_count = 1
    max_count = 1
  }}
}}

resource "simcloud_auto_provisioning_group" "workers" {{
  auto_provisioning_group_type  = "instant"
  total_target_capacity         = 1
  pay_as_you_go_target_capacity = 1
  terminate_instances           = true

  launch_template_config {{
    zone_id       = "cn-heyuan-b"
    instance_type = "ecs.g7.large"
  }}

  launch_configuration {{
    image_id            = "aliyun_3_x64_20G_alibase_20250629.vhd"
    password_wo         = var.password
    password_wo_version = {version}
  }}
}}

data "simcloud_instance_metadata" "web" {{
  instance_id = simcloud_run_instances.web.instance_ids[0]
}}

output "instance_ids" {{
  value = simcloud_run_instances.web.instance_ids
}}

output "shown" {{
  value = data.simcloud_instance_metadata.web.user_data
}}

ephemeral "simcloud_instance_metadata" "web" {{
  instance_id = simcloud_run_instances.web.instance_ids[0]

  lifecycle {{
    postcondition {{
      condition     = self.user_data == var.user_data
      error_message = "The instance has other user data."
    }}
  }}
}}

ephemeral "simcloud_instance_metadata" "worker" {{
  instance_id = simcloud_auto_provisioning_group.workers.instance_ids[0]

  lifecycle {{
    postcondition {{
      condition     = self.password == var.password
      error_message = "The instance has another password."
    }}
  }}
}}
"#
        )
}

/// Every file that a CLI wrote, and what is packed in a saved plan.
fn written(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.display().to_string();
        if path.is_dir() {
            // The world is what keeps user data.
            if !name.ends_with(".simcloud") {
                found.extend(written(&path));
            }
            continue;
        }
        let bytes = std::fs::read(&path).expect("a file");
        if let Ok(mut archive) = zip::ZipArchive::new(std::io::Cursor::new(&bytes)) {
            for index in 0..archive.len() {
                let mut part = archive.by_index(index).expect("a part of the plan");
                let mut text = Vec::new();
                part.read_to_end(&mut text).expect("a part of the plan");
                found.push((format!("{name}/{}", part.name()), text));
            }
        }
        found.push((name, bytes));
    }
    found
}

/// Searched for in the plan, the state, its backup and the log of everything that the CLI and the provider say.
#[needs(cli)]
#[test]
fn write_only_values_are_in_no_file_and_no_log() {
    with_each_ephemeral_cli(|cli| {
        let mut workspace = Workspace::new(cli, &secrets(1));
        workspace.set("TF_VAR_user_data", USER_DATA).set("TF_VAR_password", PASSWORD);
        workspace.set("TF_LOG", "TRACE").set("TF_LOG_PATH", "trace.log");
        workspace.apply();
        assert_eq!(workspace.output("shown"), serde_json::Value::Null, "the data source does not show it");
        workspace.write("main.tf", &secrets(2));
        workspace.apply_only();
        workspace.destroy();
        let files = written(&workspace.work());
        let log = files.iter().find(|(name, _)| name.ends_with("trace.log")).expect("a log");
        assert!(String::from_utf8_lossy(&log.1).contains("simcloud_instance_metadata"), "the log says what is called");
        for wanted in ["plan.bin/tfplan", "terraform.tfstate.backup", "terraform.tfstate", "trace.log"] {
            assert!(files.iter().any(|(name, _)| name.ends_with(wanted)), "{wanted} is written");
        }
        for secret in [USER_DATA, PASSWORD] {
            let encoded = base64(secret);
            for needle in [secret, encoded.trim_end_matches('=')] {
                for (name, bytes) in &files {
                    let found = bytes.windows(needle.len()).any(|window| window == needle.as_bytes());
                    assert!(!found, "{}: {name} has {needle}", cli.version);
                }
            }
        }
    });
}

fn base64(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(text)
}

/// The version replaces, as another value of the readable twin does.
#[needs(cli)]
#[test]
fn a_new_version_launches_instances_with_the_new_value() {
    with_each_ephemeral_cli(|cli| {
        let mut workspace = Workspace::new(cli, &secrets(1));
        workspace.set("TF_VAR_user_data", USER_DATA).set("TF_VAR_password", PASSWORD);
        workspace.apply();
        // Terraform 1.11.4 crashes in `show -json` where an ephemeral block has a condition.
        let first = workspace.output("instance_ids");
        workspace.write("main.tf", &secrets(2));
        workspace.set("TF_VAR_user_data", "another").set("TF_VAR_password", "An0ther-Pass");
        // The postconditions compare what the instances have with the new values.
        workspace.apply();
        assert_ne!(workspace.output("instance_ids"), first);
        workspace.destroy();
    });
}

/// What the fleet would get at three in the morning after an outage, beside what it gets now.
pub(crate) fn forecasts(fork: &str) -> String {
    let forecast = |name: &str, alias: &str| {
        format!(
            r#"
data "simcloud_launch_forecast" "{name}" {{
  provider                      = {alias}
  auto_provisioning_group_type  = "instant"
  total_target_capacity         = 4
  pay_as_you_go_target_capacity = 4

  launch_template_config {{
    zone_id       = "cn-heyuan-b"
    instance_type = "ecs.g7.large"
  }}

  launch_configuration {{
    image_id = "aliyun_3_x64_20G_alibase_20250629.vhd"
  }}
}}

output "{name}" {{
  value = data.simcloud_launch_forecast.{name}.missing_capacity
}}
"#
        )
    };
    provider("")
        + &format!(
            r#"
locals {{
  outage = {{ stock = [{{ zone_id = "cn-heyuan-b", pay_as_you_go = 0, spot = 0 }}] }}
}}

ephemeral "simcloud_world_fork" "tomorrow" {{
{fork}
  scenario = local.outage
}}

provider "simcloud" {{
  alias = "tomorrow"
  world = ephemeral.simcloud_world_fork.tomorrow.world
}}

resource "simcloud_vpc" "now" {{
  vpc_name = "now"
}}
"#
        )
        + &forecast("now", "simcloud")
        + &forecast("tomorrow", "simcloud.tomorrow")
}

/// The files of the world's folder.
fn world_files(workspace: &Workspace) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(workspace.work().join(".simcloud"))
        .map(|entries| {
            entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
        })
        .unwrap_or_default();
    names.retain(|name| !name.ends_with("-wal") && !name.ends_with("-shm") && !name.starts_with('.'));
    names.sort();
    names
}

#[needs(cli)]
#[test]
fn a_fork_configures_a_second_alias_in_every_walk_and_is_gone_afterwards() {
    with_each_ephemeral_cli(|cli| {
        let workspace = Workspace::new(cli, &forecasts("  advance_by = \"27h\""));
        workspace.validate();
        workspace.apply();
        assert_eq!((workspace.output("now"), workspace.output("tomorrow")), (0.into(), 4.into()));
        assert_eq!(world_files(&workspace), ["world.db"], "{}", cli.version);
        let shown = workspace.run_provider(&["world", "show"]).text;
        assert!(shown.contains("2026-01-01T00:00:00Z"), "the world's own clock stands still: {shown}");
        workspace.destroy();
        assert_eq!(world_files(&workspace), ["world.db"], "{}", cli.version);
    });
}

#[needs(cli)]
#[test]
fn a_resource_of_a_fork_is_refused_by_the_plan() {
    with_each_ephemeral_cli(|cli| {
        let hcl = forecasts("") + "\nresource \"simcloud_vpc\" \"lost\" {\n  provider = simcloud.tomorrow\n}\n";
        let workspace = Workspace::new(cli, &hcl);
        assert_eq!(workspace.refuse("plan").error_codes(), ["World Is A Fork"]);
        assert_eq!(world_files(&workspace), ["world.db"], "{}: the CLI closes nothing after an error", cli.version);
    });
}

/// The CLI and its providers, killed in the middle of a plan: the next plan removes what they left.
#[cfg(unix)]
#[needs(cli)]
#[test]
fn the_next_command_removes_what_a_killed_one_left() {
    use std::os::unix::process::CommandExt as _;
    with_each_ephemeral_cli(|cli| {
        let workspace = Workspace::new(cli, &forecasts("  advance_by = \"3000h\""));
        workspace.apply();
        let fork = workspace.work().join(".simcloud/world.db.fork-1");
        let mut plan = workspace.command(&["plan", "-no-color", "-input=false"]);
        let mut plan = plan.process_group(0).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the CLI runs");
        let begun = Instant::now();
        while !fork.exists() {
            assert!(begun.elapsed() < Duration::from_secs(60), "no fork is made");
            assert!(plan.try_wait().expect("the CLI runs").is_none(), "the plan is over");
            std::thread::sleep(Duration::from_millis(1));
        }
        let killed = Command::new("kill").args(["-KILL", "--", &format!("-{}", plan.id())]).status();
        assert!(killed.expect("kill runs").success());
        plan.wait().expect("the CLI ends");
        assert!(fork.exists(), "{}: the killed plan leaves its fork", cli.version);
        workspace.plan_is_empty();
        assert_eq!(world_files(&workspace), ["world.db"], "{}", cli.version);
        workspace.destroy();
    });
}
