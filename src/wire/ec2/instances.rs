//! What runs: descriptions of instances, of their states and of their attributes.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::filters::{Filters, one};
use super::instance_page::InstancePage;
use super::instance_xml::{InstanceView, ShownState, launch_index, write_groups, write_state};
use super::volumes::ROOT_DEVICE;
use super::xml::Xml;
use super::{Action, Result, ids, read_ids};
use crate::base::InstanceId;
use crate::base::collect::IntoOrdered;
use crate::cloud::model::{InstanceRecord, InstanceRecords, InstanceState};
use crate::cloud::{CloudError, SimCloud, codes};
use crate::wire::parameters::Arguments;

pub(super) const ACTIONS: &[(&str, Action)] =
    &[("DescribeInstanceAttribute", attribute), ("DescribeInstanceStatus", statuses), ("DescribeInstances", describe)];

const FILTERS: [&str; 28] = [
    "architecture",
    "availability-zone",
    "client-token",
    "dns-name",
    "hypervisor",
    "image-id",
    "instance-id",
    "instance-lifecycle",
    "instance-state-code",
    "instance-state-name",
    "instance-type",
    "instance.group-id",
    "instance.group-name",
    "ip-address",
    "key-name",
    "launch-index",
    "launch-time",
    "network-interface.subnet-id",
    "network-interface.vpc-id",
    "owner-id",
    "private-dns-name",
    "private-ip-address",
    "requester-id",
    "reservation-id",
    "root-device-type",
    "spot-instance-request-id",
    "subnet-id",
    "vpc-id",
];

/// The ids that a call names; `None` if it names none.
///
/// # Errors
/// One of them is malformed.
pub(super) fn named_ids(arguments: &Arguments<'_>) -> Result<Option<BTreeSet<InstanceId>>> {
    let texts = read_ids(arguments, "InstanceId", InstanceId::PREFIX, "InvalidInstanceID.Malformed")?;
    let ids: BTreeSet<InstanceId> = texts.into_iter().map(InstanceId::from).into_set();
    Ok(Some(ids).filter(|ids| !ids.is_empty()))
}

/// The instances that a call names, or all; by launch.
///
/// # Errors
/// An instance that the call names does not exist.
pub(super) fn find(cloud: &SimCloud, ids: Option<&BTreeSet<InstanceId>>) -> Result<InstanceRecords> {
    let found = cloud.describe_instance_records(ids)?;
    if let Some(ids) = ids {
        let known: BTreeSet<&InstanceId> = found.records.iter().map(id_of).into_set();
        let missing: Vec<&str> = ids.iter().filter(|id| !known.contains(id)).map(InstanceId::as_str).collect();
        if !missing.is_empty() {
            return Err(not_found(&missing));
        }
    }
    Ok(found)
}

fn id_of(record: &InstanceRecord) -> &InstanceId {
    &record.placed.instance.instance_id
}

pub(super) fn not_found(ids: &[&str]) -> CloudError {
    let message = match ids {
        [id] => format!("The instance ID '{id}' does not exist"),
        ids => format!("The instance IDs '{}' do not exist", ids.join(", ")),
    };
    CloudError::new(codes::INVALID_INSTANCE_ID_NOT_FOUND, message)
}

fn describe(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    let filters = Filters::read(arguments, &FILTERS)?;
    let ids = named_ids(arguments)?;
    let select = |view: &InstanceView<'_>| filters.match_object(view.tags(), |name| values(view, name));
    let page = InstancePage::read(cloud, arguments, ids.as_ref(), &filters, &select)?;
    Ok(Xml::of(|xml| {
        xml.list("reservationSet", by_launch(page.views()), |xml, (id, views)| {
            write_reservation(xml, &id, &views, &page.found);
        });
        page.write_token(xml);
    }))
}

/// The launches of instances in the order of their first ones, each with its id.
fn by_launch<'v>(views: impl Iterator<Item = InstanceView<'v>>) -> Vec<(String, Vec<InstanceView<'v>>)> {
    let mut launches: Vec<(String, Vec<InstanceView<'_>>)> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for view in views {
        let id = view.reservation_id();
        let place = *places.entry(id.clone()).or_insert(launches.len());
        if place == launches.len() {
            launches.push((id, Vec::new()));
        }
        launches[place].1.push(view);
    }
    launches
}

fn write_reservation(xml: &mut Xml, id: &str, views: &[InstanceView<'_>], found: &InstanceRecords) {
    xml.text("reservationId", id);
    xml.text("ownerId", &found.account_id);
    xml.list("groupSet", [(); 0], |_, ()| {});
    xml.list("instancesSet", views, |xml, view| view.write(xml));
}

/// What an instance has under the name of a filter.
fn values(view: &InstanceView<'_>, name: &str) -> Vec<String> {
    let instance = view.instance();
    let is_ended = instance.state == InstanceState::Terminated;
    let optional = |value: Option<String>| value.into_iter().collect::<Vec<_>>();
    match name {
        "architecture" => one(view.architecture()),
        "availability-zone" => one(&instance.zone_id),
        "client-token" => optional(view.record.request.as_ref().and_then(|request| request.client_token.clone())),
        "dns-name" => one(instance.dns_name()),
        "hypervisor" => one("xen"),
        "image-id" => one(&instance.image_id),
        "instance-id" => one(&instance.instance_id),
        "instance-lifecycle" => optional(view.is_spot().then(|| "spot".to_owned())),
        "instance-state-code" => one(instance.state.code()),
        "instance-state-name" => one(instance.state.name()),
        "instance-type" => one(&instance.instance_type),
        "instance.group-id" => view.groups().into_iter().map(|(id, _)| id).collect(),
        "instance.group-name" => view.groups().into_iter().map(|(_, name)| name).collect(),
        "ip-address" => optional(view.record.placed.eip.or(instance.public_ip).map(|address| address.to_string())),
        "key-name" => optional(instance.key_name.as_ref().map(ToString::to_string)),
        "launch-index" => one(launch_index(view.record)),
        "launch-time" => one(super::xml::timestamp(instance.launch_time)),
        "owner-id" => one(&view.shared.account_id),
        "private-dns-name" => one(instance.private_dns_name()),
        "private-ip-address" => optional(instance.private_ip.map(|address| address.to_string())),
        "reservation-id" => one(view.reservation_id()),
        "root-device-type" => one("ebs"),
        "spot-instance-request-id" => optional(view.is_spot().then(|| ids::spot_request_id(&instance.instance_id))),
        "subnet-id" | "network-interface.subnet-id" if !is_ended => one(ids::subnet_id(&instance.vswitch_id)),
        "vpc-id" | "network-interface.vpc-id" if !is_ended => one(ids::vpc_id(&view.vpc_id())),
        _ => Vec::new(),
    }
}

fn statuses(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    const NAMES: [&str; 8] = [
        "availability-zone",
        "event.code",
        "instance-state-code",
        "instance-state-name",
        "instance-status.reachability",
        "instance-status.status",
        "system-status.reachability",
        "system-status.status",
    ];
    let filters = Filters::read(arguments, &NAMES)?;
    let shows_all = arguments.flag("IncludeAllInstances")?.unwrap_or(false);
    let select = |view: &InstanceView<'_>| {
        (shows_all || view.state() == InstanceState::Running)
            && filters.match_object(view.tags(), |name| status_values(view, name))
    };
    let page = InstancePage::read(cloud, arguments, named_ids(arguments)?.as_ref(), &filters, &select)?;
    Ok(Xml::of(|xml| {
        xml.list("instanceStatusSet", page.views(), |xml, view| write_status(xml, &view));
        page.write_token(xml);
    }))
}

fn status_values(view: &InstanceView<'_>, name: &str) -> Vec<String> {
    let is_running = view.state() == InstanceState::Running;
    match name {
        "instance-status.status" | "system-status.status" => one(if is_running { "ok" } else { "not-applicable" }),
        "instance-status.reachability" | "system-status.reachability" if is_running => one("passed"),
        name => values(view, name),
    }
}

fn write_status(xml: &mut Xml, view: &InstanceView<'_>) {
    let is_running = view.state() == InstanceState::Running;
    xml.text("instanceId", view.instance().instance_id.as_str());
    xml.text("availabilityZone", view.instance().zone_id.as_str());
    write_state(xml, "instanceState", ShownState::Of(view.state()));
    for name in ["systemStatus", "instanceStatus"] {
        xml.within(name, |xml| {
            xml.text("status", if is_running { "ok" } else { "not-applicable" });
            xml.list("details", is_running.then_some(()), |xml, ()| {
                xml.text("name", "reachability");
                xml.text("status", "passed");
            });
        });
    }
}

fn attribute(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    let id = arguments.required("InstanceId")?;
    super::check_id(id, InstanceId::PREFIX, "InvalidInstanceID.Malformed")?;
    let name = arguments.required("Attribute")?;
    let found = find(cloud, Some(&[id.into()].into()))?;
    let record = found.records.first().ok_or_else(|| not_found(&[id]))?;
    let view = InstanceView::new(record, &found);
    let user_data = match name {
        "userData" => user_data(cloud, &view)?,
        _ => None,
    };
    let mut xml = Xml::default();
    xml.text("instanceId", id);
    let value = |xml: &mut Xml, text: &str| xml.within(name, |xml| xml.text("value", text));
    let protected = view.record.request.as_ref().is_some_and(|request| request.deletion_protection);
    match name {
        "userData" => xml.within(name, |xml| xml.optional("value", user_data.as_deref())),
        "instanceType" => value(&mut xml, view.instance().instance_type.as_str()),
        "groupSet" => write_groups(&mut xml, name, &view.groups()),
        "disableApiTermination" => value(&mut xml, if protected { "true" } else { "false" }),
        "disableApiStop" => value(&mut xml, view.stored_parameter("DisableApiStop").unwrap_or("false")),
        "ebsOptimized" => value(&mut xml, view.stored_parameter("EbsOptimized").unwrap_or("false")),
        "enaSupport" => value(&mut xml, "true"),
        "sourceDestCheck" => value(&mut xml, view.stored_parameter("SourceDestCheck").unwrap_or("true")),
        "rootDeviceName" => value(&mut xml, ROOT_DEVICE),
        "instanceInitiatedShutdownBehavior" => {
            value(&mut xml, view.stored_parameter("InstanceInitiatedShutdownBehavior").unwrap_or("stop"));
        }
        "kernel" | "ramdisk" | "sriovNetSupport" => xml.within(name, |_| {}),
        "productCodes" => xml.list(name, [(); 0], |_, ()| {}),
        "enclaveOptions" => xml.within(name, |xml| {
            xml.text("enabled", view.stored_parameter("EnclaveOptions.Enabled").unwrap_or("false"));
        }),
        "blockDeviceMapping" => view.write_disks(&mut xml),
        other => {
            let message = format!("Value ({other}) for parameter attribute is invalid. Unknown attribute.");
            return Err(CloudError::new(codes::INVALID_PARAMETER_VALUE, message));
        }
    }
    Ok(xml)
}

/// Base64, as it was sent.
fn user_data(cloud: &SimCloud, view: &InstanceView<'_>) -> Result<Option<String>> {
    if view.record.end.is_some() {
        return Ok(None);
    }
    let metadata = cloud.describe_instance_metadata(&view.instance().instance_id)?;
    let shown = metadata.user_data.filter(|_| !metadata.hides_user_data);
    Ok(shown.map(|bytes| STANDARD.encode(bytes)))
}
