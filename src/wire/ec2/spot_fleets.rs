//! Spot fleets: fleets that another API makes (G27).

use super::fleets::{Deletions, NotDeleted, active_instances, delete_named, find, named_ids, parse_id};
use super::page::Page;
use super::xml::Xml;
use super::{Action, Result, fleet_history, spot_fleet_request, spot_fleet_xml};
use crate::base::GroupId;
use crate::cloud::model::{DeletedFleet, Ec2FleetKind, FleetState, ModifyFleetRequest};
use crate::cloud::{CloudError, SimCloud, codes};
use crate::wire::parameters::Arguments;

pub(super) const ACTIONS: &[(&str, Action)] = &[
    ("CancelSpotFleetRequests", cancel),
    ("DescribeSpotFleetInstances", instances),
    ("DescribeSpotFleetRequestHistory", describe_history),
    ("DescribeSpotFleetRequests", describe),
    ("ModifySpotFleetRequest", modify),
    ("RequestSpotFleet", request),
];

const KIND: Ec2FleetKind = Ec2FleetKind::SpotFleet;

/// The most spot fleets of one cancellation.
const MAX_CANCELLATIONS: usize = 100;

/// Too little capacity is no error; the reply is the id alone.
fn request(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    let config = arguments.within("SpotFleetRequestConfig");
    let fleet = spot_fleet_request::read(cloud, &config).and_then(|request| cloud.create_fleet(&request));
    let fleet_id = fleet.map_err(as_config_error)?.fleet_id;
    Ok(Xml::of(|xml| xml.text("spotFleetRequestId", fleet_id.as_str())))
}

/// The service has one code for everything that is wrong with a request.
fn as_config_error(error: CloudError) -> CloudError {
    let CloudError::Service(mut refusal) = error else { return error };
    let codes = [codes::INVALID_PARAMETER, codes::INVALID_PARAMETER_COMBINATION, codes::INVALID_PARAMETER_VALUE];
    if codes.contains(&refusal.code.as_ref()) {
        refusal.code = "InvalidSpotFleetRequestConfig".into();
    }
    CloudError::Service(refusal)
}

fn required_id(arguments: &Arguments<'_>) -> Result<GroupId> {
    parse_id(KIND, arguments.required("SpotFleetRequestId")?)
}

fn describe(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    let ids = named_ids(KIND, &arguments.texts("SpotFleetRequestId"))?;
    let page = Page::of(arguments, cloud.describe_spot_fleets(ids.as_ref())?)?;
    Ok(Xml::of(|xml| {
        xml.list("spotFleetRequestConfigSet", &page.items, spot_fleet_xml::write);
        page.write_token(xml);
    }))
}

fn instances(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    let fleet = find(cloud, &required_id(arguments)?)?;
    active_instances(arguments, &fleet, "spotFleetRequestId")
}

fn describe_history(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    fleet_history::describe(cloud, arguments, &required_id(arguments)?, &fleet_history::OF_SPOT_FLEETS)
}

/// Each of the two capacities that the call does not name stays as it is.
fn modify(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    let fleet_id = required_id(arguments)?;
    if !arguments.list("LaunchTemplateConfig").is_empty() {
        let message = "The launch templates of a spot fleet cannot be changed here; its capacity can.";
        return Err(CloudError::new(codes::UNSUPPORTED_OPERATION, message));
    }
    let (total, on_demand) = (arguments.number("TargetCapacity")?, arguments.number("OnDemandTargetCapacity")?);
    let before = find(cloud, &fleet_id)?.group.request.capacity;
    let after = spot_fleet_request::capacity(total.unwrap_or(before.total), on_demand.unwrap_or(before.pay_as_you_go));
    cloud.modify_fleet(&ModifyFleetRequest {
        fleet_id,
        capacity: Some(after).filter(|_| total.is_some() || on_demand.is_some()),
        excess_capacity_termination_policy: spot_fleet_request::excess_policy(arguments)?,
    })?;
    Ok(Xml::done())
}

/// A spot fleet that cannot be cancelled is a row of the reply and keeps no other from being cancelled.
fn cancel(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    let named = arguments.texts("SpotFleetRequestId");
    let Deletions { done, failed } = delete_named(cloud, KIND, named, MAX_CANCELLATIONS, arguments)?;
    let (again, done): (Vec<_>, Vec<_>) = done.into_iter().partition(|(_, states)| states.previous == states.current);
    let failed = failed.into_iter().map(|(id, failure)| match failure {
        NotDeleted::Malformed => (id, "fleetRequestIdMalformed", "is malformed"),
        NotDeleted::Missing => (id, "fleetRequestIdDoesNotExist", "does not exist"),
    });
    let failed = failed.chain(again.iter().map(|(id, _)| (*id, "fleetRequestNotInCancellableState", "is cancelled")));
    Ok(Xml::of(|xml| {
        xml.list("successfulFleetRequestSet", done, |xml, (id, DeletedFleet { previous, current })| {
            let current = match current {
                FleetState::DeletedTerminating => "cancelled_terminating",
                other => spot_fleet_xml::state(other),
            };
            xml.text("currentSpotFleetRequestState", current);
            xml.text("previousSpotFleetRequestState", spot_fleet_xml::state(previous));
            xml.text("spotFleetRequestId", id);
        });
        xml.list("unsuccessfulFleetRequestSet", failed, |xml, (id, code, what)| {
            xml.within("error", |xml| {
                xml.text("code", code);
                xml.text("message", &format!("The spot fleet request ID '{id}' {what}"));
            });
            xml.text("spotFleetRequestId", id);
        });
    }))
}
