//! `simcloud_images`: what instances can be made from.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;

use crate::base::ImageId;
use crate::base::wildcard::matches_wildcard;
use crate::cloud::model::{DescribeImagesRequest, Image};
use crate::provider::block::Configured;
use crate::provider::framework::catalogue_check::known_type;
use crate::provider::framework::check::{self, text};
use crate::provider::framework::context::ProviderContext;
use crate::provider::framework::data_source::{self, Answer};
use crate::tf::{Attribute, DataSource, Diagnostics, Path, Schema, Type, Value};

const OWNERS: &[&str] = &["system", "self", "others", "marketplace", "amazon", "canonical", "aws-marketplace"];
const STATUSES: &[&str] = &["Available", "Creating", "Waiting", "UnAvailable", "CreateFailed", "Deprecated"];

#[derive(Debug)]
pub(crate) struct ImagesDataSource {
    context: Arc<ProviderContext>,
}

impl ImagesDataSource {
    pub(crate) fn new(context: &Arc<ProviderContext>) -> Self {
        Self { context: Arc::clone(context) }
    }
}

#[async_trait]
impl DataSource for ImagesDataSource {
    fn schema(&self) -> Schema {
        Schema::new(
            "The images of the catalogue and of the scenario, by id.\n\nA few builds of each family of \
             public images are listed, but every id that follows the family's naming scheme exists, with any date, and \
             `image_id` finds it.",
        )
        .attributes([
            Attribute::string("name_regex").optional().description("Only images whose name matches."),
            Attribute::bool("most_recent").optional().description("Only the newest of them. Default: `false`."),
            Attribute::string("owners").optional().description(
                "Only images of this owner: `system`, `self` (the scenario's), `marketplace`, `others`, `amazon`, \
                 `canonical` or `aws-marketplace`.",
            ),
            Attribute::string("image_id").optional().description("Only the image of this id."),
            Attribute::string("image_name").optional().description("Only images of this name; `*` matches any text."),
            Attribute::string("architecture").optional().description("Only images for `x86_64`, `arm64` or `i386`."),
            Attribute::string("os_type").optional().description("Only `linux` or only `windows`."),
            Attribute::string("instance_type").optional().description("Only images that this instance type runs."),
            Attribute::string("status").optional().description(
                "Only images in one of these states, separated by commas. All images are `Available`, the default.",
            ),
            data_source::output_file(),
            data_source::id_attribute(),
            Attribute::list("ids", Type::String).computed().description("Ids of the images, in order."),
            Attribute::nested_list("images", image_attributes()).computed().description("The images, by id."),
        ])
        .attributes(data_source::without_effect(&[
            ("image_family", Type::String),
            ("image_owner_id", Type::String),
            ("snapshot_id", Type::String),
            ("resource_group_id", Type::String),
            ("is_support_io_optimized", Type::Bool),
            ("is_support_cloud_init", Type::Bool),
            ("action_type", Type::String),
            ("usage", Type::String),
            ("dry_run", Type::Bool),
            ("tags", Type::map(Type::String)),
        ]))
    }

    async fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        data_source::regex(config, "name_regex", diagnostics);
        if let Some(name) = text(config, "instance_type") {
            known_type(name, Path::root("instance_type"), diagnostics);
        }
        for status in text(config, "status").into_iter().flat_map(|statuses| statuses.split(',')) {
            let status = Value::object([("status", status.trim())]);
            check::one_of(&status, &Path::default(), "status", STATUSES, diagnostics);
        }
        for (name, allowed) in [
            ("owners", OWNERS),
            ("architecture", &["i386", "x86_64", "arm64"]),
            ("os_type", &["linux", "windows"]),
            ("action_type", &["CreateEcs", "ChangeOS", "CreateOS"]),
            ("usage", &["instance", "none"]),
        ] {
            check::one_of(config, &Path::default(), name, allowed, diagnostics);
        }
    }

    async fn read(&self, config: &Value, diagnostics: &mut Diagnostics) -> Value {
        let mut answer = Answer::empty(&self.schema(), config);
        if let Some(configured) = data_source::configured(&self.context, diagnostics)
            && let Some(images) = find(config, &configured, diagnostics).await
        {
            let ids: Vec<&str> = images.iter().map(|image| image.image_id.as_str()).collect();
            answer.set("ids", Value::list(ids.iter().copied()));
            let rows = images.iter().map(|image| row(image, &configured.scenario.product_codes)).collect();
            answer.list("images", &ids, rows, diagnostics);
        }
        answer.into_value()
    }
}

async fn find(config: &Value, configured: &Configured, diagnostics: &mut Diagnostics) -> Option<Vec<Image>> {
    let request = DescribeImagesRequest {
        image_ids: text(config, "image_id").map(|id| BTreeSet::from([ImageId::from(id)])),
        architecture: text(config, "architecture").map(str::to_owned),
        instance_type: text(config, "instance_type").map(Into::into),
    };
    let images = configured.cloud.describe_images(request).await;
    let mut images = data_source::reply("list images", configured, images, diagnostics)?;
    let regex = data_source::regex(config, "name_regex", diagnostics);
    let is_asked_for =
        text(config, "status").is_none_or(|given| given.split(',').any(|status| status.trim() == "Available"));
    images.retain(|image| {
        is_asked_for
            && regex.as_ref().is_none_or(|regex| regex.is_match(&image.name))
            && text(config, "image_name").is_none_or(|filter| matches_wildcard(&image.name, filter))
            && text(config, "os_type").is_none_or(|system| image.os_type == system)
            && text(config, "owners").is_none_or(|owner| is_of(image, owner))
    });
    images.sort_by(|a, b| a.image_id.cmp(&b.image_id));
    if config.get("most_recent").as_bool() == Some(true) {
        // RFC 3339 times of one form sort as texts; of equals the last id.
        images = images.into_iter().max_by(|a, b| a.creation_time.cmp(&b.creation_time)).into_iter().collect();
    }
    Some(images)
}

fn is_of(image: &Image, owner: &str) -> bool {
    match owner {
        "others" => !["system", "self", "marketplace"].contains(&image.owner.as_str()),
        owner => image.owner == owner,
    }
}

fn image_attributes() -> Vec<Attribute> {
    let string = |name, text: &'static str| Attribute::string(name).computed().description(text);
    let bool = |name, text: &'static str| Attribute::bool(name).computed().description(text);
    vec![
        string("id", "The image's id."),
        string("image_id", "The image's id, like `id`."),
        string("name", "The image's name, which `name_regex` is matched against."),
        string("architecture", "`x86_64` or `arm64`."),
        string("creation_time", "When it was created, RFC 3339."),
        string("description", "Its description."),
        string("image_owner_alias", "Its owner."),
        string("os_type", "`linux` or `windows`."),
        string("os_name", "Its operating system."),
        string("os_name_en", "Its operating system, like `os_name`."),
        string("platform", "`Ubuntu`, `CentOS`, `Windows-Server`, …"),
        string("status", "Always `Available`."),
        string("state", "Always `Available`, like `status`."),
        Attribute::number("size").computed().description("Smallest size of the system disk in GiB."),
        Attribute::nested_list(
            "disk_device_mappings",
            [
                string("device", "The device."),
                string("size", "Size of the disk in GiB, as text."),
                string("snapshot_id", "Always empty."),
            ],
        )
        .computed()
        .description("Its disks."),
        string(
            "product_code",
            "Product code that the account must be subscribed to before it launches the image; empty if none.",
        ),
        bool("is_subscribed", "Whether the account may launch it."),
        string("is_self_shared", "Always empty."),
        bool("is_copied", "Always `false`."),
        bool("is_support_io_optimized", "Always `true`."),
        string("image_version", "Always empty."),
        string("progress", "Always `100%`."),
        string("usage", "Always `none`."),
        Attribute::map("tags", Type::String).computed().description("Always empty."),
    ]
}

/// `subscribed` are the product codes that the account may use (R14).
fn row(image: &Image, subscribed: &[String]) -> Value {
    let is_subscribed = image.product_code.as_ref().is_none_or(|code| subscribed.contains(code));
    let disk = Value::object([("device", "/dev/xvda"), ("size", &image.size_gib.to_string()), ("snapshot_id", "")]);
    Value::object([
        ("id", Value::from(image.image_id.as_str())),
        ("image_id", image.image_id.as_str().into()),
        ("name", image.name.as_str().into()),
        ("architecture", image.architecture.as_str().into()),
        ("creation_time", image.creation_time.as_str().into()),
        ("description", image.os_name.as_str().into()),
        ("image_owner_alias", image.owner.as_str().into()),
        ("os_type", image.os_type.as_str().into()),
        ("os_name", image.os_name.as_str().into()),
        ("os_name_en", image.os_name.as_str().into()),
        ("platform", image.platform.as_str().into()),
        ("status", "Available".into()),
        ("state", "Available".into()),
        ("size", image.size_gib.into()),
        ("disk_device_mappings", Value::list([disk])),
        ("product_code", image.product_code.as_deref().unwrap_or_default().into()),
        ("is_subscribed", is_subscribed.into()),
        ("is_self_shared", "".into()),
        ("is_copied", false.into()),
        ("is_support_io_optimized", true.into()),
        ("image_version", "".into()),
        ("progress", "100%".into()),
        ("usage", "none".into()),
        ("tags", Value::object::<&str, Value>([])),
    ])
}
