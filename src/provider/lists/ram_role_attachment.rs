//! Lists the roles that instances have.

use async_trait::async_trait;

use crate::cloud::model::InstanceRole;
use crate::provider::framework::check::{text, texts};
use crate::provider::framework::configured::Configured;
use crate::provider::framework::data_source;
use crate::provider::framework::list_resource::{self, ListedObject, filter};
use crate::provider::resources::ram_role_attachment::InstanceRoleObject;
use crate::tf::{Attribute, Diagnostics, Value};

#[async_trait]
impl ListedObject for InstanceRoleObject {
    const DESCRIPTION: &'static str = "Finds the attachments of roles to the instances of a region, by creation. Those of \
         which no instance is left are not among them.";

    fn filters() -> Vec<Attribute> {
        vec![
            list_resource::ids("attachments"),
            filter("role_name", "Only attachments of this role."),
            filter("instance_id", "Only the attachment to this instance."),
        ]
    }

    async fn find(config: &Value, configured: &Configured, diagnostics: &mut Diagnostics) -> Option<Vec<InstanceRole>> {
        let found = configured.cloud.describe_instance_ram_role().await;
        let mut found = data_source::reply("list roles of instances", configured, found, diagnostics)?;
        let ids = texts(config, "ids");
        found.retain(|attached| {
            text(config, "role_name").is_none_or(|name| name == attached.role_name)
                && text(config, "instance_id").is_none_or(|id| attached.instance_ids.contains(id))
                && (ids.is_empty() || ids.contains(&attached.attachment_id))
        });
        Some(found)
    }

    fn name(attached: &InstanceRole) -> String {
        let ids: Vec<&str> = attached.instance_ids.iter().map(crate::base::InstanceId::as_str).collect();
        format!("{} of {}", attached.role_name, ids.join(", "))
    }
}
