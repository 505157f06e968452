//! Writes parameters back as replies have them: names begin with a small letter.

use super::xml::Xml;
use crate::wire::parameters::Parameters;

/// What differs between the APIs that give parameters back.
struct Names {
    /// The element of a list with this name.
    list: fn(&str) -> String,
    /// The list and the items of the security groups of a network interface.
    interface_groups: [&'static str; 2],
}

/// Lists end in `Set`.
pub(super) fn echo(xml: &mut Xml, data: &Parameters) {
    fn list(name: &str) -> String {
        match name {
            "LicenseSpecification" => "licenseSet".to_owned(),
            name => format!("{}Set", element_name(name)),
        }
    }
    write(xml, data, &Names { list, interface_groups: ["groupSet", "groupId"] });
}

/// Lists are called as they were sent, with two exceptions: as spot fleets have them.
pub(super) fn echo_as_sent(xml: &mut Xml, data: &Parameters) {
    fn list(name: &str) -> String {
        match name {
            "Ipv6Addresses" | "PrivateIpAddresses" => format!("{}Set", element_name(name)),
            name => element_name(name),
        }
    }
    write(xml, data, &Names { list, interface_groups: ["SecurityGroupId", "SecurityGroupId"] });
}

fn write(xml: &mut Xml, data: &Parameters, names: &Names) {
    for (name, member) in data.members() {
        if member.is_list() {
            xml.within(&(names.list)(name), |xml| {
                for item in member.elements() {
                    match item.text() {
                        Some(text) => xml.text("item", text),
                        None => xml.within("item", |xml| write_item(xml, name, item, names)),
                    }
                }
            });
        } else if let Some(text) = member.text() {
            xml.text(&element_name(name), text);
        } else {
            xml.within(&element_name(name), |xml| write(xml, member, names));
        }
    }
}

/// The groups of an interface have a name of their own.
fn write_item(xml: &mut Xml, list: &str, item: &Parameters, names: &Names) {
    let is_interface = ["NetworkInterface", "NetworkInterfaceSet"].contains(&list);
    let groups = item.members().find(|(name, _)| is_interface && *name == "SecurityGroupId");
    if let Some((_, groups)) = groups {
        let [list, one] = names.interface_groups;
        xml.within(list, |xml| {
            for group in groups.elements().filter_map(Parameters::text) {
                xml.text(one, group);
            }
        });
    }
    write(xml, &item.without(if groups.is_some() { "SecurityGroupId" } else { "" }), names);
}

fn element_name(name: &str) -> String {
    let mut characters = name.chars();
    let first = characters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(characters).collect()
}
