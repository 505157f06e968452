//! Lists the roles of the account.

use async_trait::async_trait;

use crate::cloud::model::{ListRolesRequest, Role};
use crate::provider::framework::check;
use crate::provider::framework::configured::Configured;
use crate::provider::framework::data_source;
use crate::provider::framework::list_resource::{self, ListedObject, filter};
use crate::provider::resources::ram_role::RoleObject;
use crate::tf::{Attribute, Diagnostics, Value};

#[async_trait]
impl ListedObject for RoleObject {
    const DESCRIPTION: &'static str =
        "Finds the roles of the account by creation. They lie in no region: every region finds the same.";

    fn filters() -> Vec<Attribute> {
        vec![
            list_resource::ids("roles"),
            filter("name_regex", "Only roles whose name matches."),
            list_resource::tags("tags", "roles"),
        ]
    }

    async fn find(config: &Value, configured: &Configured, diagnostics: &mut Diagnostics) -> Option<Vec<Role>> {
        let request =
            ListRolesRequest { role_names: data_source::ids_of(config, "ids"), tags: check::tags_of(config, "tags") };
        let found = configured.cloud.list_roles(request).await;
        let mut found = data_source::reply("list roles", configured, found, diagnostics)?;
        let regex = data_source::regex(config, "name_regex", diagnostics);
        found.retain(|known| regex.as_ref().is_none_or(|regex| regex.is_match(&known.role_name)));
        Some(found)
    }

    fn name(found: &Role) -> String {
        found.role_name.clone()
    }
}
