//! `simcloud_zones`: where instances can be had.

use std::sync::Arc;

use async_trait::async_trait;

use crate::base::order::Order;
use crate::base::{ApiEnum, InstanceTypeName, api_enum};
use crate::catalogue::DiskCategory;
use crate::cloud::model::{AvailableResource, DescribeAvailableResourceRequest, DescribeZonesRequest, Zone};
use crate::provider::block::Configured;
use crate::provider::framework::catalogue_check::known_type;
use crate::provider::framework::check::text;
use crate::provider::framework::choice::Choice;
use crate::provider::framework::context::ProviderContext;
use crate::provider::framework::data_source::{self, Answer};
use crate::provider::framework::enumerations::NetworkType;
use crate::provider::framework::without_effect::without_effect;
use crate::tf::{Attribute, DataSource, Diagnostics, Path, Schema, Type, Value};

api_enum! {
    /// A service whose zones the real provider can ask for; here every zone has what instances need.
    enum ZoneService {
        Instance,
        Disk,
        VSwitch,
        IoOptimized,
        Rds,
        PolarDb = "PolarDB",
        KvStore = "KVStore",
        FunctionCompute,
        Elasticsearch,
        Slb,
        MongoDb = "MongoDB",
        Gpdb,
        HBase,
        Adb = "ADB",
        Cassandra,
    }
}

api_enum! {
    /// The network of a load balancer's address.
    enum AddressType {
        Vpc,
        ClassicInternet = "classic_internet",
        ClassicIntranet = "classic_intranet",
    }
}

api_enum! {
    /// The version of a load balancer's address.
    enum IpVersion {
        Ipv4 = "ipv4",
        Ipv6 = "ipv6",
    }
}

/// Kinds of resources that can be created in every zone.
const CREATABLE: [ZoneService; 3] = [ZoneService::Instance, ZoneService::Disk, ZoneService::VSwitch];

/// In place of a disk category: any.
const ANY_DISK: &str = "all";

#[derive(Debug)]
pub(crate) struct ZonesDataSource {
    context: Arc<ProviderContext>,
}

impl ZonesDataSource {
    pub(crate) fn new(context: &Arc<ProviderContext>) -> Self {
        Self { context: Arc::clone(context) }
    }
}

#[async_trait]
impl DataSource for ZonesDataSource {
    fn schema(&self) -> Schema {
        Schema::new(
            "The zones of the provider's region in which instances are available.\n\nA zone is left out if the market has \
             no supply there of the given type, disk and billing. Capacity that this world's own instances use counts as \
             available, so that a fleet never makes its own zone disappear. Under the name alicloud only zones and types of Alibaba \
             Cloud are listed.",
        )
        .attributes([
            Attribute::string("available_instance_type").optional().description("Only zones with this instance type."),
            Attribute::string("available_disk_category")
                .optional()
                .one_of(DiskCategory::NAMES.iter().copied().chain([ANY_DISK]))
                .description(format!(
                    "Only zones with this disk category, such as `cloud_essd`; `{ANY_DISK}` asks for none."
                )),
            data_source::charge_type(),
            data_source::spot_strategy_attribute(),
            without_effect(
                Attribute::string("available_resource_creation")
                    .optional()
                    .one_of_names::<ZoneService>()
                    .description("A service, such as `Instance` or `VSwitch`."),
            ),
            data_source::output_file(),
            data_source::id_attribute(),
            Attribute::list("ids", Type::String).computed().description("Ids of the zones, in order."),
            Attribute::nested_list("zones", zone_attributes()).computed().description("The zones, by id."),
        ])
        .attributes([Attribute::bool("multi").optional().description(
            "Whether to list combinations of zones, in which a service of databases keeps one object in several zones, such \
             as `cn-beijing-MAZ1(a,b)`. Only with such a service in `available_resource_creation`; a region of one zone \
             has none and lists that zone.",
        )])
        .attributes(data_source::optional_without_effect([
            Attribute::choice::<NetworkType>("network_type", ""),
            Attribute::bool("enable_details"),
            Attribute::choice::<AddressType>("available_slb_address_type", ""),
            Attribute::choice::<IpVersion>("available_slb_address_ip_version", ""),
        ]))
    }

    async fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        if let Some(name) = text(config, "available_instance_type") {
            known_type(name, Path::root("available_instance_type"), diagnostics);
        }
    }

    async fn read(&self, config: &Value, diagnostics: &mut Diagnostics) -> Value {
        let mut answer = Answer::empty(&self.schema(), config);
        if let Some(configured) = data_source::configured(&self.context, diagnostics)
            && let Some(zones) = find(config, &configured, diagnostics).await
        {
            let combined = if asks_for_combinations(config) { combinations(&zones) } else { Vec::new() };
            let (ids, rows): (Vec<&str>, Vec<Value>) = if combined.is_empty() {
                zones.iter().map(|zone| (zone.zone_id.as_str(), row(zone))).unzip()
            } else {
                combined.iter().map(|combination| (combination.id.as_str(), combination.row())).unzip()
            };
            answer.set("ids", Value::list(ids.iter().copied()));
            answer.list("zones", &ids, rows, diagnostics);
        }
        answer.into_value()
    }
}

/// The zones that have something for the billing, of the type and with the disk if such are given.
async fn find(config: &Value, configured: &Configured, diagnostics: &mut Diagnostics) -> Option<Vec<Zone>> {
    let category = disk_category(config, diagnostics)?.0;
    let request = DescribeAvailableResourceRequest {
        instance_type: text(config, "available_instance_type").map(Into::into),
        spot_strategy: data_source::spot_strategy(config, diagnostics)?,
        system_disk_category: category.filter(|category| category.is_system()),
        vendor: configured.vendor,
        ..DescribeAvailableResourceRequest::default()
    };
    let available = configured.cloud.describe_available_resource(request).await;
    let available = data_source::reply("look for available zones", configured, available, diagnostics)?;
    let request = DescribeZonesRequest { vendor: configured.vendor, ..DescribeZonesRequest::default() };
    let zones = configured.cloud.describe_zones(request).await;
    let mut zones = data_source::reply("list zones", configured, zones, diagnostics)?;
    zones.retain(|zone| {
        let in_market = available
            .iter()
            .filter(|available| available.zone_id == zone.zone_id)
            .any(|available| available.resources.iter().any(AvailableResource::is_supplied));
        in_market && category.is_none_or(|category| zone.disk_categories.iter().any(|name| name == category.name()))
    });
    zones.order_by(|a, b| a.zone_id.cmp(&b.zone_id));
    Some(zones)
}

/// The disk category asked for; `None` after an error, which is reported.
fn disk_category(config: &Value, diagnostics: &mut Diagnostics) -> Option<Choice<DiskCategory>> {
    const NAME: &str = "available_disk_category";
    if text(config, NAME) == Some(ANY_DISK) {
        Some(Choice(None))
    } else {
        data_source::choice(config, NAME, diagnostics)
    }
}

fn zone_attributes() -> Vec<Attribute> {
    let texts = |name, text: &'static str| Attribute::list(name, Type::String).computed().description(text);
    vec![
        Attribute::string("id").computed().description("The zone's id."),
        Attribute::string("local_name").computed().description("The zone's name."),
        Attribute::string("default_vswitch_id").computed().description("The zone's default vSwitch."),
        texts("available_instance_types", "Instance types sold in the zone, by name."),
        texts("available_disk_categories", "Disk categories available in the zone."),
        texts("available_resource_creation", "Kinds of resources that can be created in the zone."),
        texts("multi_zone_ids", "The zones of a combination; empty for one zone."),
        texts("slb_slave_zone_ids", "Always empty."),
    ]
}

/// Whether the zones of one object are asked for, of a service that has such objects.
fn asks_for_combinations(config: &Value) -> bool {
    let service = text(config, "available_resource_creation").and_then(|name| ZoneService::parse(name).ok());
    config.get("multi").as_bool() == Some(true)
        && matches!(
            service,
            Some(
                ZoneService::Rds
                    | ZoneService::PolarDb
                    | ZoneService::KvStore
                    | ZoneService::MongoDb
                    | ZoneService::Gpdb
                    | ZoneService::HBase
                    | ZoneService::Adb
                    | ZoneService::Elasticsearch
            )
        )
}

/// Two zones in which one object lies.
struct Combination<'a> {
    id: String,
    zones: [&'a str; 2],
}

impl Combination<'_> {
    /// Like the real provider, nothing but the ids.
    fn row(&self) -> Value {
        let nothing = || Value::List(Vec::new());
        Value::object([
            ("id", Value::from(self.id.as_str())),
            ("local_name", "".into()),
            ("default_vswitch_id", "".into()),
            ("available_instance_types", nothing()),
            ("available_disk_categories", nothing()),
            ("available_resource_creation", nothing()),
            ("multi_zone_ids", Value::list(self.zones)),
            ("slb_slave_zone_ids", nothing()),
        ])
    }
}

/// Each zone with the next one: `cn-beijing-MAZ1(a,b)` is `cn-beijing-a` and `cn-beijing-b`.
fn combinations(zones: &[Zone]) -> Vec<Combination<'_>> {
    let pairs = zones.windows(2).zip(1..);
    let combined = pairs.filter_map(|(pair, number)| {
        let [one, other] = pair else { return None };
        let ids = [one.zone_id.as_str(), other.zone_id.as_str()];
        let [Some(a), Some(b)] = ids.map(|id| id.chars().next_back()) else { return None };
        let beginning = ids[0].strip_suffix(a)?;
        Some(Combination { id: format!("{beginning}MAZ{number}({a},{b})"), zones: ids })
    });
    combined.collect()
}

fn row(zone: &Zone) -> Value {
    Value::object([
        ("id", Value::from(zone.zone_id.as_str())),
        ("local_name", zone.local_name.as_str().into()),
        ("default_vswitch_id", zone.default_vswitch_id.as_str().into()),
        ("available_instance_types", Value::list(zone.instance_types.iter().map(InstanceTypeName::as_str))),
        ("available_disk_categories", Value::list(zone.disk_categories.iter().map(String::as_str))),
        ("available_resource_creation", Value::list(CREATABLE.map(ZoneService::name))),
        ("multi_zone_ids", Value::List(Vec::new())),
        ("slb_slave_zone_ids", Value::List(Vec::new())),
    ])
}
