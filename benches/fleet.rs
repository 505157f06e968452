//! Compares groups of a thousand instances and of one with the real CLI, in alternating runs.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    dead_code,
    unreachable_pub,
    reason = "a benchmark measures real time and prints; the tests' workspace can do more than it needs"
)]

#[path = "../tests/acceptance/cli.rs"]
mod cli;
#[path = "../tests/acceptance/report.rs"]
mod report;

use std::time::{Duration, Instant};

use cli::{Cli, Workspace, clis};

const RUNS: usize = 5;
const SIZES: [u32; 2] = [1, 1000];

/// The measured steps. Each step needs the result of the one before.
const STEPS: [(&str, &[&str]); 5] = [
    ("plan of the creation", &["plan", "-input=false", "-out=plan.bin"]),
    ("apply of that plan", &["apply", "-input=false", "plan.bin"]),
    ("plan afterwards, without refresh", &["plan", "-input=false", "-refresh=false"]),
    ("plan afterwards", &["plan", "-input=false"]),
    ("destroy", &["destroy", "-input=false", "-auto-approve"]),
];

fn main() {
    for cli in clis() {
        println!("{}", cli.version);
        measure(cli);
    }
}

fn measure(cli: &Cli) {
    let mut times = vec![[Vec::new(), Vec::new()]; STEPS.len()];
    for _ in 0..RUNS {
        for (column, size) in SIZES.into_iter().enumerate() {
            let workspace = Workspace::new(cli, &group(size));
            for (step, (what, arguments)) in STEPS.iter().enumerate() {
                let started = Instant::now();
                let printed = workspace.run(arguments);
                times[step][column].push(started.elapsed());
                assert_eq!(printed.code, 0, "{what}: {}", printed.text);
                if *what == "apply of that plan" && times[step][column].len() == 1 {
                    let state = std::fs::metadata(workspace.work().join("terraform.tfstate")).expect("a state");
                    println!("{size:>5} instances: a state of {} bytes", state.len());
                }
            }
        }
    }
    for ((what, _), columns) in STEPS.iter().zip(times) {
        let [one, thousand] = columns.map(median);
        println!(
            "{what:<34} one {:>7.0} ms  a thousand {:>7.0} ms  ratio {:.2}",
            one * 1e3,
            thousand * 1e3,
            thousand / one
        );
    }
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64()
}

fn group(size: u32) -> String {
    format!(
        r#"
terraform {{
  required_providers {{
    simcloud = {{
      source = "simcloud/simcloud"
    }}
  }}
}}

provider "simcloud" {{
  scenario = {{ stock = [{{ spot = 2000 }}] }}
}}

resource "simcloud_auto_provisioning_group" "fleet" {{
  auto_provisioning_group_type = "instant"
  total_target_capacity        = {size}
  terminate_instances          = true

  launch_template_config {{
    zone_id       = "cn-heyuan-b"
    instance_type = "ecs.s6-c1m1.small"
  }}

  launch_configuration {{
    image_id = "aliyun_3_x64_20G_alibase_20250629.vhd"
  }}
}}
"#
    )
}
