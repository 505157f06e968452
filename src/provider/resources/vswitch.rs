//! `simcloud_vswitch`: a part of a VPC in one zone, with a block of addresses.

use async_trait::async_trait;

use crate::base::VSwitchId;
use crate::base::limits::VSWITCH_PREFIX_LENGTHS;
use crate::cloud::model::{CreateVSwitchRequest, DescribeVSwitchesRequest, ModifyVSwitchAttributeRequest, VSwitch};
use crate::cloud::{Cloud, CloudError, codes};
use crate::provider::block::Configured;
use crate::provider::framework::catalogue_check::known_zone;
use crate::provider::framework::check::{self, is_absent, text};
use crate::provider::framework::enumerations::NetworkStatus;
use crate::provider::framework::object_resource::{CloudObject, set_default, without_effect};
use crate::provider::framework::semantic_equality::configured_value;
use crate::provider::framework::{attributes, deprecated_argument, timeouts};
use crate::tf::provider::{PlanRequest, PlanResponse};
use crate::tf::{Attribute, Diagnostics, Path, Schema, Value};

type Reply<T> = Result<T, CloudError>;

#[derive(Debug)]
pub(crate) struct VSwitchObject;

#[async_trait]
impl CloudObject for VSwitchObject {
    type Object = VSwitch;

    const NOUN: &'static str = "vSwitch";
    const NOT_FOUND: &'static [&'static str] = &[codes::INVALID_VSWITCH_NOT_FOUND];
    const NOT_REFRESHED: &'static [&'static str] = &["available_ip_address_count"];

    fn schema() -> Schema {
        schema()
    }

    fn validate(config: &Value, diagnostics: &mut Diagnostics) {
        let root = Path::default();
        check::not_both(config, &root, "vswitch_name", "name", diagnostics);
        check::not_both(config, &root, "zone_id", "availability_zone", diagnostics);
        for name in ["vswitch_name", "name"] {
            check::plain_text(config, &root, name, 128, diagnostics);
        }
        check::plain_text(config, &root, "description", 256, diagnostics);
        check::cidr(config, &root, "cidr_block", VSWITCH_PREFIX_LENGTHS, diagnostics);
        check::tags(config, &root, "tags", diagnostics);
        check::within(config, &root, "ipv6_cidr_block_mask", 0, 255, diagnostics);
        if is_absent(config, "zone_id") && is_absent(config, "availability_zone") {
            check::missing(&root, "zone_id", "the zone it lies in, such as \"cn-heyuan-b\"", diagnostics);
        }
        if config.get("is_default").as_bool() != Some(true) && !config.get("is_default").is_unknown() {
            for (name, what) in
                [("vpc_id", "the VPC it lies in"), ("cidr_block", "its block of addresses, such as \"172.16.0.0/24\"")]
            {
                if is_absent(config, name) {
                    check::missing(&root, name, what, diagnostics);
                }
            }
        }
        timeouts::validate(config, diagnostics);
    }

    fn plan(configured: Option<&Configured>, request: &PlanRequest, response: &mut PlanResponse) {
        deprecated_argument::plan(request, "vswitch_name", "name", response);
        deprecated_argument::plan(request, "zone_id", "availability_zone", response);
        plan_ipv6(request, response);
        let Some(configured) = configured.filter(|_| request.prior_state.is_null()) else { return };
        for name in ["zone_id", "availability_zone"] {
            if let Some(zone) = text(&request.config, name) {
                known_zone(zone, Path::root(name), configured, &mut response.diagnostics);
            }
        }
        if request.config.get("is_default").as_bool() == Some(true) {
            let zone =
                deprecated_argument::text(&request.config, "zone_id", "availability_zone").unwrap_or("<zone id>");
            response.diagnostics.error_at(
                Path::root("is_default"),
                "Default VSwitch Exists",
                format!(
                    "The zone has its default vSwitch already: {:?}. Import it, refer to it by that id, or leave \
                     is_default out.",
                    VSwitchId::default_of(zone).as_str()
                ),
            );
        }
    }

    fn canonical_value(_configured: Option<&Configured>, arguments: &Value, name: &str) -> Value {
        match name {
            "zone_id" => deprecated_argument::canonical_value(arguments, name, "availability_zone"),
            "availability_zone" => deprecated_argument::canonical_value(arguments, "zone_id", name),
            _ => configured_value(arguments, name),
        }
    }

    async fn create(cloud: &Cloud, arguments: &Value, configuration: String) -> Reply<VSwitch> {
        let request = CreateVSwitchRequest {
            vpc_id: text(arguments, "vpc_id").map(Into::into),
            zone_id: deprecated_argument::text(arguments, "zone_id", "availability_zone").map(Into::into),
            cidr_block: text(arguments, "cidr_block").map(str::to_owned),
            name: deprecated_argument::text(arguments, "vswitch_name", "name").map(str::to_owned),
            description: text(arguments, "description").map(str::to_owned),
            ipv6_number: ipv6_number(arguments),
            tags: check::tags_of(arguments, "tags"),
            client_token: None,
            configuration,
        };
        cloud.create_vswitch(request).await
    }

    async fn describe(cloud: &Cloud, id: &str) -> Reply<Option<VSwitch>> {
        let ids = Some([VSwitchId::from(id)].into());
        let request = DescribeVSwitchesRequest { vswitch_ids: ids, ..DescribeVSwitchesRequest::default() };
        Ok(cloud.describe_vswitches(request).await?.pop())
    }

    async fn modify(cloud: &Cloud, prior: &Value, arguments: &Value, configuration: String) -> Reply<VSwitch> {
        let request = ModifyVSwitchAttributeRequest {
            vswitch_id: text(prior, "id").map(VSwitchId::from),
            name: Some(deprecated_argument::text(arguments, "vswitch_name", "name").unwrap_or_default().to_owned()),
            description: Some(text(arguments, "description").unwrap_or_default().to_owned()),
            ipv6_number: Some(ipv6_number(arguments)),
            tags: Some(check::tags_of(arguments, "tags")),
            configuration: Some(configuration),
        };
        cloud.modify_vswitch_attribute(request).await
    }

    async fn delete(cloud: &Cloud, prior: &Value) -> Reply<()> {
        cloud.delete_vswitch(text(prior, "id").unwrap_or_default().into()).await
    }

    fn id(vswitch: &VSwitch) -> String {
        vswitch.vswitch_id.to_string()
    }

    fn configuration(vswitch: &VSwitch) -> &str {
        &vswitch.request.configuration
    }

    fn set_computed(state: &mut Value, vswitch: &VSwitch) {
        state.set("available_ip_address_count", vswitch.available_ip_address_count);
        state.set("create_time", vswitch.create_time.to_string());
        state.set("network_acl_id", "");
        state.set("route_table_id", vswitch.route_table_id.as_str());
        state.set("status", NetworkStatus::Available.name());
        state.set("ipv6_cidr_block", vswitch.ipv6_cidr_block.as_deref().unwrap_or_default());
        let name = vswitch.request.name.as_deref().unwrap_or_default();
        for (attribute, value) in [
            ("vswitch_name", Value::from(name)),
            ("name", name.into()),
            ("zone_id", vswitch.zone_id.as_str().into()),
            ("availability_zone", vswitch.zone_id.as_str().into()),
            ("vpc_id", vswitch.vpc_id.as_str().into()),
            ("cidr_block", vswitch.cidr_block.as_str().into()),
            ("is_default", vswitch.is_default.into()),
            ("enable_ipv6", vswitch.request.ipv6_number.is_some().into()),
            ("ipv6_cidr_block_mask", u32::from(vswitch.request.ipv6_number.unwrap_or(0)).into()),
        ] {
            set_default(state, attribute, value);
        }
    }
}

fn schema() -> Schema {
    let computed =
        |name, text: &'static str| Attribute::string(name).computed().use_state_for_unknown().description(text);
    Schema::new(
        "A vSwitch: the part of a VPC in which instances of one zone get their addresses.\n\nThe first and the last three \
         addresses of its block are reserved, so that a `/24` holds 252 instances. Every zone has a default vSwitch with the id \
         `vsw-<zone id>`, which can be imported and referred to, but neither changed nor deleted. A vSwitch cannot be \
         deleted while instances are in it, even if the group or reservation that launched them is deleted.",
    )
    .attributes([
        computed("id", "The vSwitch's id."),
        Attribute::string("vpc_id").optional().computed().requires_replace().description("The VPC it lies in. Required."),
        Attribute::string("cidr_block").optional().computed().requires_replace().description(
            "Its block of IPv4 addresses, with a prefix length from 16 to 29, inside one of the VPC's and without overlap with \
             the VPC's other vSwitches. Required.",
        ),
        Attribute::string("zone_id").optional().computed().requires_replace().description("The zone it lies in. Required."),
        Attribute::string("availability_zone")
            .optional()
            .computed()
            .requires_replace()
            .follows(["zone_id"])
            .description("The zone it lies in.")
            .deprecated("Use `zone_id` instead."),
        Attribute::string("vswitch_name").optional().computed().use_state_for_unknown().description("Its name, of at most 128 characters."),
        Attribute::string("name").optional().computed().use_state_for_unknown().follows(["vswitch_name"]).description("Its name.").deprecated("Use `vswitch_name` instead."),
        attributes::description(),
        attributes::tags("the vSwitch"),
        Attribute::bool("is_default").optional().computed().use_state_for_unknown().unless_set(false).description(
            "Whether it is the zone's default vSwitch. That one exists from the beginning, so that `true` is an error at \
             creation.",
        ),
        Attribute::number("available_ip_address_count")
            .computed()
            .use_state_for_unknown()
            .description("How many addresses were free when the vSwitch was created or imported. `data.simcloud_vswitches` has the current number."),
        computed("create_time", "When it was created, RFC 3339."),
        computed("network_acl_id", "Always empty."),
        computed("route_table_id", "The VPC's route table."),
        computed("status", "Always `Available`."),
        computed("ipv6_cidr_block", "Its block of IPv6 addresses, of 64 bits; empty unless it and its VPC have such addresses."),
        Attribute::bool("enable_ipv6").optional().computed().use_state_for_unknown().unless_set(false).derived(numbered_ipv6).description(
            "Whether it has a block of IPv6 addresses, if its VPC has one. Instances get IPv4 addresses only. Default: \
             `true` if `ipv6_cidr_block_mask` is set.",
        ),
        Attribute::number("ipv6_cidr_block_mask").optional().computed().use_state_for_unknown().description(
            "Number of its block in the VPC's, 0 to 255. Default: 0.",
        ),
    ])
    .attributes(without_effect([Attribute::string("vpc_ipv6_cidr_block").optional()]))
    .blocks([timeouts::block(&["create", "update", "delete"])])
}

/// A block of a number above 0 is there without `enable_ipv6`; 0 counts as absent.
fn numbered_ipv6(state: &Value) -> Value {
    let is_numbered = check::number(state, "ipv6_cidr_block_mask").is_some_and(|number| !number.is_zero());
    if is_numbered { true.into() } else { Value::Null }
}

/// The number of the vSwitch's block in the VPC's IPv6 block; `None` if it is to have none.
fn ipv6_number(arguments: &Value) -> Option<u8> {
    let number = check::number(arguments, "ipv6_cidr_block_mask").and_then(|number| u8::try_from(number).ok());
    match arguments.get("enable_ipv6").as_bool() {
        Some(true) => Some(number.unwrap_or(0)),
        Some(false) => None,
        None => number,
    }
}

/// A change of the arguments about IPv6 makes what follows from them unknown until the apply.
fn plan_ipv6(request: &PlanRequest, response: &mut PlanResponse) {
    let arguments = ["enable_ipv6", "ipv6_cidr_block_mask"];
    let is_changed = |name: &&str| {
        let configured = request.config.get(name);
        !configured.is_null() && configured != request.prior_state.get(name)
    };
    if request.prior_state.is_null() || !arguments.iter().any(is_changed) {
        return;
    }
    response.planned_state.set("ipv6_cidr_block", Value::Unknown);
    for name in arguments {
        if request.config.get(name).is_null() {
            response.planned_state.set(name, Value::Unknown);
        }
    }
}
