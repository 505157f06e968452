//! `simcloud_account`: the id of the account.

use std::sync::Arc;

use async_trait::async_trait;

use crate::provider::framework::context::ProviderContext;
use crate::provider::framework::data_source::{self, Answer};
use crate::tf::{Attribute, DataSource, Diagnostics, Schema, Value};

#[derive(Debug)]
pub(crate) struct AccountDataSource {
    context: Arc<ProviderContext>,
}

impl AccountDataSource {
    pub(crate) fn new(context: &Arc<ProviderContext>) -> Self {
        Self { context: Arc::clone(context) }
    }
}

#[async_trait]
impl DataSource for AccountDataSource {
    fn schema(&self) -> Schema {
        Schema::new("The account that the provider acts for, as `simcloud_caller_identity` shows it too.").attributes([
            Attribute::string("id").computed().description("The account, 12 digits from the scenario's seed."),
        ])
    }

    async fn read(&self, config: &Value, diagnostics: &mut Diagnostics) -> Value {
        let mut answer = Answer::empty(&self.schema(), config);
        if let Some(configured) = data_source::configured(&self.context, diagnostics) {
            let identity = configured.cloud.get_caller_identity().await;
            if let Some(identity) = data_source::reply("look up the account", &configured, identity, diagnostics) {
                answer.set("id", identity.account_id);
            }
        }
        answer.into_value()
    }
}
