//! Network interfaces: the primary one of each instance, and those that other interfaces of the cloud made (E10).

use std::collections::BTreeSet;

use super::filters::{Filters, one};
use super::instance_xml::{InstanceView, write_groups};
use super::instances::find;
use super::part_page::PartPage;
use super::xml::Xml;
use super::{Action, FoundIds, Result, ids, read_ids};
use crate::base::{Alphabet, NetworkInterfaceId, SecurityGroupId, Seed, Time};
use crate::cloud::model::{
    DescribeNetworkInterfacesRequest, InstanceRecords, InstanceState, NetworkInterface, NetworkInterfaceStatus, Tags,
};
use crate::cloud::{CloudError, SimCloud};
use crate::wire::parameters::Arguments;

pub(super) const ACTIONS: &[(&str, Action)] = &[("DescribeNetworkInterfaces", describe)];

/// A network interface in the words of EC2.
pub(super) struct Interface {
    id: String,
    subnet_id: String,
    vpc_id: String,
    zone_id: String,
    description: String,
    mac_address: String,
    /// The primary one first.
    private_addresses: Vec<String>,
    private_dns_name: String,
    /// A public address with its name.
    public: Option<(String, String)>,
    checks_destination: bool,
    /// Id and name of each.
    groups: Vec<(String, String)>,
    attachment: Option<Attachment>,
    tags: Tags,
}

struct Attachment {
    instance_id: String,
    is_primary: bool,
    time: Time,
    is_deleted_on_termination: bool,
}

impl Attachment {
    fn id(&self, of: &Interface) -> String {
        let of = if self.is_primary { &self.instance_id } else { &of.id };
        ids::digest("eni-attach-", "attachment", of)
    }
}

/// The primary interface of an instance; one that has ended has none.
pub(super) fn of_instance(view: &InstanceView<'_>) -> Option<Interface> {
    let instance = view.instance();
    if instance.state == InstanceState::Terminated {
        return None;
    }
    let id = instance.instance_id.as_str();
    Some(Interface {
        id: ids::digest("eni-", "interface", id),
        subnet_id: ids::subnet_id(&instance.vswitch_id),
        vpc_id: ids::vpc_id(&view.vpc_id()),
        zone_id: instance.zone_id.to_string(),
        description: view.stored_parameter("NetworkInterface.1.Description").unwrap_or_default().to_owned(),
        mac_address: mac_address(id),
        private_addresses: vec![instance.private_ip?.to_string()],
        private_dns_name: instance.private_dns_name(),
        public: view.public_address().map(|address| (address.to_string(), instance.dns_name())),
        checks_destination: view.stored_parameter("SourceDestCheck") != Some("false"),
        groups: view.groups(),
        attachment: Some(Attachment {
            instance_id: id.to_owned(),
            is_primary: true,
            time: instance.launch_time,
            is_deleted_on_termination: true,
        }),
        tags: Tags::new(),
    })
}

fn of_made(interface: &NetworkInterface, shared: &InstanceRecords) -> Interface {
    let request = &interface.request;
    let group = |id: &SecurityGroupId| {
        let name = shared.group_names.get(id).cloned().unwrap_or_else(|| id.to_string());
        (ids::security_group_id(id, &interface.vpc_id), name)
    };
    let further = interface.secondary_private_ip_addresses.iter();
    Interface {
        id: interface.network_interface_id.to_string(),
        subnet_id: ids::subnet_id(&interface.vswitch_id),
        vpc_id: ids::vpc_id(&interface.vpc_id),
        zone_id: interface.zone_id.to_string(),
        description: request.description.clone().unwrap_or_default(),
        mac_address: interface.mac_address.clone(),
        private_addresses: std::iter::once(&interface.private_ip_address)
            .chain(further)
            .map(ToString::to_string)
            .collect(),
        private_dns_name: String::new(),
        public: None,
        checks_destination: true,
        groups: request.security_group_ids.iter().map(group).collect(),
        attachment: interface.attachment.as_ref().filter(|_| interface.status == NetworkInterfaceStatus::InUse).map(
            |attachment| Attachment {
                instance_id: attachment.instance_id.to_string(),
                is_primary: false,
                time: attachment.attach_time,
                is_deleted_on_termination: request.ends_with_instance(),
            },
        ),
        tags: request.tags.clone(),
    }
}

impl Interface {
    const fn status(&self) -> &'static str {
        if self.attachment.is_some() { "in-use" } else { "available" }
    }

    /// As a part of its instance.
    pub(super) fn write_in_instance(&self, xml: &mut Xml, owner_id: &str) {
        self.write_common(xml, owner_id);
        self.write_attachment(xml, |_, _| ());
    }

    fn write(&self, xml: &mut Xml, owner_id: &str) {
        self.write_common(xml, owner_id);
        xml.text("availabilityZone", &self.zone_id);
        xml.text("availabilityZoneId", ids::zone_id(&self.zone_id));
        xml.value("requesterManaged", false);
        self.write_attachment(xml, |xml, attachment| {
            xml.text("instanceId", &attachment.instance_id);
            xml.text("instanceOwnerId", owner_id);
        });
        xml.tags(&self.tags);
    }

    fn write_common(&self, xml: &mut Xml, owner_id: &str) {
        xml.text("networkInterfaceId", &self.id);
        xml.text("subnetId", &self.subnet_id);
        xml.text("vpcId", &self.vpc_id);
        xml.text("description", &self.description);
        xml.text("ownerId", owner_id);
        xml.text("status", self.status());
        xml.text("interfaceType", "interface");
        xml.text("macAddress", &self.mac_address);
        xml.optional("privateIpAddress", self.private_addresses.first().map(String::as_str));
        xml.optional("privateDnsName", Some(self.private_dns_name.as_str()).filter(|name| !name.is_empty()));
        xml.value("sourceDestCheck", self.checks_destination);
        write_groups(xml, "groupSet", &self.groups);
        self.write_association(xml);
        xml.list("privateIpAddressesSet", self.private_addresses.iter().enumerate(), |xml, (place, address)| {
            xml.text("privateIpAddress", address);
            xml.value("primary", place == 0);
            if place == 0 {
                self.write_association(xml);
            }
        });
        xml.list("ipv6AddressesSet", [(); 0], |_, ()| {});
    }

    fn write_association(&self, xml: &mut Xml) {
        if let Some((address, name)) = &self.public {
            xml.within("association", |xml| {
                xml.text("publicIp", address);
                xml.text("publicDnsName", name);
                xml.text("ipOwnerId", "amazon");
            });
        }
    }

    fn write_attachment(&self, xml: &mut Xml, more: impl Fn(&mut Xml, &Attachment)) {
        let Some(attachment) = &self.attachment else { return };
        xml.within("attachment", |xml| {
            xml.text("attachmentId", &attachment.id(self));
            more(xml, attachment);
            xml.value("deviceIndex", u8::from(!attachment.is_primary));
            xml.value("networkCardIndex", 0);
            xml.text("status", "attached");
            xml.time("attachTime", attachment.time);
            xml.value("deleteOnTermination", attachment.is_deleted_on_termination);
        });
    }

    fn values(&self, name: &str, owner_id: &str) -> Vec<String> {
        let attachment = self.attachment.as_ref();
        let optional = |value: Option<String>| value.into_iter().collect::<Vec<_>>();
        match name {
            "addresses.private-ip-address" => self.private_addresses.clone(),
            "private-ip-address" => optional(self.private_addresses.first().cloned()),
            "association.public-ip" => optional(self.public.as_ref().map(|(address, _)| address.clone())),
            "attachment.attachment-id" => optional(attachment.map(|attachment| attachment.id(self))),
            "attachment.instance-id" => optional(attachment.map(|attachment| attachment.instance_id.clone())),
            "attachment.status" => one(if attachment.is_some() { "attached" } else { "detached" }),
            "availability-zone" => one(&self.zone_id),
            "description" => one(&self.description),
            "group-id" => self.groups.iter().map(|(id, _)| id.clone()).collect(),
            "group-name" => self.groups.iter().map(|(_, name)| name.clone()).collect(),
            "interface-type" => one("interface"),
            "mac-address" => one(&self.mac_address),
            "network-interface-id" => one(&self.id),
            "owner-id" => one(owner_id),
            "status" => one(self.status()),
            "subnet-id" => one(&self.subnet_id),
            _ => one(&self.vpc_id),
        }
    }
}

fn describe(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    const NAMES: [&str; 17] = [
        "addresses.private-ip-address",
        "association.public-ip",
        "attachment.attachment-id",
        "attachment.instance-id",
        "attachment.status",
        "availability-zone",
        "description",
        "group-id",
        "group-name",
        "interface-type",
        "mac-address",
        "network-interface-id",
        "owner-id",
        "private-ip-address",
        "status",
        "subnet-id",
        "vpc-id",
    ];
    let filters = Filters::read(arguments, &NAMES)?;
    let prefix = NetworkInterfaceId::PREFIX;
    let wanted = read_ids(arguments, "NetworkInterfaceId", prefix, "InvalidNetworkInterfaceId.Malformed")?;
    let account_id = cloud.account_id()?;
    let found = FoundIds::new(wanted);
    let is_shown = |interface: &Interface| {
        found.find(&interface.id) && filters.match_object(&interface.tags, |name| interface.values(name, &account_id))
    };
    let of_instance = |view: &InstanceView<'_>| of_instance(view).into_iter().filter(is_shown).collect();
    let rest = || {
        let shared = find(cloud, Some(&BTreeSet::new()))?;
        let made = cloud.describe_network_interfaces(&DescribeNetworkInterfacesRequest::default())?;
        Ok(made.iter().map(|made| of_made(made, &shared)).filter(is_shown).collect())
    };
    let page = PartPage::read(cloud, arguments, &of_instance, rest)?;
    if let Some(missing) = found.missing().filter(|_| page.is_all()) {
        let message = format!("The networkInterface ID '{missing}' does not exist");
        return Err(CloudError::new("InvalidNetworkInterfaceID.NotFound", message));
    }
    Ok(Xml::of(|xml| {
        xml.list("networkInterfaceSet", &page.items, |xml, interface| interface.write(xml, &account_id));
        page.write_token(xml);
    }))
}

fn mac_address(instance_id: &str) -> String {
    let hex = Alphabet::Hex17.id_part(&Seed::new(0).digest(&["mac", instance_id]));
    let pairs = (0..5).map(|at| hex.get(at * 2..at * 2 + 2).unwrap_or("00"));
    std::iter::once("02").chain(pairs).collect::<Vec<_>>().join(":")
}
