//! `simcloud_zones`: where instances can be had.

use std::sync::Arc;

use async_trait::async_trait;

use crate::base::{ApiEnum, InstanceTypeName};
use crate::catalogue::DiskCategory;
use crate::cloud::model::{DescribeAvailableResourceRequest, DescribeZonesRequest, StatusCategory, Zone};
use crate::provider::block::Configured;
use crate::provider::framework::catalogue_check::known_type;
use crate::provider::framework::check::{self, text};
use crate::provider::framework::context::ProviderContext;
use crate::provider::framework::data_source::{self, Answer};
use crate::tf::{Attribute, DataSource, Diagnostics, Path, Schema, Type, Value};

/// Services whose zones the real provider can ask for; here every zone has what instances need.
const RESOURCES: &[&str] = &[
    "Instance",
    "Disk",
    "VSwitch",
    "IoOptimized",
    "Rds",
    "PolarDB",
    "KVStore",
    "FunctionCompute",
    "Elasticsearch",
    "Slb",
    "MongoDB",
    "Gpdb",
    "HBase",
    "ADB",
    "Cassandra",
];

/// Kinds of resources that can be created in every zone.
const CREATABLE: [&str; 3] = ["Instance", "Disk", "VSwitch"];

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
             available, so that a fleet never makes its own zone disappear.",
        )
        .attributes([
            Attribute::string("available_instance_type").optional().description("Only zones with this instance type."),
            Attribute::string("available_disk_category")
                .optional()
                .description("Only zones with this disk category, such as `cloud_essd`; `all` asks for none."),
            data_source::charge_type(),
            data_source::spot_strategy_attribute(),
            Attribute::string("available_resource_creation")
                .optional()
                .description("A service, such as `Instance` or `VSwitch`. Without effect in the simulation."),
            data_source::output_file(),
            data_source::id_attribute(),
            Attribute::list("ids", Type::String).computed().description("Ids of the zones, in order."),
            Attribute::nested_list("zones", zone_attributes()).computed().description("The zones, by id."),
        ])
        .attributes(data_source::without_effect(&[
            ("multi", Type::Bool),
            ("network_type", Type::String),
            ("enable_details", Type::Bool),
            ("available_slb_address_type", Type::String),
            ("available_slb_address_ip_version", Type::String),
        ]))
    }

    async fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        let root = Path::default();
        if let Some(name) = text(config, "available_instance_type") {
            known_type(name, Path::root("available_instance_type"), diagnostics);
        }
        if text(config, "available_disk_category") != Some("all") {
            check::disk_category(config, &root, "available_disk_category", false, diagnostics);
        }
        check::one_of(config, &root, "available_resource_creation", RESOURCES, diagnostics);
        let addresses = &["Vpc", "classic_internet", "classic_intranet"];
        check::one_of(config, &root, "available_slb_address_type", addresses, diagnostics);
        check::one_of(config, &root, "available_slb_address_ip_version", &["ipv4", "ipv6"], diagnostics);
        data_source::check_billing(config, diagnostics);
    }

    async fn read(&self, config: &Value, diagnostics: &mut Diagnostics) -> Value {
        let mut answer = Answer::empty(&self.schema(), config);
        if let Some(configured) = data_source::configured(&self.context, diagnostics)
            && let Some(zones) = find(config, &configured, diagnostics).await
        {
            let ids: Vec<&str> = zones.iter().map(|zone| zone.zone_id.as_str()).collect();
            answer.set("ids", Value::list(ids.iter().copied()));
            answer.list("zones", &ids, zones.iter().map(row).collect(), diagnostics);
        }
        answer.into_value()
    }
}

/// The zones that have something for the billing, of the type and with the disk if such are given.
async fn find(config: &Value, configured: &Configured, diagnostics: &mut Diagnostics) -> Option<Vec<Zone>> {
    let category = text(config, "available_disk_category").and_then(|name| DiskCategory::parse(name).ok());
    let system = category.filter(|category| category.is_system());
    let request = DescribeAvailableResourceRequest {
        instance_type: text(config, "available_instance_type").map(Into::into),
        spot_strategy: data_source::spot_strategy(config),
        system_disk_category: system.map(|category| category.name().to_owned()),
        ..DescribeAvailableResourceRequest::default()
    };
    let available = configured.cloud.describe_available_resource(request).await;
    let available = data_source::reply("look for available zones", configured, available, diagnostics)?;
    let zones = configured.cloud.describe_zones(DescribeZonesRequest::default()).await;
    let mut zones = data_source::reply("list zones", configured, zones, diagnostics)?;
    zones.retain(|zone| {
        let in_market = available.iter().filter(|available| available.zone_id == zone.zone_id).any(|available| {
            available
                .resources
                .iter()
                .any(|resource| resource.supply > 0 && resource.status_category != StatusCategory::ClosedWithoutStock)
        });
        in_market && category.is_none_or(|category| zone.disk_categories.iter().any(|name| name == category.name()))
    });
    zones.sort_by(|a, b| a.zone_id.cmp(&b.zone_id));
    Some(zones)
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
        texts("multi_zone_ids", "Always empty."),
        texts("slb_slave_zone_ids", "Always empty."),
    ]
}

fn row(zone: &Zone) -> Value {
    Value::object([
        ("id", Value::from(zone.zone_id.as_str())),
        ("local_name", zone.local_name.as_str().into()),
        ("default_vswitch_id", zone.default_vswitch_id.as_str().into()),
        ("available_instance_types", Value::list(zone.instance_types.iter().map(InstanceTypeName::as_str))),
        ("available_disk_categories", Value::list(zone.disk_categories.iter().map(String::as_str))),
        ("available_resource_creation", Value::list(CREATABLE)),
        ("multi_zone_ids", Value::List(Vec::new())),
        ("slb_slave_zone_ids", Value::List(Vec::new())),
    ])
}
