//! What messages say of the argument that is to blame, and of what to do next.

use simcloud::tf::{Path, Value};

use crate::client::{Said, Stored};
use crate::fixtures::{TestWorld, with};

fn errors(said: &[Said]) -> Vec<(&str, &str)> {
    said.iter().filter(|said| said.is_error).map(|said| (&*said.path, &*said.summary)).collect()
}

/// An instance took `-bad_`, and a launch template `bad_1`.
#[tokio::test]
async fn host_names_are_checked_alike_in_every_resource() {
    let world = TestWorld::new().await;
    let mut client = world.client().await;
    let in_group = Path::root("launch_configuration").index(0).attribute("host_name");
    for (type_name, path) in [
        ("simcloud_auto_provisioning_group", in_group),
        ("simcloud_ecs_launch_template", Path::root("host_name")),
        ("simcloud_ess_scaling_configuration", Path::root("host_name")),
        ("simcloud_instance", Path::root("host_name")),
    ] {
        for (name, is_refused) in [("-bad_", true), ("bad_1", true), ("a..b", true), ("web-1.example", false)] {
            let config = with(&world.config(type_name, "next"), &path, name.into());
            let said = client.validate(type_name, config).await;
            let expected = if is_refused { vec![(path.to_string(), "Invalid Host Name")] } else { vec![] };
            let found = errors(&said).into_iter().map(|(at, summary)| (at.to_owned(), summary)).collect::<Vec<_>>();
            assert_eq!(found, expected, "{type_name} {name}");
        }
    }
}

/// It was treated as `SpotAsPriceGo` without a word.
#[tokio::test]
async fn g15_a_limited_scaling_configuration_warns_of_types_without_a_limit() {
    let world = TestWorld::new().await;
    let mut client = world.client().await;
    let type_name = "simcloud_ess_scaling_configuration";
    let mut config = world.config(type_name, "next");
    config.set("spot_strategy", "SpotWithPriceLimit");
    let said = client.validate(type_name, config.clone()).await;
    assert_eq!((&*said[0].path, &*said[0].summary, said[0].is_error), ("spot_strategy", "Missing Price Limit", false));
    insta::assert_snapshot!(said[0].detail);
    let limit = Value::object([("instance_type", Value::from("ecs.g7.large")), ("price_limit", 5.into())]);
    config.set("spot_price_limit", Value::list([limit]));
    assert_eq!(client.validate(type_name, config.clone()).await, []);
    config.set("spot_strategy", "SpotAsPriceGo");
    config.set("spot_price_limit", Value::Null);
    assert_eq!(client.validate(type_name, config).await, []);
}

#[tokio::test]
async fn an_instance_is_told_its_own_argument_and_the_block_of_its_vswitch() {
    let world = TestWorld::new().await;
    let mut client = world.client().await;
    let type_name = "simcloud_instance";
    let mut config = world.config(type_name, "next");
    config.set("vswitch_id", "vsw-cn-heyuan-a");
    let planned = client.plan(type_name, &Stored::nothing(), &config).await;
    assert_eq!(errors(&planned.diagnostics), [("vswitch_id", "VSwitch In Another Zone")]);
    insta::assert_snapshot!("zone", planned.diagnostics[0].detail);
    let mut config = world.config(type_name, "next");
    config.set("private_ip", "192.0.2.7");
    let made = client.change(type_name, &Stored::nothing(), &config).await;
    assert_eq!(errors(&made.diagnostics), [("private_ip", "InvalidPrivateIpAddress.Malformed")]);
    insta::assert_snapshot!("private_ip", made.diagnostics.iter().find(|said| said.is_error).unwrap().detail);
}

#[tokio::test]
async fn what_is_protected_against_deletion_says_how_to_delete_it() {
    let world = TestWorld::new().await;
    let mut client = world.client().await;
    for (type_name, argument) in
        [("simcloud_ess_scaling_group", "group_deletion_protection"), ("simcloud_instance", "deletion_protection")]
    {
        let mut config = world.config(type_name, "next");
        config.set(argument, true);
        let made = client.change(type_name, &Stored::nothing(), &config).await;
        let deleted = client.change(type_name, &made, &Value::Null).await;
        assert_eq!(errors(&deleted.diagnostics).len(), 1, "{type_name}: {:?}", deleted.diagnostics);
        let detail = &deleted.diagnostics.iter().find(|said| said.is_error).unwrap().detail;
        assert!(detail.contains(&format!("Set {argument} = false")), "{type_name}: {detail}");
    }
}

/// The error was at the argument that the configuration does not have.
#[tokio::test]
async fn an_error_is_at_the_name_that_is_configured() {
    let world = TestWorld::new().await;
    let type_name = "simcloud_instance";
    for name in ["vswitch_id", "subnet_id"] {
        let mut config = world.config(type_name, "next");
        config.set(name, "vsw-none");
        let made = world.client().await.change(type_name, &Stored::nothing(), &config).await;
        assert_eq!(errors(&made.diagnostics), [(name, "InvalidVSwitchId.NotFound")]);
    }
}

/// The group of a vSwitch that the same apply makes was refused as one of another VPC.
#[tokio::test]
async fn an_unknown_vswitch_under_its_older_name_may_be_in_any_vpc() {
    let world = TestWorld::new().await;
    let mut client = world.client().await;
    let (listed, _) =
        client.list("simcloud_security_group", Value::object([("name_regex", "web-base")]), false, 0).await;
    let mut config = world.config("simcloud_instance", "next");
    config.set("availability_zone", Value::Null);
    config.set("security_groups", Value::list([listed[0].identity.get("id").clone()]));
    for name in ["vswitch_id", "subnet_id"] {
        let config = with(&config, &Path::root(name), Value::Unknown);
        let planned = client.plan("simcloud_instance", &Stored::nothing(), &config).await;
        assert_eq!(errors(&planned.diagnostics), [], "{name}");
    }
}
