//! `simcloud_ecs_network_interface`, and `simcloud_network_interface` as its other name: a network interface that instances
//! can have beside their primary one.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use async_trait::async_trait;

use crate::base::collect::IntoOrdered;
use crate::base::{NetworkInterfaceId, SecurityGroupId, api_enum};
use crate::cloud::model::{
    CreateNetworkInterfaceRequest, DescribeNetworkInterfacesRequest, ModifyNetworkInterfaceRequest, NetworkInterface,
};
use crate::cloud::{Cloud, CloudError, Member, codes};
use crate::provider::block::Configured;
use crate::provider::framework::check::{self, is_absent, text, texts};
use crate::provider::framework::enumerations::TrafficMode;
use crate::provider::framework::object_resource::{CloudObject, set_default, without_effect};
use crate::provider::framework::semantic_equality::configured_value;
use crate::provider::framework::update_plan::changes;
use crate::provider::framework::{attributes, deprecated_argument, timeouts};
use crate::tf::provider::{PlanRequest, PlanResponse};
use crate::tf::{Attribute, Diagnostics, Path, Schema, Type, Value};

type Reply<T> = Result<T, CloudError>;

/// Arguments with two names, the newer one first.
const NAMES: [(&str, &str); 5] = [("network_interface_name", "name"), PRIMARY, FURTHER, COUNT, GROUPS];
const PRIMARY: (&str, &str) = ("primary_ip_address", "private_ip");
const FURTHER: (&str, &str) = ("private_ip_addresses", "private_ips");
const COUNT: (&str, &str) = ("secondary_private_ip_address_count", "private_ips_count");
const GROUPS: (&str, &str) = ("security_group_ids", "security_groups");

/// Most addresses or blocks of addresses that the service takes in one request.
const MAX_PREFIXES: u32 = 10;

api_enum! {
    /// What a network interface is for.
    enum InterfaceType: default Secondary {
        Secondary => "is a further interface of an instance",
        Trunk => "carries member interfaces",
    }
}

#[derive(Debug)]
pub(crate) struct NetworkInterfaceObject;

#[async_trait]
impl CloudObject for NetworkInterfaceObject {
    type Object = NetworkInterface;

    const NOUN: &'static str = "network interface";
    const NOT_FOUND: &'static [&'static str] = &[codes::INVALID_ENI_NOT_FOUND];
    const ATTRIBUTE_NAMES: &'static [(Member, &'static str)] = &[(Member::PrivateIpAddress, PRIMARY.0)];

    fn schema() -> Schema {
        schema()
    }

    fn validate(config: &Value, diagnostics: &mut Diagnostics) {
        let root = Path::default();
        for (name, older) in NAMES {
            check::not_both(config, &root, name, older, diagnostics);
        }
        for name in ["network_interface_name", "name"] {
            check::resource_name(config, &root, name, diagnostics);
        }
        check::plain_text(config, &root, "description", 256, diagnostics);
        check::tags(config, &root, "tags", diagnostics);
        if is_absent(config, GROUPS.0) && is_absent(config, GROUPS.1) {
            check::missing(&root, GROUPS.0, "at least one security group of the VPC", diagnostics);
        }
        addresses(config, &root, diagnostics);
        for name in ["ipv4_prefix_count", "ipv6_address_count"] {
            check::within(config, &root, name, 0, MAX_PREFIXES, diagnostics);
        }
        check::integer(config, &root, "queue_number", 0, diagnostics);
        timeouts::validate(config, diagnostics);
    }

    fn plan(_configured: Option<&Configured>, request: &PlanRequest, response: &mut PlanResponse) {
        for (name, older) in NAMES {
            deprecated_argument::plan(request, name, older, response);
        }
        plan_addresses(request, &mut response.planned_state);
    }

    fn canonical_value(_configured: Option<&Configured>, arguments: &Value, name: &str) -> Value {
        match NAMES.iter().find(|(newer, older)| [*newer, *older].contains(&name)) {
            Some((newer, older)) if name == PRIMARY.0 || name == PRIMARY.1 => {
                deprecated_argument::canonical_value(arguments, newer, older)
            }
            _ => configured_value(arguments, name),
        }
    }

    async fn create(cloud: &Cloud, arguments: &Value, configuration: String) -> Reply<NetworkInterface> {
        let (name, older) = NAMES[0];
        let request = CreateNetworkInterfaceRequest {
            vswitch_id: text(arguments, "vswitch_id").map(Into::into),
            security_group_ids: security_groups(arguments),
            primary_ip_address: deprecated_argument::text(arguments, PRIMARY.0, PRIMARY.1)
                .and_then(|address| address.parse().ok()),
            private_ip_addresses: further_addresses(arguments),
            secondary_private_ip_address_count: if further_addresses(arguments).is_empty() {
                count(arguments).unwrap_or(0)
            } else {
                0
            },
            name: deprecated_argument::text(arguments, name, older).map(str::to_owned),
            description: text(arguments, "description").map(str::to_owned),
            delete_on_release: arguments.get("delete_on_release").as_bool(),
            tags: check::tags_of(arguments, "tags"),
            client_token: None,
            configuration,
        };
        cloud.create_network_interface(request).await
    }

    async fn describe(cloud: &Cloud, id: &str) -> Reply<Option<NetworkInterface>> {
        let ids = Some([NetworkInterfaceId::from(id)].into());
        let request = DescribeNetworkInterfacesRequest {
            network_interface_ids: ids,
            ..DescribeNetworkInterfacesRequest::default()
        };
        Ok(cloud.describe_network_interfaces(request).await?.pop())
    }

    async fn modify(cloud: &Cloud, prior: &Value, arguments: &Value, configuration: String) -> Reply<NetworkInterface> {
        let schema = Self::schema();
        let changed =
            |(newer, older): (&str, &str)| [newer, older].iter().any(|name| changes(&schema, prior, arguments, name));
        let (name, older) = NAMES[0];
        let names_addresses = changed(FURTHER) && arguments.get(FURTHER.0).is_wholly_known();
        // An explicit 0 is no value of the arguments, and frees all of them.
        let counts = changed(COUNT) && !arguments.get(COUNT.0).is_unknown();
        let request = ModifyNetworkInterfaceRequest {
            network_interface_id: text(prior, "id").map(Into::into),
            security_group_ids: changed(GROUPS).then(|| security_groups(arguments)),
            private_ip_addresses: names_addresses.then(|| further_addresses(arguments)),
            secondary_private_ip_address_count: (counts && !names_addresses).then(|| count(arguments).unwrap_or(0)),
            name: Some(deprecated_argument::text(arguments, name, older).unwrap_or_default().to_owned()),
            description: Some(text(arguments, "description").unwrap_or_default().to_owned()),
            delete_on_release: arguments.get("delete_on_release").as_bool(),
            tags: Some(check::tags_of(arguments, "tags")),
            configuration: Some(configuration),
        };
        cloud.modify_network_interface(request).await
    }

    async fn delete(cloud: &Cloud, prior: &Value) -> Reply<()> {
        cloud.delete_network_interface(text(prior, "id").unwrap_or_default().into()).await
    }

    fn id(interface: &NetworkInterface) -> String {
        interface.network_interface_id.to_string()
    }

    fn configuration(interface: &NetworkInterface) -> &str {
        &interface.request.configuration
    }

    fn set_computed(state: &mut Value, interface: &NetworkInterface) {
        state.set("mac", interface.mac_address.as_str());
        state.set("status", interface.status.name());
        let further = &interface.secondary_private_ip_addresses;
        let further_addresses = Value::list(further.iter().map(Ipv4Addr::to_string));
        let groups = Value::list(interface.request.security_group_ids.iter().map(SecurityGroupId::as_str));
        let [name, primary, addresses, count, security_groups] = NAMES;
        for ((newer, older), value) in [
            (name, Value::from(interface.request.name.as_deref().unwrap_or_default())),
            (primary, interface.private_ip_address.to_string().into()),
            (addresses, further_addresses),
            (count, further.len().into()),
            (security_groups, groups),
        ] {
            set_default(state, newer, value.clone());
            set_default(state, older, value);
        }
        set_default(state, "vswitch_id", interface.vswitch_id.as_str());
        for name in ["ipv4_prefix_count", "ipv6_address_count", "queue_number"] {
            set_default(state, name, 0);
        }
        for name in ["ipv4_prefixes", "ipv6_addresses"] {
            set_default(state, name, Value::List(Vec::new()));
        }
    }
}

fn schema() -> Schema {
    let computed =
        |name, text: &'static str| Attribute::string(name).computed().use_state_for_unknown().description(text);
    Schema::new(
        "A network interface, which `simcloud_ecs_network_interface_attachment` attaches to an instance of its zone and VPC.\n\n\
         It takes its addresses from its vSwitch, as an instance does, and uses no capacity of a pool. When the instance that it is \
         attached to ends, it is deleted as well, unless `delete_on_release` is `false`: then it is detached and keeps its \
         addresses. When it is deleted its elastic address is free again, and routes that lead to it are gone. The primary \
         interface of an instance belongs to the instance.",
    )
    .attributes([
        computed("id", "The interface's id."),
        Attribute::string("vswitch_id").required().requires_replace().description("The vSwitch, and with it zone and VPC."),
    ])
    .attributes(names())
    .attributes(addresses_of_the_vswitch())
    .attributes([
        Attribute::set(GROUPS.0, Type::String)
            .optional()
            .computed()
            .use_state_for_unknown()
            .description("Its security groups, at least one, of the VPC of the vSwitch. Required."),
        Attribute::set(GROUPS.1, Type::String)
            .optional()
            .computed()
            .use_state_for_unknown()
            .follows([GROUPS.0])
            .description("Its security groups.")
            .deprecated("Use `security_group_ids` instead."),
        Attribute::bool("delete_on_release")
            .optional()
            .computed()
            .use_state_for_unknown()
            .unless_set(true)
            .description("Whether it is deleted when the instance that it is attached to ends. Default: `true`."),
        attributes::tags("the network interface"),
        computed("mac", "Its MAC address."),
        computed("status", "`Available`, or `InUse` while it is attached."),
    ])
    .attributes(without_effect([
        Attribute::choice::<InterfaceType>("instance_type", "What it is for: it ")
            .computed()
            .requires_replace()
            .unless_set(InterfaceType::default().name()),
        Attribute::number("ipv4_prefix_count").optional().computed(),
        Attribute::set("ipv4_prefixes", Type::String).optional().computed(),
        Attribute::number("ipv6_address_count").optional().computed(),
        Attribute::set("ipv6_addresses", Type::String).optional().computed(),
        Attribute::choice::<TrafficMode>("network_interface_traffic_mode", "Traffic mode: ")
            .computed()
            .requires_replace()
            .unless_set(TrafficMode::Standard.name()),
        Attribute::number("queue_number").optional().computed(),
        Attribute::string("resource_group_id").optional().requires_replace(),
        Attribute::bool("source_dest_check").optional(),
    ]))
    .blocks([timeouts::block(&["create", "update", "delete"])])
}

fn names() -> [Attribute; 3] {
    [
        Attribute::string("network_interface_name")
            .optional()
            .computed()
            .use_state_for_unknown()
            .description("Its name, 2 to 128 characters."),
        Attribute::string("name")
            .optional()
            .computed()
            .use_state_for_unknown()
            .follows(["network_interface_name"])
            .description("Its name.")
            .deprecated("Use `network_interface_name` instead."),
        attributes::description(),
    ]
}

fn addresses_of_the_vswitch() -> [Attribute; 6] {
    let most = CreateNetworkInterfaceRequest::MAX_SECONDARY_ADDRESSES;
    let set = |name| Attribute::set(name, Type::String).optional().computed().use_state_for_unknown();
    let number = |name| Attribute::number(name).optional().computed().use_state_for_unknown();
    let address = |name| Attribute::string(name).optional().computed().requires_replace().use_state_for_unknown();
    [
        address(PRIMARY.0).follows_all().description(
            "Its primary address. Default: a free one of the vSwitch, which follows from the interface's id.",
        ),
        address(PRIMARY.1)
            .follows([PRIMARY.0])
            .description("Its primary address.")
            .deprecated("Use `primary_ip_address` instead."),
        set(FURTHER.0).description(format!(
            "Its further addresses, at most {most}. Excludes the count. A change is made in place."
        )),
        set(FURTHER.1)
            .follows([FURTHER.0])
            .description("Its further addresses.")
            .deprecated("Use `private_ip_addresses` instead."),
        number(COUNT.0).follows([FURTHER.0]).unless_set(0).description(format!(
            "How many further addresses it has, at most {most}. A smaller number frees the highest ones."
        )),
        number(COUNT.1)
            .follows([COUNT.0, FURTHER.0])
            .unless_set(0)
            .description("How many further addresses it has.")
            .deprecated("Use `secondary_private_ip_address_count` instead."),
    ]
}

/// Addresses are ones, and further addresses are named, or counted, or blocks.
fn addresses(config: &Value, root: &Path, diagnostics: &mut Diagnostics) {
    for name in [PRIMARY.0, PRIMARY.1] {
        check::ipv4_address(config, root, name, diagnostics);
    }
    let most = CreateNetworkInterfaceRequest::MAX_SECONDARY_ADDRESSES;
    for name in [COUNT.0, COUNT.1] {
        check::within(config, root, name, 0, most, diagnostics);
    }
    for name in [FURTHER.0, FURTHER.1] {
        check::each_ipv4_address(config, root, name, diagnostics);
        check::at_most(config, root, name, most as usize, diagnostics);
        for other in [COUNT.0, COUNT.1, "ipv4_prefixes", "ipv4_prefix_count"] {
            not_both(config, root, name, other, diagnostics);
        }
    }
    for name in [COUNT.0, COUNT.1] {
        for other in ["ipv4_prefixes", "ipv4_prefix_count"] {
            not_both(config, root, name, other, diagnostics);
        }
    }
    for (name, other) in [("ipv4_prefixes", "ipv4_prefix_count"), ("ipv6_addresses", "ipv6_address_count")] {
        check::at_most(config, root, name, MAX_PREFIXES as usize, diagnostics);
        not_both(config, root, name, other, diagnostics);
    }
}

/// The two arguments exclude each other, where a count of 0 is no count.
fn not_both(config: &Value, root: &Path, one: &str, other: &str, diagnostics: &mut Diagnostics) {
    let is_zero = |name: &str| check::number(config, name).is_some_and(|count| count.is_zero());
    if !is_zero(one) && !is_zero(other) {
        check::not_both(config, root, one, other, diagnostics);
    }
}

/// Plans how many further addresses are named, and which of count and addresses a change leaves to the cloud.
fn plan_addresses(request: &PlanRequest, planned: &mut Value) {
    let (config, prior) = (&request.config, &request.prior_state);
    let is_said = |(newer, older): (&str, &str)| [newer, older].iter().any(|name| !config.get(name).is_null());
    let set_both = |(newer, older): (&str, &str), planned: &mut Value, value: Value| {
        planned.set(newer, value.clone());
        planned.set(older, value);
    };
    if is_said(FURTHER) {
        let named = planned.get(FURTHER.0);
        let count = match named.as_list() {
            Some(named_addresses) if named.is_wholly_known() => named_addresses.len().into(),
            _ => Value::Unknown,
        };
        if !is_said(COUNT) {
            set_both(COUNT, planned, count);
        }
    } else if is_said(COUNT) && (prior.is_null() || planned.get(COUNT.0) != prior.get(COUNT.0)) {
        let is_none = check::number(planned, COUNT.0).is_some_and(|count| count.is_zero());
        set_both(FURTHER, planned, if is_none { Value::List(Vec::new()) } else { Value::Unknown });
    }
}

fn security_groups(arguments: &Value) -> BTreeSet<SecurityGroupId> {
    let ids = GROUPS.0;
    let ids = if is_absent(arguments, ids) { texts(arguments, GROUPS.1) } else { texts(arguments, ids) };
    ids.into_iter().map(Into::into).collect()
}

fn further_addresses(arguments: &Value) -> BTreeSet<Ipv4Addr> {
    let named = [FURTHER.0, FURTHER.1].iter().flat_map(|name| texts(arguments, name));
    named.filter_map(|address| address.parse().ok()).into_set()
}

/// How many further addresses are asked for, as far as it is known.
fn count(arguments: &Value) -> Option<u32> {
    let number = check::number(arguments, COUNT.0).or_else(|| check::number(arguments, COUNT.1));
    number.and_then(|count| u32::try_from(count).ok())
}
