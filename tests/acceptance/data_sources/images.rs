use serde_json::{Value as Json, json};

use crate::cli::{Workspace, with_each_cli};
use crate::hcl::provider;

/// The regular expressions of public configurations, and what each must and must not find.
#[needs(cli)]
#[test]
fn images_are_found_by_name() {
    with_each_cli(|cli| {
        let cases = [
            ("any", "^ubuntu", "ubuntu_22_04_x64"),
            ("bionic", "^ubuntu_18.*64", "ubuntu_18_04_64"),
            ("uefi", "^ubuntu_[0-9]+_[0-9]+_uefi_x64.*", "ubuntu_24_04_uefi_x64"),
        ];
        let blocks: Vec<String> = cases
            .iter()
            .map(|(name, regex, _)| {
                format!("data \"simcloud_images\" \"{name}\" {{\n  name_regex = {regex:?}\n  owners = \"system\"\n}}\n")
            })
            .collect();
        let workspace = Workspace::new(cli, &(provider("") + &blocks.join("\n")));
        workspace.apply();
        let names = |name: &str| -> Vec<String> {
            let images = workspace.attributes(&format!("data.simcloud_images.{name}"))["images"].clone();
            images.as_array().expect("images").iter().map(|image| image["name"].as_str().unwrap().to_owned()).collect()
        };
        for (name, regex, expected) in cases {
            assert!(names(name).iter().any(|image| image.starts_with(expected)), "{regex}: {:?}", names(name));
        }
        assert!(names("any").iter().all(|image| image.starts_with("ubuntu")));
        assert!(names("bionic").iter().all(|image| image.starts_with("ubuntu_18")));
        assert!(names("uefi").iter().all(|image| image.contains("_uefi_x64")));
        assert!(names("uefi").len() < names("any").len());
    });
}

#[needs(cli)]
#[test]
fn the_most_recent_is_one_and_the_newest() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(
            cli,
            &(provider("")
                + r#"
data "simcloud_images" "all" {
  name_regex = "^aliyun_3_x64"
}

data "simcloud_images" "newest" {
  name_regex  = "^aliyun_3_x64"
  most_recent = true
}

data "simcloud_images" "none" {
  name_regex  = "^nothing"
  most_recent = true
}

# Of every build of a family only some are listed, but all can be found.
data "simcloud_images" "any_date" {
  image_id = "aliyun_2_1903_x64_20G_alibase_20220202.vhd"
}
"#),
        );
        workspace.apply();
        let images = |name: &str| workspace.attributes(&format!("data.simcloud_images.{name}"));
        let all = images("all")["images"].as_array().expect("images").clone();
        let times: Vec<&str> = all.iter().filter_map(|image| image["creation_time"].as_str()).collect();
        assert!(times.len() > 1, "{times:?}");
        let newest = images("newest");
        assert_eq!(newest["ids"], json!(["aliyun_3_x64_20G_alibase_20250629.vhd"]));
        assert_eq!(newest["images"][0]["creation_time"].as_str(), times.iter().max().copied());
        assert_eq!(images("none")["ids"], json!([]));
        assert_eq!(images("any_date")["images"][0]["creation_time"], "2022-02-02T00:00:00Z");
    });
}

#[needs(cli)]
#[test]
fn images_are_told_apart_by_owner_and_subscription() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(
            cli,
            &(provider(
                r#"  scenario = {
    images        = [{ image_id = "m-mine", name = "golden", product_code = "paid" }, { image_id = "m-free" }]
    product_codes = []
  }"#,
            ) + r#"
data "simcloud_images" "mine" {
  owners = "self"
}

data "simcloud_images" "others" {
  owners = "others"
}

data "simcloud_images" "named" {
  image_name    = "gold*"
  instance_type = "ecs.g7.large"
  os_type       = "linux"
}
"#),
        );
        workspace.apply();
        let images = |name: &str| workspace.attributes(&format!("data.simcloud_images.{name}"));
        assert_eq!(images("mine")["ids"], json!(["m-free", "m-mine"]));
        let subscribed = |index: usize| images("mine")["images"][index]["is_subscribed"].clone();
        assert_eq!((subscribed(0), subscribed(1)), (Json::Bool(true), Json::Bool(false)));
        assert_eq!(images("named")["ids"], json!(["m-mine"]));
        let others = images("others");
        assert!(others["ids"].as_array().is_some_and(|ids| ids.contains(&json!("ami-60a54009"))), "{others}");
    });
}
