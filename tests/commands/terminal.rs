//! What is shown on a terminal, and what in a pipe.

use simcloud::cloud::model::CreateAutoProvisioningGroupRequest;
use simcloud_test_needs::needs;

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

/// What a command prints on a terminal of this size.
fn on_terminal(sandbox: &Sandbox, (columns, rows): (usize, usize), arguments: &str) -> String {
    let program = env!("CARGO_BIN_EXE_terraform-provider-simcloud");
    let command = format!("stty cols {columns} rows {rows}; '{program}' {arguments} --world world.db");
    let mut script = sandbox.command_of("script", &["-qec", &command, "/dev/null"]);
    let output = script.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().replace('\r', "")
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
