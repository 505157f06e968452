//! `simcloud_available_resources`: `DescribeAvailableResource`, and the stock that only a simulator knows.

use std::sync::Arc;

use async_trait::async_trait;

use crate::base::api_enum;
use crate::base::api_enum::explained;
use crate::catalogue::DiskCategory;
use crate::cloud::codes;
use crate::cloud::model::{AvailableResource, AvailableZone, DescribeAvailableResourceRequest, StatusCategory};
use crate::market::{Market, Offer, Sale};
use crate::provider::block::Configured;
use crate::provider::framework::attributes::disk_category;
use crate::provider::framework::catalogue_check::{known_type, known_zone};
use crate::provider::framework::check::{self, number, text};
use crate::provider::framework::choice::Choice;
use crate::provider::framework::context::ProviderContext;
use crate::provider::framework::data_source::{self, Answer};
use crate::provider::framework::enumerations::{IoOptimized, NetworkCategory};
use crate::provider::framework::unused_scenario;
use crate::provider::framework::without_effect::without_effect;
use crate::tf::{Attribute, DataSource, Diagnostics, Path, Schema, Type, Value};

api_enum! {
    /// Down to what the real service's answer goes.
    enum Destination {
        Zone,
        IoOptimized,
        InstanceType,
        SystemDisk,
        DataDisk,
        Network,
        DedicatedHost = "ddh",
    }
}

api_enum! {
    /// What is to be bought.
    enum ResourceType {
        Instance = "instance",
        Disk = "disk",
        ReservedInstance = "reservedinstance",
        DedicatedHost = "ddh",
    }
}

#[derive(Debug)]
pub(crate) struct AvailableResourcesDataSource {
    context: Arc<ProviderContext>,
}

impl AvailableResourcesDataSource {
    pub(crate) fn new(context: &Arc<ProviderContext>) -> Self {
        Self { context: Arc::clone(context) }
    }
}

#[async_trait]
impl DataSource for AvailableResourcesDataSource {
    fn schema(&self) -> Schema {
        Schema::new(
            "What is available now, by zone and instance type, as `DescribeAvailableResource` returns it: whether a pool \
             is available, how plentiful it is, and which disks it supports. In addition it has what no cloud returns: the \
             number of free instances, and their price.\n\nUnlike the data sources for zones and instance types, this one \
             depends on the capacity that this world's own instances use. Use it in checks and outputs, not to place \
             instances.",
        )
        .attributes([
            Attribute::string("zone_id").optional().description("Only this zone."),
            Attribute::string("instance_type")
                .optional()
                .description("Only this instance type. It is then listed in every zone, with a reason where it is not supported."),
            Attribute::number("cores").optional().description("Only types with this number of vCPUs."),
            Attribute::number("memory").optional().description("Only types with this memory size in GiB."),
            disk_category("system_disk_category", true)
                .description("Only pools that support this category of system disk."),
            disk_category("data_disk_category", false)
                .description("Only pools that support this category of data disk."),
            data_source::charge_type(),
            data_source::spot_strategy_attribute(),
            without_effect(Attribute::choice::<Destination>(
                "destination_resource",
                "Down to what the answer goes, which here are always the disks: ",
            )),
            data_source::output_file(),
            data_source::id_attribute(),
            Attribute::list("ids", Type::String).computed().description("Ids of the zones, in order."),
            Attribute::nested_list("available_zones", zone_attributes()).computed().description("The zones, by id."),
        ])
        .attributes(data_source::optional_without_effect([
            Attribute::choice::<ResourceType>("resource_type", ""),
            Attribute::choice::<IoOptimized>("io_optimized", ""),
            Attribute::choice::<NetworkCategory>("network_category", ""),
            Attribute::number("spot_duration"),
            Attribute::string("scope"),
        ]))
    }

    async fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        let root = Path::default();
        if let Some(name) = text(config, "instance_type") {
            known_type(name, Path::root("instance_type"), diagnostics);
            for other in ["cores", "memory"] {
                check::not_both(config, &root, "instance_type", other, diagnostics);
            }
        }
        check::integer(config, &root, "cores", 1, diagnostics);
        check::above_zero(config, &root, "memory", diagnostics);
    }

    async fn read(&self, config: &Value, diagnostics: &mut Diagnostics) -> Value {
        let mut answer = Answer::empty(&self.schema(), config);
        if let Some(configured) = data_source::configured(&self.context, diagnostics)
            && let Some(Choice(system_disk)) = data_source::choice(config, "system_disk_category", diagnostics)
            && let Some(market) = market(&configured, diagnostics).await
            && let Some(zones) = find(config, system_disk, (&configured, &market), diagnostics).await
        {
            let ids: Vec<&str> = zones.iter().map(|zone| zone.zone_id.as_str()).collect();
            let rows = zones.iter().map(|zone| zone_row(zone, &market, system_disk)).collect();
            answer.set("ids", Value::list(ids.iter().copied()));
            answer.list("available_zones", &ids, rows, diagnostics);
        }
        answer.into_value()
    }
}

async fn market<'c>(configured: &'c Configured, diagnostics: &mut Diagnostics) -> Option<Market<'c>> {
    data_source::reply("look at the market", configured, configured.market().await, diagnostics)
}

/// `system_disk` is the category that was asked about.
async fn find(
    config: &Value,
    system_disk: Option<DiskCategory>,
    (configured, market): (&Configured, &Market<'_>),
    diagnostics: &mut Diagnostics,
) -> Option<Vec<AvailableZone>> {
    if let Some(zone) = text(config, "zone_id") {
        known_zone(zone, Path::root("zone_id"), configured, diagnostics)?;
    }
    let data_disk = data_source::choice::<DiskCategory>(config, "data_disk_category", diagnostics)?.0;
    let request = DescribeAvailableResourceRequest {
        zone_id: text(config, "zone_id").map(Into::into),
        instance_type: text(config, "instance_type").map(Into::into),
        cores: number(config, "cores").filter(|cores| !cores.is_zero()).and_then(|cores| cores.try_into().ok()),
        memory: number(config, "memory").filter(|memory| !memory.is_zero()),
        spot_strategy: data_source::spot_strategy(config, diagnostics)?,
        system_disk_category: system_disk,
        vendor: configured.vendor,
    };
    unused_scenario::warn(configured, diagnostics).await;
    let zones = configured.cloud.describe_available_resource(request).await;
    let mut zones = data_source::reply("look for available resources", configured, zones, diagnostics)?;
    if let Some(category) = data_disk {
        for zone in &mut zones {
            zone.resources.retain(|resource| {
                let offer = market.offer(zone.zone_id.as_str(), resource.instance_type.as_str());
                offer.is_some_and(|offer| offer.data_disk_categories.contains(&category))
            });
        }
    }
    Some(zones)
}

fn zone_attributes() -> Vec<Attribute> {
    let string = |name, text: &str| Attribute::string(name).computed().description(text.to_owned());
    vec![
        string("region_id", "The region."),
        string("zone_id", "The zone."),
        string("status", "`Available` if any of its types is, else `SoldOut`."),
        string("status_category", &format!("{}.", explained::<StatusCategory>())),
        Attribute::nested_list("available_resources", resource_attributes())
            .computed()
            .description("The instance types, by name."),
    ]
}

fn resource_attributes() -> Vec<Attribute> {
    let string = |name, text: &str| Attribute::string(name).computed().description(text.to_owned());
    let disks = |name, text: &'static str| {
        let number = |name, text: &'static str| Attribute::number(name).computed().description(text);
        Attribute::nested_list(
            name,
            [
                string("category", "The disk category."),
                number("min", "Smallest size, over all performance levels; null if none is published."),
                number("max", "Largest size, over all performance levels; null if none is published."),
                string("unit", "Always `GiB`."),
            ],
        )
        .computed()
        .description(text)
    };
    vec![
        string("instance_type", "The instance type."),
        string("status", "`Available` or `SoldOut`."),
        string("status_category", &format!("{}.", explained::<StatusCategory>())),
        Attribute::number("stock").computed().description("Number of free instances."),
        Attribute::number("hourly_price")
            .computed()
            .description("Hourly price of one instance, in simcloud's own tariff."),
        Attribute::bool("supported").computed().description(
            "Whether the zone sells the type with at least one category of system disk, no matter how many are free.",
        ),
        string(
            "unsupported_reason",
            "The error code with which a group leaves the pool out; null if the pool is supported.",
        ),
        disks("system_disks", "System disks that the pool supports."),
        disks("data_disks", "Data disks that the pool supports."),
    ]
}

/// `system_disk` is the category that was asked about.
fn zone_row(zone: &AvailableZone, market: &Market<'_>, system_disk: Option<DiskCategory>) -> Value {
    let row = |resource: &AvailableResource| {
        let offer = market.offer(zone.zone_id.as_str(), resource.instance_type.as_str())?;
        Some(resource_row(resource, &offer, system_disk))
    };
    Value::object([
        ("region_id", Value::from(zone.region_id.as_str())),
        ("zone_id", zone.zone_id.as_str().into()),
        ("status", zone.status.name().into()),
        ("status_category", zone.status_category.name().into()),
        ("available_resources", Value::list(zone.resources.iter().filter_map(row))),
    ])
}

fn resource_row(resource: &AvailableResource, offer: &Offer, system_disk: Option<DiskCategory>) -> Value {
    let disk = |category: DiskCategory, size: Option<(u32, u32)>| {
        Value::object([
            ("category", Value::from(category.name())),
            ("min", size.map(|(min, _)| min).into()),
            ("max", size.map(|(_, max)| max).into()),
            ("unit", "GiB".into()),
        ])
    };
    let system_disks = offer.system_disk_categories.iter().map(|category| disk(*category, category.system_gib()));
    let data_disks = offer.data_disk_categories.iter().map(|category| disk(*category, category.data_gib()));
    let reason = unsupported_reason(offer, system_disk);
    Value::object([
        ("instance_type", Value::from(resource.instance_type.as_str())),
        ("status", resource.status.name().into()),
        ("status_category", resource.status_category.name().into()),
        ("stock", resource.stock.into()),
        ("hourly_price", resource.hourly_price.into()),
        ("supported", reason.is_none().into()),
        ("unsupported_reason", reason.map(str::to_owned).into()),
        ("system_disks", Value::list(system_disks)),
        ("data_disks", Value::list(data_disks)),
    ])
}

/// Why a pool is left out of every pass, whatever its stock (G2).
fn unsupported_reason(offer: &Offer, system_disk: Option<DiskCategory>) -> Option<&'static str> {
    let takes_disk = match system_disk {
        Some(category) => offer.system_disk_categories.contains(&category),
        None => !offer.system_disk_categories.is_empty(),
    };
    match offer.sale {
        Sale::Discontinued => Some(codes::INSTANCE_TYPE_OFFLINE),
        Sale::NotSoldHere => Some(codes::RESOURCE_TYPE_NOT_SUPPORTED),
        Sale::OnSale if !takes_disk => Some(codes::NOT_SUPPORT_DISK_CATEGORY),
        Sale::OnSale => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ApiEnum;
    use crate::market::Scenario;

    #[test]
    fn g2_why_a_pool_is_not_supported() {
        let scenario = Scenario::default();
        for (zone_id, instance_type, system_disk, expected) in [
            ("cn-beijing-x", "ecs.g6e.large", None, Some("InvalidInstanceType.NotSupportDiskCategory")),
            ("cn-beijing-h", "ecs.g6e.large", None, None),
            ("cn-beijing-h", "ecs.g6e.large", Some("cloud_ssd"), Some("InvalidInstanceType.NotSupportDiskCategory")),
            ("cn-heyuan-b", "m1.small", None, Some("InvalidResourceType.NotSupported")),
            ("cn-hangzhou-b", "ecs.t1.small", None, Some("InstanceType.Offline")),
        ] {
            let offer = Market::new(&scenario).offer(zone_id, instance_type).unwrap();
            let reason = unsupported_reason(&offer, system_disk.and_then(|name| DiskCategory::parse(name).ok()));
            assert_eq!(reason, expected, "{instance_type} in {zone_id}");
        }
    }
}
