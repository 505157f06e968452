//! `simcloud_instance` through the real CLI.

use serde_json::json;

use crate::cli::{Workspace, with_each_cli};
use crate::hcl::provider;
use crate::report::Changes;

const FIRST: &str = "simcloud_instance.web[0]";
const ALONE: &str = "simcloud_instance.web";

/// Stock of some types in cn-heyuan-b, of both billings, and none of anything elsewhere.
fn stock(of: &[(&str, u32)]) -> String {
    let rules: Vec<String> = of
        .iter()
        .map(|(instance_type, count)| {
            format!(
                "      {{ zone_id = \"cn-heyuan-b\", instance_type = \"{instance_type}\", pay_as_you_go = {count}, spot = \
                 {count} }},"
            )
        })
        .collect();
    provider(&format!(
        "  scenario = {{\n    stock = [\n      {{ pay_as_you_go = 0, spot = 0 }},\n{}\n    ]\n  }}",
        rules.join("\n")
    ))
}

fn web(arguments: &str) -> String {
    format!(
        r#"
resource "simcloud_instance" "web" {{
  image_id          = "aliyun_3_x64_20G_alibase_20250629.vhd"
  availability_zone = "cn-heyuan-b"
  key_name          = "example-key-name"
{arguments}
}}
"#
    )
}

/// Three of a type, with data disks.
fn three(instance_type: &str, more: &str) -> String {
    web(&format!(
        r#"  count         = 3
  instance_name = "web-${{count.index}}"
  instance_type = "{instance_type}"
  volume_tags   = {{ team = "web" }}

  data_disks {{
    size     = 100
    category = "cloud_essd"
  }}
  data_disks {{
    size = 40
    name = "logs"
  }}
{more}"#
    ))
}

/// Three instances by `count`: quiet afterwards, imported exactly, changed in place where the market allows it.
#[needs(cli)]
#[test]
fn three_instances_live_change_and_go() {
    with_each_cli(|cli| {
        let plenty = stock(&[("ecs.g7.large", 3), ("ecs.c7.large", 3), ("ecs.g7.xlarge", 2)]);
        let workspace = Workspace::new(cli, &(plenty.clone() + &three("ecs.g7.large", "  tags = { team = \"a\" }")));
        workspace.apply();
        let first = workspace.attributes(FIRST);
        assert_eq!((&first["cpu"], &first["memory"], &first["status"]), (&json!(2), &json!(8192), &json!("Running")));
        assert_eq!((&first["instance_name"], &first["public_ip"]), (&json!("web-0"), &json!("")));
        for index in 0..3 {
            let address = format!("simcloud_instance.web[{index}]");
            let id = workspace.attributes(&address)["id"].as_str().unwrap().to_owned();
            workspace.import_is_exact(&address, &id, &[]);
        }

        // A type and tags change in place; the old pool gets its instances back.
        let tagged = "  tags = { team = \"b\" }\n  internet_max_bandwidth_out = 5";
        workspace.write("main.tf", &(plenty.clone() + &three("ecs.c7.large", tagged)));
        let printed = workspace.apply_and_report();
        assert_eq!(
            (printed.changes.add, printed.changes.change, printed.changes.remove),
            (0, 3, 0),
            "{}",
            printed.text
        );
        let changed = workspace.attributes(FIRST);
        assert_eq!((&changed["id"], &changed["private_ip"]), (&first["id"], &first["private_ip"]));
        assert_eq!((&changed["memory"], &changed["tags"]), (&json!(4096), &json!({ "team": "b" })));
        assert_ne!(changed["public_ip"], json!(""));
        workspace.plan_is_empty();

        // Two of three find another type: one apply fails, says what is free, and leaves the instance as it was.
        workspace.write("main.tf", &(plenty.clone() + &three("ecs.g7.xlarge", tagged)));
        let printed = workspace.refuse("apply");
        assert_eq!(printed.error_codes(), ["OperationDenied.NoStock"]);
        let said = printed.error().sentences();
        assert!(
            said.contains("`cn-heyuan-b` has 0 `ecs.g7.xlarge` free as pay-as-you-go, and one is asked for"),
            "{said}"
        );
        let types: Vec<_> = (0..3)
            .map(|index| workspace.attributes(&format!("simcloud_instance.web[{index}]"))["instance_type"].clone())
            .collect();
        let larger = types.iter().filter(|name| **name == json!("ecs.g7.xlarge")).count();
        assert_eq!((larger, types.iter().filter(|name| **name == json!("ecs.c7.large")).count()), (2, 1));

        // Disks grow in place, do not shrink, and another one replaces.
        let grown = three("ecs.c7.large", tagged).replace("size = 40", "size = 80");
        workspace.write("main.tf", &(plenty.clone() + &grown));
        let printed = workspace.apply_and_report();
        assert_eq!((printed.changes.change, printed.changes.remove), (3, 0), "{}", printed.text);
        workspace.write("main.tf", &(plenty.clone() + &three("ecs.c7.large", tagged)));
        let printed = workspace.refuse("plan");
        assert_eq!(printed.error_codes()[0], "InvalidDiskSize.TooSmall");
        let another = grown.replace("  tags =", "  data_disks {\n    size = 20\n  }\n  tags =");
        workspace.write("main.tf", &(plenty + &another));
        workspace.plan();
        assert_eq!(workspace.planned_change(FIRST)["actions"], json!(["delete", "create"]));
        workspace.destroy();
    });
}

/// Modules pass on variables with `default = ""`; their outputs and other resources take what the instance got.
#[needs(cli)]
#[test]
fn an_empty_text_gets_what_the_cloud_chooses() {
    let web = |private_ip: &str| {
        let arguments = format!(
            "  instance_type = \"ecs.g7.large\"\n  private_ip = {private_ip}\n  vswitch_id = \"vsw-cn-heyuan-b\"\n  \
             system_disk_category = \"\"\n  description = \"\"\n"
        );
        stock(&[("ecs.g7.large", 1)])
            + &web(&arguments)
            + "output \"block\" {\n  value = cidrsubnet(\"${simcloud_instance.web.private_ip}/32\", 0, 0)\n}\n"
    };
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &web("\"\""));
        workspace.apply();
        let first = workspace.attributes(ALONE);
        let address = first["private_ip"].as_str().expect("an address").to_owned();
        assert_eq!(workspace.output("block"), json!(format!("{address}/32")));
        assert_eq!(first["system_disk_category"], json!("cloud_essd"));
        workspace.plan_is_empty();
        workspace.import_is_exact(ALONE, first["id"].as_str().expect("an id"), &[]);

        for same in [format!("\"{address}\""), "null".to_owned(), "\"\"".to_owned()] {
            workspace.write("main.tf", &web(&same));
            workspace.plan_is_empty();
        }
        workspace.destroy();
    });
}

/// Four are planned and three are free: the plan warns, the apply makes three and says why the fourth is not there.
#[needs(cli)]
#[test]
fn the_plan_counts_what_the_configuration_itself_will_take() {
    with_each_cli(|cli| {
        let four = web("  count         = 4\n  instance_type = \"ecs.g7.large\"");
        let workspace = Workspace::new(cli, &(stock(&[("ecs.g7.large", 3), ("ecs.g6.large", 9)]) + &four));
        let planned = workspace.accept("plan");
        let said = planned.warning("Capacity Missing").sentences();
        assert!(
            said.contains("`cn-heyuan-b` has 3 `ecs.g7.large` free as pay-as-you-go, and 4 are asked for"),
            "{said}"
        );
        assert!(said.contains("ecs.g6.large in cn-heyuan-b (9 pay-as-you-go)"), "{said}");
        let printed = workspace.refuse("apply");
        assert_eq!(printed.error_codes(), ["OperationDenied.NoStock"]);
        assert_eq!(workspace.run(&["state", "list"]).text.matches("simcloud_instance.web[").count(), 3);
        workspace.write("main.tf", &(stock(&[("ecs.g7.large", 4)]) + &four));
        let printed = workspace.apply_and_report();
        assert_eq!(printed.changes.add, 1, "{}", printed.text);
        workspace.plan_is_empty();
        workspace.destroy();
    });
}

/// A stopped instance in economical mode starts only while its pool has a place for it.
#[needs(cli)]
#[test]
fn a_stopped_instance_starts_when_there_is_stock() {
    with_each_cli(|cli| {
        let of = |count: u32, status: &str| {
            let arguments = format!(
                "  instance_type = \"ecs.g7.large\"\n  status = \"{status}\"\n  stopped_mode = \"StopCharging\""
            );
            stock(&[("ecs.g7.large", count)]) + &web(&arguments)
        };
        let workspace = Workspace::new(cli, &of(1, "Running"));
        workspace.apply();
        let id = workspace.attributes(ALONE)["id"].clone();
        workspace.write("main.tf", &of(1, "Stopped"));
        assert_eq!(workspace.apply_and_report().changes, Changes::ONE_UPDATE);
        assert_eq!(workspace.attributes(ALONE)["status"], json!("Stopped"));
        workspace.plan_is_empty();
        workspace.write("main.tf", &of(0, "Running"));
        let planned = workspace.accept("plan");
        assert!(planned.has_warning("Capacity Missing"), "{}", planned.text);
        assert_eq!(workspace.refuse("apply").error_codes(), ["OperationDenied.NoStock"]);
        assert_eq!(workspace.attributes(ALONE)["status"], json!("Stopped"), "the state is kept");
        workspace.write("main.tf", &of(1, "Running"));
        assert_eq!(workspace.apply_and_report().changes, Changes::ONE_UPDATE);
        assert_eq!(workspace.attributes(ALONE)["id"], id);
        workspace.plan_is_empty();

        // Protection keeps it from being destroyed, until it is taken away.
        let protected =
            |on: bool| of(1, "Running").replace("  status =", &format!("  deletion_protection = {on}\n  status ="));
        workspace.write("main.tf", &protected(true));
        workspace.apply();
        assert_eq!(workspace.refuse("destroy").error_codes(), ["OperationDenied.DeletionProtection"]);
        workspace.write("main.tf", &protected(false));
        workspace.apply();
        workspace.destroy();
    });
}

/// A spot instance that a person reclaims is gone at the next plan, which creates another one.
#[needs(cli)]
#[test]
fn a_reclaimed_spot_instance_is_planned_again() {
    with_each_cli(|cli| {
        let spot = "  instance_type = \"ecs.g7.large\"\n  spot_strategy = \"SpotAsPriceGo\"";
        let workspace = Workspace::new(cli, &(stock(&[("ecs.g7.large", 2)]) + &web(spot)));
        workspace.apply();
        let id = workspace.attributes(ALONE)["id"].as_str().unwrap().to_owned();
        let shown = workspace.run_provider(&["world", "show"]).text;
        assert!(shown.contains(&id), "{shown}");
        workspace.run_provider(&["world", "reclaim"]);
        let planned = workspace.accept("plan");
        assert_eq!((planned.changes.add, planned.changes.change), (1, 0), "{}", planned.text);
        workspace.apply();
        let history = workspace.run_provider(&["world", "history"]).text;
        assert!(history.contains(&id) && history.contains("ReclaimSpot"), "{history}");
        assert_ne!(workspace.attributes(ALONE)["id"].as_str(), Some(id.as_str()));
        workspace.destroy();
    });
}

/// A forecast tells in the plan whether there is room, and holds once the instances exist.
#[needs(cli)]
#[test]
fn a_forecast_of_instances_is_a_condition_that_holds_afterwards() {
    with_each_cli(|cli| {
        let example = include_str!("../../examples/data-sources/simcloud_instance_forecast/data-source.tf");
        let workspace = Workspace::new(cli, &(stock(&[("ecs.g7.large", 2), ("ecs.g6.large", 9)]) + example));
        let refused = workspace.refuse("plan");
        assert_eq!(refused.errors().len(), 3, "each of the three has the condition");
        let said = refused.errors()[0].sentences();
        assert!(said.contains("has 2 `ecs.g7.large` free as pay-as-you-go, and 3 are asked for"), "{said}");
        workspace.write("main.tf", &(stock(&[("ecs.g7.large", 3)]) + example));
        workspace.apply();
        let forecast = workspace.attributes("data.simcloud_instance_forecast.web");
        assert_eq!((&forecast["zone_id"], &forecast["missing_instances"]), (&json!("cn-heyuan-b"), &json!(0)));
        workspace.destroy();
    });
}
