use crate::cli::{Workspace, with_each_cli};

/// The Java sample of Alibaba Cloud's user guide yields its reply (G1, G6).
#[needs(cli)]
#[test]
fn the_quickstart_reports_its_shortage() {
    with_each_cli(|cli| {
        let workspace = Workspace::example(cli, "quickstart");
        let printed = workspace.apply_and_report();
        insta::assert_snapshot!("the_quickstart_reports_its_shortage", printed.sentences());

        let rows = workspace.output("launch_results");
        assert_eq!(rows.as_array().map(Vec::len), Some(2), "{rows:#}");
        let (payg, spot) = (&rows[0], &rows[1]);
        for row in [payg, spot] {
            assert_eq!(row["instance_type"], "ecs.s6-c1m1.small");
            assert_eq!(row["zone_id"], "cn-heyuan-b");
        }
        assert_eq!(payg["spot_strategy"], "NoSpot");
        assert_eq!(payg["amount"], 0);
        assert_eq!(payg["instance_ids"], serde_json::json!([]));
        assert_eq!(payg["error_code"], "NoInstanceStock");
        assert_eq!(payg["error_msg"], "The instanceTypes are out of usage");
        assert_eq!(spot["spot_strategy"], "SpotAsPriceGo");
        assert_eq!(spot["amount"], 2);
        assert_eq!(spot["instance_ids"].as_array().map(Vec::len), Some(2));
        assert!(spot["error_code"].is_null() && spot["error_msg"].is_null());

        workspace.destroy();
    });
}
