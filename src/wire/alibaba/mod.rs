//! Alibaba's RPC APIs: parameters in the query or in a form, replies in JSON.

mod disks;
mod eips; // elastic addresses
mod error; // refusals as the services send them
mod groups; // auto provisioning groups
mod identity; // STS and the billing service
mod images; // images
mod instance_details; // what is asked about single instances
mod instance_reply; // an instance as replies have it
mod instances; // launches, and what runs
mod key_pairs;
mod launch_configuration; // how instances are made, in groups and templates
mod launch_interfaces;
mod launch_templates;
mod market; // what is sold where, at what price
mod nat_gateways; // with their SNAT entries
mod network_interface_json; // an interface as replies have it
mod network_interfaces;
mod page; // pages by number and by token
mod power; // changes of single instances
mod ram_roles; // the roles of instances
mod routes; // route tables and entries
mod scaling; // Auto Scaling
mod security_groups;
mod stored_parameters; // what has no effect and is returned all the same
mod tagging; // tags of objects of any kind
mod vpcs; // VPCs and vSwitches

use serde_json::{Value as Json, json};

use super::call::{AMAZON_VERSIONS, Call};
use super::ec2;
use super::parameters::Arguments;
use super::reply::Reply;
use crate::base::nearest::did_you_mean_sentence;
use crate::base::{RegionId, nearest};
use crate::catalogue;
use crate::cloud::{CloudError, SimCloud};

type Result<T> = std::result::Result<T, CloudError>;

/// Runs an action and returns the members of its reply.
type Action = fn(&SimCloud, &Arguments<'_>) -> Result<Json>;

/// Runs an action and writes its whole reply, with the request id: for lists that may be long.
type WritingAction = fn(&SimCloud, &Arguments<'_>, &str) -> Result<Vec<u8>>;

/// An API: its version, by which clients name it, and its actions by name.
struct Api {
    name: &'static str,
    version: &'static str,
    families: &'static [&'static [(&'static str, Action)]],
    writing: &'static [(&'static str, WritingAction)],
}

const APIS: [Api; 5] = [
    Api {
        name: "ECS",
        version: "2014-05-26",
        families: &[
            groups::ACTIONS,
            instances::ACTIONS,
            instance_details::ACTIONS,
            power::ACTIONS,
            disks::ACTIONS,
            launch_templates::ACTIONS,
            key_pairs::ACTIONS,
            network_interfaces::ACTIONS,
            ram_roles::ACTIONS,
            security_groups::ACTIONS,
            market::ACTIONS,
            images::ACTIONS,
            tagging::ACTIONS,
        ],
        writing: instances::WRITING_ACTIONS,
    },
    Api {
        name: "VPC",
        version: "2016-04-28",
        families: &[vpcs::ACTIONS, eips::ACTIONS, nat_gateways::ACTIONS, routes::ACTIONS, tagging::ACTIONS],
        writing: &[],
    },
    Api { name: "ESS", version: "2014-08-28", families: scaling::FAMILIES, writing: &[] },
    Api { name: "STS", version: "2015-04-01", families: &[identity::STS_ACTIONS], writing: &[] },
    Api { name: "BssOpenApi", version: "2017-12-14", families: &[identity::BILLING_ACTIONS], writing: &[] },
];

/// How an action is run.
#[derive(Clone, Copy)]
enum Run {
    Members(Action),
    Writing(WritingAction),
}

impl Api {
    fn names(&self) -> impl Iterator<Item = &'static str> {
        let members = self.families.iter().copied().flatten().map(|(name, _)| *name);
        members.chain(self.writing.iter().map(|(name, _)| *name))
    }

    fn action(&self, wanted: &str) -> Option<Run> {
        let members = self.families.iter().copied().flatten().find(|(name, _)| *name == wanted);
        let members = members.map(|(_, action)| Run::Members(*action));
        let writing = || self.writing.iter().find(|(name, _)| *name == wanted);
        members.or_else(|| writing().map(|(_, action)| Run::Writing(*action)))
    }
}

/// Answers a call. Every reply has a request id.
pub(super) fn answer(cloud: &SimCloud, call: &Call, request_id: &str) -> Reply {
    let Some(api) = APIS.iter().find(|api| api.version == call.version) else {
        return error::body(400, "InvalidVersion", &unknown_version(&call.version), request_id);
    };
    let Some(action) = api.action(&call.action) else {
        let hint = did_you_mean_sentence(nearest(&call.action, api.names()));
        let message = format!("The action {:?} of {} is not simulated.{hint}", call.action, api.name);
        return error::body(404, "InvalidAction.NotFound", &message, request_id);
    };
    let arguments = call.parameters.arguments();
    let written = in_region(cloud, &arguments).and_then(|cloud| match action {
        Run::Members(action) => action(&cloud, &arguments).map(|members| write(members, request_id)),
        Run::Writing(action) => action(&cloud, &arguments, request_id),
    });
    match written {
        Ok(body) => Reply::success(Reply::JSON, body),
        Err(error) => error::reply(&error, request_id),
    }
}

/// Versions of APIs that are not simulated, by which an error names them.
const OTHER_APIS: [(&str, &str); 10] = [
    ("2014-05-15", "SLB"),
    ("2014-08-15", "RDS"),
    ("2015-01-01", "R-KVStore"),
    ("2015-01-09", "Alidns"),
    ("2015-05-01", "RAM"),
    ("2015-12-15", "CS"),
    ("2016-01-20", "KMS"),
    ("2017-06-26", "NAS"),
    ("2019-01-01", "CMS"),
    ("2020-06-16", "ALB"),
];

/// What a version is, and what is simulated, of both clouds: a call without a signature may be for either.
fn unknown_version(version: &str) -> String {
    let of_others = OTHER_APIS.iter().find(|(known, _)| *known == version);
    let what = match of_others {
        Some((_, name)) => format!("{name} ({version})"),
        None => format!("The API version {version:?}"),
    };
    let known: Vec<String> = APIS.iter().map(|api| format!("{} {}", api.name, api.version)).collect();
    let amazon = AMAZON_VERSIONS.iter().filter(|(_, name)| ec2::answers(name));
    let amazon: Vec<String> = amazon.map(|(version, name)| format!("{} {version}", name.to_uppercase())).collect();
    format!(
        "{what} is not simulated; the simulated APIs are {} of Alibaba Cloud, and {} of Amazon.",
        known.join(", "),
        amazon.join(", ")
    )
}

fn write(mut members: Json, request_id: &str) -> Vec<u8> {
    if members["RequestId"].is_null() {
        members["RequestId"] = request_id.into();
    }
    remove_nulls(&mut members);
    members.to_string().into_bytes()
}

/// What is not set is absent from a reply.
fn remove_nulls(json: &mut Json) {
    match json {
        Json::Object(members) => {
            members.retain(|_, member| !member.is_null());
            members.values_mut().for_each(remove_nulls);
        }
        Json::Array(elements) => elements.iter_mut().for_each(remove_nulls),
        _ => {}
    }
}

/// The cloud in the region that a call names, or in the server's own.
fn in_region(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<SimCloud> {
    let Some(id) = arguments.text("RegionId") else { return Ok(cloud.in_region(cloud.region())) };
    if catalogue::region(id).is_some() {
        return Ok(cloud.in_region(&RegionId::from(id)));
    }
    let hint = did_you_mean_sentence(nearest(id, catalogue::regions().iter().map(|region| region.id)));
    Err(CloudError::new("InvalidRegionId.NotFound", format!("There is no region `{id}`.{hint}")))
}

/// A list as replies have it: `{"Tag": […]}`.
fn list(name: &str, elements: impl IntoIterator<Item = Json>) -> Json {
    json!({ name: elements.into_iter().collect::<Vec<_>>() })
}

/// Tags as replies have them.
fn tags(tags: &crate::cloud::model::Tags) -> Json {
    list("Tag", tags.iter().map(|(key, value)| json!({ "TagKey": key, "TagValue": value, "Key": key, "Value": value })))
}
