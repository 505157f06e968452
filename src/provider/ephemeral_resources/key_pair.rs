//! `simcloud_key_pair`: the private half of a key pair, made again from the seed.

use std::sync::Arc;

use async_trait::async_trait;

use crate::cloud::model::NoPrivateKey;
use crate::provider::framework::check::text;
use crate::provider::framework::context::ProviderContext;
use crate::provider::framework::data_source;
use crate::tf::ephemeral::OpenResponse;
use crate::tf::{Attribute, EphemeralResource, Path, Schema, Value};

#[derive(Debug)]
pub(crate) struct KeyPairEphemeral {
    context: Arc<ProviderContext>,
}

impl KeyPairEphemeral {
    pub(crate) fn new(context: &Arc<ProviderContext>) -> Self {
        Self { context: Arc::clone(context) }
    }
}

const NAME: &str = "key_pair_name";
const FINGER_PRINT: &str = "finger_print";

const OF_THE_SAME_APPLY: &str = "If this configuration makes the key pair, set finger_print to the finger_print of its \
     resource, so that the pair is opened after it is made.";

#[async_trait]
impl EphemeralResource for KeyPairEphemeral {
    fn schema(&self) -> Schema {
        Schema::new(
            "The private half of a key pair that the cloud made. It is stored nowhere: it is derived from the seed of the \
             scenario again, as when the pair was made, and is in no plan and no state. The private half of an imported \
             pair is not known.",
        )
        .attributes([
            Attribute::string(NAME).required().description("Name of the key pair."),
            Attribute::string("private_key")
                .computed()
                .sensitive()
                .description("The private key in OpenSSH's PEM format, as `key_file` of `simcloud_ecs_key_pair` has it."),
            Attribute::string("public_key")
                .computed()
                .description("The public key, one line as in `authorized_keys`."),
            Attribute::string(FINGER_PRINT).optional().computed().description(
                "MD5 of the public key, in hexadecimal. If it is given, the pair must have it; that of the resource is known \
                 only once there is a pair, so that nothing is opened before.",
            ),
        ])
    }

    async fn open(&self, config: &Value, response: &mut OpenResponse) {
        let diagnostics = &mut response.diagnostics;
        let Some(configured) = data_source::configured(&self.context, diagnostics) else { return };
        let name = text(config, NAME).unwrap_or_default();
        let pair = configured.cloud.derive_key_pair(name.into()).await;
        let action = format!("derive the key pair {name:?}");
        // A pair that the same apply makes is opened too early without the finger print, which is unknown until it exists.
        let advice = if config.get(FINGER_PRINT).is_null() { OF_THE_SAME_APPLY } else { "" };
        let Some(pair) = data_source::reply_with_advice(&action, &configured, pair, advice, diagnostics) else {
            return;
        };
        if let Some(expected) = text(config, FINGER_PRINT).filter(|expected| *expected != pair.finger_print) {
            return diagnostics.error_at(
                Path::root(FINGER_PRINT),
                "Another Key Pair",
                format!(
                    "The key pair {name:?} has the finger print {}, not {expected}. Take both arguments from one resource.",
                    pair.finger_print
                ),
            );
        }
        match pair.private_key {
            Ok(key) => response.result.set("private_key", key.expose()),
            Err(NoPrivateKey::Imported) => diagnostics.error_at(
                Path::root(NAME),
                "Private Key Not Known",
                format!(
                    "The key pair {name:?} was imported: only who made it has its private half. Leave public_key out of the \
                     resource to have a pair made."
                ),
            ),
            Err(NoPrivateKey::OtherSeed) => diagnostics.error_at(
                Path::root(NAME),
                "Private Key Not Known",
                format!(
                    "The key pair {name:?} was made with another scenario.seed than this provider has, and its private half \
                     follows from that seed. Configure the provider with the seed of the pair."
                ),
            ),
        }
        response.result.set("public_key", pair.public_key);
        // A configured empty text stays.
        if config.get(FINGER_PRINT).is_null() {
            response.result.set(FINGER_PRINT, pair.finger_print);
        }
    }
}
