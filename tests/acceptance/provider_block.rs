//! The provider block: what is misspelt, malformed or unknown.

use crate::cli::{Cli, Workspace, with_each_cli};
use crate::hcl::{REQUIRED, group, provider, stock, targets};

/// Bad input gets an error that names the place inside the scenario and the nearest valid name.
#[needs(cli)]
#[test]
fn a_misspelt_scenario_is_refused_with_the_place_and_the_nearest_name() {
    let cases = [
        (r"stok = []", "stok"),
        (r#"stock = [{ zone = "cn-heyuan-b", spot = 1 }]"#, "stock[0].zone"),
        (r#"stock = [{ zone_id = "cn-heyuan-c", spot = 1 }]"#, "stock[0].zone_id"),
        (r#"stock = [{ instance_type = "ecs.g7.larg", spot = 1 }]"#, "stock[0].instance_type"),
        (r"stock = [{ spot = 1.5 }]", "stock[0].spot"),
        (r#"stock = [{ spot = "many" }]"#, "stock[0].spot"),
        (r#"faults = [{ operation = "RunInstance", error_code = "InternalError" }]"#, "faults[0].operation"),
        (r#"events = [{ at = "soon", reclaim_spot = {} }]"#, "events[0].at"),
        (r"limits = { run_instance = 5 }", "limits.run_instance"),
        (r#"key_pairs = [{ name = "a", public_key = "hello" }]"#, "key_pairs[0].public_key"),
    ];
    with_each_cli(|cli| {
        let mut sentences = Vec::new();
        for (scenario, place) in cases {
            let workspace = used(cli, &format!("  scenario = {{ {scenario} }}"));
            let printed = workspace.refuse("validate");
            let error = printed.error();
            assert!(error.attribute == "scenario" && error.detail.contains(place), "{}", printed.text);
            sentences.push(printed.sentences());
        }
        insta::assert_snapshot!(
            "a_misspelt_scenario_is_refused_with_the_place_and_the_nearest_name",
            sentences.join("\n")
        );
    });
}

/// Objects or maps, tuples or lists, numbers or numeric strings, nulls: the CLI converts behind the user's back.
#[needs(cli)]
#[test]
fn a_scenario_may_come_in_any_shape_the_cli_makes_of_it() {
    let shapes = [
        r#"{ seed = "7", stock = tolist([{ zone_id = "cn-heyuan-b", spot = "2", pay_as_you_go = null }]) }"#,
        r#"jsondecode("{\"stock\": [{\"zone_id\": \"cn-heyuan-b\", \"spot\": 2}]}")"#,
        r#"{ stock = toset([{ zone_id = "cn-heyuan-b", spot = 2 }]), limits = tomap({ run_instances = "5" }) }"#,
        r#"yamldecode("stock:\n- zone_id: cn-heyuan-b\n  spot: 2\n")"#,
        "null",
        "{}",
    ];
    with_each_cli(|cli| {
        for shape in shapes {
            used(cli, &format!("  scenario = {shape}")).validate();
        }
    });
}

#[needs(cli)]
#[test]
fn bad_arguments_are_named_with_what_is_valid() {
    let cases = [
        r#"region = "cn-heyan""#,
        r#"region = "mars""#,
        r#"scenario = "hard.json""#,
        r#"scenario = "{\"seed\": 7}""#,
        "scenario = { stok = [] }",
        r#"clock = "six hours""#,
        r#"on_shortfall = "acept""#,
    ];
    with_each_cli(|cli| {
        let mut sentences = Vec::new();
        for argument in cases {
            let printed = used(cli, argument).refuse("validate");
            assert_eq!(printed.errors().len(), 1, "{}", printed.text);
            sentences.push(printed.sentences());
        }
        insta::assert_snapshot!("bad_arguments_are_named_with_what_is_valid", sentences.join("\n"));
    });
}

/// A scenario file that `SIMCLOUD_SCENARIO` names: mistakes are named by file, line and key.
#[needs(cli)]
#[test]
fn a_bad_scenario_file_is_named_with_line_and_key() {
    let cases = ["{\n  \"stock\": [\n    { \"zone\": \"cn-heyuan-b\" }\n  ]\n}\n", "{ \"stock\": ["];
    with_each_cli(|cli| {
        let mut sentences = Vec::new();
        for text in cases {
            let mut workspace = Workspace::new(cli, &(REQUIRED.to_owned() + &group("web", &targets(0, 1))));
            workspace.write("bad.json", text);
            workspace.set("SIMCLOUD_SCENARIO", "bad.json");
            let printed = workspace.refuse("plan");
            sentences.push(printed.error_of("Invalid Scenario File").sentences());
        }
        insta::assert_snapshot!("a_bad_scenario_file_is_named_with_line_and_key", sentences.join("\n"));
        let mut workspace = Workspace::new(cli, &(REQUIRED.to_owned() + &group("web", &targets(0, 1))));
        workspace.set("SIMCLOUD_SCENARIO", "missing.json");
        let printed = workspace.refuse("plan");
        insta::assert_snapshot!("a_missing_scenario_file", printed.error_of("Invalid Scenario File").sentences());
    });
}

/// What is asked for by the wrong name is answered with the right one, at the latest when it is applied.
#[needs(cli)]
#[test]
fn a_wrong_name_is_answered_with_the_right_one() {
    let cases = [
        ("alibase_20250629.vhd", "alibase_2025.vhd"),
        ("zone_id       = \"cn-heyuan-b\"", "vswitch_id = \"vsw-web\""),
        ("zone_id       = \"cn-heyuan-b\"", "vswitch_id = \"vsw-cn-heyuan-c\""),
        ("launch_configuration {", "launch_configuration {\n key_pair_name = \"ops\""),
        ("launch_configuration {", "launch_configuration {\n security_group_id = \"sg-1\""),
        ("\"cn-heyuan-b\"", "\"cn-hangzhou-h\""),
    ];
    with_each_cli(|cli| {
        let mut sentences = Vec::new();
        for (right, wrong) in cases {
            let hcl = REQUIRED.to_owned() + &group("web", &targets(0, 1));
            assert!(hcl.contains(right), "{hcl}");
            let workspace = Workspace::new(cli, &hcl.replace(right, wrong));
            let printed = workspace.refuse("apply");
            assert_eq!(printed.errors().len(), 1, "{}", printed.text);
            sentences.push(printed.sentences());
        }
        insta::assert_snapshot!("a_wrong_name_is_answered_with_the_right_one", sentences.join("\n"));
    });
}

/// A provider argument that is still unknown while planning is never an error: everything plans as unknown.
#[needs(cli)]
#[test]
fn an_unknown_provider_argument_plans_as_unknown() {
    with_each_cli(|cli| {
        let hcl = format!(
            "{REQUIRED}\nresource \"terraform_data\" \"clock\" {{\n  input = \"1h\"\n}}\n\nprovider \"simcloud\" {{\n  clock = terraform_data.clock.output\n}}\n{}",
            group("web", &targets(0, 1))
        );
        let workspace = Workspace::new(cli, &hcl);
        workspace.apply();
        assert_eq!(workspace.attributes("simcloud_auto_provisioning_group.web")["fulfilled_capacity"], 1);
        workspace.destroy();
    });
}

/// The world's own troubles: each names the file and what to do.
#[needs(cli)]
#[test]
fn an_unusable_world_is_explained() {
    with_each_cli(|cli| {
        let hcl = |world: &str| {
            format!("{REQUIRED}\nprovider \"simcloud\" {{\n  world = \"{world}\"\n}}\n{}", group("web", &targets(0, 1)))
        };
        let text = Workspace::new(cli, &hcl("notes.txt"));
        text.write("notes.txt", "This is not a database, and it is longer than a header of one hundred bytes would be, so that it is read whole.");
        let printed = text.refuse("apply");
        insta::assert_snapshot!("a_file_that_is_not_a_world", printed.sentences());
        assert!(std::fs::read_to_string(text.work().join("notes.txt")).expect("the file").starts_with("This is not"));

        let missing = Workspace::new(cli, &hcl("no/such/folder/world.db"));
        let printed = missing.refuse("apply");
        insta::assert_snapshot!("a_world_in_a_missing_folder", printed.sentences());
    });
}

/// Two configurations of the provider in one module, on one world.
#[needs(cli)]
#[test]
fn two_aliases_share_a_world() {
    with_each_cli(|cli| {
        let alias = "\nprovider \"simcloud\" {\n  alias  = \"other\"\n  region = \"cn-hangzhou\"\n}\n";
        let other = group("there", &targets(1, 0))
            .replace("cn-heyuan-b", "cn-hangzhou-h")
            .replace("ecs.s6-c1m1.small", "ecs.g7.large")
            .replace("cloud_ssd", "cloud_essd")
            .replace("{\n  auto_", "{\n  provider = simcloud.other\n  auto_");
        let workspace = Workspace::new(cli, &(stock(5, 5) + alias + &group("here", &targets(1, 1)) + &other));
        workspace.apply();
        assert_eq!(workspace.attributes("simcloud_auto_provisioning_group.here")["fulfilled_capacity"], 2);
        assert_eq!(workspace.attributes("simcloud_auto_provisioning_group.there")["fulfilled_capacity"], 1);
        workspace.destroy();
    });
}

/// A configuration that uses the provider: the CLI does not ask one that nothing uses.
fn used(cli: &Cli, arguments: &str) -> Workspace {
    Workspace::new(cli, &(provider(arguments) + &group("web", &targets(0, 1))))
}
