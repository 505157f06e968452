//! How the process ends, and what it leaves behind: nothing.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::client::{Client, Process, command};

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
