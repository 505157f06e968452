//! `simcloud_instance_metadata`: what an instance was launched with, secrets included.

use std::sync::Arc;

use async_trait::async_trait;

use crate::base::Seed;
use crate::provider::data_sources::instance_metadata::{attributes, set_computed, set_user_data};
use crate::provider::framework::check::text;
use crate::provider::framework::context::ProviderContext;
use crate::provider::framework::{data_source, secret};
use crate::tf::ephemeral::OpenResponse;
use crate::tf::{Attribute, EphemeralResource, Path, Schema, Value};

#[derive(Debug)]
pub(crate) struct InstanceMetadataEphemeral {
    context: Arc<ProviderContext>,
}

impl InstanceMetadataEphemeral {
    pub(crate) fn new(context: &Arc<ProviderContext>) -> Self {
        Self { context: Arc::clone(context) }
    }
}

const ID: &str = "instance_id";

#[async_trait]
impl EphemeralResource for InstanceMetadataEphemeral {
    fn schema(&self) -> Schema {
        let secret = |name, text: &'static str| Attribute::string(name).computed().sensitive().description(text);
        Schema::new(
            "What an instance was launched with, like the data source of this name, and the secrets that no plan and no \
             state has: write-only user data, and the password.",
        )
        .attributes(attributes())
        .attributes([
            secret("user_data", "Its user data, also write-only; null if it has none or if it is not UTF-8 text."),
            secret("user_data_base64", "Its user data in base64, also write-only; null if it has none."),
            secret("password", "The password of the launch configuration, also write-only; null if it has none."),
        ])
    }

    async fn open(&self, config: &Value, response: &mut OpenResponse) {
        let diagnostics = &mut response.diagnostics;
        let Some(configured) = data_source::configured(&self.context, diagnostics) else { return };
        let id = text(config, ID).unwrap_or_default();
        let metadata = configured.cloud.describe_instance_metadata(id.into()).await;
        let action = format!("look up the metadata of instance {id:?}");
        let Some(metadata) = data_source::reply(&action, &configured, metadata, diagnostics) else { return };
        set_computed(&mut response.result, &metadata);
        set_user_data(&mut response.result, metadata.user_data.as_deref());
        let seed = Seed::new(configured.scenario.seed);
        match metadata.password.as_deref().map(|sealed| secret::unseal(seed, sealed)) {
            Some(None) => diagnostics.error_at(
                Path::root(ID),
                "Password Not Readable",
                format!(
                    "The password of {id} was stored with another scenario.seed than this provider has, and only that seed \
                     opens it. Configure the provider with the seed that the instance was launched with."
                ),
            ),
            password => response.result.set("password", password.flatten()),
        }
    }
}
