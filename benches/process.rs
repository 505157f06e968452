//! Measures the start of the provider process, the reading of its schema and its exit: Terraform waits for them several
//! times per apply.
//!
//! Each figure is the minimum, median and maximum of many starts. A C program that prints one line and waits is measured
//! too, as a lower bound for this machine.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    dead_code,
    unreachable_pub,
    reason = "a benchmark measures real time and prints; the tests' client can do more than it needs"
)]

#[path = "../tests/protocol/client.rs"]
mod client;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use client::{COOKIE, Client, ClientIdentity, command};

const RUNS: usize = 40;

const MINIMAL_PROGRAM: &str =
    "#include <stdio.h>\n#include <unistd.h>\nint main(void){puts(\"1\");fflush(stdout);pause();return 0;}\n";

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = ClientIdentity::like_terraform().pem();
    let floor = minimal_program(folder.path());
    let (mut floors, mut starts) = (Vec::new(), Vec::new());
    // The runs alternate, so that a machine that slows down affects both.
    for _ in 0..RUNS {
        floors.push(first_line(Command::new(&floor)));
        let mut provider = command(folder.path());
        provider.env(COOKIE.0, COOKIE.1).env("PLUGIN_CLIENT_CERT", &identity);
        starts.push(first_line(provider));
    }
    report("a C program: start to its line", &mut floors);
    report("provider: start to handshake, with mTLS", &mut starts);

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let (mut schemas, mut ends, mut sizes) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        runtime.block_on(async {
            let started = Instant::now();
            // Starts the process, connects with mTLS and asks for the schema.
            let mut client = Client::start(&[], folder.path()).await;
            schemas.push(started.elapsed());
            sizes.push(resident_mib(client.process().id()));
            let process = client.process().id();
            let asked = Instant::now();
            client.shut_down().await.expect("an answer");
            while !is_gone(process) {
                std::hint::spin_loop();
            }
            ends.push(asked.elapsed());
            client.process().ended().await;
        });
    }
    report("provider: start, connection, GetProviderSchema", &mut schemas);
    report("provider: Shutdown called to process ended", &mut ends);
    sizes.sort_by(f64::total_cmp);
    println!("{:<48} {:>8.2} MiB", "provider: resident after the schema, median", sizes[sizes.len() / 2]);
}

/// The time until a command has printed its first line.
fn first_line(mut command: Command) -> Duration {
    let started = Instant::now();
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
    let elapsed = started.elapsed();
    child.kill().expect("it ends");
    child.wait().expect("it ends");
    elapsed
}

fn minimal_program(folder: &Path) -> std::path::PathBuf {
    let (source, program) = (folder.join("floor.c"), folder.join("floor"));
    std::fs::write(&source, MINIMAL_PROGRAM).expect("the source");
    assert!(Command::new("cc").arg("-O2").arg(&source).arg("-o").arg(&program).status().expect("cc").success());
    program
}

/// Whether a process has exited. It may not have been reaped yet.
fn is_gone(process: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{process}/stat"))
        .map_or(true, |stat| stat.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with(['Z', 'X'])))
}

fn resident_mib(process: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    let kib: f64 = line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).unwrap_or_default();
    kib / 1024.0
}

fn report(what: &str, times: &mut [Duration]) {
    times.sort();
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    let (least, median, most) = (ms(times[0]), ms(times[times.len() / 2]), ms(times[times.len() - 1]));
    println!("{what:<48} min {least:>7.2}  median {median:>7.2}  max {most:>7.2} ms");
}
