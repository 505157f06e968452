//! `simcloud_regions`: the regions of the cloud.

use std::sync::Arc;

use async_trait::async_trait;

use crate::base::nearest::{did_you_mean_sentence, nearest_similar};
use crate::catalogue;
use crate::cloud::model::Region;
use crate::provider::block::Configured;
use crate::provider::framework::check::text;
use crate::provider::framework::context::ProviderContext;
use crate::provider::framework::data_source::{self, Answer};
use crate::tf::{Attribute, DataSource, Diagnostics, Path, Schema, Type, Value};

#[derive(Debug)]
pub(crate) struct RegionsDataSource {
    context: Arc<ProviderContext>,
}

impl RegionsDataSource {
    pub(crate) fn new(context: &Arc<ProviderContext>) -> Self {
        Self { context: Arc::clone(context) }
    }
}

#[async_trait]
impl DataSource for RegionsDataSource {
    fn schema(&self) -> Schema {
        Schema::new(
            "The regions of the cloud that the provider's region belongs to, by id. A region that both services have, such \
             as `us-east-1`, belongs to both clouds. Under the name alicloud only regions of Alibaba Cloud are listed.",
        )
        .attributes([
            Attribute::string("name").optional().computed().description("Only the region with this id."),
            Attribute::bool("current").optional().computed().description("With `true` only the provider's region."),
            data_source::output_file(),
            data_source::id_attribute(),
            Attribute::list("ids", Type::String).computed().description("Ids of the regions, in order."),
            Attribute::nested_list(
                "regions",
                [
                    Attribute::string("id").computed().description("The region's id."),
                    Attribute::string("region_id").computed().description("The region's id, like `id`."),
                    Attribute::string("local_name").computed().description("The region's name."),
                ],
            )
            .computed()
            .description("The regions, by id."),
        ])
    }

    async fn read(&self, config: &Value, diagnostics: &mut Diagnostics) -> Value {
        let mut answer = Answer::empty(&self.schema(), config);
        if let Some(configured) = data_source::configured(&self.context, diagnostics)
            && let Some(regions) = find(config, &configured, diagnostics).await
        {
            let ids: Vec<&str> = regions.iter().map(|region| region.region_id.as_str()).collect();
            answer.set("ids", Value::list(ids.iter().copied()));
            answer.set("name", text(config, "name").unwrap_or_default());
            answer.set("current", config.get("current").as_bool() == Some(true));
            answer.list("regions", &ids, regions.iter().map(row).collect(), diagnostics);
        }
        answer.into_value()
    }
}

/// `None` after an error, which is reported: no region has the name, or another one is the provider's.
async fn find(config: &Value, configured: &Configured, diagnostics: &mut Diagnostics) -> Option<Vec<Region>> {
    let regions = configured.cloud.describe_regions().await;
    let regions = data_source::reply("list regions", configured, regions, diagnostics)?;
    let is_listed = |region: &Region| {
        let vendors = catalogue::region(region.region_id.as_str()).map_or(&[][..], |known| known.vendors);
        configured.vendor.is_none_or(|vendor| vendors.contains(&vendor))
    };
    let regions: Vec<Region> = regions.into_iter().filter(is_listed).collect();
    let is_current = config.get("current").as_bool() == Some(true);
    let name = text(config, "name");
    if let Some(name) = name {
        let known = regions.iter().find(|region| region.region_id.as_str() == name);
        let problem = match known {
            None => {
                let ids = regions.iter().map(|region| region.region_id.as_str());
                format!("There is no region {name:?}.{}", did_you_mean_sentence(nearest_similar(name, ids)))
            }
            Some(known) if is_current && !known.is_current => format!(
                "name is {name:?}, and current asks for the provider's region, which is {:?}. Leave one of them out.",
                configured.region.as_str()
            ),
            Some(_) => String::new(),
        };
        if !problem.is_empty() {
            diagnostics.error_at(Path::root("name"), "Unknown Region", problem);
            return None;
        }
    }
    let is_wanted = |region: &Region| {
        (!is_current || region.is_current) && name.is_none_or(|name| region.region_id.as_str() == name)
    };
    Some(regions.into_iter().filter(is_wanted).collect())
}

fn row(region: &Region) -> Value {
    Value::object([
        ("id", region.region_id.as_str()),
        ("region_id", region.region_id.as_str()),
        ("local_name", region.local_name.as_str()),
    ])
}
