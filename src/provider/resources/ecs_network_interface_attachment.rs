//! `simcloud_ecs_network_interface_attachment`, and `simcloud_network_interface_attachment` as its other name: a network
//! interface at an instance.

use async_trait::async_trait;

use crate::base::{InstanceId, NetworkInterfaceId};
use crate::cloud::model::{
    AttachNetworkInterfaceRequest, DescribeNetworkInterfacesRequest, NetworkInterface, NetworkInterfaceAttachment,
};
use crate::cloud::{Cloud, CloudError, codes};
use crate::provider::block::Configured;
use crate::provider::framework::check::{self, text};
use crate::provider::framework::object_resource::{CloudObject, set_default, without_effect};
use crate::provider::framework::timeouts;
use crate::tf::provider::{PlanRequest, PlanResponse};
use crate::tf::{Attribute, Diagnostics, Path, Schema, Value};

type Reply<T> = Result<T, CloudError>;

#[derive(Debug)]
pub(crate) struct NetworkInterfaceAttachmentObject;

/// A network interface that is attached.
#[derive(Debug)]
pub(crate) struct AttachedInterface {
    pub(crate) interface: NetworkInterface,
    pub(crate) attachment: NetworkInterfaceAttachment,
}

impl AttachedInterface {
    /// `None` if the interface is attached to nothing.
    pub(crate) fn of(interface: NetworkInterface) -> Option<Self> {
        let attachment = interface.attachment.clone()?;
        Some(Self { interface, attachment })
    }
}

#[async_trait]
impl CloudObject for NetworkInterfaceAttachmentObject {
    type Object = AttachedInterface;

    const NOUN: &'static str = "attachment of the network interface";
    const NOT_FOUND: &'static [&'static str] = &[codes::INVALID_ENI_NOT_FOUND, codes::INVALID_ENI_STATE];

    fn schema() -> Schema {
        Schema::new(
            "A network interface that is attached to an instance of its zone and VPC. When the instance ends, the attachment is \
             gone and, unless its `delete_on_release` is `false`, the interface with it; the next plan makes again what is \
             missing.",
        )
        .attributes([
            Attribute::string("id")
                .computed()
                .use_state_for_unknown()
                .description("`<network interface id>:<instance id>`."),
            Attribute::string("network_interface_id")
                .requires_replace()
                .description("The network interface, which is attached to nothing else."),
            Attribute::string("instance_id").requires_replace().description(
                "The instance. Its type says how many interfaces it has (`EniPerInstanceLimitExceeded`): \
                 `simcloud_instance_types` shows `eni_quantity`, the primary one included.",
            ),
        ])
        .attributes(without_effect([
            Attribute::number("network_card_index").optional(),
            Attribute::string("trunk_network_instance_id").optional(),
            Attribute::bool("wait_for_network_configuration_ready").optional(),
        ]))
        .blocks([timeouts::block(&["create", "delete"])])
    }

    fn validate(config: &Value, diagnostics: &mut Diagnostics) {
        check::integer(config, &Path::default(), "network_card_index", 0, diagnostics);
        timeouts::validate(config, diagnostics);
    }

    fn plan(_configured: Option<&Configured>, _request: &PlanRequest, _response: &mut PlanResponse) {}

    async fn create(cloud: &Cloud, arguments: &Value, configuration: String) -> Reply<AttachedInterface> {
        Ok(attached(cloud.attach_network_interface(request(arguments, configuration)).await?))
    }

    async fn describe(cloud: &Cloud, id: &str) -> Reply<Option<AttachedInterface>> {
        let Some((interface_id, instance_id)) = parts(id) else { return Ok(None) };
        let ids = Some([interface_id].into());
        let request = DescribeNetworkInterfacesRequest {
            network_interface_ids: ids,
            ..DescribeNetworkInterfacesRequest::default()
        };
        let found = cloud.describe_network_interfaces(request).await?.pop().and_then(AttachedInterface::of);
        Ok(found.filter(|found| found.attachment.instance_id == instance_id))
    }

    async fn modify(
        cloud: &Cloud,
        prior: &Value,
        _arguments: &Value,
        configuration: String,
    ) -> Reply<AttachedInterface> {
        Ok(attached(cloud.modify_network_interface_attachment(request(prior, configuration)).await?))
    }

    async fn delete(cloud: &Cloud, prior: &Value) -> Reply<()> {
        let id = |name| text(prior, name).unwrap_or_default();
        cloud.detach_network_interface(id("network_interface_id").into(), id("instance_id").into()).await
    }

    fn id(found: &AttachedInterface) -> String {
        format!("{}:{}", found.interface.network_interface_id, found.attachment.instance_id)
    }

    fn configuration(found: &AttachedInterface) -> &str {
        &found.attachment.configuration
    }

    fn set_computed(state: &mut Value, found: &AttachedInterface) {
        set_default(state, "network_interface_id", found.interface.network_interface_id.as_str());
        set_default(state, "instance_id", found.attachment.instance_id.as_str());
    }
}

fn request(arguments: &Value, configuration: String) -> AttachNetworkInterfaceRequest {
    AttachNetworkInterfaceRequest {
        network_interface_id: text(arguments, "network_interface_id").map(Into::into),
        instance_id: text(arguments, "instance_id").map(Into::into),
        configuration,
    }
}

fn parts(id: &str) -> Option<(NetworkInterfaceId, InstanceId)> {
    let (interface_id, instance_id) = id.split_once(':')?;
    Some((interface_id.into(), instance_id.into()))
}

fn attached(interface: NetworkInterface) -> AttachedInterface {
    AttachedInterface::of(interface).unwrap_or_else(|| panic!("the reply of an attachment has none"))
}
