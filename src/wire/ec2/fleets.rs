//! Fleets (G21–G26), and what they share with spot fleets.

use std::collections::BTreeSet;

use super::filters::{Filters, one};
use super::fleet_xml::{write_error, write_fleet, write_instances};
use super::page::Page;
use super::xml::Xml;
use super::{Action, Result, fleet_history, fleet_request, ids};
use crate::base::{Billing, GroupId};
use crate::cloud::model::{
    CreateFleetRequest, DeleteFleetRequest, DeletedFleet, Ec2Fleet, Ec2FleetKind, GroupType, Instance,
    ModifyFleetRequest,
};
use crate::cloud::{CloudError, SimCloud, codes};
use crate::wire::parameters::Arguments;

pub(super) const ACTIONS: &[(&str, Action)] = &[
    ("CreateFleet", create),
    ("DeleteFleets", delete),
    ("DescribeFleetHistory", describe_history),
    ("DescribeFleetInstances", instances),
    ("DescribeFleets", describe),
    ("ModifyFleet", modify),
];

/// The most fleets of one deletion.
const MAX_DELETIONS: usize = 125;

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

const KIND: Ec2FleetKind = Ec2FleetKind::Ec2Fleet;

/// # Errors
/// No fleet can have such an id.
pub(super) fn parse_id(kind: Ec2FleetKind, text: &str) -> Result<GroupId> {
    kind.parse_id(text).ok_or_else(|| {
        let code = match kind {
            Ec2FleetKind::Ec2Fleet => "InvalidFleetId.Malformed",
            Ec2FleetKind::SpotFleet => "InvalidSpotFleetRequestId.Malformed",
        };
        CloudError::new(code, format!("Invalid id: \"{text}\" (expecting \"{}...\")", kind.id_prefix()))
    })
}

/// The ids that a call names; `None` if it names none.
pub(super) fn named_ids(kind: Ec2FleetKind, texts: &[&str]) -> Result<Option<BTreeSet<GroupId>>> {
    let ids = texts.iter().map(|text| parse_id(kind, text)).collect::<Result<BTreeSet<_>>>()?;
    Ok(Some(ids).filter(|ids| !ids.is_empty()))
}

fn required_id(arguments: &Arguments<'_>) -> Result<GroupId> {
    parse_id(KIND, arguments.required("FleetId")?)
}

fn describe(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    const NAMES: [&str; 5] =
        ["activity-status", "excess-capacity-termination-policy", "fleet-state", "replace-unhealthy-instances", "type"];
    let filters = Filters::read(arguments, &NAMES)?;
    let ids = named_ids(KIND, &arguments.texts("FleetId"))?;
    let fleets = cloud.describe_fleets(ids.as_ref())?;
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

pub(super) fn find(cloud: &SimCloud, id: &GroupId) -> Result<Ec2Fleet> {
    let ids = Some(&[id.clone()].into());
    let found = match Ec2FleetKind::of_id(id) {
        Ec2FleetKind::Ec2Fleet => cloud.describe_fleets(ids)?,
        Ec2FleetKind::SpotFleet => cloud.describe_spot_fleets(ids)?,
    };
    found.into_iter().next().ok_or_else(|| CloudError::new(codes::INVALID_FLEET_NOT_FOUND, format!("no fleet {id}")))
}

fn instances(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    let fleet = find(cloud, &required_id(arguments)?)?;
    if fleet.group.request.is_instant() {
        let message = format!("The fleet {} is of type instant; its instances are in DescribeFleets.", fleet.fleet_id);
        return Err(CloudError::new("Unsupported", message));
    }
    active_instances(arguments, &fleet, "fleetId")
}

/// The living instances of a fleet, and its id under the name that its API has for it.
pub(super) fn active_instances(arguments: &Arguments<'_>, fleet: &Ec2Fleet, id_name: &str) -> Result<Xml> {
    let filters = Filters::read(arguments, &["instance-type"])?;
    let living = fleet.group.instances.iter().filter(|instance| instance.state.is_live());
    let matching = living.filter(|instance| filters.match_object(&instance.tags, |_| one(&instance.instance_type)));
    let page = Page::of(arguments, matching.collect())?;
    Ok(Xml::of(|xml| {
        xml.text(id_name, fleet.fleet_id.as_str());
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

fn describe_history(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    fleet_history::describe(cloud, arguments, &required_id(arguments)?, &fleet_history::OF_FLEETS)
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
    let Deletions { done, failed } = delete_named(cloud, KIND, named, MAX_DELETIONS, arguments)?;
    Ok(Xml::of(|xml| {
        xml.list("successfulFleetDeletionSet", done, |xml, (id, DeletedFleet { previous, current })| {
            xml.text("currentFleetState", current.name());
            xml.text("previousFleetState", previous.name());
            xml.text("fleetId", id);
        });
        xml.list("unsuccessfulFleetDeletionSet", failed, |xml, (id, failure)| {
            xml.within("error", |xml| {
                let (code, message) = match failure {
                    NotDeleted::Malformed => ("fleetIdMalformed", format!("The fleet ID '{id}' is malformed")),
                    NotDeleted::Missing => ("fleetIdDoesNotExist", format!("The fleet ID '{id}' does not exist")),
                };
                xml.text("code", code);
                xml.text("message", &message);
            });
            xml.text("fleetId", id);
        });
    }))
}

/// What became of each fleet that a call was to delete, by the texts of the call.
pub(super) struct Deletions<'p> {
    pub(super) done: Vec<(&'p str, DeletedFleet)>,
    pub(super) failed: Vec<(&'p str, NotDeleted)>,
}

/// Why there is nothing to delete.
#[derive(Clone, Copy)]
pub(super) enum NotDeleted {
    Malformed,
    Missing,
}

/// Deletes each of these fleets by itself, with its instances if the call says so.
///
/// # Errors
/// Those of the call itself.
pub(super) fn delete_named<'p>(
    cloud: &SimCloud,
    kind: Ec2FleetKind,
    named: Vec<&'p str>,
    most: usize,
    arguments: &Arguments<'_>,
) -> Result<Deletions<'p>> {
    if named.is_empty() || named.len() > most {
        let message = format!("A call deletes 1 to {most} fleets, and this one names {}.", named.len());
        return Err(CloudError::new(codes::INVALID_PARAMETER_VALUE, message));
    }
    let terminate_instances = arguments.flag("TerminateInstances")?.unwrap_or(false);
    let (mut done, mut failed) = (Vec::new(), Vec::new());
    for text in named {
        let Some(fleet_id) = kind.parse_id(text) else {
            failed.push((text, NotDeleted::Malformed));
            continue;
        };
        match cloud.delete_fleet(&DeleteFleetRequest { fleet_id, terminate_instances }) {
            Ok(deleted) => done.push((text, deleted)),
            Err(error)
                if [codes::INVALID_FLEET_NOT_FOUND, codes::INVALID_SPOT_FLEET_NOT_FOUND]
                    .contains(&error.code().unwrap_or_default()) =>
            {
                failed.push((text, NotDeleted::Missing));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(Deletions { done, failed })
}
