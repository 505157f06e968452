//! `simcloud_vpc`: a custom VPC.

use async_trait::async_trait;

use crate::base::limits::VPC_PREFIX_LENGTHS;
use crate::base::{VpcId, VpcIpv6Block};
use crate::cloud::model::{CreateVpcRequest, DescribeVpcsRequest, ModifyVpcAttributeRequest, Vpc};
use crate::cloud::{Cloud, CloudError, codes};
use crate::provider::block::Configured;
use crate::provider::framework::check::{self, text, texts};
use crate::provider::framework::enumerations::{DnsHostnameStatus, Ipv6Isp, NetworkStatus};
use crate::provider::framework::object_resource::{CloudObject, set_default, without_effect};
use crate::provider::framework::{attributes, deprecated_argument, timeouts};
use crate::tf::provider::{PlanRequest, PlanResponse};
use crate::tf::{Attribute, Diagnostics, Path, Schema, Type, Value};

type Reply<T> = Result<T, CloudError>;

/// The deprecation of arguments that the real provider moves to resources of their own.
const ELSEWHERE: &str = "The real provider moves it to a resource of its own, which the simulation does not have.";

#[derive(Debug)]
pub(crate) struct VpcObject;

#[async_trait]
impl CloudObject for VpcObject {
    type Object = Vpc;

    const NOUN: &'static str = "VPC";
    const NOT_FOUND: &'static [&'static str] = &[codes::INVALID_VPC_NOT_FOUND];
    const NOT_REFRESHED: &'static [&'static str] = &["vswitch_ids"];

    fn schema() -> Schema {
        schema()
    }

    fn validate(config: &Value, diagnostics: &mut Diagnostics) {
        let root = Path::default();
        check::not_both(config, &root, "vpc_name", "name", diagnostics);
        for name in ["vpc_name", "name", "system_route_table_name"] {
            check::plain_text(config, &root, name, 128, diagnostics);
        }
        for name in ["description", "system_route_table_description"] {
            check::plain_text(config, &root, name, 256, diagnostics);
        }
        check::cidr(config, &root, "cidr_block", VPC_PREFIX_LENGTHS, diagnostics);
        check::each_cidr(config, &root, "secondary_cidr_blocks", VPC_PREFIX_LENGTHS, diagnostics);
        check::each_cidr(config, &root, "user_cidrs", 1..=32, diagnostics);
        user_cidrs(config, diagnostics);
        check::tags(config, &root, "tags", diagnostics);
        if let Some(given) = text(config, "ipv6_cidr_block").filter(|given| VpcIpv6Block::parse(given).is_none()) {
            let detail = format!(
                "ipv6_cidr_block is {given:?}, which is not an IPv6 block of 56 bits such as \"2408:4005:3a1:2b00::/56\"."
            );
            diagnostics.error_at(Path::root("ipv6_cidr_block"), "Invalid CIDR Block", detail);
        }
        for name in ["ipv4_cidr_mask", "secondary_cidr_mask"] {
            check::within(config, &root, name, 8, 32, diagnostics);
        }
        timeouts::validate(config, diagnostics);
    }

    fn plan(configured: Option<&Configured>, request: &PlanRequest, response: &mut PlanResponse) {
        deprecated_argument::plan(request, "vpc_name", "name", response);
        if !request.prior_state.is_null() {
            plan_ipv6(request, response);
            return;
        }
        if request.config.get("cidr_block").is_null() {
            response.planned_state.set("cidr_block", CreateVpcRequest::DEFAULT_CIDR_BLOCK);
        }
        if let Some(configured) = configured.filter(|_| request.config.get("is_default").as_bool() == Some(true)) {
            response.diagnostics.error_at(
                Path::root("is_default"),
                "Default VPC Exists",
                format!(
                    "The region has its default VPC already: {:?}. Import it, or find it with the data source \
                     vpcs and is_default = true, or leave is_default out.",
                    VpcId::default_of(configured.region.as_str()).as_str()
                ),
            );
        }
    }

    async fn create(cloud: &Cloud, arguments: &Value, configuration: String) -> Reply<Vpc> {
        let request = CreateVpcRequest {
            cidr_block: owned(text(arguments, "cidr_block")),
            secondary_cidr_blocks: texts(arguments, "secondary_cidr_blocks"),
            name: owned(deprecated_argument::text(arguments, "vpc_name", "name")),
            description: owned(text(arguments, "description")),
            resource_group_id: owned(text(arguments, "resource_group_id")),
            enable_ipv6: has_ipv6(arguments),
            ipv6_cidr_block: owned(text(arguments, "ipv6_cidr_block")),
            system_route_table_name: owned(text(arguments, "system_route_table_name")),
            system_route_table_description: owned(text(arguments, "system_route_table_description")),
            tags: check::tags_of(arguments, "tags"),
            client_token: None,
            configuration,
        };
        cloud.create_vpc(request).await
    }

    async fn describe(cloud: &Cloud, id: &str) -> Reply<Option<Vpc>> {
        let request = DescribeVpcsRequest { vpc_ids: Some([VpcId::from(id)].into()), ..DescribeVpcsRequest::default() };
        Ok(cloud.describe_vpcs(request).await?.pop())
    }

    async fn modify(cloud: &Cloud, prior: &Value, arguments: &Value, configuration: String) -> Reply<Vpc> {
        let said = |name| Some(text(arguments, name).unwrap_or_default().to_owned());
        let request = ModifyVpcAttributeRequest {
            vpc_id: text(prior, "id").map(VpcId::from),
            cidr_block: said("cidr_block"),
            secondary_cidr_blocks: Some(texts(arguments, "secondary_cidr_blocks")),
            name: Some(deprecated_argument::text(arguments, "vpc_name", "name").unwrap_or_default().to_owned()),
            description: said("description"),
            resource_group_id: said("resource_group_id"),
            enable_ipv6: Some(has_ipv6(arguments)),
            system_route_table_name: said("system_route_table_name"),
            system_route_table_description: said("system_route_table_description"),
            tags: Some(check::tags_of(arguments, "tags")),
            configuration: Some(configuration),
        };
        cloud.modify_vpc_attribute(request).await
    }

    async fn delete(cloud: &Cloud, prior: &Value) -> Reply<()> {
        cloud.delete_vpc(text(prior, "id").unwrap_or_default().into()).await
    }

    fn id(vpc: &Vpc) -> String {
        vpc.vpc_id.to_string()
    }

    fn configuration(vpc: &Vpc) -> &str {
        &vpc.request.configuration
    }

    fn set_computed(state: &mut Value, vpc: &Vpc) {
        state.set("create_time", vpc.create_time.to_string());
        state.set("dhcp_options_set_id", "");
        let ipv6_block = vpc.ipv6_cidr_block.as_deref();
        let ipv6_isp = if ipv6_block.is_some() { "BGP" } else { "" };
        let ipv6_blocks = ipv6_block
            .iter()
            .map(|block| Value::object([("ipv6_cidr_block", Value::from(*block)), ("ipv6_isp", ipv6_isp.into())]));
        state.set("ipv6_cidr_blocks", Value::list(ipv6_blocks));
        state.set("region_id", vpc.region_id.as_str());
        state.set("route_table_id", vpc.route_table_id.as_str());
        state.set("router_id", vpc.router_id.as_str());
        state.set("router_table_id", vpc.route_table_id.as_str());
        state.set("status", NetworkStatus::Available.name());
        state.set("vswitch_ids", Value::list(vpc.vswitch_ids.iter().map(AsRef::<str>::as_ref)));
        let name = vpc.request.name.as_deref().unwrap_or_default();
        for (attribute, value) in [
            ("vpc_name", Value::from(name)),
            ("name", name.into()),
            ("cidr_block", vpc.cidr_block.as_str().into()),
            ("secondary_cidr_blocks", Value::list(vpc.request.secondary_cidr_blocks.iter().map(String::as_str))),
            ("is_default", vpc.is_default.into()),
            ("resource_group_id", vpc.request.resource_group_id.as_deref().unwrap_or_default().into()),
            ("enable_ipv6", ipv6_block.is_some().into()),
            ("ipv6_cidr_block", ipv6_block.unwrap_or_default().into()),
            ("ipv6_isp", ipv6_isp.into()),
            ("user_cidrs", Value::List(Vec::new())),
        ] {
            set_default(state, attribute, value);
        }
    }
}

fn schema() -> Schema {
    let computed =
        |name, text: &'static str| Attribute::string(name).computed().use_state_for_unknown().description(text);
    Schema::new(
        "A VPC: the network that vSwitches and security groups lie in.\n\nEvery region has a default VPC with the id \
         `vpc-<region id>`, which can be imported and referred to, but neither changed nor deleted.",
    )
    .attributes([
        computed("id", "The VPC's id."),
        Attribute::string("cidr_block").optional().computed().use_state_for_unknown().unless_set(CreateVpcRequest::DEFAULT_CIDR_BLOCK).description(
            "The VPC's block of IPv4 addresses, with a prefix length from 8 to 28. Default: `172.16.0.0/12`.",
        ),
        Attribute::string("vpc_name")
            .optional()
            .computed()
            .use_state_for_unknown()
            .description("The VPC's name, of at most 128 characters."),
        Attribute::string("name")
            .optional()
            .computed()
            .use_state_for_unknown()
            .follows(["vpc_name"])
            .description("The VPC's name.")
            .deprecated("Use `vpc_name` instead."),
        attributes::description(),
        Attribute::list("secondary_cidr_blocks", Type::String)
            .optional()
            .computed()
            .use_state_for_unknown()
            .description("Further blocks in which vSwitches may lie.")
            .deprecated(ELSEWHERE),
        attributes::tags("the VPC"),
        Attribute::bool("is_default").optional().computed().use_state_for_unknown().unless_set(false).description(
            "Whether it is the region's default VPC. That one exists from the beginning, so that `true` is an error at \
             creation.",
        ),
        computed("create_time", "When it was created, RFC 3339."),
        computed("dhcp_options_set_id", "Always empty."),
        computed("region_id", "The region it lies in."),
        computed("route_table_id", "Id of its route table."),
        computed("router_id", "Id of its router."),
        computed("router_table_id", "Id of its route table, like `route_table_id`.")
            .deprecated("Use `route_table_id` instead."),
        computed("status", "Always `Available`."),
        Attribute::list("vswitch_ids", Type::String)
            .computed()
            .use_state_for_unknown()
            .description("Ids of the vSwitches that it had when it was created or imported, by creation. `data.simcloud_vpcs` has the current ones."),
        Attribute::list(
            "ipv6_cidr_blocks",
            Type::object([("ipv6_cidr_block", Type::String), ("ipv6_isp", Type::String)]),
        )
        .computed()
        .use_state_for_unknown()
        .description("Its block of IPv6 addresses and the ISP of the block; empty if it has none."),
        Attribute::string("system_route_table_name").optional().description("Name of its route table, of at most 128 characters."),
        Attribute::string("system_route_table_description")
            .optional()
            .description("Description of its route table, of at most 256 characters."),
        Attribute::bool("enable_ipv6")
            .optional()
            .computed()
            .use_state_for_unknown()
            .unless_set(false)
            .description("Whether it has a block of IPv6 addresses. Instances get IPv4 addresses only."),
        Attribute::string("ipv6_cidr_block")
            .optional()
            .computed()
            .requires_replace()
            .follows(["enable_ipv6"])
            .description("Its block of IPv6 addresses, of 56 bits. Default with `enable_ipv6`: a block from the seed.")
            .deprecated(ELSEWHERE),
    ])
    .attributes(without_effect([
        Attribute::bool("classic_link_enabled").optional().deprecated("The service no longer has it."),
        Attribute::choice::<DnsHostnameStatus>("dns_hostname_status", "").computed().unless_set(DnsHostnameStatus::Disabled.name()),
        Attribute::bool("dry_run").optional(),
        Attribute::bool("force_delete").optional(),
        Attribute::number("ipv4_cidr_mask").optional(),
        Attribute::string("ipv4_ipam_pool_id").optional(),
        Attribute::choice::<Ipv6Isp>("ipv6_isp", "").computed().follows(["enable_ipv6"]).deprecated(ELSEWHERE),
        Attribute::string("resource_group_id").optional().computed(),
        Attribute::number("secondary_cidr_mask").optional().deprecated("The service no longer has it."),
        Attribute::bool("system_route_table_route_propagation_enable").optional().computed().unless_set(true),
        Attribute::list("user_cidrs", Type::String).optional().computed().requires_replace(),
    ]))
    .blocks([timeouts::block(&["create", "update", "delete"])])
}

fn has_ipv6(arguments: &Value) -> bool {
    arguments.get("enable_ipv6").as_bool() == Some(true)
}

/// A change of `enable_ipv6` makes what follows from it unknown until the apply.
fn plan_ipv6(request: &PlanRequest, response: &mut PlanResponse) {
    let is_known = !response.planned_state.get("enable_ipv6").is_unknown();
    if is_known && has_ipv6(&request.prior_state) == has_ipv6(&response.planned_state) {
        return;
    }
    for name in ["ipv6_cidr_block", "ipv6_cidr_blocks", "ipv6_isp"] {
        if request.config.get(name).is_null() {
            response.planned_state.set(name, Value::Unknown);
        }
    }
}

/// Checks the number of blocks: the service accepts three.
fn user_cidrs(config: &Value, diagnostics: &mut Diagnostics) {
    let count = check::elements(config, "user_cidrs").len();
    if count > 3 {
        diagnostics.error_at(
            Path::root("user_cidrs"),
            "Too Many Blocks",
            format!("user_cidrs has {count} blocks; the service takes at most 3."),
        );
    }
}

fn owned(text: Option<&str>) -> Option<String> {
    text.map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::framework::object_resource;

    /// Every argument that the configuration leaves to the cloud gets a value, so that nothing is unknown after an apply.
    #[test]
    fn whatever_is_computed_is_filled() {
        let vpc = Vpc {
            vpc_id: "vpc-1".into(),
            region_id: "cn-heyuan".into(),
            is_default: false,
            cidr_block: "172.16.0.0/12".to_owned(),
            vswitch_ids: Vec::new(),
            router_id: "vrt-1".to_owned(),
            route_table_id: "vtb-1".to_owned(),
            ipv6_cidr_block: None,
            create_time: crate::base::Time::START,
            request: CreateVpcRequest::default(),
        };
        let state = object_resource::state_of::<VpcObject>(&schema(), &vpc, &Value::Null);
        for attribute in schema().block.attributes.iter().filter(|attribute| attribute.is_computed()) {
            assert!(state.get(&attribute.name).is_known(), "{}", attribute.name);
        }
    }
}
