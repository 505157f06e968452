//! Lists the network interfaces that are attached, by either name of an attachment.

use async_trait::async_trait;

use crate::cloud::model::DescribeNetworkInterfacesRequest;
use crate::provider::framework::check::{text, texts};
use crate::provider::framework::configured::Configured;
use crate::provider::framework::data_source;
use crate::provider::framework::list_resource::{self, ListedObject, filter};
use crate::provider::framework::object_resource::CloudObject;
use crate::provider::resources::ecs_network_interface_attachment::{
    AttachedInterface, NetworkInterfaceAttachmentObject,
};
use crate::tf::{Attribute, Diagnostics, Value};

#[async_trait]
impl ListedObject for NetworkInterfaceAttachmentObject {
    const DESCRIPTION: &'static str =
        "Finds the attached network interfaces of a region, by the creation of the interfaces.";

    fn filters() -> Vec<Attribute> {
        vec![
            list_resource::ids("attachments"),
            filter("network_interface_id", "Only the attachment of this network interface."),
            filter("instance_id", "Only attachments to this instance."),
        ]
    }

    async fn find(
        config: &Value,
        configured: &Configured,
        diagnostics: &mut Diagnostics,
    ) -> Option<Vec<AttachedInterface>> {
        let request = DescribeNetworkInterfacesRequest {
            network_interface_ids: text(config, "network_interface_id").map(|id| [id.into()].into()),
            instance_id: text(config, "instance_id").map(Into::into),
            ..DescribeNetworkInterfacesRequest::default()
        };
        let found = configured.cloud.describe_network_interfaces(request).await;
        let found = data_source::reply("list attachments of network interfaces", configured, found, diagnostics)?;
        let ids = texts(config, "ids");
        let attached = found.into_iter().filter_map(AttachedInterface::of);
        Some(attached.filter(|found| ids.is_empty() || ids.contains(&<Self as CloudObject>::id(found))).collect())
    }

    fn name(found: &AttachedInterface) -> String {
        format!("{} at {}", found.interface.private_ip_address, found.attachment.instance_id)
    }
}
