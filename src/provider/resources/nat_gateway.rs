//! `simcloud_nat_gateway`: the way of a VPC's instances to the internet.

use async_trait::async_trait;

use crate::base::{NatGatewayId, api_enum};
use crate::cloud::model::{
    CreateNatGatewayRequest, DeleteNatGatewayRequest, DescribeNatGatewaysRequest, ModifyNatGatewayAttributeRequest,
    NatGateway,
};
use crate::cloud::{Cloud, CloudError, codes};
use crate::provider::block::Configured;
use crate::provider::framework::check::{self, is_absent, text};
use crate::provider::framework::enumerations::NetworkStatus;
use crate::provider::framework::object_resource::{CloudObject, set_default, without_effect};
use crate::provider::framework::semantic_equality::configured_value;
use crate::provider::framework::without_effect::{self, WITHOUT_EFFECT};
use crate::provider::framework::{attributes, deprecated_argument, payment, timeouts};
use crate::tf::provider::{PlanRequest, PlanResponse};
use crate::tf::{Attribute, Block, Diagnostics, NestedBlock, Path, Schema, Value};

type Reply<T> = Result<T, CloudError>;

#[derive(Debug)]
pub(crate) struct NatGatewayObject;

api_enum! {
    /// The kind of a NAT gateway; the service makes no other kind any more.
    enum NatType: default Enhanced {
        Enhanced,
    }
}

api_enum! {
    /// How the traffic of a NAT gateway is paid.
    enum TrafficCharge: default Units {
        Units = "PayByLcu",
        Specification = "PayBySpec",
    }
}

api_enum! {
    /// The network that a NAT gateway leads to.
    enum GatewayNetwork: default Internet {
        Internet = "internet",
        Intranet = "intranet",
    }
}

api_enum! {
    /// How a NAT gateway takes elastic addresses.
    enum BindMode: default MultiBinded {
        MultiBinded = "MULTI_BINDED",
        Nat = "NAT",
    }
}

api_enum! {
    /// The size of a NAT gateway.
    enum Specification {
        Small,
        Middle,
        Large,
        XLarge1 = "XLarge.1",
    }
}

#[async_trait]
impl CloudObject for NatGatewayObject {
    type Object = NatGateway;

    const NOUN: &'static str = "NAT gateway";
    const NOT_FOUND: &'static [&'static str] = &[codes::INVALID_NAT_GATEWAY_NOT_FOUND];

    fn schema() -> Schema {
        schema()
    }

    fn validate(config: &Value, diagnostics: &mut Diagnostics) {
        let root = Path::default();
        check::not_both(config, &root, "nat_gateway_name", "name", diagnostics);
        for name in ["nat_gateway_name", "name"] {
            check::plain_text(config, &root, name, 128, diagnostics);
        }
        check::plain_text(config, &root, "description", 256, diagnostics);
        payment::validate(config, diagnostics);
        check::within(config, &root, "period", 1, 36, diagnostics);
        check::tags(config, &root, "tags", diagnostics);
        if is_absent(config, "vswitch_id") {
            check::missing(
                &root,
                "vswitch_id",
                "a vSwitch of the VPC: the gateway takes an address of it",
                diagnostics,
            );
        }
        timeouts::validate(config, diagnostics);
    }

    fn plan(_configured: Option<&Configured>, request: &PlanRequest, response: &mut PlanResponse) {
        deprecated_argument::plan(request, "nat_gateway_name", "name", response);
        payment::plan(request, response);
    }

    fn canonical_value(_configured: Option<&Configured>, arguments: &Value, name: &str) -> Value {
        match name {
            "payment_type" | "instance_charge_type" => payment::canonical_value(arguments),
            _ => configured_value(arguments, name),
        }
    }

    async fn create(cloud: &Cloud, arguments: &Value, configuration: String) -> Reply<NatGateway> {
        let request = CreateNatGatewayRequest {
            vpc_id: text(arguments, "vpc_id").map(Into::into),
            vswitch_id: text(arguments, "vswitch_id").map(Into::into),
            name: deprecated_argument::text(arguments, "nat_gateway_name", "name").map(str::to_owned),
            description: text(arguments, "description").map(str::to_owned),
            deletion_protection: is_true(arguments, "deletion_protection"),
            tags: check::tags_of(arguments, "tags"),
            configuration,
        };
        cloud.create_nat_gateway(request).await
    }

    async fn describe(cloud: &Cloud, id: &str) -> Reply<Option<NatGateway>> {
        let nat_gateway_ids = Some([NatGatewayId::from(id)].into());
        let request = DescribeNatGatewaysRequest { nat_gateway_ids, ..DescribeNatGatewaysRequest::default() };
        Ok(cloud.describe_nat_gateways(request).await?.pop())
    }

    async fn modify(cloud: &Cloud, prior: &Value, arguments: &Value, configuration: String) -> Reply<NatGateway> {
        let name = deprecated_argument::text(arguments, "nat_gateway_name", "name").unwrap_or_default();
        let request = ModifyNatGatewayAttributeRequest {
            nat_gateway_id: text(prior, "id").map(NatGatewayId::from),
            name: Some(name.to_owned()),
            description: Some(text(arguments, "description").unwrap_or_default().to_owned()),
            deletion_protection: Some(is_true(arguments, "deletion_protection")),
            tags: Some(check::tags_of(arguments, "tags")),
            configuration: Some(configuration),
        };
        cloud.modify_nat_gateway_attribute(request).await
    }

    async fn delete(cloud: &Cloud, prior: &Value) -> Reply<()> {
        let nat_gateway_id = text(prior, "id").unwrap_or_default().into();
        cloud.delete_nat_gateway(DeleteNatGatewayRequest { nat_gateway_id, force: is_true(prior, "force") }).await
    }

    fn id(gateway: &NatGateway) -> String {
        gateway.nat_gateway_id.to_string()
    }

    fn configuration(gateway: &NatGateway) -> &str {
        &gateway.request.configuration
    }

    fn set_computed(state: &mut Value, gateway: &NatGateway) {
        state.set("bandwidth_package_ids", "");
        state.set("forward_table_ids", gateway.forward_table_id.as_str());
        state.set("snat_table_ids", gateway.snat_table_id.as_str());
        state.set("status", NetworkStatus::Available.name());
        let name = gateway.request.name.as_deref().unwrap_or_default();
        for (attribute, value) in [
            ("vpc_id", gateway.vpc_id.as_str()),
            ("vswitch_id", gateway.vswitch_id.as_str()),
            ("nat_gateway_name", name),
            ("name", name),
            ("availability_mode", ""),
            ("specification", ""),
        ] {
            set_default(state, attribute, value);
        }
        set_default(state, "deletion_protection", gateway.request.deletion_protection);
        let packages = check::elements(state, "bandwidth_packages").iter().map(|package| {
            let mut package = package.clone();
            package.set("public_ip_addresses", "");
            package
        });
        let packages: Vec<Value> = packages.collect();
        state.set("bandwidth_packages", Value::List(packages));
    }
}

fn is_true(arguments: &Value, name: &str) -> bool {
    arguments.get(name).as_bool() == Some(true)
}

fn schema() -> Schema {
    let computed =
        |name, text: &'static str| Attribute::string(name).computed().use_state_for_unknown().description(text);
    Schema::new(
        "A NAT gateway: instances of its VPC reach the internet through it under the elastic addresses that are associated \
         with it, as its SNAT entries (`simcloud_snat_entry`) say. It takes one address of its vSwitch, and neither the vSwitch \
         nor the VPC can be deleted before it.\n\nA gateway with SNAT entries or elastic addresses cannot be deleted \
         (`DependencyViolation.SnatEntry`, `DependencyViolation.EIPS`) unless it has `force = true`. The service adds a route \
         to the first gateway of a VPC by itself; here that takes a `simcloud_route_entry`.",
    )
    .attributes([
        computed("id", "The gateway's id."),
        Attribute::string("vpc_id").required().requires_replace().description("The VPC it lies in."),
        Attribute::string("vswitch_id").optional().requires_replace().description("The vSwitch of the VPC that it takes an address of. Required."),
        Attribute::string("nat_gateway_name").optional().computed().use_state_for_unknown().description("Its name, of at most 128 characters."),
        Attribute::string("name")
            .optional()
            .computed()
            .use_state_for_unknown()
            .follows(["nat_gateway_name"])
            .description("Its name.")
            .deprecated("Use `nat_gateway_name` instead."),
        attributes::description(),
        Attribute::bool("deletion_protection")
            .optional()
            .computed()
            .use_state_for_unknown()
            .unless_set(false)
            .description("Whether it cannot be deleted. Default: `false`."),
        Attribute::bool("force").optional().description(
            "Whether its SNAT entries are deleted and its elastic addresses disassociated with it. Default: `false`.",
        ),
        attributes::tags("the gateway"),
        computed("snat_table_ids", "Id of its SNAT table, which SNAT entries name."),
        computed("forward_table_ids", "Id of its table for the other direction."),
        computed("bandwidth_package_ids", "Always empty."),
        computed("status", "Always `Available`."),
    ])
    .attributes(payment::attributes())
    .attributes(without_effect([
        Attribute::string("availability_mode").optional().computed(),
        Attribute::bool("dry_run").optional(),
        Attribute::choice::<BindMode>("eip_bind_mode", "").computed(),
        Attribute::bool("icmp_reply_enabled").optional().computed().unless_set(true),
        Attribute::choice::<TrafficCharge>("internet_charge_type", "").computed(),
        Attribute::choice::<NatType>("nat_type", "").computed(),
        Attribute::choice::<GatewayNetwork>("network_type", "").computed().requires_replace(),
        Attribute::number("period").optional(),
        Attribute::bool("private_link_enabled").optional(),
        Attribute::string("spec").optional().one_of_names::<Specification>(),
        Attribute::choice::<Specification>("specification", "").computed(),
    ]))
    .blocks([access_mode(), bandwidth_packages(), timeouts::block(&["create", "update", "delete"])])
}

fn access_mode() -> NestedBlock {
    let block = Block::new(format!("How it is reached. {WITHOUT_EFFECT}")).attributes(
        ["mode_value", "tunnel_type"].map(|name| without_effect::without_effect(Attribute::string(name).optional())),
    );
    NestedBlock::list("access_mode", block).max_items(1)
}

/// What gateways of a kind had that the service makes no more.
fn bandwidth_packages() -> NestedBlock {
    let block = Block::new(format!("Bandwidth of earlier gateways. {WITHOUT_EFFECT}"))
        .attributes(
            [Attribute::number("bandwidth"), Attribute::number("ip_count"), Attribute::string("zone")]
                .map(|attribute| without_effect::without_effect(attribute.optional())),
        )
        .attributes([Attribute::string("public_ip_addresses")
            .computed()
            .use_state_for_unknown()
            .description("Always empty.")]);
    NestedBlock::list("bandwidth_packages", block).max_items(4)
}
