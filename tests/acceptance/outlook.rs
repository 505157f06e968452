//! The outlook of a plan: the command and the data source say the same, and the guide shows what is printed.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::cli::{Workspace, with_each_cli};

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
