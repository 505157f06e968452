//! Lists security groups as `simcloud_security_groups` finds them.

use async_trait::async_trait;

use crate::cloud::model::SecurityGroup;
use crate::provider::data_sources::security_groups;
use crate::provider::framework::configured::Configured;
use crate::provider::framework::list_resource::{self, ListedObject};
use crate::provider::resources::security_group::SecurityGroupObject;
use crate::tf::{Attribute, Diagnostics, Value};

#[async_trait]
impl ListedObject for SecurityGroupObject {
    const DESCRIPTION: &'static str = "Finds the security groups of a region: `default` first, then by creation.";

    fn filters() -> Vec<Attribute> {
        [list_resource::ids("groups")].into_iter().chain(security_groups::filters()).collect()
    }

    async fn find(
        config: &Value,
        configured: &Configured,
        diagnostics: &mut Diagnostics,
    ) -> Option<Vec<SecurityGroup>> {
        security_groups::find(config, configured, diagnostics).await
    }

    fn name(group: &SecurityGroup) -> String {
        security_groups::name(group).to_owned()
    }
}
