//! Lists key pairs.

use async_trait::async_trait;

use crate::provider::framework::check::{self, text};
use crate::provider::framework::configured::Configured;
use crate::provider::framework::data_source;
use crate::provider::framework::list_resource::{self, ListedObject, filter};
use crate::provider::framework::object_resource::CloudObject;
use crate::provider::resources::ecs_key_pair::{KeyPairObject, PairAndPrivateKey};
use crate::tf::{Attribute, Diagnostics, Value};

#[async_trait]
impl ListedObject for KeyPairObject {
    const DESCRIPTION: &'static str = "Finds the key pairs of a region, by creation. Those that exist without a resource, \
         `example-key-name` and the scenario's, are not among them.";

    fn filters() -> Vec<Attribute> {
        vec![
            list_resource::ids("key pairs, by name"),
            filter("name_regex", "Only key pairs whose name matches."),
            filter("finger_print", "Only the key pair with this fingerprint."),
            filter("resource_group_id", "Only key pairs of this resource group."),
            list_resource::tags("tags", "key pairs"),
        ]
    }

    async fn find(
        config: &Value,
        configured: &Configured,
        diagnostics: &mut Diagnostics,
    ) -> Option<Vec<PairAndPrivateKey>> {
        let pairs = configured.cloud.describe_key_pairs(data_source::ids_of(config, "ids")).await;
        let mut pairs = data_source::reply("list key pairs", configured, pairs, diagnostics)?;
        let regex = data_source::regex(config, "name_regex", diagnostics);
        let tags = check::tags_of(config, "tags");
        pairs.retain(|pair| {
            regex.as_ref().is_none_or(|regex| regex.is_match(pair.key_pair_name.as_str()))
                && text(config, "finger_print").is_none_or(|given| pair.finger_print == given)
                && text(config, "resource_group_id").is_none_or(|id| pair.resource_group_id.as_deref() == Some(id))
                && tags.iter().all(|(key, value)| pair.tags.get(key) == Some(value))
        });
        Some(pairs.into_iter().map(PairAndPrivateKey::from).collect())
    }

    fn name(shown: &PairAndPrivateKey) -> String {
        <Self as CloudObject>::id(shown)
    }
}
