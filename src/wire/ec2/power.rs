//! Starting, stopping, rebooting and terminating instances, and changing one in place.

use std::collections::BTreeSet;

use super::error::OPERATION_NOT_PERMITTED;
use super::instance_xml::{InstanceView, ShownState, write_state};
use super::instances::{find, named_ids, not_found};
use super::stored_parameters::StoredParameters;
use super::volumes::end_setting;
use super::xml::Xml;
use super::{Action, Result, check_id, run, security_group_lookup};
use crate::base::InstanceId;
use crate::cloud::model::{InstanceRecord, InstanceState, InstanceStateChange, ModifyInstanceRequest};
use crate::cloud::{CloudError, SimCloud, codes};
use crate::wire::parameters::Arguments;

pub(super) const ACTIONS: &[(&str, Action)] = &[
    ("ModifyInstanceAttribute", modify_attribute),
    ("ModifyInstanceMetadataOptions", modify_metadata_options),
    ("RebootInstances", reboot),
    ("StartInstances", start),
    ("StopInstances", stop),
    ("TerminateInstances", terminate),
];

/// How many instances one call takes.
const MAX_INSTANCES_PER_CALL: usize = 1000;

fn required_ids(arguments: &Arguments<'_>) -> Result<BTreeSet<InstanceId>> {
    let ids = named_ids(arguments)?.ok_or_else(|| {
        let message = "The request must contain the parameter InstanceId";
        CloudError::new(codes::MISSING_PARAMETER, message)
    })?;
    if ids.len() > MAX_INSTANCES_PER_CALL {
        let message = format!("{} instances are named; one call takes {MAX_INSTANCES_PER_CALL}.", ids.len());
        return Err(CloudError::new(codes::INVALID_PARAMETER_VALUE, message));
    }
    Ok(ids)
}

fn terminate(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    let changes = cloud.terminate_instances_by_id(&required_ids(arguments)?).map_err(as_ec2)?;
    Ok(reply(&changes, |before| match before {
        InstanceState::Terminated => ShownState::Of(before),
        _ => ShownState::ShuttingDown,
    }))
}

fn start(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    let changes = cloud.start_instances(&required_ids(arguments)?).map_err(as_ec2)?;
    Ok(reply(&changes, |before| match before {
        InstanceState::Stopped => ShownState::Of(InstanceState::Pending),
        other => ShownState::Of(other),
    }))
}

fn stop(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    let ids = required_ids(arguments)?;
    let found = find(cloud, Some(&ids))?;
    if let Some(record) = found.records.iter().find(|record| is_one_time_spot(record)) {
        let id = &record.placed.instance.instance_id;
        let message = format!(
            "The spot instance '{id}' has a one-time request; only those with a persistent request can be stopped."
        );
        return Err(CloudError::new(codes::UNSUPPORTED_OPERATION, message));
    }
    let is_protected = |record: &&InstanceRecord| {
        let view = InstanceView::new(record, &found);
        view.stored_parameter("DisableApiStop").is_some_and(|text| text.eq_ignore_ascii_case("true"))
    };
    if let Some(record) = found.records.iter().find(is_protected) {
        let id = &record.placed.instance.instance_id;
        let message =
            format!("The instance '{id}' is protected from calls that stop it by its attribute disableApiStop.");
        return Err(CloudError::new(OPERATION_NOT_PERMITTED, message));
    }
    let changes = cloud.stop_instances(&ids).map_err(as_ec2)?;
    Ok(reply(&changes, |before| match before {
        InstanceState::Stopped => ShownState::Of(before),
        _ => ShownState::Stopping,
    }))
}

fn is_one_time_spot(record: &InstanceRecord) -> bool {
    let options = record.request.as_ref().map(|request| &request.without_effect);
    let kind = options.and_then(|options| options.get("InstanceMarketOptions.SpotOptions.SpotInstanceType"));
    record.placed.instance.spot_strategy != crate::cloud::model::SpotStrategy::NoSpot
        && kind.map(String::as_str) != Some("persistent")
}

/// It runs before and after.
fn reboot(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    find(cloud, Some(&required_ids(arguments)?))?;
    Ok(Xml::done())
}

fn reply(changes: &[InstanceStateChange], current: impl Fn(InstanceState) -> ShownState) -> Xml {
    Xml::of(|xml| {
        xml.list("instancesSet", changes, |xml, change| {
            xml.text("instanceId", change.instance_id.as_str());
            write_state(xml, "currentState", current(change.before));
            write_state(xml, "previousState", ShownState::Of(change.before));
        });
    })
}

fn as_ec2(error: CloudError) -> CloudError {
    let CloudError::Service(refusal) = &error else { return error };
    if refusal.code != codes::INVALID_INSTANCE_ID_NOT_FOUND {
        return error;
    }
    let ids: Vec<&str> = refusal.message.split('`').skip(1).step_by(2).filter(|id| id.starts_with("i-")).collect();
    if ids.is_empty() { error } else { not_found(&ids) }
}

/// Changes one attribute of an instance that was launched by itself.
fn modify_attribute(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    const FLAGS: [&str; 5] =
        ["DisableApiStop", "EbsOptimized", "EnaSupport", "InstanceInitiatedShutdownBehavior", "SourceDestCheck"];
    let record = one_by_itself(cloud, arguments)?;
    let value = |name: &str| match (arguments.text("Attribute"), arguments.text("Value")) {
        (Some(attribute), Some(value)) if attribute.eq_ignore_ascii_case(name) => Some(value),
        _ => arguments.within(name).text("Value").or_else(|| arguments.text(name)),
    };
    let instance_type = value("InstanceType");
    if instance_type.is_some() && record.placed.instance.state != InstanceState::Stopped {
        let message = format!("The instance '{}' is not in the 'stopped' state.", record.placed.instance.instance_id);
        return Err(CloudError::new(codes::INCORRECT_INSTANCE_STATE, message));
    }
    let groups = arguments.texts("GroupId");
    let groups =
        groups.into_iter().map(|id| security_group_lookup::by_id(cloud, id)).collect::<Result<BTreeSet<_>>>()?;
    let has_user_data = value("UserData").is_some();
    let configuration =
        record.request.as_ref().map(|request| StoredParameters::of(&request.configuration)).unwrap_or_default();
    let mut kept = configuration.with_flags(arguments, &FLAGS);
    if let (Some(name), Some(text)) = (arguments.text("Attribute"), arguments.text("Value"))
        && let Some(name) = FLAGS.iter().find(|known| known.eq_ignore_ascii_case(name))
    {
        kept.set(name, text);
    }
    for mapping in arguments.list("BlockDeviceMapping") {
        if let (Some(device), Some(text)) =
            (mapping.text("DeviceName"), mapping.within("Ebs").text("DeleteOnTermination"))
        {
            kept.set(&end_setting(device), text);
        }
    }
    let protection = value("DisableApiTermination").map(|text| text.eq_ignore_ascii_case("true"));
    cloud.modify_instance(&ModifyInstanceRequest {
        instance_id: Some(record.placed.instance.instance_id.clone()),
        instance_type: instance_type.map(|name| Some(name.into())),
        security_group_ids: Some(groups).filter(|groups| !groups.is_empty()),
        user_data: has_user_data.then(|| changed_user_data(arguments)).transpose()?,
        deletion_protection: protection,
        configuration: Some(kept.write()),
        ..ModifyInstanceRequest::default()
    })?;
    Ok(Xml::done())
}

fn changed_user_data(arguments: &Arguments<'_>) -> Result<Option<Vec<u8>>> {
    let within = arguments.within("UserData");
    match within.text("Value") {
        Some(text) => run::decode_user_data(text).map(Some),
        None => run::user_data(arguments),
    }
}

fn modify_metadata_options(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    const OPTIONS: [(&str, &str, &str); 5] = [
        ("HttpTokens", "httpTokens", "required"),
        ("HttpPutResponseHopLimit", "httpPutResponseHopLimit", "2"),
        ("HttpEndpoint", "httpEndpoint", "enabled"),
        ("HttpProtocolIpv6", "httpProtocolIpv6", "disabled"),
        ("InstanceMetadataTags", "instanceMetadataTags", "disabled"),
    ];
    let record = one_by_itself(cloud, arguments)?;
    let request = record.request.as_ref();
    let mut kept = request.map(|request| StoredParameters::of(&request.configuration)).unwrap_or_default();
    for (name, _, _) in OPTIONS {
        if let Some(text) = arguments.text(name) {
            kept.set(&format!("MetadataOptions.{name}"), text);
        }
    }
    let instance_id = record.placed.instance.instance_id.clone();
    cloud.modify_instance(&ModifyInstanceRequest {
        instance_id: Some(instance_id.clone()),
        configuration: Some(kept.write()),
        ..ModifyInstanceRequest::default()
    })?;
    Ok(Xml::of(|xml| {
        xml.text("instanceId", instance_id.as_str());
        xml.within("instanceMetadataOptions", |xml| {
            xml.text("state", "pending");
            for (name, element, default) in OPTIONS {
                let name = format!("MetadataOptions.{name}");
                let of_launch = request.and_then(|request| request.without_effect.get(&name)).map(String::as_str);
                xml.text(element, kept.text(&name).or(of_launch).unwrap_or(default));
            }
        });
    }))
}

/// The instance that the call names, which was launched by itself and exists.
fn one_by_itself(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<InstanceRecord> {
    let id = arguments.required("InstanceId")?;
    check_id(id, InstanceId::PREFIX, "InvalidInstanceID.Malformed")?;
    let mut found = find(cloud, Some(&[id.into()].into()))?;
    let record = found.records.pop().ok_or_else(|| not_found(&[id]))?;
    if record.end.is_some() {
        return Err(CloudError::new(codes::INCORRECT_INSTANCE_STATE, format!("The instance '{id}' has ended.")));
    }
    if record.request.is_none() {
        let message = format!("The instance '{id}' belongs to a fleet or a group and cannot be changed by itself.");
        return Err(CloudError::new(codes::UNSUPPORTED_OPERATION, message));
    }
    Ok(record)
}
