//! `serve -- COMMAND`: the command's environment, signals and exit status.

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
