use serde_json::{Value as Json, json};

use crate::cli::{Workspace, with_each_cli};
use crate::hcl::provider;

#[needs(cli)]
#[test]
fn the_spot_price_history_has_a_row_per_change() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(
            cli,
            &(provider(
                r#"  clock    = "6h"
  scenario = {
    prices = [{ zone_id = "cn-heyuan-b", instance_type = "ecs.g7.large", pay_as_you_go = 0.5, spot = 0.1 }]
    events = [{ at = "5h", prices = { zone_id = "cn-heyuan-b", instance_type = "ecs.g7.large", spot = 0.4 } }]
  }"#,
            ) + r#"
data "simcloud_spot_price_history" "web" {
  instance_type = "ecs.g7.large"
  zone_id       = "cn-heyuan-b"
  start_time    = "2026-01-01T03:30:00Z"
}

data "simcloud_spot_price_history" "market" {
  instance_type = "ecs.g6.large"
  start_time    = "2026-01-01T00:00:00Z"
}
"#),
        );
        workspace.apply();
        let prices = workspace.attributes("data.simcloud_spot_price_history.web")["spot_prices"].clone();
        let rows: Vec<(&Json, &Json, &Json)> = prices
            .as_array()
            .into_iter()
            .flatten()
            .map(|row| (&row["timestamp"], &row["spot_price"], &row["origin_price"]))
            .collect();
        assert_eq!(rows.len(), 2, "{prices:#}");
        assert_eq!((rows[0].1, rows[0].2), (&json!(0.1), &json!(0.5)));
        assert_eq!((rows[1].0, rows[1].1), (&json!("2026-01-01T05:00:00Z"), &json!(0.4)));

        let market = workspace.attributes("data.simcloud_spot_price_history.market")["spot_prices"].clone();
        for row in market.as_array().into_iter().flatten() {
            let (spot, origin) = (row["spot_price"].as_f64().unwrap(), row["origin_price"].as_f64().unwrap());
            assert!(spot <= origin && spot * 10.001 >= origin, "{row}");
        }
    });
}

#[needs(cli)]
#[test]
fn the_caller_is_made_from_the_seed() {
    with_each_cli(|cli| {
        let identity = |seed: u32| {
            let source = "data \"simcloud_caller_identity\" \"me\" {}\n";
            let workspace = Workspace::new(cli, &(provider(&format!("  scenario = {{ seed = {seed} }}")) + source));
            workspace.apply();
            workspace.attributes("data.simcloud_caller_identity.me")
        };
        let (one, two) = (identity(1), identity(2));
        let account = one["account_id"].as_str().expect("an account");
        assert!(account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit()), "{account}");
        assert_ne!(one["account_id"], two["account_id"]);
        assert!(one["arn"].as_str().is_some_and(|arn| arn.contains(account)), "{one}");
        assert_eq!(one["id"], one["user_id"]);
    });
}
