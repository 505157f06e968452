//! `simcloud_ecs_disk`, and `simcloud_disk` as its other name: a disk that instances can be attached to.

use async_trait::async_trait;

use crate::base::{ApiEnum, DiskId};
use crate::catalogue::{DEFAULT_PERFORMANCE_LEVEL, DiskCategory, smallest_gib_of_level};
use crate::cloud::model::{CreateDiskRequest, DescribeDisksRequest, Disk, ModifyDiskRequest};
use crate::cloud::{Cloud, CloudError, codes};
use crate::provider::block::Configured;
use crate::provider::framework::attributes::PERFORMANCE_LEVEL;
use crate::provider::framework::catalogue_check::known_zone;
use crate::provider::framework::check::{self, is_absent, text};
use crate::provider::framework::enumerations::PerformanceLevel;
use crate::provider::framework::object_resource::{CloudObject, set_default, without_effect};
use crate::provider::framework::semantic_equality::configured_value;
use crate::provider::framework::update_plan::changes;
use crate::provider::framework::{attributes, deprecated_argument, timeouts};
use crate::tf::provider::{PlanRequest, PlanResponse};
use crate::tf::{Attribute, Diagnostics, Path, Schema, Value};

type Reply<T> = Result<T, CloudError>;

#[derive(Debug)]
pub(crate) struct DiskObject;

#[async_trait]
impl CloudObject for DiskObject {
    type Object = Disk;

    const NOUN: &'static str = "disk";
    const NOT_FOUND: &'static [&'static str] = &[codes::INVALID_DISK_NOT_FOUND];

    fn schema() -> Schema {
        schema()
    }

    fn validate(config: &Value, diagnostics: &mut Diagnostics) {
        let root = Path::default();
        check::not_both(config, &root, "disk_name", "name", diagnostics);
        check::not_both(config, &root, "zone_id", "availability_zone", diagnostics);
        for name in ["disk_name", "name"] {
            check::plain_text(config, &root, name, 128, diagnostics);
        }
        check::plain_text(config, &root, "description", 256, diagnostics);
        check::tags(config, &root, "tags", diagnostics);
        if ["zone_id", "availability_zone", "instance_id"].iter().all(|name| is_absent(config, name)) {
            check::missing(&root, "zone_id", "the zone it lies in, such as \"cn-heyuan-b\"", diagnostics);
        }
        if is_absent(config, "size") && is_absent(config, "snapshot_id") {
            check::missing(&root, "size", "in GiB", diagnostics);
        }
        size(config, &root, diagnostics);
        check::within(config, &root, "provisioned_iops", 0, 50_000, diagnostics);
        check::integer(config, &root, "storage_set_partition_number", 1, diagnostics);
        timeouts::validate(config, diagnostics);
    }

    fn plan(configured: Option<&Configured>, request: &PlanRequest, response: &mut PlanResponse) {
        deprecated_argument::plan(request, "disk_name", "name", response);
        deprecated_argument::plan(request, "zone_id", "availability_zone", response);
        if !request.prior_state.is_null() {
            plan_update(request, response);
            return;
        }
        let Some(configured) = configured else { return };
        for name in ["zone_id", "availability_zone"] {
            if let Some(zone) = text(&request.config, name) {
                known_zone(zone, Path::root(name), configured, &mut response.diagnostics);
            }
        }
    }

    fn canonical_value(_configured: Option<&Configured>, arguments: &Value, name: &str) -> Value {
        match name {
            "zone_id" => deprecated_argument::canonical_value(arguments, name, "availability_zone"),
            "availability_zone" => deprecated_argument::canonical_value(arguments, "zone_id", name),
            _ => configured_value(arguments, name),
        }
    }

    async fn create(cloud: &Cloud, arguments: &Value, configuration: String) -> Reply<Disk> {
        let request = CreateDiskRequest {
            zone_id: deprecated_argument::text(arguments, "zone_id", "availability_zone").map(Into::into),
            instance_id: text(arguments, "instance_id").map(Into::into),
            category: text(arguments, "category").map(str::to_owned),
            size: gib(arguments),
            snapshot_id: text(arguments, "snapshot_id").map(str::to_owned),
            performance_level: text(arguments, "performance_level").map(str::to_owned),
            name: deprecated_argument::text(arguments, "disk_name", "name").map(str::to_owned),
            description: text(arguments, "description").map(str::to_owned),
            delete_with_instance: arguments.get("delete_with_instance").as_bool() == Some(true),
            tags: check::tags_of(arguments, "tags"),
            client_token: None,
            configuration,
        };
        cloud.create_disk(request).await
    }

    async fn describe(cloud: &Cloud, id: &str) -> Reply<Option<Disk>> {
        let ids = Some([DiskId::from(id)].into());
        let request = DescribeDisksRequest { disk_ids: ids, ..DescribeDisksRequest::default() };
        Ok(cloud.describe_disks(request).await?.pop())
    }

    async fn modify(cloud: &Cloud, prior: &Value, arguments: &Value, configuration: String) -> Reply<Disk> {
        let schema = Self::schema();
        let changed = |name: &str| changes(&schema, prior, arguments, name);
        let changed_text = |name: &str| text(arguments, name).filter(|_| changed(name)).map(str::to_owned);
        let request = ModifyDiskRequest {
            disk_id: text(prior, "id").map(DiskId::from),
            size: gib(arguments).filter(|_| changed("size")),
            category: changed_text("category"),
            performance_level: changed_text("performance_level"),
            instance_id: changed_text("instance_id").map(Into::into),
            name: Some(deprecated_argument::text(arguments, "disk_name", "name").unwrap_or_default().to_owned()),
            description: Some(text(arguments, "description").unwrap_or_default().to_owned()),
            delete_with_instance: arguments
                .get("delete_with_instance")
                .as_bool()
                .filter(|_| changed("delete_with_instance")),
            tags: Some(check::tags_of(arguments, "tags")),
            configuration: Some(configuration),
        };
        cloud.modify_disk(request).await
    }

    async fn delete(cloud: &Cloud, prior: &Value) -> Reply<()> {
        cloud.delete_disk(text(prior, "id").unwrap_or_default().into()).await
    }

    fn id(disk: &Disk) -> String {
        disk.disk_id.to_string()
    }

    fn configuration(disk: &Disk) -> &str {
        &disk.request.configuration
    }

    fn set_computed(state: &mut Value, disk: &Disk) {
        state.set("create_time", disk.create_time.to_string());
        state.set("region_id", disk.region_id.as_str());
        state.set("status", disk.status.name());
        let instance_id = disk.attachment.as_ref().map(|attachment| attachment.instance_id.as_str());
        state.set("instance_id", instance_id.unwrap_or_default());
        let name = disk.request.name.as_deref().unwrap_or_default();
        for (attribute, value) in [
            ("disk_name", Value::from(name)),
            ("name", name.into()),
            ("zone_id", disk.zone_id.as_str().into()),
            ("availability_zone", disk.zone_id.as_str().into()),
            ("category", disk.category.name().into()),
            ("performance_level", disk.performance_level.as_deref().unwrap_or_default().into()),
            ("size", disk.size.into()),
            ("delete_with_instance", disk.delete_with_instance.into()),
            ("snapshot_id", "".into()),
            ("kms_key_id", "".into()),
            ("resource_group_id", "".into()),
        ] {
            set_default(state, attribute, value);
        }
    }
}

fn schema() -> Schema {
    let computed =
        |name, text: &'static str| Attribute::string(name).computed().use_state_for_unknown().description(text);
    Schema::new(
        "A disk, which `simcloud_ecs_disk_attachment` attaches to an instance of its zone.\n\nIt grows in place; a smaller \
         `size` replaces it. `cloud_efficiency` can become any newer category in place, `cloud_ssd` and `cloud_essd` a \
         `cloud_essd` of PL1 or above; other changes of `category` and `performance_level` replace the disk. When the \
         instance that it is attached to ends, it is detached, or deleted with `delete_with_instance`. The disks that an \
         instance is launched with belong to the instance.",
    )
    .attributes([
        computed("id", "The disk's id."),
        Attribute::string("zone_id").optional().computed().requires_replace().description(
            "The zone it lies in. Required, unless `instance_id` is set.",
        ),
        Attribute::string("availability_zone")
            .optional()
            .computed()
            .requires_replace()
            .follows(["zone_id"])
            .description("The zone it lies in.")
            .deprecated("Use `zone_id` instead."),
        Attribute::string("disk_name").optional().computed().use_state_for_unknown().description("Its name, of at most 128 characters."),
        Attribute::string("name").optional().computed().use_state_for_unknown().follows(["disk_name"]).description("Its name.").deprecated("Use `disk_name` instead."),
        attributes::description(),
        attributes::disk_category("category", false)
            .computed()
            .use_state_for_unknown()
            .unless_set(CreateDiskRequest::DEFAULT_CATEGORY.name())
            .description("Category. Default: `cloud_efficiency`."),
        Attribute::choice::<PerformanceLevel>("performance_level", PERFORMANCE_LEVEL)
            .computed()
            .use_state_for_unknown()
            .follows(["category"]),
        Attribute::number("size").optional().computed().use_state_for_unknown().description(
            "Size in GiB, within the limits of the category and performance level. Required, unless `snapshot_id` is set.",
        ),
        Attribute::string("snapshot_id").optional().computed().requires_replace().use_state_for_unknown().description(
            "A snapshot that it is made from. The simulation has none: any id is accepted, and only says that `size` may be \
             left out.",
        ),
        Attribute::string("instance_id").optional().computed().use_state_for_unknown().follows_all().description(
            "The instance that it is attached to. Where it is set, the disk is attached when it is made, moves when the \
             value changes, and is deleted without being detached first.",
        ),
        Attribute::bool("delete_with_instance").optional().computed().use_state_for_unknown().unless_set(false).description(
            "Whether it is deleted when the instance that it is attached to ends. Default: `false`.",
        ),
        attributes::tags("the disk"),
        computed("create_time", "When it was created, RFC 3339."),
        computed("region_id", "The region it lies in."),
        computed("status", "`Available`, or `In_use` while it is attached."),
    ])
    .attributes(without_effect([
        Attribute::string("advanced_features").optional(),
        Attribute::bool("bursting_enabled").optional(),
        Attribute::string("dedicated_block_storage_cluster_id").optional(),
        Attribute::bool("delete_auto_snapshot").optional(),
        Attribute::bool("dry_run").optional(),
        Attribute::bool("enable_auto_snapshot").optional().computed().unless_set(false).deprecated("The service no longer has it."),
        Attribute::string("encrypt_algorithm").optional(),
        Attribute::bool("encrypted").optional().computed().requires_replace().unless_set(false),
        Attribute::string("kms_key_id").optional().computed().requires_replace(),
        Attribute::string("multi_attach").optional().computed().requires_replace().one_of(["Disabled", "Enabled"]).unless_set("Disabled"),
        Attribute::string("payment_type").optional().computed().one_of(["PayAsYouGo", "Subscription"]).unless_set("PayAsYouGo"),
        Attribute::number("provisioned_iops").optional(),
        Attribute::string("resource_group_id").optional().computed(),
        Attribute::string("storage_set_id").optional().requires_replace(),
        Attribute::number("storage_set_partition_number").optional().requires_replace(),
        Attribute::string("type").optional().one_of(["offline", "online"]),
    ]))
    .blocks([timeouts::block(&["create", "update", "delete"])])
}

/// The size, as far as it is known.
fn gib(arguments: &Value) -> Option<u32> {
    check::number(arguments, "size").and_then(|size| u32::try_from(size).ok())
}

/// The category of a configuration; `None` if it is not known.
fn category_of(config: &Value) -> Option<DiskCategory> {
    if is_absent(config, "category") {
        return Some(CreateDiskRequest::DEFAULT_CATEGORY);
    }
    text(config, "category").and_then(|name| DiskCategory::parse(name).ok())
}

/// The size lies within the limits of category and performance level, as far as they are known.
fn size(config: &Value, root: &Path, diagnostics: &mut Diagnostics) {
    let limits = category_of(config).and_then(|category| Some((category, category.data_gib()?)));
    let Some((category, (least, most))) = limits else {
        check::integer(config, root, "size", 1, diagnostics);
        return;
    };
    let level = text(config, "performance_level");
    let is_open = config.get("performance_level").is_unknown();
    let level = level.or((!is_open).then_some(DEFAULT_PERFORMANCE_LEVEL));
    let of_level = level.filter(|_| category == DiskCategory::CloudEssd).and_then(smallest_gib_of_level);
    check::within(config, root, "size", of_level.unwrap_or(least), most, diagnostics);
}

/// A smaller size and some changes of the category need another disk. What is not known yet may be one of them.
fn plan_update(request: &PlanRequest, response: &mut PlanResponse) {
    let unknown = ["size", "category", "performance_level"].into_iter();
    let unknown = unknown.filter(|name| request.config.get(name).is_unknown());
    response.requires_replace.extend(unknown.map(Path::root));
    let (prior, planned) = (&request.prior_state, &response.planned_state);
    if gib(planned).zip(gib(prior)).is_some_and(|(after, before)| after < before) {
        response.requires_replace.push(Path::root("size"));
    }
    let category = |state: &Value| text(state, "category").and_then(|name| DiskCategory::parse(name).ok());
    let Some((before, after)) = category(prior).zip(category(planned)) else { return };
    let is_left_open = is_absent(&request.config, "performance_level");
    if before != after && is_left_open {
        response.planned_state.set("performance_level", Value::Unknown);
    }
    let level = text(&request.config, "performance_level");
    let level_changes =
        after == DiskCategory::CloudEssd && level.is_some() && level != text(prior, "performance_level");
    if (before != after || level_changes) && !before.can_become(after, level) {
        let name = if before == after { "performance_level" } else { "category" };
        response.requires_replace.push(Path::root(name));
    }
}
