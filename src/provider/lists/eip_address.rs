//! Lists elastic addresses.

use async_trait::async_trait;

use crate::cloud::model::{DescribeEipAddressesRequest, EipAddress};
use crate::provider::framework::check::{self, text};
use crate::provider::framework::configured::Configured;
use crate::provider::framework::data_source;
use crate::provider::framework::list_resource::{self, ListedObject, filter};
use crate::provider::resources::eip_address::EipObject;
use crate::tf::{Attribute, Diagnostics, Value};

#[async_trait]
impl ListedObject for EipObject {
    const DESCRIPTION: &'static str = "Finds the elastic addresses of a region, by creation.";

    fn filters() -> Vec<Attribute> {
        vec![
            list_resource::ids("elastic addresses"),
            filter("name_regex", "Only elastic addresses whose name matches."),
            filter("address_name", "Only elastic addresses of this name."),
            filter("ip_address", "Only this address."),
            filter("instance_id", "Only those that are associated with this instance or gateway."),
            filter("resource_group_id", "Only elastic addresses of this resource group."),
            list_resource::tags("tags", "elastic addresses"),
        ]
    }

    async fn find(config: &Value, configured: &Configured, diagnostics: &mut Diagnostics) -> Option<Vec<EipAddress>> {
        let owned = |name| text(config, name).map(str::to_owned);
        let request = DescribeEipAddressesRequest {
            allocation_ids: data_source::ids_of(config, "ids"),
            ip_address: owned("ip_address"),
            name: owned("address_name"),
            resource_group_id: owned("resource_group_id"),
            instance_id: owned("instance_id"),
            tags: check::tags_of(config, "tags"),
        };
        let eips = configured.cloud.describe_eip_addresses(request).await;
        let mut eips = data_source::reply("list elastic addresses", configured, eips, diagnostics)?;
        let regex = data_source::regex(config, "name_regex", diagnostics);
        eips.retain(|eip| {
            let name = eip.request.name.as_deref().unwrap_or_default();
            regex.as_ref().is_none_or(|regex| regex.is_match(name))
        });
        Some(eips)
    }

    fn name(eip: &EipAddress) -> String {
        eip.request.name.clone().unwrap_or_default()
    }
}
