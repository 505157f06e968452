use serde_json::{Value as Json, json};

use crate::cli::{Workspace, with_each_cli};
use crate::hcl::{REQUIRED, provider};

#[needs(cli)]
#[test]
fn an_answer_is_written_to_a_file() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(
            cli,
            &(provider("")
                + "data \"simcloud_images\" \"one\" {\n  image_id = \"ami-60a54009\"\n  output_file = \"images.json\"\n}\n"),
        );
        workspace.apply();
        let written = std::fs::read_to_string(workspace.work().join("images.json")).expect("the file");
        let written: Json = serde_json::from_str(&written).expect("JSON");
        assert_eq!(written[0]["id"], "ami-60a54009");
        assert_eq!(written, workspace.attributes("data.simcloud_images.one")["images"]);
    });
}

#[needs(cli)]
#[test]
fn a_file_that_cannot_be_written_is_an_error_at_its_argument() {
    with_each_cli(|cli| {
        let source = "data \"simcloud_zones\" \"all\" {\n  output_file = \"none/zones.json\"\n}\n";
        let printed = Workspace::new(cli, &(provider("") + source)).refuse("plan");
        assert_eq!(printed.error().summary, "Output File Not Written");
        insta::assert_snapshot!("a_file_that_cannot_be_written_is_an_error_at_its_argument", printed.sentences());
    });
}

/// An empty answer from an unknown provider block made an apply destroy every instance of a fleet, with exit status 0.
#[needs(cli)]
#[test]
fn an_unknown_provider_block_is_an_error_and_never_an_empty_answer() {
    with_each_cli(|cli| {
        let hcl = REQUIRED.to_owned()
            + r#"
variable "bump" {
  default = "1"
}

resource "terraform_data" "late" {
  input            = "cn-heyuan"
  triggers_replace = var.bump
}

provider "simcloud" {
  region = terraform_data.late.output
}

data "simcloud_zones" "all" {}

data "simcloud_caller_identity" "me" {}

resource "simcloud_run_instances" "per_zone" {
  for_each      = toset(data.simcloud_zones.all.ids)
  instance_type = "ecs.g7.large"
  zone_id       = each.key

  image {
    image_id  = "aliyun_3_x64_20G_alibase_20250629.vhd"
    min_count = 1
    max_count = 1
  }
}

output "zones" {
  value = data.simcloud_zones.all.ids
}
"#;
        let workspace = Workspace::new(cli, &hcl);
        let expected = "region in the provider block is known only after apply, so simcloud_zones cannot be read";
        let refused = workspace.refuse("plan");
        refused.error_of("Provider Block Not Known Yet");
        assert!(refused.text.contains(expected), "{}", refused.text);
        workspace.accept("apply -auto-approve -target=terraform_data.late");
        workspace.apply();
        assert_eq!(workspace.output("zones"), json!(["cn-heyuan-a", "cn-heyuan-b"]));
        let refused = workspace.refuse("apply -auto-approve -var bump=2");
        assert!(refused.text.contains(expected), "{}", refused.text);
        workspace.plan_is_empty();
    });
}

#[needs(cli)]
#[test]
fn what_is_misspelt_is_refused_with_the_nearest_name() {
    with_each_cli(|cli| {
        let mut sentences = Vec::new();
        for (source, command) in [
            ("data \"simcloud_zones\" \"x\" {\n  available_instance_type = \"ecs.g7.larg\"\n}", "validate"),
            ("data \"simcloud_zones\" \"x\" {\n  spot_strategy = \"SpotAsPriceGoes\"\n}", "validate"),
            ("data \"simcloud_images\" \"x\" {\n  name_regex = \"ubuntu(\"\n}", "validate"),
            ("data \"simcloud_images\" \"x\" {\n  owners = \"sytem\"\n}", "validate"),
            ("data \"simcloud_available_resources\" \"x\" {\n  zone_id = \"cn-heyuan-z\"\n}", "plan"),
            ("data \"simcloud_instances\" \"x\" {\n  status = \"running\"\n}", "validate"),
            (
                "data \"simcloud_spot_price_history\" \"x\" {\n  instance_type = \"ecs.g7.large\"\n  start_time = \"yesterday\"\n}",
                "validate",
            ),
        ] {
            let printed = Workspace::new(cli, &(provider("") + source)).refuse(command);
            assert_eq!(printed.errors().len(), 1, "{}", printed.text);
            sentences.push(printed.sentences());
        }
        insta::assert_snapshot!("what_is_misspelt_is_refused_with_the_nearest_name", sentences.join("\n"));
    });
}
