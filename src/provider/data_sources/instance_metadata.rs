//! `simcloud_instance_metadata`: what an instance sees at boot (R11, R12).

use std::sync::Arc;

use async_trait::async_trait;

use crate::base::{KeyPairName, SecurityGroupId};
use crate::cloud::model::InstanceMetadata;
use crate::provider::framework::check::{self, text};
use crate::provider::framework::context::ProviderContext;
use crate::provider::framework::data_source::{self, Answer};
use crate::tf::{Attribute, DataSource, Diagnostics, Schema, Type, Value};

#[derive(Debug)]
pub(crate) struct InstanceMetadataDataSource {
    context: Arc<ProviderContext>,
}

impl InstanceMetadataDataSource {
    pub(crate) fn new(context: &Arc<ProviderContext>) -> Self {
        Self { context: Arc::clone(context) }
    }
}

#[async_trait]
impl DataSource for InstanceMetadataDataSource {
    fn schema(&self) -> Schema {
        Schema::new(
            "What an instance can read about itself at boot: its user data, its launch index, its security groups, and the \
             public key on its disk.",
        )
        .attributes(attributes())
        .attributes([
            computed("id", "Id of the instance, like `instance_id`."),
            computed("user_data", "Its user data; null if it has none, if it is write-only, or if it is not UTF-8 text."),
            computed("user_data_base64", "Its user data in base64; null if it has none or if it is write-only."),
        ])
    }

    async fn read(&self, config: &Value, diagnostics: &mut Diagnostics) -> Value {
        let mut answer = Answer::empty(&self.schema(), config).into_value();
        if let Some(configured) = data_source::configured(&self.context, diagnostics) {
            let id = text(config, "instance_id").unwrap_or_default();
            let metadata = configured.cloud.describe_instance_metadata(id.into()).await;
            let action = format!("look up the metadata of instance {id:?}");
            if let Some(metadata) = data_source::reply(&action, &configured, metadata, diagnostics) {
                answer.set("id", metadata.instance_id.as_str());
                set_computed(&mut answer, &metadata);
                set_user_data(&mut answer, metadata.user_data.as_deref().filter(|_| !metadata.hides_user_data));
            }
        }
        answer
    }
}

fn computed(name: &'static str, text: &'static str) -> Attribute {
    Attribute::string(name).computed().description(text)
}

/// The instance, and what is no secret about it.
pub(in crate::provider) fn attributes() -> [Attribute; 6] {
    [
        Attribute::string("instance_id").required().description("Id of the instance."),
        computed("image_id", "Its image."),
        Attribute::number("ami_launch_index").computed().description("Its launch index, from 0."),
        Attribute::list("security_group_ids", Type::String).computed().description("Its security groups, by id."),
        computed("key_name", "Its key pair; null if it has none."),
        Attribute::nested(
            "public_key_file",
            [
                computed("name", "Always `openssh_id.pub`."),
                computed("device", "The device the file is on: always `/dev/sda2`."),
                computed("content", "One line of an OpenSSH `authorized_keys` file."),
            ],
        )
        .computed()
        .description("The file with the key pair's public key; null if the instance has no key pair."),
    ]
}

/// Sets what [`attributes`] declares.
pub(in crate::provider) fn set_computed(answer: &mut Value, metadata: &InstanceMetadata) {
    answer.set("image_id", metadata.image_id.as_str());
    answer.set("ami_launch_index", metadata.launch_index);
    answer.set("security_group_ids", Value::list(metadata.security_group_ids.iter().map(SecurityGroupId::as_str)));
    answer.set("key_name", metadata.key_name.as_ref().map(KeyPairName::as_str));
    answer.set(
        "public_key_file",
        metadata.public_key.as_deref().map(|key| {
            Value::object([
                ("name", InstanceMetadata::KEY_FILE),
                ("device", InstanceMetadata::KEY_DEVICE),
                ("content", key),
            ])
        }),
    );
}

/// Sets the user data as text and in base64.
pub(in crate::provider) fn set_user_data(answer: &mut Value, data: Option<&[u8]>) {
    answer.set("user_data", data.and_then(|data| std::str::from_utf8(data).ok()));
    answer.set("user_data_base64", data.map(check::base64_text));
}
