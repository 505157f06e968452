//! `serve -- COMMAND`: the command's environment, signals and exit status.

use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};

use crate::server::Server;

fn serve(server: &Server, script: &str) -> Command {
    let mut command = server.command();
    command.args(["serve", "--world", "other.db", "--", "sh", "-c", script]);
    command
}

#[test]
fn a_command_finds_the_server_in_its_environment() {
    let server = Server::start(&[]);
    let script =
        "printf '%s\\n' $ALIBABA_CLOUD_ENDPOINT_ECS $AWS_ENDPOINT_URL $ALICLOUD_REGION; test -s $SSL_CERT_FILE";
    let output = serve(&server, script).output().unwrap();
    assert!(output.status.success());
    let printed = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!(lines[1], format!("http://{}", lines[0]));
    assert_eq!(lines[2], "cn-heyuan");
}

#[test]
fn the_exit_status_is_the_commands() {
    let server = Server::start(&[]);
    assert_eq!(serve(&server, "exit 7").status().unwrap().code(), Some(7));
    // As a shell reports a signal.
    assert_eq!(serve(&server, "kill -KILL $$").status().unwrap().code(), Some(137));
    let missing = server.command().args(["serve", "--", "/no/such/program"]).output().unwrap();
    assert_eq!(missing.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("/no/such/program"));
}

#[test]
fn signals_reach_the_command_and_the_authorities_are_removed() {
    let server = Server::start(&[]);
    let script = "trap 'echo $SSL_CERT_FILE; exit 5' TERM; echo ready; while :; do sleep 0.05; done";
    let mut child = serve(&server, script).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut stdout = std::io::BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    std::io::BufRead::read_line(&mut stdout, &mut line).unwrap();
    assert_eq!(line, "ready\n");
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
    line.clear();
    std::io::BufRead::read_line(&mut stdout, &mut line).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(5));
    assert!(!std::path::Path::new(line.trim()).exists(), "{line}");
}

#[test]
fn a_server_ends_when_it_is_told_to() {
    let mut server = Server::start(&[]);
    assert_eq!(server.end(), Some(0));
}

/// Calls that waited for a lock were waited for, and a hang-up left the file of authorities behind.
#[test]
fn a_server_whose_calls_wait_ends_soon() {
    for signal in ["-TERM", "-HUP", "-INT"] {
        let mut server = Server::start(&[]);
        assert_eq!(server.ecs("RunInstances", &SPOT).status, 200);
        let lock = rusqlite::Connection::open(server.path("world.db")).unwrap();
        lock.execute_batch("BEGIN IMMEDIATE").unwrap();
        let call = call_beside(&server, "/?Action=CreateVpc&Version=2016-04-28&RegionId=cn-heyuan");
        assert_eq!(server.end_soon(signal), Some(0));
        assert!(!std::path::Path::new(&server.authorities).exists(), "{signal}");
        let _ = call.join();
    }
}

/// The end of a computation was waited for.
#[test]
fn a_server_whose_calls_compute_ends_soon() {
    let server = Server::start(&[]);
    assert_eq!(server.ecs("RunInstances", &SPOT).status, 200);
    let mut server = server.restart(&["--clock", "87000h"]);
    let call = call_beside(&server, "/?Action=DescribeInstances&Version=2014-05-26&RegionId=cn-heyuan");
    assert_eq!(server.end_soon("-TERM"), Some(0));
    let _ = call.join();
}

/// A spot instance, for which every step of time looks at the market.
const SPOT: [(&str, &str); 5] = [
    ("RegionId", "cn-heyuan"),
    ("ImageId", "aliyun_3_x64_20G_alibase_20250629.vhd"),
    ("InstanceType", "ecs.g7.large"),
    ("ZoneId", "cn-heyuan-b"),
    ("SpotStrategy", "SpotAsPriceGo"),
];

/// Begins a call, whose answer may be a closed connection.
fn call_beside(server: &Server, target: &'static str) -> std::thread::JoinHandle<()> {
    let mut stream = crate::http::connect(&server.address);
    write!(stream, "GET {target} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", server.address).unwrap();
    let call = std::thread::spawn(move || drop(stream.read_to_end(&mut Vec::new())));
    std::thread::sleep(std::time::Duration::from_millis(300));
    call
}

#[test]
fn wrong_options_are_refused() {
    let server = Server::start(&[]);
    let port = server.address.rsplit_once(':').unwrap().1.to_owned();
    for (options, words) in [
        (vec!["--port", port.as_str()], "--port"),
        (vec!["--alias", "a"], "FROM=TO"),
        (vec!["--region", "cn-heyuann"], "cn-heyuan"),
        (vec!["--scenario", "/no/such/file"], "/no/such/file"),
    ] {
        let output = server.command().arg("serve").args(&options).output().unwrap();
        assert!(!output.status.success(), "{options:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(words), "{options:?} {output:?}");
    }
}
