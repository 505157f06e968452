//! What the cloud refuses is told at the argument that the configuration has.

use simcloud::tf::Value;

use crate::client::Stored;
use crate::fixtures::TestWorld;

/// A group that does not exist was reported at `security_group_ids` also where `security_group_id` was written, and the CLI
/// then shows the whole block.
#[tokio::test]
async fn an_unknown_security_group_is_told_at_the_argument_that_names_it() {
    let world = TestWorld::new().await;
    let mut client = world.client().await;
    let one = ("security_group_id", Value::from("sg-nope"));
    let several = ("security_group_ids", Value::list(["sg-nope"]));
    let blank = ("security_group_id", Value::from(""));
    for (arguments, expected) in [
        (vec![one], "security_group_id"),
        (vec![several.clone()], "security_group_ids"),
        (vec![blank, several], "security_group_ids"),
    ] {
        let group = "simcloud_auto_provisioning_group";
        let mut config = world.config(group, "next");
        let launch = [("image_id", Value::from(crate::fixtures::IMAGE))].into_iter().chain(arguments.clone());
        config.set("launch_configuration", Value::list([Value::object(launch)]));
        let refused = client.change(group, &Stored::nothing(), &config).await;
        let [error] = refused.diagnostics.as_slice() else { panic!("{:?}", refused.diagnostics) };
        assert_eq!(error.summary, "InvalidSecurityGroupId.NotFound");
        assert_eq!(error.path, format!("launch_configuration[0].{expected}"));

        let configuration = "simcloud_ess_scaling_configuration";
        let mut config = world.config(configuration, "next");
        config.set("security_group_id", Value::Null);
        for (name, value) in arguments {
            config.set(name, value);
        }
        let refused = client.change(configuration, &Stored::nothing(), &config).await;
        let [error] = refused.diagnostics.as_slice() else { panic!("{:?}", refused.diagnostics) };
        assert_eq!((error.summary.as_str(), error.path.as_str()), ("InvalidSecurityGroupId.NotFound", expected));
    }
}
