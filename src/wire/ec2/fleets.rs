//! Fleets (G21–G26).

use super::filters::{Filters, one};
use super::fleet_xml::{write_error, write_fleet, write_instances};
use super::page::Page;
use super::xml::Xml;
use super::{Action, Result, fleet_request, ids};
use crate::base::{Billing, GroupId, InstanceId};
use crate::cloud::model::{
    Activity, CreateFleetRequest, DeleteFleetRequest, DeletedFleet, Ec2Fleet, FleetOptions, GroupType, Instance,
    ModifyFleetRequest,
};
use crate::cloud::{CloudError, SimCloud, codes};
use crate::wire::parameters::Arguments;

pub(super) const ACTIONS: &[(&str, Action)] = &[
    ("CreateFleet", create),
    ("DeleteFleets", delete),
    ("DescribeFleetHistory", history),
    ("DescribeFleetInstances", instances),
    ("DescribeFleets", describe),
    ("ModifyFleet", modify),
];

/// The most fleets of one deletion.
const MOST_DELETIONS: usize = 125;

fn create(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    let request: CreateFleetRequest = fleet_request::read(cloud, arguments)?;
    let fleet = cloud.create_fleet(&request)?;
    let mut xml = Xml::default();
    xml.text("fleetId", fleet.fleet_id.as_str());
    // Only an `instant` fleet has launched when the service answers.
    if request.fleet_type == GroupType::Instant {
        xml.list("errorSet", &fleet.errors, |xml, error| write_error(xml, &fleet, error));
        xml.list("fleetInstanceSet", &fleet.instances, |xml, row| write_instances(xml, &fleet, row));
    }
    Ok(xml)
}

/// The id of a fleet, if the text can be one.
fn read_id(text: &str) -> Option<GroupId> {
    let uuid = text.strip_prefix(FleetOptions::ID_PREFIX)?;
    let is_uuid = uuid.len() == 36 && uuid.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    is_uuid.then(|| text.into())
}

fn required_id(arguments: &Arguments<'_>) -> Result<GroupId> {
    let text = arguments.required("FleetId")?;
    read_id(text).ok_or_else(|| malformed(text))
}

fn malformed(text: &str) -> CloudError {
    let message = format!("Invalid id: \"{text}\" (expecting \"fleet-...\")");
    CloudError::new("InvalidFleetId.Malformed", message)
}

fn describe(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    const NAMES: [&str; 5] =
        ["activity-status", "excess-capacity-termination-policy", "fleet-state", "replace-unhealthy-instances", "type"];
    let filters = Filters::read(arguments, &NAMES)?;
    let named = arguments.texts("FleetId");
    let ids = named.iter().map(|text| read_id(text).ok_or_else(|| malformed(text))).collect::<Result<Vec<_>>>()?;
    let fleets = cloud.describe_fleets(Some(ids.into_iter().collect()).filter(|_| !named.is_empty()).as_ref())?;
    let matching = fleets.into_iter().filter(|fleet| {
        filters.match_object(&fleet.group.request.tags, |name| match name {
            "activity-status" => super::fleet_xml::activity_status(fleet).map(one).unwrap_or_default(),
            "excess-capacity-termination-policy" => one(fleet.group.request.excess_capacity_termination_policy.name()),
            "fleet-state" => one(fleet.state.name()),
            "type" => one(fleet.group.request.group_type.name()),
            _ => one("false"),
        })
    });
    let page = Page::of(arguments, matching.collect())?;
    Ok(Xml::of(|xml| {
        xml.list("fleetSet", &page.items, write_fleet);
        page.write_token(xml);
    }))
}

fn find(cloud: &SimCloud, id: &GroupId) -> Result<Ec2Fleet> {
    let found = cloud.describe_fleets(Some(&[id.clone()].into()))?;
    found.into_iter().next().ok_or_else(|| CloudError::new(codes::INVALID_FLEET_NOT_FOUND, format!("no fleet {id}")))
}

fn instances(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    let filters = Filters::read(arguments, &["instance-type"])?;
    let fleet = find(cloud, &required_id(arguments)?)?;
    if fleet.group.request.is_instant() {
        let message = format!("The fleet {} is of type instant; its instances are in DescribeFleets.", fleet.fleet_id);
        return Err(CloudError::new("Unsupported", message));
    }
    let living = fleet.group.instances.iter().filter(|instance| instance.state.is_live());
    let matching = living.filter(|instance| filters.match_object(&instance.tags, |_| one(&instance.instance_type)));
    let page = Page::of(arguments, matching.collect())?;
    Ok(Xml::of(|xml| {
        xml.text("fleetId", fleet.fleet_id.as_str());
        xml.list("activeInstanceSet", &page.items, |xml, instance| write_active(xml, instance));
        page.write_token(xml);
    }))
}

fn write_active(xml: &mut Xml, instance: &Instance) {
    xml.text("instanceId", instance.instance_id.as_str());
    xml.text("instanceType", instance.instance_type.as_str());
    if instance.spot_strategy.billing() == Billing::Spot {
        xml.text("spotInstanceRequestId", &ids::spot_request_id(&instance.instance_id));
    }
    xml.text("instanceHealth", "healthy");
}

fn modify(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    let target = arguments.within("TargetCapacitySpecification");
    let fleet_id = required_id(arguments)?;
    let mut capacity = None;
    if !target.whole().is_empty() {
        let before = find(cloud, &fleet_id)?.group.request.capacity;
        let mut after = fleet_request::capacity(&target)?;
        if target.text("DefaultTargetCapacityType").is_none() {
            after.default_type = before.default_type;
        }
        capacity = Some(after);
    }
    let excess_capacity_termination_policy = fleet_request::excess_policy(arguments)?;
    cloud.modify_fleet(&ModifyFleetRequest { fleet_id, capacity, excess_capacity_termination_policy })?;
    Ok(Xml::done())
}

/// A fleet that cannot be deleted is a row of the reply and keeps no other from being deleted.
fn delete(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    let named = arguments.texts("FleetId");
    if named.is_empty() || named.len() > MOST_DELETIONS {
        let message = format!("A call deletes 1 to {MOST_DELETIONS} fleets, and this one names {}.", named.len());
        return Err(CloudError::new(codes::INVALID_PARAMETER_VALUE, message));
    }
    let terminate_instances = arguments.flag("TerminateInstances")?.unwrap_or(false);
    let (mut done, mut failed) = (Vec::new(), Vec::new());
    for text in named {
        let Some(fleet_id) = read_id(text) else {
            failed.push((text, "fleetIdMalformed", malformed(text).to_string()));
            continue;
        };
        match cloud.delete_fleet(&DeleteFleetRequest { fleet_id, terminate_instances }) {
            Ok(deleted) => done.push((text, deleted)),
            Err(error) if error.code() == Some(codes::INVALID_FLEET_NOT_FOUND) => {
                failed.push((text, "fleetIdDoesNotExist", format!("The fleet ID '{text}' does not exist")));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(Xml::of(|xml| {
        xml.list("successfulFleetDeletionSet", done, |xml, (text, DeletedFleet { previous, current })| {
            xml.text("currentFleetState", current.name());
            xml.text("previousFleetState", previous.name());
            xml.text("fleetId", text);
        });
        xml.list("unsuccessfulFleetDeletionSet", failed, |xml, (text, code, message)| {
            xml.within("error", |xml| {
                xml.text("code", code);
                xml.text("message", &message);
            });
            xml.text("fleetId", text);
        });
    }))
}

/// What happened to a fleet: the fleet's own event, then one for each instance that it launched or lost.
fn history(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    let fleet_id = required_id(arguments)?;
    let since = arguments.time("StartTime")?;
    let wanted = arguments.text("EventType");
    let activities = cloud.describe_fleet_history(&fleet_id)?;
    let recent = activities.iter().filter(|activity| since.is_none_or(|since| activity.time >= since));
    let events = recent.flat_map(events_of).filter(|event| wanted.is_none_or(|wanted| wanted == event.kind));
    let page = Page::of(arguments, events.collect())?;
    let latest = activities.last().map(|activity| activity.time);
    Ok(Xml::of(|xml| {
        xml.list("historyRecordSet", &page.items, |xml, event| event.write(xml));
        if let Some(latest) = latest {
            xml.time("lastEvaluatedTime", latest);
        }
        xml.text("fleetId", fleet_id.as_str());
        if let Some(since) = since {
            xml.time("startTime", since);
        }
        page.write_token(xml);
    }))
}

/// An event of a fleet's history.
struct Event<'a> {
    activity: &'a Activity,
    kind: &'static str,
    sub_type: &'static str,
    instance_id: Option<&'a InstanceId>,
}

impl Event<'_> {
    fn write(&self, xml: &mut Xml) {
        xml.within("eventInformation", |xml| {
            xml.text("eventDescription", &self.activity.detail);
            xml.text("eventSubType", self.sub_type);
            xml.optional("instanceId", self.instance_id.map(InstanceId::as_str));
        });
        xml.text("eventType", self.kind);
        xml.time("timestamp", self.activity.time);
    }
}

fn events_of(activity: &Activity) -> Vec<Event<'_>> {
    let of_fleet = Event { activity, kind: "fleet-change", sub_type: activity.kind.name(), instance_id: None };
    let of_instance =
        |sub_type: &'static str| move |id| Event { activity, kind: "instance-change", sub_type, instance_id: Some(id) };
    let launched = activity.created.iter().map(of_instance("launched"));
    let ended = activity.destroyed.iter().map(of_instance("terminated"));
    std::iter::once(of_fleet).chain(launched).chain(ended).collect()
}
