//! `simcloud_vswitches`: the vSwitches of the region, the default ones among them.

use async_trait::async_trait;

use crate::cloud::model::{DescribeVSwitchesRequest, VSwitch};
use crate::provider::block::Configured;
use crate::provider::framework::check::{self, text};
use crate::provider::framework::data_source;
use crate::provider::framework::enumerations::NetworkStatus;
use crate::provider::framework::listing::Listing;
use crate::tf::{Attribute, Diagnostics, Schema, Type, Value};

#[derive(Debug)]
pub(crate) struct VSwitches;

#[async_trait]
impl Listing for VSwitches {
    type Object = VSwitch;

    const LIST: &'static str = "vswitches";
    const PAGE_SIZE: Option<usize> = None;

    fn schema() -> Schema {
        Schema::new("The vSwitches of the provider's region: the default ones by zone, then by creation.")
            .attributes(filters())
            .attributes([
                data_source::ids("vSwitches"),
                data_source::output_file(),
                data_source::id_attribute(),
                Attribute::list("names", Type::String).computed().description("Names of the vSwitches, in order."),
                Attribute::nested_list("vswitches", vswitch_attributes()).computed().description("The vSwitches."),
            ])
            .attributes(data_source::optional_without_effect([
                Attribute::bool("dry_run"),
                Attribute::string("resource_group_id"),
                Attribute::number("vswitch_owner_id"),
            ]))
    }

    async fn find(config: &Value, configured: &Configured, diagnostics: &mut Diagnostics) -> Option<Vec<VSwitch>> {
        find(config, configured, diagnostics).await
    }

    fn id(vswitch: &VSwitch) -> &str {
        vswitch.vswitch_id.as_str()
    }

    fn name(vswitch: &VSwitch) -> &str {
        name(vswitch)
    }

    fn row(vswitch: &VSwitch) -> Value {
        row(vswitch)
    }
}

/// The filters besides `ids`, which the list resource has too.
pub(crate) fn filters() -> Vec<Attribute> {
    let filter = |name, text: &'static str| Attribute::string(name).optional().description(text);
    vec![
        filter("name_regex", "Only vSwitches whose name matches."),
        filter("vswitch_name", "Only vSwitches of this name."),
        filter("cidr_block", "Only vSwitches with this block."),
        filter("vpc_id", "Only vSwitches of this VPC."),
        filter("zone_id", "Only vSwitches in this zone."),
        filter("route_table_id", "Only vSwitches with this route table."),
        Attribute::choice::<NetworkStatus>("status", "Only vSwitches in this state; all are `Available`: "),
        Attribute::bool("is_default")
            .optional()
            .description("With `true` only the default vSwitches, with `false` all others."),
        Attribute::map("tags", Type::String).optional().description("Only vSwitches that carry all of these tags."),
    ]
}

/// In the order of the service; `None` after an error, which is reported.
pub(crate) async fn find(
    config: &Value,
    configured: &Configured,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<VSwitch>> {
    let request = DescribeVSwitchesRequest {
        vswitch_ids: data_source::ids_of(config, "ids"),
        vpc_id: text(config, "vpc_id").map(Into::into),
        zone_id: text(config, "zone_id").map(Into::into),
        is_default: config.get("is_default").as_bool(),
        name: text(config, "vswitch_name").map(str::to_owned),
        tags: check::tags_of(config, "tags"),
    };
    let vswitches = configured.cloud.describe_vswitches(request).await;
    let mut vswitches = data_source::reply("list vSwitches", configured, vswitches, diagnostics)?;
    let regex = data_source::regex(config, "name_regex", diagnostics);
    vswitches.retain(|vswitch| {
        regex.as_ref().is_none_or(|regex| regex.is_match(name(vswitch)))
            && text(config, "cidr_block").is_none_or(|block| vswitch.cidr_block == block)
            && text(config, "route_table_id").is_none_or(|id| vswitch.route_table_id == id)
            && text(config, "status").is_none_or(|status| status == NetworkStatus::Available.name())
    });
    Some(vswitches)
}

pub(crate) fn name(vswitch: &VSwitch) -> &str {
    vswitch.request.name.as_deref().unwrap_or_default()
}

fn vswitch_attributes() -> Vec<Attribute> {
    let string = |name, text: &'static str| Attribute::string(name).computed().description(text);
    vec![
        string("id", "The vSwitch's id."),
        string("vswitch_id", "The vSwitch's id, like `id`."),
        string("vswitch_name", "Its name, which `name_regex` is matched against."),
        string("name", "Its name, like `vswitch_name`."),
        string("description", "Its description."),
        string("cidr_block", "Its block of addresses."),
        string("vpc_id", "The VPC it lies in."),
        string("zone_id", "The zone it lies in."),
        Attribute::bool("is_default").computed().description("Whether it is the zone's default vSwitch."),
        Attribute::number("available_ip_address_count").computed().description("How many of its addresses are free."),
        Attribute::bool("enable_ipv6").computed().description("Whether it has IPv6 addresses."),
        string("ipv6_cidr_block", "Its block of IPv6 addresses; empty if it has none."),
        string("creation_time", "When it was created, RFC 3339."),
        string("resource_group_id", "Always empty."),
        string("route_table_id", "The VPC's route table."),
        string("status", "Always `Available`."),
        Attribute::map("tags", Type::String).computed().description("Its tags."),
    ]
}

fn row(vswitch: &VSwitch) -> Value {
    Value::object([
        ("id", Value::from(vswitch.vswitch_id.as_str())),
        ("vswitch_id", vswitch.vswitch_id.as_str().into()),
        ("vswitch_name", name(vswitch).into()),
        ("name", name(vswitch).into()),
        ("description", vswitch.request.description.as_deref().unwrap_or_default().into()),
        ("cidr_block", vswitch.cidr_block.as_str().into()),
        ("vpc_id", vswitch.vpc_id.as_str().into()),
        ("zone_id", vswitch.zone_id.as_str().into()),
        ("is_default", vswitch.is_default.into()),
        ("available_ip_address_count", vswitch.available_ip_address_count.into()),
        ("enable_ipv6", vswitch.ipv6_cidr_block.is_some().into()),
        ("ipv6_cidr_block", vswitch.ipv6_cidr_block.as_deref().unwrap_or_default().into()),
        ("creation_time", vswitch.create_time.to_string().into()),
        ("resource_group_id", "".into()),
        ("route_table_id", vswitch.route_table_id.as_str().into()),
        ("status", NetworkStatus::Available.name().into()),
        ("tags", data_source::tags_value(&vswitch.request.tags)),
    ])
}
