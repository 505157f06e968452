//! Lists security groups as `simcloud_security_groups` finds them.

use async_trait::async_trait;

use crate::cloud::model::SecurityGroup;
use crate::provider::data_sources::security_groups;
use crate::provider::framework::configured::Configured;
use crate::provider::framework::list_resource::{self, ListedObject};
use crate::provider::framework::object_resource::{self, CloudObject};
use crate::provider::resources::security_group::SecurityGroupObject;
use crate::tf::{Attribute, Diagnostics, Schema, Value};

#[async_trait]
impl ListedObject for SecurityGroupObject {
    type Object = SecurityGroup;

    const DESCRIPTION: &'static str = "Finds the security groups of a region: `default` first, then by creation.";

    fn filters() -> Vec<Attribute> {
        [list_resource::ids("groups")].into_iter().chain(security_groups::filters()).collect()
    }

    fn resource_schema() -> Schema {
        <Self as CloudObject>::schema()
    }

    async fn find(
        config: &Value,
        configured: &Configured,
        diagnostics: &mut Diagnostics,
    ) -> Option<Vec<SecurityGroup>> {
        security_groups::find(config, configured, diagnostics).await
    }

    fn id(group: &SecurityGroup) -> String {
        <Self as CloudObject>::id(group)
    }

    fn name(group: &SecurityGroup) -> String {
        security_groups::name(group).to_owned()
    }

    fn state(schema: &Schema, group: &SecurityGroup) -> Value {
        object_resource::state_of::<Self>(schema, group, &Value::Null)
    }
}
