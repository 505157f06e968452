//! Many clients at once, and Terraform beside them, in one world.

use std::collections::BTreeSet;
use std::process::Command;
use std::thread;

use serde_json::Value as Json;
use simcloud_test_needs::needs;

use crate::server::Server;

const SCENARIO: &str =
    r#"{"stock": [{"zone_id": "cn-heyuan-b", "instance_type": "ecs.g7.large", "pay_as_you_go": 500}]}"#;
const RUN: [(&str, &str); 4] = [
    ("ImageId", "aliyun_3_x64_20G_alibase_20250629.vhd"),
    ("InstanceType", "ecs.g7.large"),
    ("ZoneId", "cn-heyuan-b"),
    ("Amount", "1"),
];
const CLIENTS: usize = 16;
const CALLS: usize = 50;

/// Takes 100 of the 500 instances in two reservations.
const CONFIGURATION: &str = r#"
provider "simcloud" {
  world    = "WORLD"
  scenario = jsondecode(file("SCENARIO"))
}

resource "simcloud_run_instances" "web" {
  count         = 2
  instance_type = "ecs.g7.large"
  zone_id       = "cn-heyuan-b"

  image {
    image_id  = "aliyun_3_x64_20G_alibase_20250629.vhd"
    min_count = 50
    max_count = 50
  }
}
"#;

/// Launches on all clients at once, and returns how many launches succeeded.
fn launch(server: &Server) -> usize {
    launch_each(CALLS, &|| usize::from(server.ecs("RunInstances", &RUN).status == 200))
}

/// Makes a call a number of times on all clients at once, and returns how many instances were launched.
fn launch_each(calls: usize, call: &(dyn Fn() -> usize + Sync)) -> usize {
    thread::scope(|scope| {
        let client = || (0..calls).map(|_| call()).sum::<usize>();
        let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(client)).collect();
        clients.into_iter().map(|client| client.join().unwrap()).sum()
    })
}

/// Asserts that exactly as many instances run, each once.
fn assert_running(server: &Server, expected: usize) {
    let page = server.ecs("DescribeInstances", &[("PageSize", "1000")]).success();
    let rows = page["Instances"]["Instance"].as_array().unwrap();
    let ids: BTreeSet<&str> = rows.iter().filter_map(|row| row["InstanceId"].as_str()).collect();
    let addresses: BTreeSet<&str> =
        rows.iter().filter_map(|row| row["VpcAttributes"]["PrivateIpAddress"]["IpAddress"][0].as_str()).collect();
    assert_eq!((page["TotalCount"].clone(), ids.len(), addresses.len()), (Json::from(expected), expected, expected));
}

#[test]
fn they_get_exactly_what_there_is() {
    let server = Server::start_with_scenario(SCENARIO, &[]);
    assert_eq!(launch(&server), 500);
    assert_running(&server, 500);
}

/// Each call launches up to seven instances, as many as are free.
#[test]
fn launches_of_several_get_exactly_what_there_is() {
    let server = Server::start_with_scenario(SCENARIO, &[]);
    let several = [RUN[0], RUN[1], RUN[2], ("Amount", "7"), ("MinAmount", "1")];
    let call = || {
        let reply = server.ecs("RunInstances", &several);
        if reply.status != 200 {
            return 0;
        }
        reply.success()["InstanceIdSets"]["InstanceIdSet"].as_array().unwrap().len()
    };
    assert_eq!(launch_each(6, &call), 500);
    assert_running(&server, 500);
}

#[test]
fn a_world_that_is_deleted_under_a_server_begins_again() {
    let server = Server::start_with_scenario(SCENARIO, &[]);
    server.ecs("RunInstances", &RUN).success();
    assert_running(&server, 1);
    for file in ["world.db", "world.db-wal", "world.db-shm"] {
        std::fs::remove_file(server.path(file)).unwrap();
    }
    assert_running(&server, 0);
    server.ecs("RunInstances", &RUN).success();
    assert_running(&server, 1);
}

#[needs(terraform)]
#[test]
fn terraform_beside_them_gets_its_share_of_exactly_what_there_is() {
    let server = Server::start_with_scenario(SCENARIO, &[]);
    let executable = std::path::Path::new(env!("CARGO_BIN_EXE_terraform-provider-simcloud"));
    let overrides = format!(
        "provider_installation {{ dev_overrides {{ \"simcloud/simcloud\" = {:?} }} direct {{}} }}",
        executable.parent().unwrap()
    );
    let place = |name: &str| server.path(name).display().to_string();
    let configuration = CONFIGURATION.replace("WORLD", &place("world.db")).replace("SCENARIO", &place("scenario.json"));
    let required = "terraform { required_providers { simcloud = { source = \"simcloud/simcloud\" } } }\n";
    let folder = server.path("configuration");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("main.tf"), required.to_owned() + &configuration).unwrap();
    std::fs::write(folder.join("cli.tfrc"), overrides).unwrap();
    let mut terraform = Command::new("terraform");
    terraform
        .args(["apply", "-auto-approve", "-no-color", "-input=false"])
        .current_dir(&folder)
        .env("TF_CLI_CONFIG_FILE", folder.join("cli.tfrc"))
        .env("CHECKPOINT_DISABLE", "1");
    let (output, launched) = thread::scope(|scope| {
        let apply = scope.spawn(|| terraform.output().unwrap());
        let launched = launch(&server);
        (apply.join().unwrap(), launched)
    });
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    // Each of the two reservations is launched wholly or refused, whichever client is first.
    let reservations = text.matches("Creation complete").count();
    assert_eq!(output.status.success(), reservations == 2, "{text}");
    assert_eq!(launched + reservations * 50, 500, "{text}");
    assert_running(&server, 500);
}
