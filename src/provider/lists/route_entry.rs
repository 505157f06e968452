//! Lists the route entries that resources made.

use async_trait::async_trait;

use crate::cloud::model::{DescribeRouteEntryListRequest, RouteEntry};
use crate::provider::framework::check::{text, texts};
use crate::provider::framework::configured::Configured;
use crate::provider::framework::data_source;
use crate::provider::framework::list_resource::{self, ListedObject, filter};
use crate::provider::resources::route_entry::RouteEntryObject;
use crate::tf::{Attribute, Diagnostics, Value};

#[async_trait]
impl ListedObject for RouteEntryObject {
    const DESCRIPTION: &'static str = "Finds the entries that were added to the route tables of a region, by creation. Those \
         that follow from vSwitches are not among them.";

    fn filters() -> Vec<Attribute> {
        vec![list_resource::ids("entries"), filter("route_table_id", "Only entries of this route table.")]
    }

    async fn find(config: &Value, configured: &Configured, diagnostics: &mut Diagnostics) -> Option<Vec<RouteEntry>> {
        let route_table_id = text(config, "route_table_id").map(str::to_owned);
        let request = DescribeRouteEntryListRequest { route_entry_id: None, route_table_id };
        let entries = configured.cloud.describe_route_entry_list(request).await;
        let mut entries = data_source::reply("list route entries", configured, entries, diagnostics)?;
        let ids = texts(config, "ids");
        entries.retain(|entry| ids.is_empty() || ids.contains(&entry.route_entry_id));
        Some(entries)
    }

    fn name(entry: &RouteEntry) -> String {
        let request = &entry.request;
        let named = request.name.clone();
        named.unwrap_or_else(|| format!("{} to {}", request.destination_cidr_block, request.next_hop_id))
    }
}
