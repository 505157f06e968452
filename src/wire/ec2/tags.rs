//! Tags of objects of every kind.

use super::filters::{Filters, one};
use super::key_pairs::key_pair_id;
use super::page::Page;
use super::security_groups::{all, shown_id};
use super::xml::Xml;
use super::{Action, Result, ids};
use crate::base::SecurityGroupId;
use crate::cloud::model::{
    DescribeLaunchTemplatesRequest, DescribeVSwitchesRequest, DescribeVpcsRequest, FleetKind, TagChange, TaggedKind,
    Tags,
};
use crate::cloud::{CloudError, SimCloud, codes};
use crate::wire::parameters::Arguments;

pub(super) const ACTIONS: &[(&str, Action)] =
    &[("CreateTags", create), ("DeleteTags", delete), ("DescribeTags", describe)];

fn create(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    let tags = arguments.tags("Tag");
    if let Some(reserved) = tags.keys().find(|key| key.starts_with("aws:")) {
        let message = format!("Tag keys starting with 'aws:' are reserved for internal use: '{reserved}'.");
        return Err(CloudError::new(codes::INVALID_PARAMETER_VALUE, message));
    }
    change(cloud, arguments, &TagChange::Set(tags))
}

fn delete(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    let gone = arguments.list("Tag").into_iter().filter_map(|tag| Some((tag.owned("Key")?, tag.given("Value"))));
    change(cloud, arguments, &TagChange::Remove(gone.collect()))
}

fn change(cloud: &SimCloud, arguments: &Arguments<'_>, change: &TagChange) -> Result<Xml> {
    let texts = arguments.texts("ResourceId");
    if texts.is_empty() {
        let message = "The request must contain the parameter resourceIdSet";
        return Err(CloudError::new(codes::MISSING_PARAMETER, message));
    }
    let objects = texts.iter().map(|text| object(cloud, text)).collect::<Result<Vec<_>>>()?;
    cloud.change_tags(&objects, change)?;
    Ok(Xml::done())
}

/// The kind of an object, and what the world calls it.
fn object(cloud: &SimCloud, text: &str) -> Result<(TaggedKind, String)> {
    let own = || text.to_owned();
    Ok(match text.split_once('-').map(|(prefix, _)| prefix) {
        Some("i") => (TaggedKind::Instance, own()),
        Some("vpc") => (TaggedKind::Vpc, ids::read_vpc_id(cloud.region(), text).to_string()),
        Some("subnet") => (TaggedKind::VSwitch, ids::read_subnet_id(cloud.region(), text).to_string()),
        Some("sg") => (TaggedKind::SecurityGroup, own()),
        Some("lt") => (TaggedKind::LaunchTemplate, own()),
        Some("fleet" | "sfr") => (TaggedKind::AutoProvisioningGroup, own()),
        Some("key") => {
            let pairs = cloud.describe_key_pairs(None)?;
            let name = pairs.into_iter().map(|pair| pair.key_pair_name).find(|name| key_pair_id(cloud, name) == text);
            (TaggedKind::KeyPair, name.map_or_else(own, |name| name.to_string()))
        }
        _ => return Err(CloudError::new("InvalidID", format!("The ID '{text}' is not valid"))),
    })
}

/// A tag with the object that it is on.
struct Tagged {
    id: String,
    kind: &'static str,
    key: String,
    value: String,
}

fn describe(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    let filters = Filters::read(arguments, &["key", "resource-id", "resource-type", "value"])?;
    let mut found = Vec::new();
    let mut add = |id: String, kind: &'static str, tags: &Tags| {
        found.extend(tags.iter().map(|(key, value)| Tagged {
            id: id.clone(),
            kind,
            key: key.clone(),
            value: value.clone(),
        }));
    };
    let instances = super::instances::find(cloud, None)?;
    for record in instances.records.iter().filter(|record| record.end.is_none()) {
        let view = super::instance_xml::InstanceView::new(record, &instances);
        add(view.instance().instance_id.to_string(), "instance", view.tags());
    }
    for vpc in cloud.describe_vpcs(&DescribeVpcsRequest::default())? {
        add(ids::vpc_id(&vpc.vpc_id), "vpc", &vpc.request.tags);
    }
    for subnet in cloud.describe_vswitches(&DescribeVSwitchesRequest::default())? {
        add(ids::subnet_id(&subnet.vswitch_id), "subnet", &subnet.request.tags);
    }
    for group in all(cloud)?.iter().filter(|group| group.security_group_id.as_str() != SecurityGroupId::DEFAULT) {
        add(shown_id(group), "security-group", &group.request.tags);
    }
    for template in cloud.describe_launch_templates(&DescribeLaunchTemplatesRequest::default())? {
        add(template.launch_template_id.to_string(), "launch-template", &template.template_tags);
    }
    for pair in cloud.describe_key_pairs(None)? {
        add(key_pair_id(cloud, &pair.key_pair_name), "key-pair", &pair.tags);
    }
    for fleet in cloud.describe_fleets(None)?.into_iter().chain(cloud.describe_spot_fleets(None)?) {
        let kind = FleetKind::of_id(&fleet.fleet_id).name();
        add(fleet.fleet_id.to_string(), kind, &fleet.group.request.tags);
    }
    found.retain(|tagged| {
        filters.match_object(&Tags::new(), |name| match name {
            "key" => one(&tagged.key),
            "resource-id" => one(&tagged.id),
            "resource-type" => one(tagged.kind),
            _ => one(&tagged.value),
        })
    });
    let page = Page::of(arguments, found)?;
    Ok(Xml::of(|xml| {
        xml.list("tagSet", &page.items, |xml, tagged| {
            xml.text("resourceId", &tagged.id);
            xml.text("resourceType", tagged.kind);
            xml.text("key", &tagged.key);
            xml.text("value", &tagged.value);
        });
        page.write_token(xml);
    }))
}
