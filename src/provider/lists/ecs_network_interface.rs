//! Lists network interfaces, by either of their names.

use async_trait::async_trait;

use crate::base::ApiEnum;
use crate::cloud::model::{DescribeNetworkInterfacesRequest, NetworkInterface, NetworkInterfaceStatus};
use crate::provider::framework::check::{self, text};
use crate::provider::framework::configured::Configured;
use crate::provider::framework::data_source;
use crate::provider::framework::list_resource::{self, ListedObject, filter};
use crate::provider::resources::ecs_network_interface::NetworkInterfaceObject;
use crate::tf::{Attribute, Diagnostics, Value};

#[async_trait]
impl ListedObject for NetworkInterfaceObject {
    const DESCRIPTION: &'static str = "Finds the network interfaces of a region by creation. The primary interfaces of \
         instances are not among them.";

    fn filters() -> Vec<Attribute> {
        vec![
            list_resource::ids("network interfaces"),
            filter("name_regex", "Only network interfaces whose name matches."),
            filter("network_interface_name", "Only network interfaces of this name."),
            filter("vswitch_id", "Only network interfaces of this vSwitch."),
            filter("instance_id", "Only network interfaces that are attached to this instance."),
            filter("security_group_id", "Only network interfaces in this security group."),
            list_resource::choice::<NetworkInterfaceStatus>(
                "status",
                "Only network interfaces in this state: `Available` or `InUse`.",
            ),
            list_resource::tags("tags", "network interfaces"),
        ]
    }

    async fn find(
        config: &Value,
        configured: &Configured,
        diagnostics: &mut Diagnostics,
    ) -> Option<Vec<NetworkInterface>> {
        let request = DescribeNetworkInterfacesRequest {
            network_interface_ids: data_source::ids_of(config, "ids"),
            vswitch_id: text(config, "vswitch_id").map(Into::into),
            instance_id: text(config, "instance_id").map(Into::into),
            security_group_id: text(config, "security_group_id").map(Into::into),
            name: text(config, "network_interface_name").map(str::to_owned),
            status: text(config, "status").and_then(|name| NetworkInterfaceStatus::parse(name).ok()),
            tags: check::tags_of(config, "tags"),
            includes_primary: false,
        };
        let found = configured.cloud.describe_network_interfaces(request).await;
        let mut found = data_source::reply("list network interfaces", configured, found, diagnostics)?;
        let regex = data_source::regex(config, "name_regex", diagnostics);
        found.retain(|interface| regex.as_ref().is_none_or(|regex| regex.is_match(&Self::name(interface))));
        Some(found)
    }

    fn name(interface: &NetworkInterface) -> String {
        interface.request.name.clone().unwrap_or_default()
    }
}
