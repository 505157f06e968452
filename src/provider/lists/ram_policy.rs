//! Lists the policies of the account.

use async_trait::async_trait;

use crate::cloud::model::{ListPoliciesRequest, Policy};
use crate::provider::framework::check;
use crate::provider::framework::configured::Configured;
use crate::provider::framework::data_source;
use crate::provider::framework::list_resource::{self, ListedObject, filter};
use crate::provider::resources::ram_policy::PolicyObject;
use crate::tf::{Attribute, Diagnostics, Value};

#[async_trait]
impl ListedObject for PolicyObject {
    const DESCRIPTION: &'static str =
        "Finds the policies of the account by creation. They lie in no region: every region finds the same.";

    fn filters() -> Vec<Attribute> {
        vec![
            list_resource::ids("policies"),
            filter("name_regex", "Only policies whose name matches."),
            list_resource::tags("tags", "policies"),
        ]
    }

    async fn find(config: &Value, configured: &Configured, diagnostics: &mut Diagnostics) -> Option<Vec<Policy>> {
        let request = ListPoliciesRequest {
            policy_names: data_source::ids_of(config, "ids"),
            tags: check::tags_of(config, "tags"),
        };
        let found = configured.cloud.list_policies(request).await;
        let mut found = data_source::reply("list policies", configured, found, diagnostics)?;
        let regex = data_source::regex(config, "name_regex", diagnostics);
        found.retain(|known| regex.as_ref().is_none_or(|regex| regex.is_match(&known.policy_name)));
        Some(found)
    }

    fn name(found: &Policy) -> String {
        found.policy_name.clone()
    }
}
