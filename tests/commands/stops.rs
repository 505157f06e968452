//! A signal ends a command within a second, whatever it waits for or computes, and the world can be used afterwards.
#![cfg(unix)]

use std::io::{BufRead, BufReader};
use std::os::unix::net::UnixListener;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use simcloud::cloud::model::GroupType;

use crate::sandbox::{Sandbox, group};

/// A second, and another one for a busy machine.
const SOON: Duration = Duration::from_secs(2);
const POLL_INTERVAL: Duration = Duration::from_millis(10);

/// With a group in `world.db` that replaces what it loses, so that every hour is looked at.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    let mut request = group("kept", 1, 20);
    request.group_type = GroupType::Maintain;
    sandbox.create_group(&request);
    sandbox
}

fn begin(sandbox: &Sandbox, arguments: &[&str]) -> Child {
    let child = sandbox.command(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    sleep(Duration::from_millis(300));
    child
}

/// Has the lock of `world.db`.
fn lock(sandbox: &Sandbox) -> rusqlite::Connection {
    let lock = rusqlite::Connection::open(sandbox.path("world.db")).unwrap();
    lock.execute_batch("BEGIN IMMEDIATE").unwrap();
    lock
}

/// Accepts connections and says nothing, at the connection string.
fn silent_server(sandbox: &Sandbox) -> (UnixListener, String) {
    let silent = UnixListener::bind(sandbox.path(".s.PGSQL.5432")).unwrap();
    (silent, format!("postgres://u@/d?host={}&world=w", sandbox.path("").display()))
}

#[track_caller]
fn end(mut child: Child, signal: &str, arguments: &[&str]) {
    // It may have ended by itself.
    let _ = Command::new("kill").args([signal, &child.id().to_string()]).stderr(Stdio::null()).status();
    for _ in 0..SOON.as_millis() / POLL_INTERVAL.as_millis() {
        if child.try_wait().unwrap().is_some() {
            return;
        }
        sleep(POLL_INTERVAL);
    }
    let _ = child.kill();
    panic!("{arguments:?} goes on after {signal}");
}

#[test]
fn commands_that_compute_end() {
    let sandbox = sandbox();
    for signal in ["-TERM", "-INT", "-HUP"] {
        let arguments = ["world", "advance", "87000h", "--world", "world.db"];
        end(begin(&sandbox, &arguments), signal, &arguments);
    }
    sandbox.world(&["show"]);
    sandbox.world(&["advance", "1h"]);
}

#[test]
fn commands_that_wait_end() {
    let sandbox = sandbox();
    let (lock, (_silent, server)) = (lock(&sandbox), silent_server(&sandbox));
    for arguments in [
        &["world", "advance", "1h", "--world", "world.db"][..],
        &["world", "reset", "--world", "world.db"],
        &["world", "copy", "world.db", &server],
        &["world", "show", "--world", &server],
        &["world", "drop", "--world", &server, "--yes"],
        &["serve", "--world", &server],
    ] {
        for signal in ["-TERM", "-INT"] {
            end(begin(&sandbox, arguments), signal, arguments);
        }
    }
    drop(lock);
    sandbox.world(&["advance", "1h"]);
}

/// A command was silent for as long as it waited: for a lock up to a minute, for a server fifteen seconds.
#[test]
fn commands_that_wait_say_for_what() {
    let sandbox = sandbox();
    let (_lock, (_silent, server)) = (lock(&sandbox), silent_server(&sandbox));
    for (arguments, what) in [
        (["world", "show", "--world", &server].as_slice(), "waiting for the server to accept a connection; world: "),
        (&["world", "advance", "1h", "--world", "world.db"], "waiting for the lock of the world"),
    ] {
        let mut child = sandbox.command(arguments).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stderr.as_mut().unwrap()).read_line(&mut line).unwrap();
        assert!(line.starts_with(&format!("warning: {what}")), "{line}");
        end(child, "-TERM", arguments);
    }
}
