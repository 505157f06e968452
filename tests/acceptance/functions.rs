//! Provider functions, in outputs and in the console.

use std::io::Write;
use std::process::Stdio;

use serde_json::json;

use crate::cli::{Cli, Workspace, with_each_cli, words};
use crate::hcl::REQUIRED;

/// A work folder with one output, `result`.
fn output(cli: &Cli, expression: &str) -> Workspace {
    Workspace::new(cli, &format!("{REQUIRED}\noutput \"result\" {{\n  value = {expression}\n}}\n"))
}

#[needs(cli)]
#[test]
fn functions_answer_in_outputs() {
    with_each_cli(|cli| {
        for (expression, expected) in [
            (
                r#"provider::simcloud::instance_type("ecs.g7.large")"#,
                json!({
                    "vcpus": 2, "memory_gib": 8, "architecture": "x86_64", "family": "ecs.g7", "burstable": false,
                    "on_sale": true
                }),
            ),
            ("provider::simcloud::round_robin([{ min = 5, max = 10 }, { min = 20, max = 40 }], 30)", json!([8, 22])),
            // A map of strings, a list of it, and a capacity that is text: the CLI converts, and so does the function.
            (r#"provider::simcloud::round_robin(tolist([tomap({ min = "1", max = "150" })]), "300")"#, json!([150])),
            (
                r#"provider::simcloud::allocate(
    toset([{ zone_id = "a", instance_type = "t", price = "0.3", stock = 2, weight = null }]), 5, "optimal")"#,
                json!([{ "zone_id": "a", "instance_type": "t", "amount": 2 }]),
            ),
            (
                r#"provider::simcloud::allocate([
    { zone_id = "a", instance_type = "heavy", price = 1, weight = 8, stock = 9 },
    { zone_id = "a", instance_type = "light", price = 0.25, stock = 9 },
  ], 9, "lowest-price")"#,
                json!([
                    { "zone_id": "a", "instance_type": "heavy", "amount": 1 },
                    { "zone_id": "a", "instance_type": "light", "amount": 1 },
                ]),
            ),
        ] {
            let workspace = output(cli, expression);
            workspace.apply();
            assert_eq!(workspace.output("result"), expected, "{expression}");
        }
    });
}

#[needs(cli)]
#[test]
fn what_is_wrong_with_an_argument_is_said() {
    with_each_cli(|cli| {
        let mut sentences = Vec::new();
        for expression in [
            r#"provider::simcloud::instance_type("ecs.g7.larg")"#,
            "provider::simcloud::round_robin([{ min = 5, max = 10 }, { min = 20, max = 40 }], 24)",
            r#"provider::simcloud::allocate([{ zone_id = "a", instancetype = "t", price = 1, stock = 1 }], 1, "optimal")"#,
            r#"provider::simcloud::allocate([], 1, "cheapest")"#,
        ] {
            let printed = output(cli, expression).refuse("plan");
            assert_eq!(printed.errors().len(), 1, "{}", printed.text);
            sentences.push(printed.sentences());
        }
        insta::assert_snapshot!("what_is_wrong_with_an_argument_is_said", sentences.join("\n"));
    });
}

#[needs(cli)]
#[test]
fn functions_answer_in_the_console() {
    with_each_cli(|cli| {
        if !cli.version.starts_with("Terraform") {
            println!("skipped: the console of {} cannot call provider functions", cli.version);
            return;
        }
        let workspace = Workspace::new(cli, REQUIRED);
        let mut console = workspace
            .command(&["console"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the console starts");
        let mut stdin = console.stdin.take().expect("a way in");
        stdin.write_all(b"provider::simcloud::round_robin([{ min = 1, max = 9 }, { min = 1, max = 2 }], 7)\n").unwrap();
        drop(stdin);
        let output = console.wait_with_output().expect("the console ends");
        let printed = words(&String::from_utf8_lossy(&output.stdout));
        assert!(printed.contains("tolist([ 5, 2, ])"), "{printed}");
    });
}
