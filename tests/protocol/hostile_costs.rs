//! What one hostile call costs: processor time, and memory at its peak.
#![cfg(target_os = "linux")]

use std::fs;

use crate::hostile_cases::{
    CREATION_OF_THE_LARGEST_GROUP, Case, MakeCase, OF_THE_LARGEST_GROUP, PASSES, Prepared, SOON_OVER, TEXTS,
    WORLD_COMPUTATIONS,
};

const MAX_SECONDS: f64 = 1.0;
const MAX_MEBIBYTES: u64 = 64;
/// The state of the largest group once, and as bytes.
const MAX_MEBIBYTES_OF_A_CREATION: u64 = 32;

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
    let Prepared { mut client, folder, case, object, held } = Case::prepare(make).await;
    let process = client.process().id();
    // Sets the peak to what there is now.
    fs::write(format!("/proc/{process}/clear_refs"), "5").unwrap();
    let (seconds_before, kibibytes_before) = (processor_seconds(process), status(process, "VmRSS:"));
    let refusal = case.call.send(&mut client, &object).await;
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
    // The computations take as long as was asked for, and end when they are stopped.
    for cases in [WORLD_COMPUTATIONS, CREATION_OF_THE_LARGEST_GROUP, OF_THE_LARGEST_GROUP] {
        expensive.extend(larger_than(MAX_MEBIBYTES, cases).await);
    }
    assert_eq!(expensive, [""; 0]);
}

/// Prints what cases cost, and returns those that take more memory than they may.
async fn larger_than(max_mebibytes: u64, cases: &[(&'static str, MakeCase)]) -> Vec<&'static str> {
    let mut larger = Vec::new();
    for (name, make) in cases {
        let cost = cost(*make).await;
        cost.print(name);
        if cost.mebibytes > max_mebibytes {
            larger.push(*name);
        }
    }
    larger
}

/// The reply held the instances twice, and took 67 MiB.
#[tokio::test]
async fn the_largest_group_is_created_in_little_memory() {
    assert_eq!(larger_than(MAX_MEBIBYTES_OF_A_CREATION, CREATION_OF_THE_LARGEST_GROUP).await, [""; 0]);
}
