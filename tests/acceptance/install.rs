//! `install`: plain `init` finds the provider, offline.

use std::process::{Command, Stdio};

use crate::cli::{Workspace, with_each_cli, words};
use crate::hcl::{REQUIRED, group, targets};

/// Without a line of CLI configuration, and with a network that leads nowhere.
#[needs(cli)]
#[test]
fn plain_init_finds_what_was_installed() {
    let fleet = group("web", &targets(0, 1));
    let alicloud = r#"terraform {
  required_providers {
    alicloud = {
      source  = "aliyun/alicloud"
      version = "~> 1.220"
    }
  }
}
"#;
    let region = "provider \"alicloud\" {\n  region = \"cn-heyuan\"\n}\n".to_owned();
    let under_the_other_name = fleet.replace("simcloud_", "alicloud_");
    let cases = [
        (vec!["install"], REQUIRED.to_owned() + &fleet),
        (vec!["install", "--as", "aliyun/alicloud"], alicloud.to_owned() + &region + &under_the_other_name),
        // Without a source the CLI means hashicorp/alicloud, which was looked up in the registry.
        (vec!["install", "--as", "aliyun/alicloud"], region + &under_the_other_name),
    ];
    with_each_cli(|cli| {
        for (install, hcl) in &cases {
            let workspace = Workspace::new(cli, hcl);
            let home = workspace.work().join("home");
            let mut installed = Command::new(env!("CARGO_BIN_EXE_terraform-provider-simcloud"));
            let installed = installed.args(install).env("HOME", &home).output().expect("the command runs");
            assert!(installed.status.success(), "{installed:?}");
            for arguments in [
                &["init", "-no-color", "-input=false"][..],
                &["apply", "-no-color", "-input=false", "-auto-approve"],
                &["destroy", "-no-color", "-input=false", "-auto-approve"],
            ] {
                let mut command: Command = workspace.command(arguments);
                command.env_remove("TF_CLI_CONFIG_FILE").env("HOME", &home).env_remove("XDG_DATA_HOME");
                for proxy in ["HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy"] {
                    command.env(proxy, "http://127.0.0.1:9");
                }
                let output = command.stdin(Stdio::null()).output().expect("the CLI runs");
                let printed = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
                assert!(output.status.success(), "{arguments:?}: {}", words(&printed));
            }
        }
    });
}
