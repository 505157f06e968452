//! Alibaba's RPC APIs: parameters in the query or in a form, replies in JSON.

mod disks;
mod eips; // elastic addresses
mod error; // refusals as the services send them
mod groups; // auto provisioning groups
mod identity; // STS and the billing service
mod images; // images
mod instances; // launches, and what runs
mod kept; // what has no effect and is returned all the same
mod key_pairs;
mod launch_configuration; // how instances are made, in groups and templates
mod launch_templates;
mod market; // what is sold where, at what price
mod nat_gateways; // with their SNAT entries
mod page; // pages by number and by token
mod power; // changes of single instances
mod routes; // route tables and entries
mod security_groups;
mod vpcs; // VPCs and vSwitches

use serde_json::{Value as Json, json};

use super::call::Call;
use super::parameters::Arguments;
use super::reply::Reply;
use crate::base::nearest::did_you_mean_sentence;
use crate::base::{RegionId, nearest};
use crate::catalogue;
use crate::cloud::{CloudError, SimCloud};

type Result<T> = std::result::Result<T, CloudError>;

/// Runs an action and returns the members of its reply.
type Action = fn(&SimCloud, &Arguments<'_>) -> Result<Json>;

/// An API: its version, by which clients name it, and its actions by name.
struct Api {
    name: &'static str,
    version: &'static str,
    families: &'static [&'static [(&'static str, Action)]],
}

const APIS: [Api; 4] = [
    Api {
        name: "ECS",
        version: "2014-05-26",
        families: &[
            groups::ACTIONS,
            instances::ACTIONS,
            power::ACTIONS,
            disks::ACTIONS,
            launch_templates::ACTIONS,
            key_pairs::ACTIONS,
            security_groups::ACTIONS,
            market::ACTIONS,
            images::ACTIONS,
        ],
    },
    Api {
        name: "VPC",
        version: "2016-04-28",
        families: &[vpcs::ACTIONS, eips::ACTIONS, nat_gateways::ACTIONS, routes::ACTIONS],
    },
    Api { name: "STS", version: "2015-04-01", families: &[identity::STS_ACTIONS] },
    Api { name: "BssOpenApi", version: "2017-12-14", families: &[identity::BILLING_ACTIONS] },
];

impl Api {
    fn actions(&self) -> impl Iterator<Item = &'static (&'static str, Action)> {
        self.families.iter().copied().flatten()
    }
}

/// Answers a call. Every reply has a request id.
pub(super) fn answer(cloud: &SimCloud, call: &Call, request_id: &str) -> Reply {
    let Some(api) = APIS.iter().find(|api| api.version == call.version) else {
        let known: Vec<String> = APIS.iter().map(|api| format!("{} {}", api.name, api.version)).collect();
        let message = format!(
            "The API version {:?} is not simulated; the simulated APIs are {}.",
            call.version,
            known.join(", ")
        );
        return error::body(400, "InvalidVersion", &message, request_id);
    };
    let Some((_, action)) = api.actions().find(|(name, _)| *name == call.action) else {
        let hint = did_you_mean_sentence(nearest(&call.action, api.actions().map(|(name, _)| *name)));
        let message = format!("The action {:?} of {} is not simulated.{hint}", call.action, api.name);
        return error::body(404, "InvalidAction.NotFound", &message, request_id);
    };
    let arguments = call.parameters.arguments();
    match in_region(cloud, &arguments).and_then(|cloud| action(&cloud, &arguments)) {
        Ok(mut members) => {
            if members["RequestId"].is_null() {
                members["RequestId"] = request_id.into();
            }
            remove_nulls(&mut members);
            Reply::success(Reply::JSON, members.to_string())
        }
        Err(error) => error::reply(&error, request_id),
    }
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
    let Some(id) = arguments.text("RegionId") else { return Ok(cloud.clone()) };
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
