//! What one hostile call costs: processor time, and memory at its peak.
#![cfg(target_os = "linux")]

use std::fs;

use crate::hostile_cases::{Case, MakeCase, PASSES, Prepared, RAISED_LIMITS, SOON_OVER, TEXTS, WORLD_COMPUTATIONS};

const MAX_SECONDS: f64 = 1.0;
const MAX_MEBIBYTES: u64 = 64;
/// Ten thousand instances of one group, several times.
const MAX_MEBIBYTES_OF_RAISED_LIMITS: u64 = 96;

/// What a call took of its process.
#[derive(Clone, Debug)]
struct Cost {
    /// Of one processor or more.
    seconds: f64,
    /// Beyond what the process had before.
    mebibytes: u64,
    /// Why it was refused, if it was.
    refusal: Option<String>,
}

impl Cost {
    #[expect(clippy::print_stdout, reason = "the table is for people")]
    fn print(&self, name: &str) {
        let outcome: String = self.refusal.as_deref().unwrap_or("done").chars().take(80).collect();
        println!("{:6.2} s {:5} MiB  {name}: {outcome}", self.seconds, self.mebibytes);
    }
}

async fn cost(make: MakeCase) -> Cost {
    let Prepared { mut client, folder, case, held } = Case::prepare(make).await;
    let process = client.process().id();
    // Sets the peak to what there is now.
    fs::write(format!("/proc/{process}/clear_refs"), "5").unwrap();
    let (seconds_before, kibibytes_before) = (processor_seconds(process), status(process, "VmRSS:"));
    let refusal = case.call.send(&mut client).await;
    let seconds = processor_seconds(process) - seconds_before;
    let mebibytes = (status(process, "VmHWM:") - kibibytes_before) / 1024;
    drop((folder, held));
    Cost { seconds, mebibytes, refusal }
}

/// A row of the status of a process, in KiB.
fn status(process: u32, name: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// What the process has computed, in user mode and in the system.
fn processor_seconds(process: u32) -> f64 {
    const TICKS_PER_SECOND: f64 = 100.0;
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    let (_, after_name) = stat.rsplit_once(')').unwrap();
    let ticks: Vec<f64> = after_name.split_whitespace().skip(11).take(2).map(|ticks| ticks.parse().unwrap()).collect();
    ticks.iter().sum::<f64>() / TICKS_PER_SECOND
}

/// Prints what each case costs, and fails if one that a call computes to its end costs more than it may. Run it optimised.
#[tokio::test]
#[ignore = "minutes: 50 MB in most calls"]
async fn soak_no_hostile_call_costs_more_than_a_second_or_64_mebibytes() {
    let bounded = [SOON_OVER, PASSES, TEXTS].concat();
    let mut expensive = Vec::new();
    for (name, make) in &bounded {
        let cost = cost(*make).await;
        cost.print(name);
        if cost.seconds > MAX_SECONDS || cost.mebibytes > MAX_MEBIBYTES {
            expensive.push(*name);
        }
    }
    // These take as long as was asked for, and end when they are stopped.
    for (name, make) in [WORLD_COMPUTATIONS, RAISED_LIMITS].concat() {
        let cost = cost(make).await;
        cost.print(name);
        if cost.mebibytes > MAX_MEBIBYTES_OF_RAISED_LIMITS {
            expensive.push(name);
        }
    }
    assert_eq!(expensive, [""; 0]);
}
