//! `simcloud_instances`: all instances of the region, launched by any resource.

use async_trait::async_trait;

use crate::base::wildcard::matches_wildcard;
use crate::base::{Billing, KeyPairName, SecurityGroupId, VpcId, api_enum};
use crate::cloud::model::{DescribeInstancesRequest, FleetId, InstanceState, PlacedInstance};
use crate::provider::block::Configured;
use crate::provider::framework::check::{self, text};
use crate::provider::framework::data_source;
use crate::provider::framework::enumerations::{ChargeType, InternetChargeType};
use crate::provider::framework::listing::Listing;
use crate::tf::{Attribute, Diagnostics, Schema, Type, Value};

api_enum! {
    /// The state of an instance, as this API writes it.
    enum InstanceStatus {
        Running,
        Stopped,
        Pending,
        Creating,
        Starting,
        Stopping,
        /// Simcloud's own: the service has no lost instances.
        Terminated,
    }
}

#[derive(Debug)]
pub(crate) struct Instances;

#[async_trait]
impl Listing for Instances {
    type Object = PlacedInstance;

    const LIST: &'static str = "instances";
    const PAGE_SIZE: Option<usize> = Some(100);

    fn schema() -> Schema {
        let filter = |name, text: &'static str| Attribute::string(name).optional().description(text);
        Schema::new(
            "The instances of the provider's region, no matter what launched them. Lost instances are listed only if \
             `status` is `Terminated`.",
        )
        .attributes([
            data_source::ids("instances"),
            filter("name_regex", "Only instances whose name matches."),
            filter("instance_name", "Only instances of this name; `*` matches any text."),
            filter("image_id", "Only instances with this image."),
            Attribute::choice::<InstanceStatus>(
                "status",
                "Only instances in this state, where lost ones are `Terminated`: ",
            ),
            filter("vpc_id", "Only instances in this VPC."),
            filter("vswitch_id", "Only instances in this vSwitch."),
            filter("availability_zone", "Only instances in this zone."),
            filter("ram_role_name", "Only instances with this role."),
            Attribute::map("tags", Type::String).optional().description("Only instances that carry all of these tags."),
            Attribute::number("page_number")
                .optional()
                .description("Number of the page to return, from 1. Default: all pages."),
            Attribute::number("page_size").optional().description("Instances on a page. Default: 100."),
            data_source::output_file(),
            data_source::id_attribute(),
            Attribute::list("names", Type::String).computed().description("Names of the instances, in order."),
            Attribute::number("total_count").computed().description("Number of instances on all pages."),
            Attribute::nested_list("instances", instance_attributes())
                .computed()
                .description("The instances, by group or reservation, then by launch index."),
        ])
        .attributes(data_source::optional_without_effect([
            Attribute::string("resource_group_id"),
            Attribute::bool("enable_details"),
        ]))
    }

    async fn find(
        config: &Value,
        configured: &Configured,
        diagnostics: &mut Diagnostics,
    ) -> Option<Vec<PlacedInstance>> {
        let status = data_source::choice::<InstanceStatus>(config, "status", diagnostics)?.0;
        let mut request = DescribeInstancesRequest {
            instance_ids: data_source::ids_of(config, "ids"),
            zone_id: text(config, "availability_zone").map(Into::into),
            vswitch_id: text(config, "vswitch_id").map(Into::into),
            vpc_id: text(config, "vpc_id").map(Into::into),
            image_id: text(config, "image_id").map(Into::into),
            tags: check::tags_of(config, "tags"),
            ..DescribeInstancesRequest::default()
        };
        let mut instances = Vec::new();
        loop {
            let page = configured.cloud.describe_instances(request.clone()).await;
            let page = data_source::reply("list instances", configured, page, diagnostics)?;
            instances.extend(page.items);
            if page.next_token.is_none() {
                break;
            }
            request.next_token = page.next_token;
        }
        let regex = data_source::regex(config, "name_regex", diagnostics);
        instances.retain(|PlacedInstance { instance, role_name, .. }| {
            status.map_or(!instance.state.is_lost(), |status| status_of(instance.state) == status)
                && regex.as_ref().is_none_or(|regex| regex.is_match(&instance.instance_name))
                && text(config, "ram_role_name").is_none_or(|name| role_name.as_deref() == Some(name))
                && text(config, "instance_name").is_none_or(|filter| matches_wildcard(&instance.instance_name, filter))
        });
        Some(instances)
    }

    fn id(placed: &PlacedInstance) -> &str {
        placed.instance.instance_id.as_str()
    }

    fn name(placed: &PlacedInstance) -> &str {
        &placed.instance.instance_name
    }

    fn row(placed: &PlacedInstance) -> Value {
        row(placed)
    }
}

const fn status_of(state: InstanceState) -> InstanceStatus {
    match state {
        InstanceState::Pending => InstanceStatus::Pending,
        InstanceState::Running => InstanceStatus::Running,
        InstanceState::Stopped => InstanceStatus::Stopped,
        InstanceState::Terminated => InstanceStatus::Terminated,
    }
}

fn instance_attributes() -> Vec<Attribute> {
    let string = |name, text: &'static str| Attribute::string(name).computed().description(text);
    let number = |name, text: &'static str| Attribute::number(name).computed().description(text);
    vec![
        string("id", "The instance's id."),
        string("name", "Its name; its id if the request has no name."),
        string("status", "`Running`, `Stopped`, `Pending` or `Terminated`."),
        string("region_id", "Its region."),
        string("availability_zone", "Its zone."),
        string("instance_type", "Its type."),
        string("image_id", "Its image."),
        string("vpc_id", "The VPC of its vSwitch; empty for a lost instance whose vSwitch is gone."),
        string("vswitch_id", "Its vSwitch."),
        string("private_ip", "Its private address; empty if it has none."),
        string("public_ip", "Its public address; empty if it has none."),
        string("eip", "The elastic address that is associated with it; empty if there is none."),
        Attribute::list("security_groups", Type::String).computed().description("Ids of its security groups."),
        string("key_name", "Its key pair; empty if it has none."),
        string("creation_time", "When it was launched, RFC 3339."),
        string("instance_charge_type", "Always `PostPaid`."),
        string("internet_charge_type", "Always `PayByTraffic`."),
        number(
            "internet_max_bandwidth_out",
            "Its outbound internet bandwidth in Mbit/s; null unless it was launched by itself.",
        ),
        string("spot_strategy", "`NoSpot`, `SpotAsPriceGo` or `SpotWithPriceLimit`."),
        number("spot_price_limit", "The price ceiling of its launch; null if there was none."),
        number("hourly_price", "Its hourly price at launch."),
        string("auto_provisioning_group_id", "The group that launched it; empty if none did."),
        string("reservation_id", "The reservation that launched it; empty if none did."),
        string("scaling_group_id", "The scaling group that launched it; empty if none did."),
        number("launch_index", "Its launch index in the group, reservation or scaling group, from 0."),
        Attribute::nested_list(
            "disk_device_mappings",
            [
                string("device", "The device."),
                string("category", "Its disk category."),
                string("type", "`system`, or `data` for a disk that an instance was launched with by itself."),
                number("size", "Its size in GiB; null unless the instance was launched by itself."),
                string("disk_id", "Id of the system disk; empty unless the instance was launched by itself."),
                string("disk_name", "Always empty."),
            ],
        )
        .computed()
        .description("Its disks."),
        Attribute::map("tags", Type::String).computed().description("Its tags."),
        string("description", "Its description; empty unless it was launched by itself."),
        string("resource_group_id", "Always empty."),
        string("ram_role_name", "Its role; empty if it has none."),
    ]
}

fn row(placed: &PlacedInstance) -> Value {
    let (instance, details) = (&placed.instance, placed.details.as_ref());
    let address = |address: Option<std::net::Ipv4Addr>| address.map(|address| address.to_string()).unwrap_or_default();
    let (group, reservation, scaling_group) = match &instance.fleet {
        FleetId::Group(id) => (id.as_str(), "", ""),
        FleetId::Reservation(id) => ("", id.as_str(), ""),
        FleetId::ScalingGroup(id) => ("", "", id.as_str()),
        FleetId::Instance(_) => ("", "", ""),
    };
    let is_spot = instance.spot_strategy.billing() == Billing::Spot;
    Value::object([
        ("id", Value::from(instance.instance_id.as_str())),
        ("name", instance.instance_name.as_str().into()),
        ("status", status_of(instance.state).name().into()),
        ("region_id", instance.region_id.as_str().into()),
        ("availability_zone", instance.zone_id.as_str().into()),
        ("instance_type", instance.instance_type.as_str().into()),
        ("image_id", instance.image_id.as_str().into()),
        ("vpc_id", placed.vpc_id.as_ref().map_or("", VpcId::as_str).into()),
        ("vswitch_id", instance.vswitch_id.as_str().into()),
        ("private_ip", address(instance.private_ip).into()),
        ("public_ip", address(instance.public_ip).into()),
        ("eip", address(placed.eip).into()),
        ("security_groups", Value::list(instance.security_group_ids.iter().map(SecurityGroupId::as_str))),
        ("key_name", instance.key_name.as_ref().map_or("", KeyPairName::as_str).into()),
        ("creation_time", instance.launch_time.to_string().into()),
        ("instance_charge_type", ChargeType::PostPaid.name().into()),
        ("internet_charge_type", InternetChargeType::PayByTraffic.name().into()),
        ("internet_max_bandwidth_out", details.map(|details| details.internet_max_bandwidth_out).into()),
        ("spot_strategy", instance.spot_strategy.name().into()),
        ("spot_price_limit", instance.spot_price_limit.filter(|_| is_spot).into()),
        ("hourly_price", instance.hourly_price.into()),
        ("auto_provisioning_group_id", group.into()),
        ("reservation_id", reservation.into()),
        ("scaling_group_id", scaling_group.into()),
        ("launch_index", instance.launch_index.into()),
        ("disk_device_mappings", Value::list(disks(placed))),
        ("tags", Value::from(instance.tags.clone())),
        ("description", details.and_then(|details| details.description.as_deref()).unwrap_or_default().into()),
        ("resource_group_id", "".into()),
        ("ram_role_name", placed.role_name.as_deref().unwrap_or_default().into()),
    ])
}

/// The system disk, and the data disks of an instance that was launched by itself.
fn disks(placed: &PlacedInstance) -> Vec<Value> {
    let (instance, details) = (&placed.instance, placed.details.as_ref());
    let disk = |device: String, kind: &str, category: &str, size: Option<u32>, id: &str| {
        Value::object([
            ("device", Value::from(device)),
            ("category", category.into()),
            ("type", kind.into()),
            ("size", size.into()),
            ("disk_id", id.into()),
            ("disk_name", "".into()),
        ])
    };
    let size = details.map(|details| details.system_disk_size);
    let id = details.map_or("", |details| details.system_disk_id.as_str());
    let system = disk("/dev/xvda".to_owned(), "system", &instance.system_disk_category, size, id);
    let data = details.into_iter().flat_map(|details| &details.data_disks).zip('b'..='z');
    let data = data.map(|(known, letter)| {
        let category = known.category.as_deref().unwrap_or_default();
        disk(format!("/dev/xvd{letter}"), "data", category, Some(known.size), "")
    });
    std::iter::once(system).chain(data).collect()
}
