//! Guides that are made from the code: the error codes, and what is served of the provider alicloud.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use simcloud::base::ApiEnum as _;
use simcloud::market::{ERROR_CODES, Operation, codes};
use simcloud::provider::{Settings, SimcloudProvider};
use simcloud::tf::schema::Mode;
use simcloud::tf::{Attribute, Block, Provider as _};

use crate::root;

/// The generated guides by their path below `docs/`.
pub(crate) fn pages() -> BTreeMap<String, String> {
    let pages = [("error-codes", error_codes()), ("what-is-served-of-alicloud", served())];
    pages.into_iter().map(|(name, text)| (format!("guides/{name}.md"), text)).collect()
}

/// What can go wrong with a launch, and its code in a group, in `run_instances`, and of a single instance. Empty: it cannot
/// happen there.
const SITUATIONS: &[(&str, &str, &str, &str)] = &[
    (
        "no free instance is left in the pool",
        codes::NO_INSTANCE_STOCK,
        codes::INSUFFICIENT_INSTANCE_CAPACITY,
        codes::OPERATION_DENIED_NO_STOCK,
    ),
    ("the minimum cannot be reached", codes::OPERATION_DENIED_NO_STOCK, codes::INSUFFICIENT_INSTANCE_CAPACITY, ""),
    (
        "less can be launched than the plan shows",
        codes::INSUFFICIENT_INSTANCE_CAPACITY,
        codes::INSUFFICIENT_INSTANCE_CAPACITY,
        "",
    ),
    (
        "the spot price is above the limit",
        codes::SPOT_PRICE_LIMIT_TOO_LOW,
        codes::SPOT_MAX_PRICE_TOO_LOW,
        codes::SPOT_PRICE_LIMIT_TOO_LOW,
    ),
    ("the vCPU quota is used up", codes::QUOTA_EXCEED, codes::VCPU_LIMIT_EXCEEDED, codes::QUOTA_EXCEED),
    ("the subnet has no free address", codes::IP_NOT_ENOUGH, codes::INSUFFICIENT_FREE_ADDRESSES, codes::IP_NOT_ENOUGH),
    (
        "the zone does not sell the type",
        codes::RESOURCE_TYPE_NOT_SUPPORTED,
        codes::UNSUPPORTED,
        codes::RESOURCE_TYPE_NOT_SUPPORTED,
    ),
    (
        "there is no such image",
        codes::INVALID_IMAGE_NOT_FOUND,
        codes::INVALID_AMI_NOT_FOUND,
        codes::INVALID_IMAGE_NOT_FOUND,
    ),
    (
        "there is no such security group",
        codes::INVALID_SECURITY_GROUP_NOT_FOUND,
        codes::INVALID_GROUP_NOT_FOUND,
        codes::INVALID_SECURITY_GROUP_NOT_FOUND,
    ),
    (
        "there is no such key pair",
        codes::INVALID_KEY_PAIR_NAME_NOT_FOUND,
        codes::INVALID_KEY_PAIR_NOT_FOUND,
        codes::INVALID_KEY_PAIR_NAME_NOT_FOUND,
    ),
    (
        "the client token was used with other parameters",
        codes::IDEMPOTENT_PARAMETER_MISMATCH,
        codes::IDEMPOTENT_PARAMETER_MISMATCH,
        codes::IDEMPOTENT_PARAMETER_MISMATCH,
    ),
];

fn front(title: &str, group: &str, description: &str) -> String {
    format!(
        "---\npage_title: {title:?}\nsubcategory: {group:?}\ndescription: |-\n  {description}\n---\n\n# {title}\n\n"
    )
}

fn error_codes() -> String {
    let mut page = front(
        "Error codes",
        "Reference",
        "The codes that launches and other calls answer with, in the words of both services, and every name that faults can take.",
    );
    page.push_str(
        "A group and a single instance answer with Alibaba Cloud's codes, `simcloud_run_instances` with EC2's. The messages \
         are the services' own.\n\n## The same situation in both vocabularies\n\n\
         | what happened | `simcloud_auto_provisioning_group` | `simcloud_run_instances` | `simcloud_instance` |\n|---|---|---|---|\n",
    );
    let code = |code: &str| if code.is_empty() { String::new() } else { format!("`{code}`") };
    for (what, group, batch, single) in SITUATIONS {
        let _ = writeln!(page, "| {what} | {} | {} | {} |", code(group), code(batch), code(single));
    }
    page.push_str(
        "\nIn a group these codes stand in `launch_results`, one row for each pool, and only a missed minimum is an error. \
         For the other two they are errors.\n\n## Codes that the simulated cloud returns by itself\n\n| code | when |\n|---|---|\n",
    );
    for (name, when) in returned_codes() {
        let _ = writeln!(page, "| `{name}` | {when} |");
    }
    page.push_str(
        "\n## What `faults` can name\n\nA [fault](scenarios-and-time.md#faults) lets an operation fail with a code.\n\n### Operations\n\n",
    );
    let operations: Vec<String> = Operation::ALL.iter().map(|operation| format!("`{}`", operation.name())).collect();
    let _ = writeln!(page, "{}.", operations.join(", "));
    page.push_str("\nThe type of a stand-in, such as `alicloud_slb`, is an operation too.\n\n### Codes\n\n");
    let names: Vec<String> = ERROR_CODES.iter().map(|code| format!("`{code}`")).collect();
    let _ = writeln!(page, "{}.", names.join(", "));
    page
}

/// The table of `RULES.md`, without the numbers of rules.
fn returned_codes() -> Vec<(String, String)> {
    let rules = std::fs::read_to_string(root().join("RULES.md")).expect("the rules");
    let section = rules.split("\n## Error codes\n").nth(1).expect("a section of error codes");
    let section = section.split("\n## ").next().unwrap_or_default();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `")?.strip_suffix(" |")?.split_once("` | "));
    rows.map(|(code, when)| (code.to_owned(), without_rules(when))).collect()
}

/// Removes `(G3, O3)` and **(ours)**.
fn without_rules(text: &str) -> String {
    let mut text = text.replace(" **(ours)**", "");
    while let Some(begin) = text.find(" (") {
        let Some(length) = text[begin..].find(')') else { break };
        let inner = &text[begin + 2..begin + length];
        let is_rule = |part: &str| {
            let digits = part.trim_start_matches(|c: char| c.is_ascii_uppercase());
            digits.len() < part.len() && digits.bytes().next().is_some_and(|byte| byte.is_ascii_digit())
        };
        if !inner.split(", ").all(is_rule) {
            break;
        }
        text.replace_range(begin..=begin + length, "");
    }
    text
}

/// How a description says that an argument is accepted, kept, and does nothing.
const WITHOUT_EFFECT: &str = "Without effect in the simulation";

fn served() -> String {
    let provider = SimcloudProvider::new("alicloud", Settings::default());
    let mut page = front(
        "Which alicloud resources are simulated",
        "Rehearsing",
        "Every resource and data source of the provider aliyun/alicloud that is simulated, with the arguments that have no effect here.",
    );
    page.push_str(
        "A module that uses only these runs unchanged. Every other type can have a [stand-in](rehearsing-a-whole-module.md): it \
         keeps what is configured and makes up the rest.\n\nArguments without effect are accepted, checked and kept in the \
         state, and change nothing in the simulation.\n",
    );
    let table = |page: &mut String, title: &str, rows: Vec<(String, Block)>| {
        let _ = write!(page, "\n## {title}\n\n| type | arguments | without effect |\n|---|---|---|\n");
        for (name, block) in rows {
            let (mut all, mut inert) = (Vec::new(), Vec::new());
            arguments(&block, "", &mut all, &mut inert);
            let inert: Vec<String> = inert.iter().map(|name| format!("`{name}`")).collect();
            let _ = writeln!(page, "| `{name}` | {} | {} |", all.len(), inert.join(", "));
        }
    };
    let resources = provider.resources().into_iter().map(|(name, resource)| (name, resource.schema().block));
    table(&mut page, "Resources", resources.collect());
    let sources = provider.data_sources().into_iter().map(|(name, source)| (name, source.schema().block));
    table(&mut page, "Data sources", sources.collect());
    page
}

/// The arguments of a block and of those in it, and which of them have no effect.
fn arguments(block: &Block, path: &str, all: &mut Vec<String>, inert: &mut Vec<String>) {
    let is_argument = |attribute: &&Attribute| attribute.mode != Mode::Computed;
    for attribute in block.attributes.iter().filter(is_argument) {
        let name = format!("{path}{}", attribute.name);
        if attribute.description.contains(WITHOUT_EFFECT) {
            inert.push(name.clone());
        }
        all.push(name);
    }
    for inner in block.blocks.iter().filter(|inner| inner.name != "timeouts") {
        arguments(&inner.block, &format!("{path}{}.", inner.name), all, inert);
    }
}

/// The table of both vocabularies names no code that does not exist.
#[test]
fn every_code_of_both_vocabularies_is_one() {
    for (what, group, batch, single) in SITUATIONS {
        for code in [group, batch, single].into_iter().filter(|code| !code.is_empty()) {
            assert!(ERROR_CODES.contains(code), "{what}: {code}");
        }
    }
}
