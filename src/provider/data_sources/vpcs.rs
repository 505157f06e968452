//! `simcloud_vpcs`: the VPCs of the region, the default one among them.

use async_trait::async_trait;

use crate::cloud::model::{DescribeVpcsRequest, Vpc};
use crate::provider::block::Configured;
use crate::provider::framework::check::{self, text};
use crate::provider::framework::data_source;
use crate::provider::framework::enumerations::NetworkStatus;
use crate::provider::framework::listing::Listing;
use crate::tf::{Attribute, Diagnostics, Schema, Type, Value};

#[derive(Debug)]
pub(crate) struct Vpcs;

#[async_trait]
impl Listing for Vpcs {
    type Object = Vpc;

    const LIST: &'static str = "vpcs";

    fn schema() -> Schema {
        Schema::new("The VPCs of the provider's region: the default one first, then by creation.")
            .attributes(filters())
            .attributes([
                data_source::ids("VPCs"),
                Attribute::number("page_number")
                    .optional()
                    .description("Number of the page to return, from 1. Default: all pages."),
                Attribute::number("page_size").optional().description("VPCs on a page. Default: 50."),
                data_source::output_file(),
                data_source::id_attribute(),
                Attribute::list("names", Type::String).computed().description("Names of the VPCs, in order."),
                Attribute::number("total_count").computed().description("Number of VPCs on all pages."),
                Attribute::nested_list("vpcs", vpc_attributes()).computed().description("The VPCs."),
            ])
            .attributes(data_source::optional_without_effect([
                Attribute::string("dhcp_options_set_id"),
                Attribute::bool("dry_run"),
                Attribute::bool("enable_details"),
                Attribute::number("vpc_owner_id"),
            ]))
    }

    async fn find(config: &Value, configured: &Configured, diagnostics: &mut Diagnostics) -> Option<Vec<Vpc>> {
        find(config, configured, diagnostics).await
    }

    fn id(vpc: &Vpc) -> &str {
        vpc.vpc_id.as_str()
    }

    fn name(vpc: &Vpc) -> &str {
        name(vpc)
    }

    fn row(vpc: &Vpc) -> Value {
        row(vpc)
    }
}

/// The filters besides `ids`, which the list resource has too.
pub(crate) fn filters() -> Vec<Attribute> {
    let filter = |name, text: &'static str| Attribute::string(name).optional().description(text);
    vec![
        filter("name_regex", "Only VPCs whose name matches."),
        filter("vpc_name", "Only VPCs of this name."),
        filter("cidr_block", "Only VPCs with this block."),
        filter("vswitch_id", "Only the VPC of this vSwitch."),
        filter("resource_group_id", "Only VPCs of this resource group."),
        Attribute::choice::<NetworkStatus>("status", "Only VPCs in this state; all are `Available`: "),
        Attribute::bool("is_default")
            .optional()
            .description("With `true` only the default VPC, with `false` all others."),
        Attribute::map("tags", Type::String).optional().description("Only VPCs that carry all of these tags."),
    ]
}

/// In the order of the service; `None` after an error, which is reported.
pub(crate) async fn find(config: &Value, configured: &Configured, diagnostics: &mut Diagnostics) -> Option<Vec<Vpc>> {
    let request = DescribeVpcsRequest {
        vpc_ids: data_source::ids_of(config, "ids"),
        is_default: config.get("is_default").as_bool(),
        name: text(config, "vpc_name").map(str::to_owned),
        resource_group_id: text(config, "resource_group_id").map(str::to_owned),
        tags: check::tags_of(config, "tags"),
    };
    let vpcs = configured.cloud.describe_vpcs(request).await;
    let mut vpcs = data_source::reply("list VPCs", configured, vpcs, diagnostics)?;
    let regex = data_source::regex(config, "name_regex", diagnostics);
    vpcs.retain(|vpc| {
        regex.as_ref().is_none_or(|regex| regex.is_match(name(vpc)))
            && text(config, "cidr_block").is_none_or(|block| vpc.cidr_block == block)
            && text(config, "vswitch_id").is_none_or(|id| vpc.vswitch_ids.iter().any(|known| known.as_str() == id))
            && text(config, "status").is_none_or(|status| status == NetworkStatus::Available.name())
    });
    Some(vpcs)
}

pub(crate) fn name(vpc: &Vpc) -> &str {
    vpc.request.name.as_deref().unwrap_or_default()
}

fn vpc_attributes() -> Vec<Attribute> {
    let string = |name, text: &'static str| Attribute::string(name).computed().description(text);
    let texts = |name, text: &'static str| Attribute::list(name, Type::String).computed().description(text);
    vec![
        string("id", "The VPC's id."),
        string("vpc_id", "The VPC's id, like `id`."),
        string("vpc_name", "Its name, which `name_regex` is matched against."),
        string("description", "Its description."),
        string("cidr_block", "Its block of addresses."),
        texts("secondary_cidr_blocks", "Further blocks."),
        texts("user_cidrs", "Always empty."),
        texts("vswitch_ids", "Ids of its vSwitches, by creation."),
        string("region_id", "The region it lies in."),
        string("resource_group_id", "Its resource group."),
        Attribute::bool("is_default").computed().description("Whether it is the region's default VPC."),
        string("creation_time", "When it was created, RFC 3339."),
        string("status", "Always `Available`."),
        string("router_id", "Id of the VPC's router."),
        string("vrouter_id", "Id of the VPC's router, like `router_id`."),
        string("route_table_id", "Id of the VPC's route table."),
        string("dhcp_options_set_id", "Always empty."),
        string("dhcp_options_set_status", "Always empty."),
        string("dns_hostname_status", "Always `DISABLED`."),
        string("ipv6_cidr_block", "Its block of IPv6 addresses; empty if it has none."),
        Attribute::map("tags", Type::String).computed().description("Its tags."),
    ]
}

fn row(vpc: &Vpc) -> Value {
    let request = &vpc.request;
    let optional = |text: &Option<String>| Value::from(text.as_deref().unwrap_or_default());
    Value::object([
        ("id", Value::from(vpc.vpc_id.as_str())),
        ("vpc_id", vpc.vpc_id.as_str().into()),
        ("vpc_name", name(vpc).into()),
        ("description", optional(&request.description)),
        ("cidr_block", vpc.cidr_block.as_str().into()),
        ("secondary_cidr_blocks", Value::list(request.secondary_cidr_blocks.iter().map(String::as_str))),
        ("user_cidrs", Value::List(Vec::new())),
        ("vswitch_ids", Value::list(vpc.vswitch_ids.iter().map(AsRef::<str>::as_ref))),
        ("region_id", vpc.region_id.as_str().into()),
        ("resource_group_id", optional(&request.resource_group_id)),
        ("is_default", vpc.is_default.into()),
        ("creation_time", vpc.create_time.to_string().into()),
        ("status", NetworkStatus::Available.name().into()),
        ("router_id", vpc.router_id.as_str().into()),
        ("vrouter_id", vpc.router_id.as_str().into()),
        ("route_table_id", vpc.route_table_id.as_str().into()),
        ("dhcp_options_set_id", "".into()),
        ("dhcp_options_set_status", "".into()),
        ("dns_hostname_status", "DISABLED".into()),
        ("ipv6_cidr_block", vpc.ipv6_cidr_block.as_deref().unwrap_or_default().into()),
        ("tags", data_source::tags_value(&request.tags)),
    ])
}
