//! Lists the SNAT entries of NAT gateways.

use async_trait::async_trait;

use crate::cloud::model::{DescribeSnatTableEntriesRequest, SnatEntry};
use crate::provider::framework::check::{text, texts};
use crate::provider::framework::configured::Configured;
use crate::provider::framework::data_source;
use crate::provider::framework::list_resource::{self, ListedObject, filter};
use crate::provider::framework::object_resource::CloudObject;
use crate::provider::resources::snat_entry::SnatEntryObject;
use crate::tf::{Attribute, Diagnostics, Value};

#[async_trait]
impl ListedObject for SnatEntryObject {
    const DESCRIPTION: &'static str = "Finds the SNAT entries of a region's NAT gateways, by creation.";

    fn filters() -> Vec<Attribute> {
        vec![list_resource::ids("entries"), filter("snat_table_id", "Only entries of this SNAT table.")]
    }

    async fn find(config: &Value, configured: &Configured, diagnostics: &mut Diagnostics) -> Option<Vec<SnatEntry>> {
        let snat_table_id = text(config, "snat_table_id").map(str::to_owned);
        let request = DescribeSnatTableEntriesRequest { snat_table_id, snat_entry_id: None };
        let entries = configured.cloud.describe_snat_table_entries(request).await;
        let mut entries = data_source::reply("list SNAT entries", configured, entries, diagnostics)?;
        let ids = texts(config, "ids");
        entries.retain(|entry| ids.is_empty() || ids.contains(&<Self as CloudObject>::id(entry)));
        Some(entries)
    }

    fn name(entry: &SnatEntry) -> String {
        let name = entry.request.name.clone();
        name.unwrap_or_else(|| format!("{} under {}", entry.source_cidr, entry.request.snat_ip))
    }
}
