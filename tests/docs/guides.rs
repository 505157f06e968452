//! Nothing in a guide is made up: every block is part of a file below `examples/`, and those the acceptance tests apply.

use crate::{files, guides, root};

/// Commands that a guide may name without running them in an example: the provider's own have tests of their own.
const COMMANDS: &[&str] = &[
    "terraform-provider-simcloud ",
    "./terraform-provider-simcloud",
    "export SIMCLOUD_",
    "export TF_LOG_PROVIDER=",
    "promtool check metrics ",
    "make ",
    "unzip terraform-provider-simcloud_",
];

/// Pages whose blocks the acceptance tests run in order, as they stand.
const RUN_AS_A_WHOLE: &[&str] = &["guides/start-here.md"];

/// Its blocks need a server: the acceptance tests of shared worlds run them.
const ON_A_SERVER: &str = "guides/sharing-a-world.md";

#[test]
fn every_block_of_a_guide_is_part_of_an_example() {
    let examples: Vec<Vec<String>> = files(&root().join("examples")).values().map(|text| lines(text)).collect();
    let mut wrong = Vec::new();
    for (guide, text) in guides().into_iter().filter(|(guide, _)| guide != ON_A_SERVER) {
        for (language, block) in blocks(&text) {
            let is_part_of_an_example = || {
                let block = lines(&block);
                !block.is_empty() && examples.iter().any(|example| example.windows(block.len()).any(|w| w == block))
            };
            let right = match language {
                "text" | "shell" if RUN_AS_A_WHOLE.contains(&guide.as_str()) => true,
                "terraform" | "hcl" | "json" | "python" | "go" | "rego" | "text" | "typescript" | "yaml" => {
                    is_part_of_an_example()
                }
                // The tests of shared worlds run statements.
                "sql" => true,
                "shell" => {
                    block.starts_with("cd examples/") || block.lines().all(is_command) || is_part_of_an_example()
                }
                _ => false,
            };
            if !right {
                wrong.push(format!("docs/{guide}: this `{language}` block is in no file below examples/:\n{block}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What a guide counts is counted.
#[test]
fn the_catalogue_is_as_large_as_the_guide_says() {
    let counted = format!(
        "{} regions, {} zones, {} instance types",
        simcloud::catalogue::regions().len(),
        simcloud::catalogue::zones().len(),
        simcloud::catalogue::instance_types().len()
    );
    assert!(guides()["guides/what-is-simulated.md"].contains(&counted), "there are {counted}");
}

fn is_command(line: &str) -> bool {
    COMMANDS.iter().any(|command| line.starts_with(command))
}

/// The fenced blocks of a page: language and text.
pub(crate) fn blocks(page: &str) -> Vec<(&str, String)> {
    let mut found = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            found.push((language, block.join("\n")));
        }
    }
    found
}

/// Lines without their indentation, for a guide shows inner blocks further left, and under one name: HCL for the real
/// provider is that of an example with another prefix.
fn lines(text: &str) -> Vec<String> {
    let text = text.replace("aliyun/alicloud", "simcloud/simcloud").replace("alicloud", "simcloud");
    text.trim_end().lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}
