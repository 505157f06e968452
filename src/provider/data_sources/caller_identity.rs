//! `simcloud_caller_identity`: whose account this is.

use std::sync::Arc;

use async_trait::async_trait;

use crate::provider::framework::context::ProviderContext;
use crate::provider::framework::data_source::{self, Answer};
use crate::tf::{Attribute, DataSource, Diagnostics, Schema, Value};

#[derive(Debug)]
pub(crate) struct CallerIdentityDataSource {
    context: Arc<ProviderContext>,
}

impl CallerIdentityDataSource {
    pub(crate) fn new(context: &Arc<ProviderContext>) -> Self {
        Self { context: Arc::clone(context) }
    }
}

#[async_trait]
impl DataSource for CallerIdentityDataSource {
    fn schema(&self) -> Schema {
        let string = |name, text: &'static str| Attribute::string(name).computed().description(text);
        Schema::new("The account that the provider acts for. It is derived from the scenario's seed and is not secret.")
            .attributes([
                string("id", "The same as `user_id`."),
                string("account_id", "The account, 12 digits; also the `owner_id` of reservations."),
                string("user_id", "The user."),
                string("arn", "The user's resource name."),
                string("identity_type", "Kind of identity."),
            ])
    }

    async fn read(&self, config: &Value, diagnostics: &mut Diagnostics) -> Value {
        let mut answer = Answer::empty(&self.schema(), config);
        if let Some(configured) = data_source::configured(&self.context, diagnostics) {
            let identity = configured.cloud.get_caller_identity().await;
            if let Some(identity) = data_source::reply("look up the caller", &configured, identity, diagnostics) {
                answer.set("id", identity.user_id.as_str());
                answer.set("account_id", identity.account_id);
                answer.set("user_id", identity.user_id);
                answer.set("arn", identity.arn);
                answer.set("identity_type", identity.identity_type);
            }
        }
        answer.into_value()
    }
}
