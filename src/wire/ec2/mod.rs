//! Amazon's APIs: EC2 in the Query protocol with replies in XML, and what its clients ask of STS and SSM beside it.

mod echo; // parameters as they come back
mod error; // refusals as the services send them
mod filters; // Filter.1.Name
mod fleet_history; // of both kinds of fleets
mod fleet_request; // reads the request of a fleet
mod fleet_xml; // a fleet as replies show it
mod fleets;
mod identity; // STS
mod ids; // ids on the wire and in the world
mod images; // with the public parameters of SSM
mod instance_options; // settings of one, as replies show them
mod instance_page; // a page of them
mod instance_types; // and where they are offered
mod instance_xml; // an instance as replies show it
mod instances; // what runs
mod key_pairs;
mod launch_templates; // with their versions
mod network_interfaces; // of instances, and others
mod page; // pages by token
mod part_page; // a page of what instances consist of
mod places; // regions and zones
mod power; // starting, stopping, terminating, changing
mod run; // RunInstances
mod security_group_lookup; // groups by id and by name
mod security_group_rule_changes; // rules that become others
mod security_group_rules; // as permissions and each by itself
mod security_groups;
mod spot_fleet_request; // reads the request of a spot fleet
mod spot_fleet_xml; // a spot fleet as replies show it
mod spot_fleets;
mod spot_launch; // RequestSpotInstances
mod spot_prices;
mod spot_requests; // one of each spot instance
mod stored_parameters; // settings without effect
mod subnets; // which the world knows as vSwitches
mod tags;
mod templates; // what a version of a launch template says
mod volumes; // the disks of instances
mod vpcs;
mod xml; // elements of a reply

use std::cell::RefCell;
use std::collections::BTreeSet;

use self::xml::Xml;
use super::call::AmazonCall;
use super::parameters::Arguments;
use super::reply::Reply;
use crate::base::collect::IntoOrdered;
use crate::base::nearest::{did_you_mean_sentence, nearest_similar};
use crate::base::{RegionId, nearest};
use crate::catalogue::{self, Region, Vendor};
use crate::cloud::{CloudError, SimCloud};

type Result<T> = std::result::Result<T, CloudError>;

/// Runs an action and returns the members of its reply.
type Action = fn(&SimCloud, &Arguments<'_>) -> Result<Xml>;

const VERSION: &str = "2016-11-15";
const ACTIONS: &[&[(&str, Action)]] = &[
    fleets::ACTIONS,
    images::ACTIONS,
    instance_types::ACTIONS,
    instances::ACTIONS,
    key_pairs::ACTIONS,
    launch_templates::ACTIONS,
    network_interfaces::ACTIONS,
    places::ACTIONS,
    power::ACTIONS,
    run::ACTIONS,
    security_group_rule_changes::ACTIONS,
    security_group_rules::ACTIONS,
    security_groups::ACTIONS,
    spot_fleets::ACTIONS,
    spot_launch::ACTIONS,
    spot_prices::ACTIONS,
    spot_requests::ACTIONS,
    subnets::ACTIONS,
    tags::ACTIONS,
    volumes::ACTIONS,
    vpcs::ACTIONS,
];

fn actions() -> impl Iterator<Item = &'static (&'static str, Action)> {
    ACTIONS.iter().copied().flatten()
}

/// Whether a service of Amazon's that speaks forms is simulated.
pub(super) fn answers(service: &str) -> bool {
    matches!(service, "ec2" | "sts")
}

/// Answers a call of any of Amazon's services. Those that are not simulated say so in their own protocol.
pub(super) fn answer(cloud: &SimCloud, call: &AmazonCall, request_id: &str) -> Reply {
    let reply = in_region(cloud, call).map(|cloud| cloud.following_ec2());
    match (call.service.as_str(), reply) {
        ("ec2", Ok(cloud)) => answer_ec2(&cloud, call, request_id),
        ("ec2", Err(error)) => error::ec2(&error, request_id),
        ("ssm", cloud) if call.json.is_some() => images::answer_ssm(cloud, call),
        ("sts", cloud) => identity::answer(cloud, call, request_id),
        (other, _) => error::not_simulated(other, call, request_id),
    }
}

fn answer_ec2(cloud: &SimCloud, call: &AmazonCall, request_id: &str) -> Reply {
    let Some((name, action)) = actions().find(|(name, _)| *name == call.action) else {
        let hint = did_you_mean_sentence(nearest(&call.action, actions().map(|(name, _)| *name)));
        let message = format!("The action {:?} of EC2 is not simulated.{hint}", call.action);
        return error::ec2(&CloudError::new("InvalidAction", message), request_id);
    };
    match run(cloud, *action, &call.parameters.arguments()) {
        Ok(members) => {
            let namespace = format!("http://ec2.amazonaws.com/doc/{VERSION}/");
            let members = members.as_str();
            let body = format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{name}Response xmlns=\"{namespace}\">\
                 <requestId>{request_id}</requestId>{members}</{name}Response>\n"
            );
            Reply::success(Reply::XML, body)
        }
        Err(error) => error::ec2(&error, request_id),
    }
}

/// A dry run is the same call on a copy of the world (E5).
fn run(cloud: &SimCloud, action: Action, arguments: &Arguments<'_>) -> Result<Xml> {
    if arguments.flag("DryRun")? != Some(true) {
        return action(cloud, arguments);
    }
    action(&cloud.in_a_copy()?, arguments)?;
    Err(CloudError::new("DryRunOperation", "Request would have succeeded, but DryRun flag is set."))
}

/// The cloud in the region that the call was signed for, or in the server's own.
fn in_region(cloud: &SimCloud, call: &AmazonCall) -> Result<SimCloud> {
    let id = call.region.as_deref().unwrap_or(cloud.region().as_str());
    let is_of_ec2 = |region: &&Region| region.vendors.contains(&Vendor::Ec2);
    if catalogue::region(id).is_some_and(|region| is_of_ec2(&region)) {
        return Ok(cloud.in_region(&RegionId::from(id)));
    }
    let message = if call.region.is_some() {
        let known = catalogue::regions().iter().filter(is_of_ec2).map(|region| region.id);
        format!("EC2 has no region '{id}' here.{}", did_you_mean_sentence(nearest_similar(id, known)))
    } else {
        format!(
            "The call is not signed, so it is for the server's region '{id}', which EC2 does not have. Sign it for a region \
             such as 'us-east-1' (AWS_REGION), or serve one with --region us-east-1."
        )
    };
    Err(CloudError::new("InvalidParameterValue", message))
}

/// The ids of a list, each of which begins with the prefix of its kind.
///
/// # Errors
/// The code for malformed ids, where one does not.
fn read_ids<'p>(arguments: &Arguments<'p>, name: &str, prefix: &str, malformed: &'static str) -> Result<Vec<&'p str>> {
    let ids = arguments.texts(name);
    for id in &ids {
        check_id(id, prefix, malformed)?;
    }
    Ok(ids)
}

/// The ids that a call names, and which of them were found.
struct FoundIds<'p> {
    wanted: Vec<&'p str>,
    found: RefCell<BTreeSet<String>>,
}

impl<'p> FoundIds<'p> {
    fn new(wanted: Vec<&'p str>) -> Self {
        Self { wanted, found: RefCell::default() }
    }

    /// Whether the call names this object, as one without ids names all; notes that it is there.
    fn find(&self, id: &str) -> bool {
        let is_named = self.wanted.contains(&id);
        if is_named {
            self.found.borrow_mut().insert(id.to_owned());
        }
        is_named || self.wanted.is_empty()
    }

    /// The first that was not found.
    fn missing(&self) -> Option<&'p str> {
        self.wanted.iter().copied().find(|id| !self.found.borrow().contains(*id))
    }
}

fn check_id(id: &str, prefix: &str, malformed: &'static str) -> Result<()> {
    let rest = id.strip_prefix(prefix);
    if rest.is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')) {
        return Ok(());
    }
    Err(CloudError::new(malformed, format!("Invalid id: \"{id}\" (expecting \"{prefix}...\")")))
}

/// The tags that a call gives to objects of this kind.
fn tags_on_creation(arguments: &Arguments<'_>, resource_type: &str) -> crate::cloud::model::Tags {
    let given = arguments.list("TagSpecification");
    let of_type = given.iter().filter(|given| given.text("ResourceType") == Some(resource_type));
    of_type.flat_map(|given| given.tags("Tag")).into_map()
}
