//! Tags of objects of every kind.

use super::filters::{Filters, one};
use super::instance_xml::InstanceView;
use super::key_pairs::key_pair_id;
use super::part_page::PartPage;
use super::security_groups::{all, shown_id};
use super::xml::Xml;
use super::{Action, Result, ids};
use crate::base::SecurityGroupId;
use crate::cloud::model::{
    DescribeLaunchTemplatesRequest, DescribeVSwitchesRequest, DescribeVpcsRequest, Ec2FleetKind, TagChange, TaggedKind,
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

impl Tagged {
    fn all(id: &str, kind: &'static str, tags: &Tags) -> impl Iterator<Item = Self> {
        tags.iter().map(move |(key, value)| Self { id: id.to_owned(), kind, key: key.clone(), value: value.clone() })
    }

    fn values(&self, name: &str) -> Vec<String> {
        match name {
            "key" => one(&self.key),
            "resource-id" => one(&self.id),
            "resource-type" => one(self.kind),
            _ => one(&self.value),
        }
    }
}

fn describe(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    let filters = Filters::read(arguments, &["key", "resource-id", "resource-type", "value"])?;
    let is_shown = |tagged: &Tagged| filters.match_object(&Tags::new(), |name| tagged.values(name));
    let of_instance = |view: &InstanceView<'_>| {
        let tags = Some(view.tags()).filter(|_| view.record.end.is_none());
        let all = tags.into_iter().flat_map(|tags| Tagged::all(view.instance().instance_id.as_str(), "instance", tags));
        all.filter(is_shown).collect()
    };
    let rest = || Ok(of_other_objects(cloud)?.into_iter().filter(is_shown).collect());
    let page = PartPage::read(cloud, arguments, &of_instance, rest)?;
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

/// The tags of everything but instances, kind by kind.
fn of_other_objects(cloud: &SimCloud) -> Result<Vec<Tagged>> {
    let mut found = Vec::new();
    let mut add = |id: &str, kind, tags: &Tags| found.extend(Tagged::all(id, kind, tags));
    for vpc in cloud.describe_vpcs(&DescribeVpcsRequest::default())? {
        add(&ids::vpc_id(&vpc.vpc_id), "vpc", &vpc.request.tags);
    }
    for subnet in cloud.describe_vswitches(&DescribeVSwitchesRequest::default())? {
        add(&ids::subnet_id(&subnet.vswitch_id), "subnet", &subnet.request.tags);
    }
    for group in all(cloud)?.iter().filter(|group| group.security_group_id.as_str() != SecurityGroupId::DEFAULT) {
        add(&shown_id(group), "security-group", &group.request.tags);
    }
    for template in cloud.describe_launch_templates(&DescribeLaunchTemplatesRequest::default())? {
        add(template.launch_template_id.as_str(), "launch-template", &template.template_tags);
    }
    for pair in cloud.describe_key_pairs(None)? {
        add(&key_pair_id(cloud, &pair.key_pair_name), "key-pair", &pair.tags);
    }
    for fleet in cloud.describe_fleets(None)?.into_iter().chain(cloud.describe_spot_fleets(None)?) {
        let kind = Ec2FleetKind::of_id(&fleet.fleet_id).name();
        add(fleet.fleet_id.as_str(), kind, &fleet.group.request.tags);
    }
    Ok(found)
}
