//! `simcloud_images`: what instances can be made from.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;

use crate::base::collect::IntoOrdered;
use crate::base::order::Order;
use crate::base::wildcard::matches_wildcard;
use crate::base::{ApiEnum, ImageId, UnknownName, api_enum};
use crate::catalogue::OperatingSystem;
use crate::cloud::model::{DescribeImagesRequest, Image};
use crate::provider::block::Configured;
use crate::provider::framework::catalogue_check::known_type;
use crate::provider::framework::check::text;
use crate::provider::framework::context::ProviderContext;
use crate::provider::framework::data_source::{self, Answer};
use crate::provider::framework::timeouts;
use crate::tf::{Attribute, DataSource, Diagnostics, Path, Schema, Type, Value};

api_enum! {
    /// Who offers an image.
    enum ImageOwner {
        System = "system",
        /// The scenario.
        Own = "self",
        Others = "others",
        Marketplace = "marketplace",
        Amazon = "amazon",
        Canonical = "canonical",
        AwsMarketplace = "aws-marketplace",
    }
}

api_enum! {
    /// The state of an image; here all are available.
    enum ImageStatus {
        Available,
        Creating,
        Waiting,
        UnAvailable,
        CreateFailed,
        Deprecated,
    }
}

api_enum! {
    /// The processor of an image; here none is for the last.
    enum ImageArchitecture {
        X86_64 = "x86_64",
        Arm64 = "arm64",
        I386 = "i386",
    }
}

api_enum! {
    /// What an image is wanted for.
    enum ActionType {
        CreateEcs,
        ChangeOs = "ChangeOS",
        CreateOs = "CreateOS",
    }
}

api_enum! {
    /// Whether an instance uses the image.
    enum Usage {
        Instance = "instance",
        None = "none",
    }
}

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
             `image_id` finds it. Under the name alicloud no image of EC2 is listed unless `image_id` names it.",
        )
        .attributes([
            Attribute::string("name_regex").optional().description("Only images whose name matches."),
            Attribute::bool("most_recent").optional().description("Only the newest of them. Default: `false`."),
            Attribute::choice::<ImageOwner>("owners", "Only images of this owner, where `self` is the scenario: "),
            Attribute::string("image_id").optional().description("Only the image of this id."),
            Attribute::string("image_name").optional().description("Only images of this name; `*` matches any text."),
            Attribute::choice::<ImageArchitecture>("architecture", "Only images for this processor: "),
            Attribute::choice::<OperatingSystem>("os_type", "Only images with this operating system: "),
            Attribute::string("instance_type").optional().description("Only images that this instance type runs."),
            Attribute::string("status").optional().description(
                "Only images in one of these states, separated by commas. All images are `Available`, the default.",
            ),
            data_source::output_file(),
            data_source::id_attribute(),
            Attribute::list("ids", Type::String).computed().description("Ids of the images, in order."),
            Attribute::nested_list("images", image_attributes()).computed().description("The images, by id."),
        ])
        .attributes(data_source::optional_without_effect([
            Attribute::string("image_family"),
            Attribute::string("image_owner_id"),
            Attribute::string("snapshot_id"),
            Attribute::string("resource_group_id"),
            Attribute::bool("is_support_io_optimized"),
            Attribute::bool("is_support_cloud_init"),
            Attribute::choice::<ActionType>("action_type", ""),
            Attribute::choice::<Usage>("usage", ""),
            Attribute::bool("dry_run"),
            Attribute::map("tags", Type::String),
        ]))
        .blocks([timeouts::block(&["read"])])
    }

    async fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        data_source::regex(config, "name_regex", diagnostics);
        timeouts::validate(config, diagnostics);
        if let Some(name) = text(config, "instance_type") {
            known_type(name, Path::root("instance_type"), diagnostics);
        }
        statuses(config, diagnostics);
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
        image_ids: text(config, "image_id").map(|id| [ImageId::from(id)].into_iter().into_set()),
        architecture: text(config, "architecture").map(str::to_owned),
        instance_type: text(config, "instance_type").map(Into::into),
        vendor: configured.vendor,
    };
    let images = configured.cloud.describe_images(request).await;
    let mut images = data_source::reply("list images", configured, images, diagnostics)?;
    let regex = data_source::regex(config, "name_regex", diagnostics);
    let owner = data_source::choice::<ImageOwner>(config, "owners", diagnostics)?.0;
    let statuses = statuses(config, diagnostics)?;
    let is_asked_for = statuses.is_empty() || statuses.contains(&ImageStatus::Available);
    images.retain(|image| {
        is_asked_for
            && regex.as_ref().is_none_or(|regex| regex.is_match(&image.name))
            && text(config, "image_name").is_none_or(|filter| matches_wildcard(&image.name, filter))
            && text(config, "os_type").is_none_or(|system| image.os_type == system)
            && owner.is_none_or(|owner| is_of(image, owner))
    });
    images.order_by(|a, b| a.image_id.cmp(&b.image_id));
    if config.get("most_recent").as_bool() == Some(true) {
        // RFC 3339 times of one form sort as texts; of equals the last id.
        images = images.into_iter().max_by(|a, b| a.creation_time.cmp(&b.creation_time)).into_iter().collect();
    }
    Some(images)
}

/// The states asked for, which are texts with commas between them; `None` after an error, which is reported.
fn statuses(config: &Value, diagnostics: &mut Diagnostics) -> Option<BTreeSet<ImageStatus>> {
    let given = text(config, "status").into_iter().flat_map(|statuses| statuses.split(','));
    let given = given.map(str::trim).filter(|status| !status.is_empty());
    let statuses: Result<_, UnknownName> = given.map(ImageStatus::parse).collect();
    let report = |unknown| {
        diagnostics.error_at(Path::root("status"), "Invalid Attribute Value", format!("status is {unknown}"));
    };
    statuses.map_err(report).ok()
}

fn is_of(image: &Image, owner: ImageOwner) -> bool {
    const NAMED: [ImageOwner; 3] = [ImageOwner::System, ImageOwner::Own, ImageOwner::Marketplace];
    if owner == ImageOwner::Others {
        NAMED.iter().all(|named| image.owner != named.name())
    } else {
        image.owner == owner.name()
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
        ("status", ImageStatus::Available.name().into()),
        ("state", ImageStatus::Available.name().into()),
        ("size", image.size_gib.into()),
        ("disk_device_mappings", Value::list([disk])),
        ("product_code", image.product_code.as_deref().unwrap_or_default().into()),
        ("is_subscribed", is_subscribed.into()),
        ("is_self_shared", "".into()),
        ("is_copied", false.into()),
        ("is_support_io_optimized", true.into()),
        ("image_version", "".into()),
        ("progress", "100%".into()),
        ("usage", Usage::None.name().into()),
        ("tags", Value::object::<&str, Value>([])),
    ])
}
