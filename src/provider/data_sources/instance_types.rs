//! `simcloud_instance_types`: which types the region has, chosen by their properties.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;

use crate::base::order::Order;
use crate::base::{Decimal, api_enum};
use crate::catalogue::{self, InstanceType, NetworkLimits};
use crate::cloud::model::{DescribeAvailableResourceRequest, DescribeInstanceTypesRequest};
use crate::provider::block::Configured;
use crate::provider::framework::attributes::disk_category;
use crate::provider::framework::catalogue_check::{known_image, known_type, known_zone};
use crate::provider::framework::check::{self, number, text};
use crate::provider::framework::context::ProviderContext;
use crate::provider::framework::data_source::{self, Answer};
use crate::provider::framework::enumerations::NetworkType;
use crate::tf::{Attribute, DataSource, Diagnostics, Path, Schema, Type, Value};

api_enum! {
    /// What a node of a Kubernetes cluster does.
    enum NodeRole {
        Master,
        Worker,
    }
}

api_enum! {
    /// What the types are sorted by.
    enum TypeOrder {
        Cpu = "CPU",
        Memory,
        Price,
    }
}

#[derive(Debug)]
pub(crate) struct InstanceTypesDataSource {
    context: Arc<ProviderContext>,
}

impl InstanceTypesDataSource {
    pub(crate) fn new(context: &Arc<ProviderContext>) -> Self {
        Self { context: Arc::clone(context) }
    }
}

#[async_trait]
impl DataSource for InstanceTypesDataSource {
    fn schema(&self) -> Schema {
        Schema::new(
            "The instance types available in the provider's region, filtered by their properties.\n\nA type is left out if \
             the market has no supply of it for the given billing. Capacity that this world's own instances use counts as \
             available, so that a fleet never makes its own type disappear. Under the name alicloud only types of Alibaba Cloud are \
             listed.",
        )
        .attributes([
            Attribute::string("availability_zone").optional().description("Only types available in this zone."),
            Attribute::number("cpu_core_count").optional().description("Only types with this number of vCPUs."),
            Attribute::number("memory_size").optional().description("Only types with this memory size in GiB."),
            Attribute::string("instance_type_family")
                .optional()
                .description("Only types of this family, such as `ecs.g7`."),
            Attribute::number("gpu_amount").optional().description("Only types with this number of GPUs."),
            Attribute::string("gpu_spec").optional().description("Only types with this model of GPU."),
            Attribute::string("instance_type").optional().description("Only this type."),
            Attribute::number("eni_amount")
                .optional()
                .description("Only types with at least this number of network interfaces."),
            Attribute::number("minimum_eni_private_ip_address_quantity")
                .optional()
                .description("Only types with at least this number of private IPv4 addresses on each network interface."),
            Attribute::number("minimum_eni_ipv6_address_quantity")
                .optional()
                .description("Only types with at least this number of IPv6 addresses on each network interface."),
            Attribute::string("image_id").optional().description("Only types that run this image."),
            disk_category("system_disk_category", true)
                .description("Only types that support this category of system disk."),
            Attribute::choice::<NodeRole>(
                "kubernetes_node_role",
                "Only types that a Kubernetes node of this role can have, with 2 vCPUs and 4 GiB or more: ",
            ),
            Attribute::choice::<TypeOrder>(
                "sorted_by",
                "Ascending order of the types, and by name among equals; without it they are sorted by name: ",
            ),
            data_source::charge_type(),
            data_source::spot_strategy_attribute(),
            data_source::output_file(),
            data_source::id_attribute(),
            Attribute::list("ids", Type::String).computed().description("Names of the types, in order."),
            Attribute::nested_list("instance_types", type_attributes()).computed().description("The types."),
        ])
        .attributes(data_source::optional_without_effect([
            Attribute::choice::<NetworkType>("network_type", ""),
            Attribute::bool("is_outdated"),
        ]))
    }

    async fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        let root = Path::default();
        check::integer(config, &root, "cpu_core_count", 0, diagnostics);
        check::integer(config, &root, "gpu_amount", 0, diagnostics);
        for name in ["eni_amount", "minimum_eni_private_ip_address_quantity", "minimum_eni_ipv6_address_quantity"] {
            check::integer(config, &root, name, 0, diagnostics);
        }
        if let Some(name) = text(config, "instance_type") {
            known_type(name, Path::root("instance_type"), diagnostics);
        }
    }

    async fn read(&self, config: &Value, diagnostics: &mut Diagnostics) -> Value {
        let mut answer = Answer::empty(&self.schema(), config);
        if let Some(configured) = data_source::configured(&self.context, diagnostics)
            && let Some(found) = find(config, &configured, diagnostics).await
        {
            let names: Vec<&str> = found.iter().map(|found| found.of.name).collect();
            answer.set("ids", Value::list(names.iter().copied()));
            answer.list("instance_types", &names, found.iter().map(row).collect(), diagnostics);
        }
        answer.into_value()
    }
}

/// A type with the zones that have it.
struct FoundType {
    of: &'static InstanceType,
    zone_ids: Vec<String>,
    /// The lowest among those zones.
    price: Decimal,
}

async fn find(config: &Value, configured: &Configured, diagnostics: &mut Diagnostics) -> Option<Vec<FoundType>> {
    if let Some(zone) = text(config, "availability_zone") {
        known_zone(zone, Path::root("availability_zone"), configured, diagnostics)?;
    }
    let image = match text(config, "image_id") {
        Some(id) => Some(known_image(id, Path::root("image_id"), configured, diagnostics)?),
        None => None,
    };
    let role = data_source::choice::<NodeRole>(config, "kubernetes_node_role", diagnostics)?.0;
    let order = data_source::choice::<TypeOrder>(config, "sorted_by", diagnostics)?.0;
    let zones = zones_by_type(config, configured, diagnostics).await?;
    let request = DescribeInstanceTypesRequest { vendor: configured.vendor, ..DescribeInstanceTypesRequest::default() };
    let known = configured.cloud.describe_instance_types(request).await;
    let known = data_source::reply("list instance types", configured, known, diagnostics)?;
    let mut found: Vec<FoundType> = known
        .iter()
        .filter_map(|known| catalogue::instance_type(known.instance_type.as_str()))
        .filter(|known| image.as_ref().is_none_or(|image| image.suits(known)))
        .filter(|known| matches(known, config) && role.is_none_or(|role| can_be_node(known, role)))
        .filter_map(|of| {
            let (zone_ids, price) = zones.get(of.name)?.clone();
            Some(FoundType { of, zone_ids, price })
        })
        .collect();
    found.order_by_key(|found| found.of.name);
    match order {
        Some(TypeOrder::Cpu) => found.order_by_key(|found| found.of.vcpus),
        Some(TypeOrder::Memory) => found.order_by_key(|found| found.of.memory_gib),
        Some(TypeOrder::Price) => found.order_by_key(|found| found.price),
        None => {}
    }
    Some(found)
}

/// The zones where the market has a type, and its lowest price there, by name of the type.
async fn zones_by_type(
    config: &Value,
    configured: &Configured,
    diagnostics: &mut Diagnostics,
) -> Option<BTreeMap<String, (Vec<String>, Decimal)>> {
    let request = DescribeAvailableResourceRequest {
        zone_id: text(config, "availability_zone").map(Into::into),
        spot_strategy: data_source::spot_strategy(config, diagnostics)?,
        system_disk_category: data_source::choice(config, "system_disk_category", diagnostics)?.0,
        ..DescribeAvailableResourceRequest::default()
    };
    let available = configured.cloud.describe_available_resource(request).await;
    let available = data_source::reply("look for available instance types", configured, available, diagnostics)?;
    let mut zones: BTreeMap<String, (Vec<String>, Decimal)> = BTreeMap::new();
    for zone in &available {
        for resource in zone.resources.iter().filter(|resource| resource.is_supplied()) {
            let (ids, lowest) = zones
                .entry(resource.instance_type.as_str().to_owned())
                .or_insert_with(|| (Vec::new(), resource.hourly_price));
            ids.push(zone.zone_id.as_str().to_owned());
            *lowest = resource.hourly_price.min(*lowest);
        }
    }
    Some(zones)
}

/// Zero and an empty text ask for nothing, as in the real provider.
fn matches(known: &InstanceType, config: &Value) -> bool {
    let asked = |name: &str| number(config, name).filter(|number| !number.is_zero());
    let gpus = known.gpus.as_ref();
    let limits = NetworkLimits::of(known);
    let has_at_least = |name: &str, most: u32| asked(name).is_none_or(|least| least <= Decimal::from(most));
    asked("cpu_core_count").is_none_or(|count| count == Decimal::from(known.vcpus))
        && asked("memory_size").is_none_or(|gib| gib == known.memory_gib)
        && asked("gpu_amount").is_none_or(|count| gpus.is_some_and(|gpus| count == Decimal::from(gpus.count)))
        && has_at_least("eni_amount", limits.interfaces)
        && has_at_least("minimum_eni_private_ip_address_quantity", limits.private_addresses)
        && has_at_least("minimum_eni_ipv6_address_quantity", limits.ipv6_addresses)
        && text(config, "instance_type").is_none_or(|name| known.name == name)
        && text(config, "gpu_spec").is_none_or(|model| gpus.is_some_and(|gpus| gpus.model == model))
        && text(config, "instance_type_family").is_none_or(|family| known.family.name == family)
}

/// Whether a type can be a Kubernetes node of this role: at least 2 vCPUs and 4 GiB, no `ecs.t5`, no GPU for a master.
fn can_be_node(known: &InstanceType, role: NodeRole) -> bool {
    known.vcpus >= 2
        && known.memory_gib >= Decimal::from(4)
        && known.family.name != "ecs.t5"
        && (role != NodeRole::Master || known.gpus.is_none())
}

fn type_attributes() -> Vec<Attribute> {
    let number = |name, text: &'static str| Attribute::number(name).computed().description(text);
    let string = |name, text: &'static str| Attribute::string(name).computed().description(text);
    let texts = |name, text: &'static str| Attribute::map(name, Type::String).computed().description(text);
    vec![
        string("id", "Name of the type."),
        number("cpu_core_count", "vCPUs."),
        number("memory_size", "Memory in GiB."),
        string("family", "Family of the type."),
        string("instance_family_level", "`EntryLevel`, `EnterpriseLevel` or `CreditEntryLevel`."),
        string("architecture", "Architecture of the processor: `x86_64` or `arm64`."),
        string("price", "Lowest hourly price among the zones, in simcloud's own tariff, as a text."),
        Attribute::list("availability_zones", Type::String)
            .computed()
            .description("Ids of the zones that sell the type, in order."),
        texts("gpu", "GPUs of the type: `amount`, which is `0` without, and `category`, the model."),
        texts(
            "burstable_instance",
            "CPU credits: `initial_credit` and `baseline_credit`, which are not simulated and `0`.",
        ),
        Attribute::bool("burstable").computed().description("Whether the type is burstable."),
        texts("local_storage", "Local disks: `amount`, which is `0` without, `capacity`, GiB of each, and `category`."),
        number("eni_amount", "Network interfaces, like `eni_quantity`."),
        number("eni_quantity", "Network interfaces, by the number of vCPUs."),
        number("eni_private_ip_address_quantity", "Private IPv4 addresses of each network interface."),
        number("eni_ipv6_address_quantity", "IPv6 addresses of each network interface."),
        number("primary_eni_queue_number", "Queues of the primary network interface."),
        number("secondary_eni_queue_number", "Queues of each further network interface."),
        number("maximum_queue_number_per_eni", "Most queues of one network interface."),
        number("total_eni_queue_quantity", "Queues of all network interfaces."),
        string("nvme_support", "Not simulated: null."),
    ]
}

fn row(found: &FoundType) -> Value {
    let of = found.of;
    let (gpus, disks) = (of.gpus.as_ref(), of.local_disks.as_ref());
    let limits = NetworkLimits::of(of);
    Value::object([
        ("id", Value::from(of.name)),
        ("cpu_core_count", of.vcpus.into()),
        ("memory_size", of.memory_gib.into()),
        ("family", of.family.name.into()),
        ("instance_family_level", of.family.level.name().into()),
        ("architecture", of.family.architecture.name().into()),
        ("price", found.price.to_string().into()),
        ("availability_zones", Value::list(found.zone_ids.iter().map(String::as_str))),
        (
            "gpu",
            texts([
                ("amount", gpus.map_or(0, |gpus| gpus.count).to_string()),
                ("category", gpus.map_or("", |gpus| gpus.model).to_owned()),
            ]),
        ),
        ("burstable_instance", Value::object([("initial_credit", "0"), ("baseline_credit", "0")])),
        ("burstable", of.family.is_burstable().into()),
        (
            "local_storage",
            texts([
                ("amount", disks.map_or(0, |disks| disks.count).to_string()),
                ("capacity", disks.map_or(0, |disks| disks.gib_each).to_string()),
                ("category", disks.map_or("", |disks| disks.category).to_owned()),
            ]),
        ),
        ("eni_amount", limits.interfaces.into()),
        ("eni_quantity", limits.interfaces.into()),
        ("eni_private_ip_address_quantity", limits.private_addresses.into()),
        ("eni_ipv6_address_quantity", limits.ipv6_addresses.into()),
        ("primary_eni_queue_number", limits.queues.into()),
        ("secondary_eni_queue_number", limits.queues.into()),
        ("maximum_queue_number_per_eni", limits.queues.into()),
        ("total_eni_queue_quantity", limits.queues.saturating_mul(limits.interfaces).into()),
        ("nvme_support", Value::Null),
    ])
}

/// The real provider's maps of texts, whose numbers are texts.
fn texts<const N: usize>(members: [(&str, String); N]) -> Value {
    Value::object(members)
}
