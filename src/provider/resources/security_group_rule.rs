//! `simcloud_security_group_rule`: one rule of a security group.

use std::sync::Arc;

use async_trait::async_trait;

use crate::base::cidr::is_address_or_block;
use crate::base::{ApiEnum, Decimal};
use crate::cloud::model::{
    AuthorizeSecurityGroupRequest, Direction, IpProtocol, ModifySecurityGroupRuleRequest, NicType, Peer, RulePolicy,
    SecurityGroup, SecurityGroupRule, SecurityGroupRuleReference,
};
use crate::cloud::{Cloud, CloudError, Member, codes};
use crate::provider::block::Configured;
use crate::provider::framework::check::{self, is_absent, is_set, number, text};
use crate::provider::framework::choice;
use crate::provider::framework::context::ProviderContext;
use crate::provider::framework::object_resource::{CloudObject, set_default};
use crate::tf::provider::{PlanRequest, PlanResponse};
use crate::tf::{Attribute, Diagnostics, Path, Schema, Value};

type Reply<T> = Result<T, CloudError>;

const NO_PORTS: &str = "-1/-1";

/// What to do about a rule that exists.
const EXISTS_ADVICE: &str = "If a resource was renamed, write a `moved` block, which keeps its rule. A rule that no \
     configuration manages can be imported. Otherwise remove one of the two.";

const PEERS: [&str; 4] = ["cidr_ip", "ipv6_cidr_ip", "source_security_group_id", "prefix_list_id"];

#[derive(Debug)]
pub(crate) struct SecurityGroupRuleObject;

/// A security group and the id of one of its rules.
#[derive(Debug)]
pub(crate) struct RuleInGroup {
    group: Arc<SecurityGroup>,
    rule_id: String,
}

#[async_trait]
impl CloudObject for SecurityGroupRuleObject {
    type Object = RuleInGroup;

    const NOUN: &'static str = "security group rule";
    const NOT_FOUND: &'static [&'static str] = &[codes::INVALID_SECURITY_GROUP_NOT_FOUND];

    fn schema() -> Schema {
        schema()
    }

    fn validate(config: &Value, diagnostics: &mut Diagnostics) {
        let root = Path::default();
        for (name, what) in [("type", "\"ingress\" or \"egress\""), ("ip_protocol", "such as \"tcp\" or \"all\"")] {
            if config.get(name).as_str() == Some("") {
                check::missing(&root, name, what, diagnostics);
            }
        }
        check::within(config, &root, "priority", 1, 100, diagnostics);
        check::plain_text(config, &root, "description", 512, diagnostics);
        for other in ["ipv6_cidr_ip", "source_security_group_id"] {
            check::not_both(config, &root, "cidr_ip", other, diagnostics);
        }
        if PEERS.iter().all(|name| is_absent(config, name)) {
            let what = "or ipv6_cidr_ip, source_security_group_id or prefix_list_id: the other end of the traffic";
            check::missing(&root, "cidr_ip", what, diagnostics);
        }
        addresses(config, diagnostics);
        ports(config, diagnostics);
    }

    fn plan(_configured: Option<&Configured>, _request: &PlanRequest, _response: &mut PlanResponse) {}

    async fn forecast(
        context: &ProviderContext,
        configured: &Configured,
        request: &PlanRequest,
        response: &mut PlanResponse,
    ) {
        let Some((group, rule)) = known_creation(request, &response.planned_state) else { return };
        if !context.record_planned_rule(group.clone(), rule.clone()) {
            return response.diagnostics.error_at(
                Path::root("security_group_id"),
                "Security Group Rule Planned Twice",
                "Another resource of this configuration is the same rule, at most with another description. A security \
                 group has a rule once: remove one of the two.",
            );
        }
        // What replaces a rule has its private state: the rule is usually gone by then, and otherwise the apply refuses.
        if !request.prior_private.is_empty() {
            return;
        }
        let authorization = AuthorizeSecurityGroupRequest { security_group_id: group.into(), rule };
        match configured.cloud.forecast_authorize_security_group(authorization).await {
            // No error: Terraform plans a replacement again while it applies it, and then forgets to restore the object that
            // is to be replaced.
            Err(error) if error.code() == Some(codes::SECURITY_GROUP_RULE_DUPLICATE) => {
                let text = format!("{error}. The apply will be refused. {EXISTS_ADVICE}");
                response.diagnostics.warning_at(Path::root("security_group_id"), "Security Group Rule Exists", text);
            }
            // What else refuses it may be gone by the apply.
            _ => {}
        }
    }

    async fn create(cloud: &Cloud, arguments: &Value, configuration: String) -> Reply<RuleInGroup> {
        let request = AuthorizeSecurityGroupRequest {
            security_group_id: text(arguments, "security_group_id").unwrap_or_default().into(),
            rule: rule(arguments, configuration)?,
        };
        let (rule_id, group) = cloud.authorize_security_group(request).await?;
        Ok(RuleInGroup::new(group, rule_id))
    }

    async fn describe(cloud: &Cloud, id: &str) -> Reply<Option<RuleInGroup>> {
        let group_id = id.split(':').next().unwrap_or_default();
        let Some(group) = cloud.describe_security_group_attribute(group_id.into()).await? else { return Ok(None) };
        let found = group.rules.iter().find(|(_, rule)| composite(&group, rule) == id);
        Ok(found.map(|(rule_id, _)| rule_id.clone()).map(|rule_id| RuleInGroup::new(group, rule_id)))
    }

    async fn modify(cloud: &Cloud, prior: &Value, arguments: &Value, configuration: String) -> Reply<RuleInGroup> {
        let rule = reference(prior)?;
        let rule_id = rule.rule_id.clone();
        let description = Some(text(arguments, "description").unwrap_or_default().to_owned());
        let request = ModifySecurityGroupRuleRequest { rule, description, configuration };
        Ok(RuleInGroup::new(cloud.modify_security_group_rule(request).await?, rule_id))
    }

    async fn delete(cloud: &Cloud, prior: &Value) -> Reply<()> {
        cloud.revoke_security_group(reference(prior)?).await
    }

    fn id(shown: &RuleInGroup) -> String {
        composite(&shown.group, shown.rule())
    }

    fn configuration(shown: &RuleInGroup) -> &str {
        &shown.rule().configuration
    }

    fn set_computed(state: &mut Value, shown: &RuleInGroup) {
        state.set("security_group_rule_id", shown.rule_id.as_str());
        set_default(state, "nic_type", shown.rule().nic_type.map_or("", NicType::name));
        set_default(state, "prefix_list_id", "");
    }
}

fn schema() -> Schema {
    let required = |name, text: &'static str| Attribute::string(name).required().requires_replace().description(text);
    let optional = |name, text: &'static str| Attribute::string(name).optional().requires_replace().description(text);
    Schema::new(
        "One rule of a security group. Rules are checked and stored; no traffic is simulated.\n\nA rule that differs from \
         one of the group only in the description is refused. So `create_before_destroy` works only where something \
         else changes.",
    )
    .attributes([
        Attribute::string("id").computed().use_state_for_unknown().description(
            "`<security_group_id>:<type>:<ip_protocol>:<port_range>:<nic_type>:<peer>:<policy>:<priority>`, where the peer is \
             `cidr_ip`, `ipv6_cidr_ip` with `_` for `:`, `source_security_group_id` or `prefix_list_id`.",
        ),
        required("security_group_id", "The group that the rule belongs to."),
        Attribute::choice::<Direction>("type", "").required().requires_replace(),
        Attribute::choice::<IpProtocol>("ip_protocol", "").required().requires_replace(),
        Attribute::string("port_range").default(NO_PORTS).requires_replace().description(
            "First and last port, such as `22/22`; required with `tcp` and `udp`, and otherwise always `-1/-1`. Default: \
             `-1/-1`.",
        ),
        optional("cidr_ip", "IPv4 address or block, such as `0.0.0.0/0`; excludes `ipv6_cidr_ip` and `source_security_group_id`."),
        optional("ipv6_cidr_ip", "IPv6 address or block."),
        optional("source_security_group_id", "Another group of the region."),
        optional("source_group_owner_id", "Id of the account that the security group of `source_security_group_id` belongs to. Without effect in the simulation."),
        optional("source_group_owner_account", "Account that the security group of `source_security_group_id` belongs to. Without effect in the simulation.")
            .deprecated("Use `source_group_owner_id` instead."),
        Attribute::string("prefix_list_id")
            .optional()
            .computed()
            .requires_replace()
            .description("A prefix list; ignored if one of the three peers above is set. Prefix lists are not simulated: any id is accepted."),
        Attribute::choice::<RulePolicy>("policy", "").default(RulePolicy::default().name()).requires_replace(),
        Attribute::number("priority").default(1).requires_replace().description("1 to 100; 1 comes first. Default: 1."),
        Attribute::string("nic_type").optional().computed().requires_replace().follows_all().description(
            "`intranet`; in a group of the default VPC, or without `vpc_id`, also `internet`, which is the \
             default there unless the peer is another group.",
        ),
        Attribute::string("description").optional().description("A description of at most 512 characters."),
        Attribute::string("security_group_rule_id").computed().use_state_for_unknown().description("The rule's own id."),
    ])
}

/// Checks that addresses and blocks are valid.
fn addresses(config: &Value, diagnostics: &mut Diagnostics) {
    if let Some(given) = text(config, "cidr_ip").filter(|given| !is_address_or_block(given)) {
        diagnostics.error_at(
            Path::root("cidr_ip"),
            "Invalid Block",
            format!("cidr_ip is {given:?}, which is neither an IPv4 address nor a block such as \"10.0.0.0/8\"."),
        );
    }
    let is_ipv6 = |given: &str| {
        let (address, prefix) = given.split_once('/').unwrap_or((given, "128"));
        address.parse::<std::net::Ipv6Addr>().is_ok() && prefix.parse::<u32>().is_ok_and(|prefix| prefix <= 128)
    };
    if let Some(given) = text(config, "ipv6_cidr_ip").filter(|given| !is_ipv6(given)) {
        diagnostics.error_at(
            Path::root("ipv6_cidr_ip"),
            "Invalid Block",
            format!(
                "ipv6_cidr_ip is {given:?}, which is neither an IPv6 address nor a block such as \"2001:db8::/32\"."
            ),
        );
    }
}

/// `tcp` and `udp` have ports, the other protocols have none.
fn ports(config: &Value, diagnostics: &mut Diagnostics) {
    let (Some(protocol), false) = (text(config, "ip_protocol"), config.get("port_range").is_unknown()) else { return };
    let range = text(config, "port_range").unwrap_or(NO_PORTS);
    let Ok(has_ports) = IpProtocol::parse(protocol).map(IpProtocol::has_ports) else { return };
    let port = |text: &str| text.parse::<u16>().ok().filter(|port| *port >= 1);
    let is_range = range
        .split_once('/')
        .and_then(|(first, last)| port(first).zip(port(last)))
        .is_some_and(|(first, last)| first <= last);
    if has_ports != is_range || !has_ports && range != NO_PORTS {
        let wanted = if has_ports {
            "two ports from 1 to 65535, the lower one first, such as \"22/22\""
        } else {
            "\"-1/-1\", as that protocol has no ports"
        };
        diagnostics.error_at(
            Path::root("port_range"),
            "Invalid Port Range",
            format!("port_range is {range:?}, and with ip_protocol = {protocol:?} it must be {wanted}."),
        );
    }
}

fn rule(arguments: &Value, configuration: String) -> Reply<SecurityGroupRule> {
    let owned = |name| text(arguments, name).map(str::to_owned);
    Ok(SecurityGroupRule {
        direction: direction(arguments)?,
        ip_protocol: owned("ip_protocol").unwrap_or_default(),
        port_range: owned("port_range").unwrap_or_else(|| NO_PORTS.to_owned()),
        nic_type: choice::read_choice(arguments, Member::NicType)?,
        peer: peer(arguments),
        peer_account: owned("source_group_owner_account"),
        policy: choice::read_choice(arguments, Member::Policy)?.unwrap_or_default(),
        priority: number(arguments, "priority").unwrap_or(Decimal::ONE).try_into().unwrap_or(1),
        description: owned("description"),
        configuration,
    })
}

/// The group and the rule of a planned creation, as far as it decides which rule it is; `None` if that is not all known.
fn known_creation(request: &PlanRequest, planned: &Value) -> Option<(String, SecurityGroupRule)> {
    const COMPARED: [&str; 7] =
        ["security_group_id", "type", "ip_protocol", "port_range", "nic_type", "policy", "priority"];
    let compared = || COMPARED.iter().chain(&PEERS);
    if !request.prior_state.is_null() || compared().any(|name| request.config.get(name).is_unknown()) {
        return None;
    }
    let rule = rule(planned, String::new()).ok()?;
    let nic_type = choice::read_choice(&request.config, Member::NicType).ok()?;
    Some((text(planned, "security_group_id")?.to_owned(), SecurityGroupRule { nic_type, ..rule }))
}

fn peer(arguments: &Value) -> Peer {
    let owned = |name| text(arguments, name).unwrap_or_default().to_owned();
    if is_set(arguments, "cidr_ip") {
        Peer::Cidr(owned("cidr_ip"))
    } else if is_set(arguments, "source_security_group_id") {
        Peer::SecurityGroup(owned("source_security_group_id").into())
    } else if is_set(arguments, "ipv6_cidr_ip") {
        Peer::Ipv6Cidr(owned("ipv6_cidr_ip"))
    } else {
        Peer::PrefixList(owned("prefix_list_id"))
    }
}

/// A direction is required, so that only an empty text can be absent.
fn direction(arguments: &Value) -> Reply<Direction> {
    Ok(choice::read_choice(arguments, Member::Type)?.unwrap_or(Direction::Ingress))
}

/// Identifies an existing rule.
fn reference(prior: &Value) -> Reply<SecurityGroupRuleReference> {
    Ok(SecurityGroupRuleReference {
        security_group_id: text(prior, "security_group_id").unwrap_or_default().into(),
        rule_id: text(prior, "security_group_rule_id").unwrap_or_default().to_owned(),
        direction: direction(prior)?,
    })
}

fn composite(group: &SecurityGroup, rule: &SecurityGroupRule) -> String {
    let direction = rule.direction.name();
    let peer = match &rule.peer {
        Peer::Cidr(text) | Peer::PrefixList(text) => text.clone(),
        Peer::Ipv6Cidr(text) => text.replace(':', "_"),
        Peer::SecurityGroup(id) => id.to_string(),
    };
    let policy = rule.policy.name();
    let (id, nic_type) = (&group.security_group_id, rule.nic_type.map_or("", NicType::name));
    let (protocol, ports) = (&rule.ip_protocol, &rule.port_range);
    format!("{id}:{direction}:{protocol}:{ports}:{nic_type}:{peer}:{policy}:{}", rule.priority)
}

impl RuleInGroup {
    fn new(group: SecurityGroup, rule_id: String) -> Self {
        Self { group: Arc::new(group), rule_id }
    }

    /// The rules of a group, by id.
    pub(crate) fn all_of(group: &Arc<SecurityGroup>) -> Vec<Self> {
        group.rules.keys().map(|rule_id| Self { group: Arc::clone(group), rule_id: rule_id.clone() }).collect()
    }

    pub(crate) fn rule(&self) -> &SecurityGroupRule {
        self.group.rules.get(&self.rule_id).unwrap_or_else(|| panic!("`{}` is not in its group", self.rule_id))
    }

    /// What the rule lets through: `web: ingress tcp 22/22 from 10.0.0.0/8`.
    pub(crate) fn summary(&self) -> String {
        let (rule, group) = (self.rule(), &self.group);
        let name = group.request.name.as_deref().filter(|name| !name.is_empty());
        let name = name.unwrap_or_else(|| group.security_group_id.as_str());
        let preposition = if rule.direction == Direction::Ingress { "from" } else { "to" };
        let peer = match &rule.peer {
            Peer::Cidr(text) | Peer::Ipv6Cidr(text) | Peer::PrefixList(text) => text,
            Peer::SecurityGroup(id) => id.as_str(),
        };
        let ports = if rule.port_range == NO_PORTS { "" } else { &format!(" {}", rule.port_range) };
        let policy = if rule.policy == RulePolicy::default() { "" } else { &format!(" ({})", rule.policy.name()) };
        format!("{name}: {} {}{ports} {preposition} {peer}{policy}", rule.direction.name(), rule.ip_protocol)
    }
}
