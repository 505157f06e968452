//! The outlook of a plan: the command and the data source say the same, and the guide shows what is printed.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::cli::{Workspace, with_each_cli};
use crate::hcl::REQUIRED;

const ADDRESS: &str = "simcloud_auto_provisioning_group.batch";
const ARGUMENTS: [&str; 11] = [
    "outlook",
    "plan.json",
    "--region",
    "cn-hangzhou",
    "--markets",
    "50",
    "--horizon",
    "7d",
    "--compare",
    "--require",
    "fulfilled_share >= 0.95",
];

fn example(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/outlook").join(file)
}

/// Asserts that a text is what lies beside the example; `UPDATE_DOCS` rewrites that.
#[expect(clippy::disallowed_methods, reason = "the caller of the test decides whether the files are rewritten")]
fn assert_shown(file: &str, printed: &str) {
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(example(file), printed).expect("a text");
    }
    let shown = std::fs::read_to_string(example(file)).expect("a text");
    assert_eq!(printed, shown, "examples/outlook/{file} is out of date: run the test with UPDATE_DOCS=1");
}

#[needs(cli)]
#[test]
fn the_outlook_of_a_plan_is_what_the_data_source_says() {
    with_each_cli(|cli| {
        let workspace = Workspace::example(cli, "outlook");
        workspace.plan();
        workspace.write("plan.json", &workspace.planned().to_string());
        let printed = workspace.run_provider(&ARGUMENTS);
        assert_eq!(printed.code, 0, "{}", printed.text);
        assert_shown("outlook.txt", &printed.text);

        let json = workspace.run_provider(&[&ARGUMENTS[..], &["--json", "--html", "page.html"]].concat());
        let json: Value = serde_json::from_str(&json.text).expect("JSON");
        let fleet = &json["fleets"][0];
        assert_eq!(fleet["address"], ADDRESS);
        workspace.apply();
        let data = workspace.attributes("data.simcloud_launch_outlook.batch");
        for name in
            ["fulfilled_share", "hourly_cost", "total_cost", "lost_instances", "delivered_share", "worst_market"]
        {
            assert_eq!(data[name], fleet[name], "{name}");
        }
        let page = std::fs::read_to_string(workspace.work().join("page.html")).expect("a page");
        assert_shown("total_cost.svg", &picture(&page, "Total cost"));
        workspace.destroy();
    });
}

const GROUP: &str = "simcloud_auto_provisioning_group.web";
const RESERVATION: &str = "simcloud_run_instances.web";

/// A group of nine and a reservation of three; after two hours the market has five for the group.
fn group_and_reservation(lifecycle: &str) -> String {
    let blocks = format!(
        r#"
provider "simcloud" {{
  region = "cn-heyuan"
  scenario = {{
    stock = [
      {{ zone_id = "cn-heyuan-b", instance_type = "ecs.g6.large", spot = 9 }},
      {{ zone_id = "cn-heyuan-a", instance_type = "ecs.g6.large", pay_as_you_go = 4 }}
    ]
    events = [
      {{ at = "1h", stock = {{ zone_id = "cn-heyuan-b", instance_type = "ecs.g6.large", spot = 5 }} }},
      {{ at = "1h", reclaim_spot = {{ count = 4 }} }}
    ]
  }}
}}

resource "simcloud_auto_provisioning_group" "web" {{
  auto_provisioning_group_type = "request"
  total_target_capacity        = 9
  spot_target_capacity         = 9
  terminate_instances          = true
  launch_template_config {{
    zone_id       = "cn-heyuan-b"
    instance_type = "ecs.g6.large"
  }}
  launch_configuration {{
    image_id = "aliyun_3_x64_20G_alibase_20250629.vhd"
  }}
  {lifecycle}
}}

resource "simcloud_run_instances" "web" {{
  zone_id       = "cn-heyuan-a"
  instance_type = "ecs.g6.large"
  image {{
    image_id  = "aliyun_3_x64_20G_alibase_20250629.vhd"
    min_count = 3
    max_count = 3
  }}
}}
"#
    );
    format!("{REQUIRED}{blocks}")
}

/// The units that the saved plan leaves in the one market of the world, by address.
fn units(workspace: &Workspace) -> [Value; 2] {
    workspace.write("plan.json", &workspace.planned().to_string());
    let printed =
        workspace.run_provider(&["outlook", "plan.json", "--region", "cn-heyuan", "--markets", "1", "--json"]);
    let json: Value = serde_json::from_str(&printed.text).expect("JSON");
    [GROUP, RESERVATION].map(|address| {
        let fleet = json["fleets"].as_array().into_iter().flatten().find(|fleet| fleet["address"] == address);
        fleet.unwrap_or_else(|| panic!("{json:#}"))["fulfilled_capacity"]["max"].clone()
    })
}

/// What exists was launched again beside itself.
#[needs(cli)]
#[test]
fn the_outlook_of_a_plan_counts_what_the_world_has_already() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &group_and_reservation(""));
        let replace = format!("plan -out=plan.bin -replace={GROUP} -replace={RESERVATION}");
        workspace.plan();
        assert_eq!(units(&workspace), [9, 3]);
        workspace.apply();
        workspace.plan();
        assert_eq!(units(&workspace), [9, 3], "nothing changes");
        workspace.accept(&replace);
        assert_eq!(units(&workspace), [9, 3], "the old instances go first");

        let advanced = workspace.run_provider(&["world", "advance", "2h"]);
        assert_eq!(advanced.code, 0, "{}", advanced.text);
        workspace.accept("plan -out=plan.bin");
        assert_eq!(units(&workspace), [5, 3], "four were lost");
        // With the reservation the world would be empty in between, and begin again.
        let replaced = workspace.accept(&format!("plan -out=plan.bin -replace={GROUP}"));
        assert!(replaced.text.contains("4 of 9 units of spot capacity are missing"), "{}", replaced.text);
        assert_eq!(units(&workspace), [5, 3]);
        workspace.apply_saved();
        assert_eq!(workspace.attributes(GROUP)["fulfilled_capacity"], 5);

        let lifecycle = "lifecycle {\n    create_before_destroy = true\n  }";
        workspace.write("main.tf", &group_and_reservation(lifecycle));
        workspace.accept(&format!("plan -out=plan.bin -replace={GROUP}"));
        assert_eq!(units(&workspace), [0, 3], "the old instances go last");
        workspace.apply_saved();
        assert_eq!(workspace.attributes(GROUP)["fulfilled_capacity"], 0);
        workspace.destroy();
    });
}

/// The picture of a figure on the page, as a file of its own.
fn picture(page: &str, figure: &str) -> String {
    const STYLE: &str = "<style>\ntext { font: 13px sans-serif; fill: #57606a; }\n.c0 { fill: #0072b2; }\n\
        @media (prefers-color-scheme: dark) { text { fill: #9aa5b1; } .c0 { fill: #56b4e9; } }\n</style>\n";
    let title = page.find(&format!(">{figure}: number of markets</title>")).expect("the figure");
    let start = page[..title].rfind("<svg").expect("a picture");
    let end = start + page[start..].find("</svg>").expect("its end");
    let svg = page[start..end].replacen("<svg ", "<svg xmlns=\"http://www.w3.org/2000/svg\" ", 1);
    let (open, rest) = svg.split_once('>').expect("its first tag");
    format!("{open}>{STYLE}{rest}</svg>\n")
}
