//! What is shown on a terminal, and what in a pipe.

use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use simcloud::cloud::model::CreateAutoProvisioningGroupRequest;
use simcloud_test_needs::needs;

use crate::plans;
use crate::sandbox::{Sandbox, group};

/// Three fleets in a region that sells some 1,700 pools.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    let cloud = sandbox.cloud().in_region(&"cn-hangzhou".into());
    for (name, zones) in [
        ("web", &["cn-hangzhou-h"][..]),
        ("a-group-whose-name-is-longer-than-a-column", &["cn-hangzhou-h", "cn-hangzhou-i"]),
        ("invoices", &["cn-hangzhou-i", "cn-hangzhou-j"]),
    ] {
        let usual = group(name, 1, 3);
        let config = |zone: &&str| {
            let mut config = usual.configs[0].clone();
            config.zone_id = Some((*zone).into());
            config.instance_type = Some("ecs.g6.large".into());
            config
        };
        let configs = zones.iter().map(config).collect();
        cloud.create_auto_provisioning_group(&CreateAutoProvisioningGroupRequest { configs, ..usual }).unwrap();
    }
    sandbox
}

/// A command on a terminal of this size.
fn terminal(sandbox: &Sandbox, (columns, rows): (usize, usize), arguments: &str) -> Command {
    let program = env!("CARGO_BIN_EXE_terraform-provider-simcloud");
    let command = format!("stty cols {columns} rows {rows}; exec '{program}' {arguments} --world world.db");
    sandbox.command_of("script", &["-qec", &command, "/dev/null"])
}

/// What a command prints on a terminal of this size.
fn on_terminal(sandbox: &Sandbox, size: (usize, usize), arguments: &str) -> String {
    let output = terminal(sandbox, size, arguments).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().replace('\r', "")
}

/// With a plan of one fleet.
fn sandbox_with_plan() -> Sandbox {
    let sandbox = Sandbox::new();
    std::fs::write(sandbox.path("plan.json"), plans::alibaba("alicloud").to_string()).unwrap();
    sandbox
}

/// The percentages that bars on a terminal show.
fn percentages(text: &str) -> Vec<u32> {
    let bars = text.split('\r').filter(|line| line.starts_with("alicloud_auto_provisioning_group.web ["));
    bars.filter_map(|bar| bar.rsplit_once("] ")?.1.trim().strip_suffix(" %")?.parse().ok()).collect()
}

#[needs(script)]
#[test]
fn show_fits_one_screen_of_a_region_with_1700_pools() {
    let sandbox = sandbox();
    for (columns, rows) in [(80, 24), (160, 50)] {
        let text = on_terminal(&sandbox, (columns, rows), "world show");
        assert!(text.lines().count() < rows, "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= columns), "{text}");
        assert!(text.contains(" more pools in cn-hangzhou"), "{text}");
        for name in ["web", "a-group-", "invoices", "cn-hangzhou-h", "cn-hangzhou-i", "cn-hangzhou-j", "--all"] {
            assert!(text.contains(name), "{name}: {text}");
        }
    }
    // The name is whole where there is room.
    assert!(on_terminal(&sandbox, (160, 50), "world show").contains("a-group-whose-name-is-longer-than-a-column"));
}

#[needs(script)]
#[test]
fn history_and_costs_fit_the_width_of_a_terminal() {
    let sandbox = sandbox();
    sandbox.world(&["advance", "50h"]);
    sandbox.world(&["reclaim", "--count", "1"]);
    for arguments in ["world history", "world costs", "world reclaim --count 1"] {
        for (columns, rows) in [(80, 24), (160, 50)] {
            let text = on_terminal(&sandbox, (columns, rows), arguments);
            assert!(text.lines().all(|line| line.chars().count() <= columns), "{text}");
        }
    }
    // In a pipe an activity is one line, for `grep`.
    let activities = sandbox.world(&["history"]);
    assert!(activities.lines().any(|line| line.contains("CreateAuto") && line.contains(", spot at ")), "{activities}");
}

#[test]
fn in_a_pipe_nothing_is_cut_and_options_show_the_other_pools() {
    let sandbox = sandbox();
    let shown = sandbox.world(&["show"]);
    assert!(shown.contains("a-group-whose-name-is-longer-than-a-column") && !shown.contains('…'), "{shown}");
    assert!(shown.lines().count() < 24, "{shown}");
    let pools = |text: &str| text.lines().filter(|line| line.starts_with("cn-hangzhou-")).count();
    assert_eq!(pools(&shown), 3, "{shown}");
    let more: usize = shown.lines().last().and_then(|line| line.split(' ').next()?.parse().ok()).unwrap();
    assert!(more > 1_600, "{shown}");
    let all = sandbox.world(&["show", "--all"]);
    assert_eq!(pools(&all), more + 3);
    assert_eq!(pools(&sandbox.world(&["show", "--region", "cn-hangzhou"])), more + 3);
    // A zone says its region.
    let of_zone = sandbox.world(&["show", "--zone", "cn-hangzhou-j"]);
    assert!(pools(&of_zone) > 100 && pools(&of_zone) < more, "{of_zone}");
    assert!(pools(&sandbox.world(&["show", "--type", "ecs.g6.large"])) >= 3);
}

/// A bar shows how far an outlook is, and is gone at the end: what stays is what a pipe has. So is the page.
#[needs(script)]
#[test]
fn an_outlook_draws_a_bar_on_a_terminal_alone() {
    let sandbox = sandbox_with_plan();
    let outlook = "outlook plan.json --markets 60 --horizon 2d --html";
    let output = terminal(&sandbox, (120, 40), &format!("{outlook} terminal.html")).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let shown = percentages(&text);
    assert!(shown.len() > 5 && shown.is_sorted() && shown.last() == Some(&100), "{text:?}");
    // The bar is written over with blanks before the figures begin.
    let last = text.rfind("100 %").unwrap();
    let (blanks, rest) = text[last..].split_once('\r').unwrap().1.split_once('\r').unwrap();
    assert!(blanks.len() > 70 && blanks.trim().is_empty(), "{text:?}");
    let piped: Vec<&str> = outlook.split(' ').chain(["piped.html", "--world", "world.db"]).collect();
    let piped = sandbox.run(&piped);
    assert_eq!((rest.replace('\r', "").as_str(), piped.stderr.as_str()), (piped.stdout.as_str(), ""));
    let page = |name: &str| std::fs::read_to_string(sandbox.path(name)).unwrap();
    assert_eq!(page("terminal.html"), page("piped.html"));
    assert!(!page("terminal.html").contains(['\r', '\u{1b}']));
}

/// A key press in the terminal, in the middle of the work.
#[needs(script)]
#[test]
#[expect(clippy::disallowed_methods, reason = "how soon the command ends is what the test is about")]
fn ctrl_c_in_the_terminal_ends_an_outlook_at_once() {
    let sandbox = sandbox_with_plan();
    let mut command = terminal(&sandbox, (120, 40), "outlook plan.json --markets 10000 --horizon 90d --compare");
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let (mut keyboard, mut screen) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let mut text = String::new();
    let mut bytes = [0; 256];
    while percentages(&text).is_empty() {
        let count = screen.read(&mut bytes).unwrap();
        assert!(count > 0, "{text:?}");
        text.push_str(&String::from_utf8_lossy(&bytes[..count]));
        text.push('\r');
    }
    let pressed = Instant::now();
    keyboard.write_all(b"\x03").unwrap();
    let status = child.wait().unwrap();
    assert!(pressed.elapsed() < Duration::from_secs(2), "{:?}", pressed.elapsed());
    // As a shell reports the signal.
    assert_eq!(status.code(), Some(130), "{status:?}");
}
