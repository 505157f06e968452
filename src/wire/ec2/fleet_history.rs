//! What happened to a fleet: the fleet's own events, each followed by one for each instance that it launched or lost.

use super::Result;
use super::error::ec2_words;
use super::page::Page;
use super::xml::Xml;
use crate::base::{GroupId, InstanceId};
use crate::cloud::SimCloud;
use crate::cloud::model::Activity;
use crate::wire::parameters::Arguments;

/// What an API of fleets calls a fleet and the kinds of events.
pub(super) struct Names {
    id: &'static str,
    of_fleet: &'static str,
    of_instance: &'static str,
}

pub(super) const OF_FLEETS: Names = Names { id: "fleetId", of_fleet: "fleet-change", of_instance: "instance-change" };

pub(super) const OF_SPOT_FLEETS: Names =
    Names { id: "spotFleetRequestId", of_fleet: "fleetRequestChange", of_instance: "instanceChange" };

pub(super) fn describe(cloud: &SimCloud, arguments: &Arguments<'_>, fleet_id: &GroupId, names: &Names) -> Result<Xml> {
    let since = arguments.time("StartTime")?;
    let wanted = arguments.text("EventType");
    let activities = cloud.describe_fleet_history(fleet_id)?;
    let recent = activities.iter().filter(|activity| since.is_none_or(|since| activity.time >= since));
    let events = recent.flat_map(|activity| events_of(activity, names));
    let page = Page::of(arguments, events.filter(|event| wanted.is_none_or(|wanted| wanted == event.kind)).collect())?;
    let latest = activities.last().map(|activity| activity.time);
    Ok(Xml::of(|xml| {
        xml.list("historyRecordSet", &page.items, |xml, event| event.write(xml));
        if let Some(latest) = latest {
            xml.time("lastEvaluatedTime", latest);
        }
        xml.text(names.id, fleet_id.as_str());
        if let Some(since) = since {
            xml.time("startTime", since);
        }
        page.write_token(xml);
    }))
}

struct Event<'a> {
    activity: &'a Activity,
    kind: &'static str,
    sub_type: &'static str,
    instance_id: Option<&'a InstanceId>,
}

impl Event<'_> {
    fn write(&self, xml: &mut Xml) {
        xml.within("eventInformation", |xml| {
            xml.text("eventDescription", &ec2_words(&self.activity.detail));
            xml.text("eventSubType", self.sub_type);
            xml.optional("instanceId", self.instance_id.map(InstanceId::as_str));
        });
        xml.text("eventType", self.kind);
        xml.time("timestamp", self.activity.time);
    }
}

fn events_of<'a>(activity: &'a Activity, names: &Names) -> Vec<Event<'a>> {
    let of_fleet = Event { activity, kind: names.of_fleet, sub_type: activity.kind.name(), instance_id: None };
    let kind = names.of_instance;
    let of_instance = |sub_type: &'static str| move |id| Event { activity, kind, sub_type, instance_id: Some(id) };
    let launched = activity.created.iter().map(of_instance("launched"));
    let ended = activity.destroyed.iter().map(of_instance("terminated"));
    std::iter::once(of_fleet).chain(launched).chain(ended).collect()
}
