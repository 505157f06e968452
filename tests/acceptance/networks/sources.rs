use serde_json::json;

use super::{NETWORK, heyuan};
use crate::cli::{Workspace, with_each_cli};

/// Filters, the default network among what is found, and quiet plans.
#[needs(cli)]
#[test]
fn networks_are_found() {
    let hcl = NETWORK.to_owned()
        + r#"
data "simcloud_vpcs" "all" {
  depends_on = [simcloud_vswitch.main]
}

data "simcloud_vpcs" "default" {
  is_default = true
}

data "simcloud_vpcs" "main" {
  name_regex = "^ma"
  vswitch_id = simcloud_vswitch.main.id
}

data "simcloud_vpcs" "nothing" {
  ids        = [simcloud_vpc.main.id]
  cidr_block = "10.0.0.0/8"
}

data "simcloud_vpcs" "second_page" {
  page_number = 2
  page_size   = 1
  depends_on  = [simcloud_vpc.main]
}

data "simcloud_vswitches" "all" {
  depends_on = [simcloud_vswitch.main]
}

data "simcloud_vswitches" "of_main" {
  vpc_id     = simcloud_vpc.main.id
  zone_id    = "cn-heyuan-b"
  is_default = false
  depends_on = [simcloud_vswitch.main]
}

data "simcloud_vswitches" "of_default" {
  vpc_id = data.simcloud_vpcs.default.ids[0]
}

data "simcloud_security_groups" "all" {
  depends_on = [simcloud_security_group.main]
}

data "simcloud_security_groups" "of_main" {
  ids    = ["sg-none", simcloud_security_group.main.id]
  vpc_id = simcloud_vpc.main.id
}

data "simcloud_security_groups" "tagged" {
  tags       = { team = "a" }
  depends_on = [simcloud_security_group.main]
}
"#;
    let hcl = hcl.replace(
        "security_group_name = \"main\"",
        "security_group_name = \"main\"\n  tags = { team = \"a\", x = \"y\" }",
    );
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &heyuan(&hcl));
        workspace.apply();
        let find = |address: &str| workspace.attributes(&format!("data.simcloud_{address}"));
        let id = |address: &str| workspace.attributes(&format!("simcloud_{address}"))["id"].clone();
        let (vpc, vswitch, group) = (id("vpc.main"), id("vswitch.main"), id("security_group.main"));

        assert_eq!(find("vpcs.all")["ids"], json!(["vpc-cn-heyuan", vpc]));
        assert_eq!(find("vpcs.all")["names"], json!(["default-NODELETING", "main"]));
        assert_eq!(find("vpcs.all")["vpcs"][1]["vswitch_ids"], json!([vswitch]));
        assert_eq!(find("vpcs.default")["vpcs"][0]["cidr_block"], "10.0.0.0/8");
        assert_eq!(find("vpcs.main")["ids"], json!([vpc]));
        assert_eq!(find("vpcs.nothing")["ids"], json!([]));
        assert_eq!(
            (&find("vpcs.second_page")["ids"], &find("vpcs.second_page")["total_count"]),
            (&json!([vpc]), &json!(2))
        );
        assert_eq!(find("vswitches.all")["ids"], json!(["vsw-cn-heyuan-a", "vsw-cn-heyuan-b", vswitch]));
        let of_main = find("vswitches.of_main");
        assert_eq!((&of_main["ids"], &of_main["names"]), (&json!([vswitch]), &json!(["main"])));
        assert_eq!(of_main["vswitches"][0]["available_ip_address_count"], 252);
        assert_eq!(find("vswitches.of_default")["ids"], json!(["vsw-cn-heyuan-a", "vsw-cn-heyuan-b"]));
        assert_eq!(find("security_groups.all")["ids"], json!(["default", group]));
        assert_eq!(find("security_groups.of_main")["ids"], json!([group]));
        assert_eq!(find("security_groups.tagged")["groups"][0]["inner_access"], true);
        workspace.destroy();
    });
}

#[needs(cli)]
#[test]
fn filters_are_checked() {
    with_each_cli(|cli| {
        let mut sentences = Vec::new();
        for source in [
            "data \"simcloud_vpcs\" \"x\" {\n  status = \"available\"\n}",
            "data \"simcloud_vswitches\" \"x\" {\n  name_regex = \"(\"\n}",
            "data \"simcloud_security_groups\" \"x\" {\n  page_number = -1\n}",
        ] {
            let printed = Workspace::new(cli, &heyuan(source)).refuse("validate");
            assert_eq!(printed.errors().len(), 1, "{}", printed.text);
            sentences.push(printed.sentences());
        }
        insta::assert_snapshot!("filters_are_checked", sentences.join("\n"));
    });
}
