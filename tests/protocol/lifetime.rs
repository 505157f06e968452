//! How the process ends, and what it leaves behind: nothing.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use simcloud::tf::Value;

use crate::client::{Client, Process, Stored, command};

fn send(signal: &str, process: u32) {
    assert!(Command::new("kill").args([signal, &process.to_string()]).status().unwrap().success());
}

fn is_empty(directory: &Path) -> bool {
    std::fs::read_dir(directory).unwrap().next().is_none()
}

#[tokio::test]
async fn shutdown_is_answered_and_ends_the_process() {
    let directory = tempfile::tempdir().unwrap();
    let mut client = Client::start(&[], directory.path()).await;
    assert!(!is_empty(directory.path()));
    client.shut_down().await.unwrap();
    assert!(client.process().ended().await.success());
    assert!(is_empty(directory.path()));
    assert_eq!(client.process().stderr(), "");
}

#[tokio::test]
async fn ctrl_c_does_not_end_it() {
    let directory = tempfile::tempdir().unwrap();
    let mut client = Client::start(&[], directory.path()).await;
    send("-INT", client.process().id());
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(client.process().is_running());
    client.shut_down().await.unwrap();
    assert!(client.process().ended().await.success());
}

#[tokio::test]
async fn a_termination_ends_it_in_order() {
    let directory = tempfile::tempdir().unwrap();
    let mut client = Client::start(&[], directory.path()).await;
    send("-TERM", client.process().id());
    assert!(client.process().ended().await.success());
    assert!(is_empty(directory.path()));
}

#[tokio::test]
async fn it_ends_when_its_client_is_gone() {
    let directory = tempfile::tempdir().unwrap();
    let mut process = Client::start(&[], directory.path()).await.disconnect();
    assert!(process.ended().await.success());
    assert!(is_empty(directory.path()));
}

#[tokio::test]
async fn in_debug_mode_clients_come_and_go() {
    let directory = tempfile::tempdir().unwrap();
    let mut child = command(directory.path()).arg("--debug").spawn().unwrap();
    let printed = crate::client::first_lines(&mut child, 3);
    let json = printed.split('\'').nth(1).unwrap();
    let reattach: serde_json::Value = serde_json::from_str(json).unwrap();
    let reattach = &reattach["registry.terraform.io/simcloud/simcloud"];
    assert_eq!(reattach["ProtocolVersion"], 6);
    assert_eq!(reattach["Test"], true);
    let socket = reattach["Addr"]["String"].as_str().unwrap();

    let process = Process::adopt(child, &format!("1|6|unix|{socket}|grpc|"));
    let channel = process.connect(None).await.unwrap();
    let process = Client::over(Some(process), channel).await.disconnect();
    let channel = process.connect(None).await.unwrap();
    let mut client = Client::over(Some(process), channel).await;
    send("-INT", client.process().id());
    assert!(client.process().ended().await.success());
    assert!(is_empty(directory.path()));
}

/// A provider that is about to create a VPC in a world whose lock is never released.
struct Waiting {
    call: tokio::task::JoinHandle<()>,
    process: u32,
    provider: simcloud::plugin::proto::tfplugin6::provider_client::ProviderClient<tonic::transport::Channel>,
    _lock: rusqlite::Connection,
    _folder: tempfile::TempDir,
}

impl Waiting {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let world = folder.path().join("world.db");
        let mut client = Client::start(&[("SIMCLOUD_WORLD", world.to_str().unwrap())], folder.path()).await;
        client.configure(Value::object([("region", "cn-heyuan")])).await;
        let vpc = Value::object([("cidr_block", "10.0.0.0/8")]);
        client.change("simcloud_vpc", &Stored::nothing(), &vpc).await;
        let lock = rusqlite::Connection::open(&world).unwrap();
        lock.execute_batch("BEGIN IMMEDIATE").unwrap();
        let (process, provider) = (client.process().id(), client.provider.clone());
        let call = tokio::spawn(async move {
            client.change("simcloud_vpc", &Stored::nothing(), &vpc).await;
        });
        tokio::time::sleep(Duration::from_millis(500)).await;
        assert!(!call.is_finished(), "it waits");
        Self { call, process, provider, _lock: lock, _folder: folder }
    }

    /// Fails if the call does not end within two seconds, one of which is for a busy machine.
    async fn ends_soon(self) {
        let ended = tokio::time::timeout(Duration::from_secs(2), self.call).await;
        assert!(ended.is_ok(), "the call goes on waiting");
    }
}

/// A computation ran on the thread that hears of stops, which waited for its end.
#[tokio::test]
async fn a_stop_and_a_signal_are_heard_while_a_call_computes() {
    let pool = |number: u32| {
        Value::object([
            ("zone_id", Value::from(format!("zone-{number}"))),
            ("instance_type", "type".into()),
            ("price", (100_000 + number * 7).into()),
            ("weight", (1 + number % 97).into()),
            ("stock", 10_000.into()),
        ])
    };
    let arguments = [Value::List((0..1_000).map(pool).collect()), Value::from(100_003), Value::from("optimal")];
    let folder = tempfile::tempdir().unwrap();
    let mut client = Client::start(&[], folder.path()).await;
    let (process, mut provider) = (client.process().id(), client.provider.clone());
    let call = tokio::spawn(async move {
        for _ in 0..1_000 {
            if tokio::time::timeout(Duration::from_secs(60), client.call("allocate", &arguments)).await.is_err() {
                return;
            }
        }
    });
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(!call.is_finished(), "it computes");
    let stop = provider.stop_provider(simcloud::plugin::proto::tfplugin6::stop_provider::Request {});
    tokio::time::timeout(Duration::from_secs(1), stop).await.unwrap().unwrap();
    send("-TERM", process);
    assert!(tokio::time::timeout(Duration::from_secs(2), call).await.is_ok(), "the process goes on computing");
}

/// One Ctrl-C was followed by two minutes of waiting.
#[tokio::test]
async fn a_stop_ends_the_wait_for_a_lock() {
    let mut waiting = Waiting::start().await;
    waiting.provider.stop_provider(simcloud::plugin::proto::tfplugin6::stop_provider::Request {}).await.unwrap();
    waiting.ends_soon().await;
}

#[tokio::test]
async fn a_signal_ends_the_process_while_a_call_waits() {
    for signal in ["-TERM", "-HUP"] {
        let waiting = Waiting::start().await;
        send(signal, waiting.process);
        waiting.ends_soon().await;
    }
}
