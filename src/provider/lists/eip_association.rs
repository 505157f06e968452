//! Lists the associations of elastic addresses.

use async_trait::async_trait;

use crate::cloud::model::DescribeEipAddressesRequest;
use crate::provider::framework::check::{text, texts};
use crate::provider::framework::configured::Configured;
use crate::provider::framework::data_source;
use crate::provider::framework::list_resource::{self, ListedObject, filter};
use crate::provider::framework::object_resource::CloudObject;
use crate::provider::resources::eip_association::{AssociatedEip, EipAssociationObject};
use crate::tf::{Attribute, Diagnostics, Value};

#[async_trait]
impl ListedObject for EipAssociationObject {
    const DESCRIPTION: &'static str =
        "Finds the associations of a region's elastic addresses, by the creation of the addresses.";

    fn filters() -> Vec<Attribute> {
        vec![
            list_resource::ids("associations"),
            filter("allocation_id", "Only the association of this elastic address."),
            filter("instance_id", "Only associations with this instance or gateway."),
        ]
    }

    async fn find(
        config: &Value,
        configured: &Configured,
        diagnostics: &mut Diagnostics,
    ) -> Option<Vec<AssociatedEip>> {
        let request = DescribeEipAddressesRequest {
            allocation_ids: text(config, "allocation_id").map(|id| [id.into()].into()),
            instance_id: text(config, "instance_id").map(str::to_owned),
            ..DescribeEipAddressesRequest::default()
        };
        let eips = configured.cloud.describe_eip_addresses(request).await;
        let eips = data_source::reply("list associations of elastic addresses", configured, eips, diagnostics)?;
        let ids = texts(config, "ids");
        let associated = eips.into_iter().filter_map(AssociatedEip::of);
        Some(associated.filter(|found| ids.is_empty() || ids.contains(&<Self as CloudObject>::id(found))).collect())
    }

    fn name(found: &AssociatedEip) -> String {
        format!("{} at {}", found.eip.ip_address, found.association.instance_id)
    }
}
