//! Lists the policies that roles have.

use async_trait::async_trait;

use crate::base::ApiEnum;
use crate::cloud::model::{ListRolePoliciesRequest, PolicyType, RolePolicy};
use crate::provider::framework::check::{text, texts};
use crate::provider::framework::configured::Configured;
use crate::provider::framework::data_source;
use crate::provider::framework::list_resource::{self, ListedObject, filter};
use crate::provider::resources::ram_role_policy_attachment::RolePolicyObject;
use crate::tf::{Attribute, Diagnostics, Value};

#[async_trait]
impl ListedObject for RolePolicyObject {
    const DESCRIPTION: &'static str =
        "Lists the policy attachments of the account's roles; the result is the same in every region.";

    fn filters() -> Vec<Attribute> {
        vec![
            list_resource::ids("attachments"),
            filter("role_name", "Only policies of this role."),
            filter("policy_name", "Only this policy."),
            list_resource::choice::<PolicyType>("policy_type", "Only policies of this type: `Custom` or `System`."),
        ]
    }

    async fn find(config: &Value, configured: &Configured, diagnostics: &mut Diagnostics) -> Option<Vec<RolePolicy>> {
        let request = ListRolePoliciesRequest {
            role_name: text(config, "role_name").map(str::to_owned),
            policy_name: text(config, "policy_name").map(str::to_owned),
            policy_type: text(config, "policy_type").and_then(|name| PolicyType::parse(name).ok()),
        };
        let found = configured.cloud.list_policies_for_role(request).await;
        let found = data_source::reply("list policies of roles", configured, found, diagnostics)?;
        let ids = texts(config, "ids");
        Some(found.into_iter().filter(|attached| ids.is_empty() || ids.contains(&attached.id())).collect())
    }

    fn name(attached: &RolePolicy) -> String {
        format!("{} of {}", attached.policy_name, attached.role_name)
    }
}
