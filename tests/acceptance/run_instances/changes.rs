use serde_json::json;

use super::{AMI, BATCH, LINUX, batch, each, east, g7, heyuan, image, in_heyuan_b, keyed_image};
use crate::cli::{Workspace, with_each_cli};
use crate::report::Changes;

/// Wrapper modules pass "" for what they leave open: where the cloud had chosen, it was a replacement.
#[needs(cli)]
#[test]
fn what_is_left_open_in_other_words_replaces_nothing() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(east(9, "") + &batch(&image(AMI, 1, 1))));
        workspace.apply();
        let before = workspace.attributes(BATCH)["instance_ids"].clone();
        let open = ["user_data", "user_data_base64", "addressing_type", "instance_type", "zone_id", "spot_strategy"];
        let open = open.map(|name| format!("  {name} = \"\"\n")).concat();
        workspace.write("main.tf", &(east(9, "") + &batch(&(open + &image(AMI, 1, 1)))));
        let printed = workspace.apply_and_report();
        assert_eq!((printed.changes.add, printed.changes.remove), (0, 0), "{}", printed.text);
        assert_eq!(workspace.attributes(BATCH)["instance_ids"], before);
        workspace.plan_is_empty();
        workspace.write("main.tf", &(east(9, "") + &batch(&image(AMI, 1, 1))));
        let printed = workspace.apply_and_report();
        assert_eq!((printed.changes.add, printed.changes.remove), (0, 0), "{}", printed.text);
        assert_eq!(workspace.attributes(BATCH)["instance_ids"], before);
        workspace.destroy();
    });
}

/// Tags and the switches change in place, and everything else stays known.
#[needs(cli)]
#[test]
fn tags_and_switches_change_in_place() {
    let changes = [
        "  tags = { team = \"a\" }",
        "  tags = { team = \"b\", cost = \"1\" }",
        "  on_shortfall = \"accept\"",
        "  replace_lost_instances = false",
        "  wait_for_running = false",
        "  tags = {}",
        "",
    ];
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(heyuan(&g7(3, 0)) + &batch(&in_heyuan_b("", 2, 2))));
        workspace.apply();
        let first = workspace.attributes(BATCH);
        for arguments in changes {
            workspace.write("main.tf", &(heyuan(&g7(3, 0)) + &batch(&in_heyuan_b(arguments, 2, 2))));
            let printed = workspace.apply_and_report();
            assert_eq!(printed.changes, Changes::ONE_UPDATE, "{arguments}");
            assert!(!workspace.plans_unknown_values(), "{arguments}: {}", printed.text);
            let attributes = workspace.attributes(BATCH);
            for same in ["id", "instances", "instance_ids", "client_token", "hourly_cost"] {
                assert_eq!(attributes[same], first[same], "{arguments}: {same}");
            }
        }
        workspace.destroy();
    });
}

/// Security groups change in place; `group_set` says at plan time what the reply will (R20).
#[needs(cli)]
#[test]
fn security_groups_change_in_place() {
    let named = "  security_group_ids = [\"default\"]";
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(heyuan(&g7(3, 0)) + &batch(&in_heyuan_b("", 1, 1))));
        workspace.apply();
        for arguments in [named, "  security_group_ids = []", ""] {
            workspace.write("main.tf", &(heyuan(&g7(3, 0)) + &batch(&in_heyuan_b(arguments, 1, 1))));
            workspace.plan();
            let change = workspace.planned()["resource_changes"][0]["change"].clone();
            assert_eq!(change["actions"], json!(["update"]), "{arguments}");
            assert_eq!(change["after"]["group_set"], json!(["default"]), "{arguments}");
            workspace.apply_saved();
            workspace.plan_is_empty();
        }
        let missing = in_heyuan_b("  security_group_ids = [\"sg-nowhere\"]", 1, 1);
        workspace.write("main.tf", &(heyuan(&g7(3, 0)) + &batch(&missing)));
        let printed = workspace.refuse("apply");
        assert_eq!(printed.error().summary, "InvalidGroup.NotFound");
        assert_eq!(workspace.attributes(BATCH)["group_set"], json!(["default"]), "the prior state is kept");
        workspace.destroy();
    });
}

/// Everything else replaces, and the plan says what forces it.
#[needs(cli)]
#[test]
fn everything_else_replaces_and_the_plan_says_what_forces_it() {
    let base = "  user_data = \"one\"\n  spot_strategy = \"SpotWithPriceLimit\"\n  spot_price_limit = 5";
    let of = |arguments: &str| heyuan(&g7(9, 9)) + &batch(&in_heyuan_b(arguments, 1, 1));
    let cases = [
        (of(base).replace("\"one\"", "\"two\""), "user_data"),
        (of(base).replace("user_data = \"one\"", "user_data_base64 = \"dHdv\""), "user_data_base64"),
        (of(base).replace("= 5", "= 6"), "spot_price_limit"),
        (of(base).replace("SpotWithPriceLimit", "SpotAsPriceGo"), "spot_strategy"),
        (of(&format!("{base}\n  addressing_type = \"direct\"")), "addressing_type"),
        (of(&format!("{base}\n  client_token = \"mine\"")), "client_token"),
        (of(&format!("{base}\n  system_disk_category = \"cloud_auto\"")), "system_disk_category"),
        (of(base).replace("ecs.g7.large", "ecs.g7.xlarge"), "instance_type"),
        (of(base).replace("\"cn-heyuan-b\"\n", "\"cn-heyuan-a\"\n"), "zone_id"),
        (of(base).replace("min_count = 1\n    max_count = 1", "min_count = 1\n    max_count = 2"), "max_count"),
        (of(base).replace("min_count = 1\n    max_count = 1", "min_count = 2\n    max_count = 2"), "min_count"),
        (of(base).replace(LINUX, "aliyun_2_1903_x64_20G_alibase_20210120.vhd"), "image_id"),
        (of(base).replace("    key_name  = \"example-key-name\"\n", ""), "key_name"),
        (of(&(base.to_owned() + &keyed_image(LINUX, 1, 1, ""))), "image_id"),
    ];
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &of(base));
        workspace.apply();
        for (hcl, forcing) in &cases {
            workspace.write("main.tf", hcl);
            workspace.plan();
            let change = workspace.planned_change(BATCH);
            assert_eq!(change["actions"], json!(["delete", "create"]), "{forcing}: {change:#}");
            let paths = change["replace_paths"].to_string();
            assert!(paths.contains(&format!("\"{forcing}\"")), "{forcing}: {paths}");
        }
        workspace.write("main.tf", &cases[0].0);
        let before = workspace.attributes(BATCH);
        workspace.apply();
        assert_ne!(workspace.attributes(BATCH)["id"], before["id"]);
        workspace.destroy();
    });
}

/// User data is its bytes, whichever argument has them, and a limit counts only with the strategy that takes one.
#[needs(cli)]
#[test]
fn another_spelling_replaces_nothing() {
    let spellings = [
        "  user_data = \"This is base 64!\"",
        "  user_data_base64 = \"VGhpcyBpcyBiYXNlIDY0IQ==\"\n  spot_price_limit = 5",
        "  user_data = \"This is base 64!\"\n  user_data_base64 = \"\"\n  spot_price_limit = 6",
    ];
    let of = |arguments: &str| heyuan(&g7(3, 0)) + &batch(&in_heyuan_b(arguments, 1, 1));
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &of(spellings[0]));
        workspace.apply();
        let before = workspace.attributes(BATCH);
        for arguments in &spellings[1..] {
            workspace.write("main.tf", &of(arguments));
            let printed = workspace.apply_and_report();
            assert_eq!(printed.changes, Changes::ONE_UPDATE, "{arguments}");
            assert!(!workspace.plans_unknown_values(), "{arguments}: {}", printed.text);
            let after = workspace.attributes(BATCH);
            assert_eq!((&after["id"], &after["instances"]), (&before["id"], &before["instances"]));
        }
        workspace.write("main.tf", &of("  user_data_base64 = \"VGhpcyBpcyBiYXNlIDYzIQ==\""));
        workspace.plan();
        assert_eq!(workspace.planned_change(BATCH)["actions"], json!(["delete", "create"]));
        workspace.destroy();
    });
}

/// A reservation that exists stays valid when the market moves under it: the plan stays empty.
#[needs(cli)]
#[test]
fn a_market_that_moves_makes_no_plan_noisy() {
    let moved = [
        "    offers = [{ on_sale = false }]".to_owned(),
        "    limits = { run_instances = 1 }".to_owned(),
        format!("{}\n    prices = [{{ pay_as_you_go = 9, spot = 1 }}]", g7(2, 0)),
        g7(0, 0),
    ];
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(heyuan(&g7(2, 0)) + &batch(&in_heyuan_b("", 2, 2))));
        workspace.apply();
        for scenario in &moved {
            workspace.write("main.tf", &(heyuan(scenario) + &batch(&in_heyuan_b("", 2, 2))));
            workspace.plan_is_empty();
        }
        workspace.destroy();
    });
}

/// Naming what the cloud chose is no change, and neither is leaving it out again.
#[needs(cli)]
#[test]
fn naming_what_was_chosen_is_no_change() {
    let chosen = "  vswitch_id = \"vsw-cn-heyuan-b\"\n  addressing_type = \"public\"\n  spot_strategy = \"NoSpot\"";
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(heyuan(&g7(2, 0)) + &batch(&in_heyuan_b("", 1, 1))));
        workspace.apply();
        let token = workspace.attributes(BATCH)["client_token"].as_str().expect("a token").to_owned();
        for arguments in [chosen.to_owned(), format!("{chosen}\n  client_token = \"{token}\""), String::new()] {
            workspace.write("main.tf", &(heyuan(&g7(2, 0)) + &batch(&in_heyuan_b(&arguments, 1, 1))));
            workspace.plan_is_empty();
        }
        workspace.destroy();
    });
}

/// A wrapper module passes every argument, empty where it was not given.
#[needs(cli)]
#[test]
fn empty_texts_and_lists_mean_absent() {
    let arguments = format!(
        "  zone_id              = \"\"\n  vswitch_id           = \"\"\n  instance_type        = \"\"\n  security_group_ids   = []\n  user_data            = \"\"\n  user_data_base64     = \"\"\n  addressing_type      = \"\"\n  spot_strategy        = \"\"\n  system_disk_category = \"\"\n  tags                 = {{}}\n  client_token         = \"\"\n  on_shortfall         = \"\"\n{}",
        keyed_image(AMI, 1, 1, "")
    );
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(super::east(3, "") + &batch(&arguments)));
        workspace.apply();
        let attributes = workspace.attributes(BATCH);
        assert_eq!(attributes["zone_id"], "us-east-1a");
        assert_eq!(each(&attributes, "zone_id"), [json!("us-east-1a")]);
        assert_eq!(each(&attributes, "instance_type"), [json!("m1.small")]);
        let id = attributes["id"].as_str().expect("an id").to_owned();
        workspace.import_is_exact(BATCH, &id, &[]);
        workspace.destroy();
    });
}

/// More images, in another order: blocks keep the order of the configuration through an import.
#[needs(cli)]
#[test]
fn the_order_of_images_counts() {
    let images = image(LINUX, 1, 1) + &image("aliyun_2_1903_x64_20G_alibase_20210120.vhd", 1, 1);
    let arguments = format!("  instance_type = \"ecs.g7.large\"\n  zone_id = \"cn-heyuan-b\"\n{images}");
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(heyuan(&g7(9, 9)) + &batch(&arguments)));
        workspace.apply();
        let id = workspace.attributes(BATCH)["id"].as_str().expect("an id").to_owned();
        workspace.import_is_exact(BATCH, &id, &[]);
        workspace.destroy();
    });
}
