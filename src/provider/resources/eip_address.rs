//! `simcloud_eip_address`, and `simcloud_eip` as its other name: an elastic address.

use std::net::Ipv4Addr;

use async_trait::async_trait;

use crate::base::{EipId, api_enum};
use crate::cloud::model::{
    AllocateEipAddressRequest, DescribeEipAddressesRequest, EipAddress, EipMode, ModifyEipAddressAttributeRequest,
};
use crate::cloud::{Cloud, CloudError, codes};
use crate::provider::block::Configured;
use crate::provider::framework::check::{self, text};
use crate::provider::framework::object_resource::{CloudObject, set_default, without_effect};
use crate::provider::framework::semantic_equality::configured_value;
use crate::provider::framework::{attributes, deprecated_argument, payment, timeouts};
use crate::tf::provider::{PlanRequest, PlanResponse};
use crate::tf::{Attribute, Diagnostics, Path, Schema, Type, Value};

type Reply<T> = Result<T, CloudError>;

#[derive(Debug)]
pub(crate) struct EipObject;

api_enum! {
    /// How the traffic of an elastic address is paid.
    enum TrafficCharge: default Bandwidth {
        Bandwidth = "PayByBandwidth",
        DominantTraffic = "PayByDominantTraffic",
        Traffic = "PayByTraffic",
    }
}

api_enum! {
    /// The line of an elastic address.
    enum Isp: default Bgp {
        Bgp = "BGP",
        BgpPro = "BGP_PRO",
        BgpFinanceCloud = "BGP_FinanceCloud",
        BgpInternational = "BGP_International",
        ChinaMobile,
        ChinaMobileL2 = "ChinaMobile_L2",
        ChinaTelecom,
        ChinaTelecomL2 = "ChinaTelecom_L2",
        ChinaUnicom,
        ChinaUnicomL2 = "ChinaUnicom_L2",
    }
}

api_enum! {
    /// The network of an elastic address.
    enum Netmode: default Public {
        Public = "public",
    }
}

api_enum! {
    /// Whether an elastic address is watched by the second.
    enum Monitoring: default Off {
        On = "ON",
        Off = "OFF",
    }
}

api_enum! {
    /// The unit of a subscription's period.
    enum PricingCycle {
        Month,
        Year,
    }
}

/// Mbit/s of the service's default.
const USUAL_BANDWIDTH: &str = "5";

#[async_trait]
impl CloudObject for EipObject {
    type Object = EipAddress;

    const NOUN: &'static str = "elastic address";
    const NOT_FOUND: &'static [&'static str] = &[codes::INVALID_ALLOCATION_NOT_FOUND];
    const NOT_REFRESHED: &'static [&'static str] = &["status"];

    fn schema() -> Schema {
        schema()
    }

    fn validate(config: &Value, diagnostics: &mut Diagnostics) {
        let root = Path::default();
        check::not_both(config, &root, "address_name", "name", diagnostics);
        for name in ["address_name", "name"] {
            check::plain_text(config, &root, name, 128, diagnostics);
        }
        check::plain_text(config, &root, "description", 256, diagnostics);
        payment::validate(config, diagnostics);
        check::within(config, &root, "bandwidth", 1, 1_000, diagnostics);
        check::within(config, &root, "period", 1, 36, diagnostics);
        check::ipv4_address(config, &root, "ip_address", diagnostics);
        check::tags(config, &root, "tags", diagnostics);
        timeouts::validate(config, diagnostics);
    }

    fn plan(_configured: Option<&Configured>, request: &PlanRequest, response: &mut PlanResponse) {
        deprecated_argument::plan(request, "address_name", "name", response);
        payment::plan(request, response);
    }

    fn canonical_value(_configured: Option<&Configured>, arguments: &Value, name: &str) -> Value {
        match name {
            "payment_type" | "instance_charge_type" => payment::canonical_value(arguments),
            _ => configured_value(arguments, name),
        }
    }

    async fn create(cloud: &Cloud, arguments: &Value, configuration: String) -> Reply<EipAddress> {
        let owned = |name| text(arguments, name).map(str::to_owned);
        let request = AllocateEipAddressRequest {
            allocation_id: text(arguments, "allocation_id").map(EipId::from),
            ip_address: text(arguments, "ip_address").and_then(|address| address.parse::<Ipv4Addr>().ok()),
            name: deprecated_argument::text(arguments, "address_name", "name").map(str::to_owned),
            description: owned("description"),
            deletion_protection: is_protected(arguments),
            resource_group_id: owned("resource_group_id"),
            tags: check::tags_of(arguments, "tags"),
            configuration,
        };
        cloud.allocate_eip_address(request).await
    }

    async fn describe(cloud: &Cloud, id: &str) -> Reply<Option<EipAddress>> {
        let allocation_ids = Some([EipId::from(id)].into());
        let request = DescribeEipAddressesRequest { allocation_ids, ..DescribeEipAddressesRequest::default() };
        Ok(cloud.describe_eip_addresses(request).await?.pop())
    }

    async fn modify(cloud: &Cloud, prior: &Value, arguments: &Value, configuration: String) -> Reply<EipAddress> {
        let said = |name| Some(text(arguments, name).unwrap_or_default().to_owned());
        let request = ModifyEipAddressAttributeRequest {
            allocation_id: text(prior, "id").map(EipId::from),
            name: Some(deprecated_argument::text(arguments, "address_name", "name").unwrap_or_default().to_owned()),
            description: said("description"),
            deletion_protection: Some(is_protected(arguments)),
            resource_group_id: said("resource_group_id"),
            tags: Some(check::tags_of(arguments, "tags")),
            configuration: Some(configuration),
        };
        cloud.modify_eip_address_attribute(request).await
    }

    async fn delete(cloud: &Cloud, prior: &Value) -> Reply<()> {
        cloud.release_eip_address(text(prior, "id").unwrap_or_default().into()).await
    }

    fn id(eip: &EipAddress) -> String {
        eip.allocation_id.to_string()
    }

    fn configuration(eip: &EipAddress) -> &str {
        &eip.request.configuration
    }

    fn set_computed(state: &mut Value, eip: &EipAddress) {
        state.set("create_time", eip.create_time.to_string());
        state.set("status", eip.status().name());
        let optional = |text: &Option<String>| text.clone().unwrap_or_default();
        for (attribute, value) in [
            ("allocation_id", eip.allocation_id.to_string()),
            ("ip_address", eip.ip_address.to_string()),
            ("address_name", optional(&eip.request.name)),
            ("name", optional(&eip.request.name)),
            ("description", optional(&eip.request.description)),
            ("resource_group_id", optional(&eip.request.resource_group_id)),
            ("zone", String::new()),
        ] {
            set_default(state, attribute, value);
        }
        set_default(state, "deletion_protection", eip.request.deletion_protection);
    }
}

fn is_protected(arguments: &Value) -> bool {
    arguments.get("deletion_protection").as_bool() == Some(true)
}

fn schema() -> Schema {
    let computed =
        |name, text: &'static str| Attribute::string(name).computed().use_state_for_unknown().description(text);
    Schema::new(
        "An elastic address: a public address that stays when what it is associated with is replaced. \
         `simcloud_eip_association` associates it with an instance, a NAT gateway or a network interface; when that is deleted \
         the address is free again. It cannot be released while it is associated (`IncorrectEipStatus`).\n\nElastic addresses \
         come from 244.0.0.0/6, which no real host and no instance has.",
    )
    .attributes([
        computed("id", "The id of the elastic address."),
        Attribute::string("address_name").optional().computed().use_state_for_unknown().description("Its name, of at most 128 characters."),
        Attribute::string("name")
            .optional()
            .computed()
            .use_state_for_unknown()
            .follows(["address_name"])
            .description("Its name.")
            .deprecated("Use `address_name` instead."),
        Attribute::string("description").optional().computed().use_state_for_unknown().description("A description of at most 256 characters."),
        Attribute::string("allocation_id").optional().computed().requires_replace().follows(["id"]).description(
            "The id to have: `eip-` with letters and digits, unlike any other. Default: an id from the seed.",
        ),
        Attribute::string("ip_address").optional().computed().requires_replace().follows(["id"]).description(
            "The address to have, one of your own outside of 240.0.0.0/4. Default: an address from the id.",
        ),
        Attribute::bool("deletion_protection")
            .optional()
            .computed()
            .use_state_for_unknown()
            .unless_set(false)
            .description("Whether it cannot be released. Default: `false`."),
        attributes::tags("the elastic address"),
        computed("create_time", "When it was allocated, RFC 3339."),
        computed("status", "`Available` or `InUse`, as it was when it was created or imported: an association does not change it here."),
    ])
    .attributes(payment::attributes())
    .attributes(without_effect([
        Attribute::string("activity_id").optional().requires_replace(),
        Attribute::bool("auto_pay").optional(),
        Attribute::number_text("bandwidth").optional().computed().unless_set(USUAL_BANDWIDTH).description("Mbit/s, from 1 to 1000."),
        Attribute::choice::<Monitoring>("high_definition_monitor_log_status", "").computed(),
        Attribute::choice::<TrafficCharge>("internet_charge_type", "").computed().requires_replace(),
        Attribute::choice::<Isp>("isp", "").computed().requires_replace(),
        Attribute::string("log_project").optional(),
        Attribute::string("log_store").optional(),
        Attribute::choice::<EipMode>("mode", "").computed(),
        Attribute::choice::<Netmode>("netmode", "").computed().requires_replace(),
        Attribute::number("period").optional(),
        Attribute::choice::<PricingCycle>("pricing_cycle", ""),
        Attribute::string("public_ip_address_pool_id").optional().requires_replace(),
        Attribute::string("resource_group_id").optional().computed(),
        Attribute::list("security_protection_types", Type::String).optional().requires_replace(),
        Attribute::string("zone").optional().computed().requires_replace(),
    ]))
    .blocks([timeouts::block(&["create", "update", "delete"])])
}
