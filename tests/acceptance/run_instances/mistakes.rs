use super::{AMI, BATCH, LINUX, batch, each, g7, heyuan, image, in_heyuan_b};
use crate::cli::{Workspace, with_each_cli};
use crate::hcl::{REQUIRED, provider};

/// Null from a variable passed for a value; the apply had destroyed what was to be replaced when it failed.
#[needs(cli)]
#[test]
fn null_is_no_value_for_what_is_required() {
    with_each_cli(|cli| {
        let with = |max: &str| {
            let image = image(LINUX, 1, 2).replace("max_count = 2", &format!("max_count = {max}"));
            let variable = "\nvariable \"most\" {\n  type    = number\n  default = 2\n}\n";
            heyuan("")
                + &batch(&format!("  instance_type = \"ecs.g7.large\"\n{image}"))
                + variable
                + &format!("# {max}\n")
        };
        let workspace = Workspace::new(cli, &with("var.most"));
        workspace.apply();
        workspace.write("null.auto.tfvars", "most = null\n");
        let printed = workspace.refuse("apply");
        assert_eq!(printed.error().summary, "Missing Required Argument");
        insta::assert_snapshot!("null_is_no_value_for_what_is_required", printed.sentences());
        assert_eq!(workspace.attributes(BATCH)["launched_count"], 2);
        workspace.write("null.auto.tfvars", "");
        workspace.destroy();
    });
}

/// Every check that needs neither provider nor world, with the argument that the message points to.
#[needs(cli)]
#[test]
fn mistakes_are_found_while_validating() {
    let (long, longest) = ("x".repeat(65), "x".repeat(16_385));
    let cases = [
        (image(AMI, 4, 3), "min_count"),
        (image(AMI, 0, 3), "min_count"),
        (image(AMI, 1, 3).replace("= 3", "= 2.5"), "max_count"),
        ("  spot_strategy = \"SpotWithPriceLimit\"".to_owned(), "resource"),
        ("  spot_strategy = \"SpotWithPriceLimit\"\n  spot_price_limit = 0.1234".to_owned(), "spot_price_limit"),
        ("  spot_strategy = \"SpotWithPriceLimit\"\n  spot_price_limit = -1".to_owned(), "spot_price_limit"),
        ("  spot_strategy = \"Spot\"".to_owned(), "spot_strategy"),
        ("  addressing_type = \"pulic\"".to_owned(), "addressing_type"),
        ("  on_shortfall = \"acept\"".to_owned(), "on_shortfall"),
        ("  user_data_base64 = \"no base64!\"".to_owned(), "user_data_base64"),
        (format!("  user_data_base64 = base64encode(\"{longest}\")"), "user_data_base64"),
        (format!("  user_data = \"{longest}\""), "user_data"),
        ("  user_data = \"a\"\n  user_data_base64 = \"YQ==\"".to_owned(), "user_data_base64"),
        ("  client_token = \"tökèn\"".to_owned(), "client_token"),
        (format!("  client_token = \"{long}\""), "client_token"),
        ("  system_disk_category = \"cloud_esssd\"".to_owned(), "system_disk_category"),
        ("  system_disk_category = \"ephemeral_ssd\"".to_owned(), "system_disk_category"),
        ("  tags = { \"acs:x\" = \"y\" }".to_owned(), "tags"),
    ];
    with_each_cli(|cli| {
        let (mut sentences, mut attributes) = (Vec::new(), Vec::new());
        for (arguments, attribute) in &cases {
            let images = if arguments.contains("image {") { String::new() } else { image(AMI, 1, 3) };
            let workspace = Workspace::new(cli, &(REQUIRED.to_owned() + &batch(&format!("{arguments}\n{images}"))));
            let printed = workspace.refuse("validate");
            attributes.push((printed.error().attribute.clone(), *attribute));
            sentences.push(printed.sentences());
        }
        assert!(attributes.iter().all(|(pointed_at, attribute)| pointed_at == attribute), "{attributes:#?}");
        insta::assert_snapshot!("mistakes_are_found_while_validating", sentences.join("\n"));
    });
}

/// The longest user data is allowed, in both forms, and at least one image is demanded by the schema.
#[needs(cli)]
#[test]
fn the_bounds_themselves_are_allowed() {
    with_each_cli(|cli| {
        for form in ["  user_data = X", "  user_data_base64 = base64encode(X)"] {
            let argument = form.replace('X', &format!("\"{}\"", "x".repeat(16_384)));
            Workspace::new(cli, &(REQUIRED.to_owned() + &batch(&format!("{argument}\n{}", image(AMI, 3, 3)))))
                .validate();
        }
        let printed = Workspace::new(cli, &(REQUIRED.to_owned() + &batch(""))).refuse("validate");
        insta::assert_snapshot!("the_bounds_themselves_are_allowed", printed.sentences());
    });
}

/// What needs the provider's region and scenario: limits, types, zones, images, disks.
#[needs(cli)]
#[test]
fn mistakes_against_the_catalogue_are_found_while_planning() {
    let heyuan_b = |arguments: &str| in_heyuan_b(arguments, 1, 1);
    let cases = [
        (in_heyuan_b("", 1, 101), "max_count"),
        (in_heyuan_b("", 1, 60) + &image(LINUX, 1, 41), "max_count"),
        (heyuan_b("").replace("ecs.g7.large", "ecs.g7.larg"), "instance_type"),
        (heyuan_b("").replace(LINUX, "aliyun_3_x64_20G_alibase_20250629.vdh"), "image_id"),
        (heyuan_b("").replace(LINUX, "ami-60a54008"), "image_id"),
        (heyuan_b("").replace("\"cn-heyuan-b\"", "\"cn-heyuan-c\""), "zone_id"),
        (heyuan_b("  vswitch_id = \"vsw-cn-heyuan-a\""), "vswitch_id"),
        (heyuan_b("  vswitch_id = \"vsw-us-east-1a\""), "vswitch_id"),
        (heyuan_b("").replace("  instance_type = \"ecs.g7.large\"", ""), "resource"),
        (heyuan_b("").replace("ecs.g7.large", "ecs.t1.small"), "instance_type"),
        (heyuan_b("").replace(LINUX, "ami-0b2c3d4e5f6071829"), "image_id"),
        (
            heyuan_b("  system_disk_category = \"cloud_ssd\"").replace("ecs.g7.large", "ecs.g6e.large"),
            "system_disk_category",
        ),
    ];
    with_each_cli(|cli| {
        let (mut sentences, mut attributes) = (Vec::new(), Vec::new());
        for (arguments, attribute) in &cases {
            let workspace = Workspace::new(cli, &(heyuan("") + &batch(arguments)));
            let printed = workspace.refuse("plan");
            attributes.push((printed.error().attribute.clone(), *attribute));
            sentences.push(printed.sentences());
        }
        assert!(attributes.iter().all(|(pointed_at, attribute)| pointed_at == attribute), "{attributes:#?}");
        insta::assert_snapshot!("mistakes_against_the_catalogue_are_found_while_planning", sentences.join("\n"));
    });
}

/// A type that the zone does not sell: the zones that do.
#[needs(cli)]
#[test]
fn a_type_not_sold_in_the_zone_names_the_zones_that_sell_it() {
    let scenario = "    offers = [{ zone_id = \"cn-heyuan-b\", instance_type = \"ecs.g7.large\", on_sale = false }]";
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(heyuan(scenario) + &batch(&in_heyuan_b("", 1, 1))));
        let printed = workspace.refuse("plan");
        insta::assert_snapshot!("a_type_not_sold_in_the_zone_names_the_zones_that_sell_it", printed.sentences());
    });
}

/// The scenario raises and lowers the limit (L1, L2), so that validation does not know it.
#[needs(cli)]
#[test]
fn the_limit_is_the_scenarios() {
    with_each_cli(|cli| {
        let low = heyuan("    limits = { run_instances = 2 }") + &batch(&in_heyuan_b("", 1, 3));
        let workspace = Workspace::new(cli, &low);
        workspace.validate();
        let printed = workspace.refuse("plan");
        insta::assert_snapshot!("the_limit_is_the_scenarios", printed.sentences());
        let high = format!("    limits = {{ run_instances = 120 }}\n{}", g7(120, 0));
        workspace.write("main.tf", &(heyuan(&high) + &batch(&in_heyuan_b("", 101, 101))));
        workspace.apply();
        assert_eq!(workspace.attributes(BATCH)["launched_count"], 101);
        workspace.destroy();
    });
}

/// A limit that has no effect is a warning, not an error.
#[needs(cli)]
#[test]
fn a_price_limit_without_its_strategy_is_a_warning() {
    with_each_cli(|cli| {
        let arguments = in_heyuan_b("  spot_price_limit = 0.5", 1, 1);
        let workspace = Workspace::new(cli, &(heyuan(&g7(1, 0)) + &batch(&arguments)));
        let printed = workspace.accept("validate");
        insta::assert_snapshot!("a_price_limit_without_its_strategy_is_a_warning", printed.sentences());
        workspace.apply();
        workspace.destroy();
    });
}

/// What only the world knows is refused while applying, in EC2's words.
#[needs(cli)]
#[test]
fn what_the_world_does_not_have_is_refused_while_applying() {
    let cases = [
        (in_heyuan_b("", 1, 1).replace("example-key-name", "nobodys"), "InvalidKeyPair.NotFound"),
        (in_heyuan_b("  security_group_ids = [\"sg-nowhere\"]", 1, 1), "InvalidGroup.NotFound"),
        (
            in_heyuan_b("", 1, 1).replace("zone_id = \"cn-heyuan-b\"", "vswitch_id = \"vsw-0123456789abcdefghij\""),
            "InvalidVSwitchId.NotFound",
        ),
        (
            in_heyuan_b("  spot_strategy = \"SpotWithPriceLimit\"\n  spot_price_limit = 0.001", 1, 1),
            "SpotMaxPriceTooLow",
        ),
    ];
    with_each_cli(|cli| {
        let mut sentences = Vec::new();
        for (arguments, code) in &cases {
            let workspace = Workspace::new(cli, &(heyuan(&g7(9, 9)) + &batch(arguments)));
            let printed = workspace.refuse("apply");
            assert_eq!(printed.error().summary, *code);
            sentences.push(printed.sentences());
            assert_eq!(workspace.run(&["state", "list"]).text, "", "nothing was launched");
        }
        insta::assert_snapshot!("what_the_world_does_not_have_is_refused_while_applying", sentences.join("\n"));
    });
}

/// Unknown values at plan time are never an error, at any attribute.
#[needs(cli)]
#[test]
fn unknown_values_are_never_an_error() {
    let hcl = provider(&format!("  scenario = {{\n{}\n  }}", g7(9, 9)))
        + r#"
resource "terraform_data" "later" {
  input = {
    images   = [{ id = "aliyun_3_x64_20G_alibase_20250629.vhd", min = 1, max = 2 }]
    type     = "ecs.g7.large"
    zone     = "cn-heyuan-b"
    vswitch  = "vsw-cn-heyuan-b"
    groups   = ["default"]
    data     = "hello"
    public   = "public"
    strategy = "SpotWithPriceLimit"
    limit    = 9
    disk     = "cloud_essd"
    tags     = { a = "b" }
    token    = "once"
    accept   = "accept"
    yes      = true
  }
}

locals {
  later = terraform_data.later.output
}

resource "simcloud_run_instances" "batch" {
  instance_type          = local.later.type
  zone_id                = local.later.zone
  vswitch_id             = local.later.vswitch
  security_group_ids     = local.later.groups
  user_data              = local.later.data
  addressing_type        = local.later.public
  spot_strategy          = local.later.strategy
  spot_price_limit       = local.later.limit
  system_disk_category   = local.later.disk
  tags                   = local.later.tags
  client_token           = local.later.token
  wait_for_running       = local.later.yes
  on_shortfall           = local.later.accept
  replace_lost_instances = local.later.yes

  dynamic "image" {
    for_each = local.later.images

    content {
      image_id  = image.value.id
      min_count = image.value.min
      max_count = image.value.max
    }
  }

  image {
    image_id  = local.later.images[0].id
    min_count = local.later.images[0].min
    max_count = local.later.images[0].max
  }
}
"#;
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &hcl);
        workspace.validate();
        workspace.apply();
        assert_eq!(each(&workspace.attributes(BATCH), "image_id").len(), 4);
        workspace.destroy();
    });
}
