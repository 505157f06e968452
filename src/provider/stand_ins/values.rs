//! Generates values for the computed attributes of a stand-in from their type, their name and the seed.

use std::collections::BTreeMap;

use super::{arn, own_name, ready_status, type_names};
use crate::base::Seed;
use crate::catalogue::{self, Vendor};
use crate::cloud::model::StandInContext;
use crate::market::scenario::StandInRule;
use crate::provider::framework::planned_values;
use crate::tf::codec::json;
use crate::tf::schema::AttributeKind;
use crate::tf::{Attribute, Block, Nesting, Schema, Type, Value};

/// A policy that allows nothing.
const EMPTY_POLICY: &str = r#"{"Statement":[],"Version":"1"}"#;

/// The range of a size, such as that of an instance class's storage.
const RANGE: [(&str, &str); 3] = [("min", "20"), ("max", "2000"), ("step", "5")];

/// Generates the values of one object.
pub(super) struct ValueGenerator<'a> {
    /// The type's name with its provider's prefix: `alicloud_ram_role`.
    pub(super) type_name: &'a str,
    pub(super) context: &'a StandInContext,
    /// Values that the scenario sets for top-level attributes.
    pub(super) rule: Option<&'a StandInRule>,
    /// Whether a computed list gets one element, as in a data source, or stays empty.
    pub(super) fills_lists: bool,
}

impl ValueGenerator<'_> {
    /// The object with a value in place of everything unknown.
    pub(super) fn fill(&self, schema: &Schema, object: &Value) -> Value {
        let mut filled = object.clone();
        let Value::Map(values) = &mut filled else { return filled };
        for attribute in &schema.block.attributes {
            let overridden = self.rule.and_then(|rule| rule.values.get(&*attribute.name));
            let overridden = overridden.and_then(|json| json::decode(json, &attribute.value_type()).ok());
            if let (Some(value @ Value::Unknown), Some(overridden)) = (values.get_mut(&*attribute.name), overridden) {
                *value = overridden;
            }
        }
        self.fill_block(&schema.block, &mut filled, &ValuePath { names: Vec::new(), root: object });
        filled
    }

    fn fill_block(&self, block: &Block, value: &mut Value, path: &ValuePath<'_>) {
        self.fill_attributes(&block.attributes, value, path);
        let Value::Map(values) = value else { return };
        for nested in &block.blocks {
            let Some(inside) = values.get_mut(&*nested.name) else { continue };
            if inside.is_unknown() {
                *inside = empty(nested.nesting);
            }
            each_object(nested.nesting, inside, &path.within(&nested.name), &mut |object, path| {
                self.fill_block(&nested.block, object, path);
            });
        }
    }

    fn fill_attributes(&self, attributes: &[Attribute], value: &mut Value, path: &ValuePath<'_>) {
        let Value::Map(values) = value else { return };
        for attribute in attributes {
            let Some(value) = values.get_mut(&*attribute.name) else { continue };
            match &attribute.kind {
                AttributeKind::Nested(nesting, inside) if !value.is_unknown() => {
                    each_object(*nesting, value, &path.within(&attribute.name), &mut |object, path| {
                        self.fill_attributes(inside, object, path);
                    });
                }
                _ => self.fill_value(value, &attribute.value_type(), &attribute.name, path),
            }
        }
    }

    fn fill_value(&self, value: &mut Value, value_type: &Type, name: &str, path: &ValuePath<'_>) {
        match (&mut *value, value_type) {
            (Value::Unknown, _) => *value = self.make(value_type, name, path),
            (Value::List(elements), Type::List(inner) | Type::Set(inner)) => {
                for (index, element) in elements.iter_mut().enumerate() {
                    self.fill_value(element, inner, singular(name), &path.within(&index.to_string()));
                }
            }
            (Value::List(elements), Type::Tuple(types)) => {
                for ((index, element), inner) in elements.iter_mut().enumerate().zip(types) {
                    self.fill_value(element, inner, singular(name), &path.within(&index.to_string()));
                }
            }
            (Value::Map(elements), Type::Map(inner)) => {
                for (key, element) in elements {
                    self.fill_value(element, inner, key, &path.within(name));
                }
            }
            (Value::Map(members), Type::Object(types)) => {
                for (member, inner) in types {
                    if let Some(value) = members.get_mut(member) {
                        self.fill_value(value, inner, member, &path.within(name));
                    }
                }
            }
            (Value::Typed(inner_type, inner), _) => self.fill_value(inner, &inner_type.clone(), name, path),
            _ => {}
        }
    }

    /// A value of a type: a text, number or time by its name, else what is empty.
    fn make(&self, value_type: &Type, name: &str, path: &ValuePath<'_>) -> Value {
        match value_type {
            Type::Bool => false.into(),
            Type::Number if is_time(name) => self.context.create_time.unix_seconds().into(),
            Type::Number => 0.into(),
            Type::String => self.text(name, path).into(),
            // Nothing is known of it, not even its type.
            Type::Dynamic => Value::Null,
            Type::List(inner) | Type::Set(inner) if self.fills_lists => {
                let elements = 0..self.element_count(name, path);
                Value::list(elements.map(|index| self.make(inner, singular(name), &path.of_element(name, index))))
            }
            Type::List(_) | Type::Set(_) => Value::List(Vec::new()),
            Type::Map(inner) if self.fills_lists && **inner == Type::String && name.ends_with("_range") => {
                Value::object(RANGE.map(|(key, value)| (key, Value::from(value))))
            }
            Type::Map(_) => Value::object::<String, Value>([]),
            Type::Tuple(types) => {
                Value::list(types.iter().map(|inner| self.make(inner, singular(name), &path.within(name))))
            }
            Type::Object(members) => {
                let path = path.within(name);
                Value::object(members.iter().map(|(name, inner)| (name, self.make(inner, name, &path))))
            }
        }
    }

    /// How many elements a computed list of a data source has: one for each id that is asked for, every zone of the
    /// region, and more than one of what a service offers to choose from, because configurations take the second of them.
    fn element_count(&self, name: &str, path: &ValuePath<'_>) -> usize {
        let is_of_root = path.names.is_empty();
        if let Some(ids) = path.configured_ids().filter(|_| is_of_root) {
            return ids.len();
        }
        let words = || type_names::words(self.type_name).unwrap_or_default();
        let listed = if is_of_root && name == "ids" { words() } else { name };
        if type_names::lists_availability_zones(self.type_name, listed) {
            self.zones().len().max(1)
        } else if is_of_root && type_names::lists_offers(listed) {
            2
        } else {
            1
        }
    }

    fn text(&self, name: &str, path: &ValuePath<'_>) -> String {
        if path.names.is_empty() && own_name::attributes(self.type_name).contains(&name) {
            return self.own_id(path);
        }
        if name == "id" || name.ends_with("_id") {
            return self.id(name, path);
        }
        if let Some(name) = self.other_name(name, path) {
            return name;
        }
        let last = name.rsplit('_').next().unwrap_or_default();
        let ends_with = |ends: &[&str]| ends.iter().any(|end| name == *end || name.ends_with(&format!("_{end}")));
        match last {
            "zone" if type_names::is_availability_zone(self.type_name, name) => self.zone(path, name),
            "zone" if path.list().is_some_and(|list| type_names::lists_availability_zones(self.type_name, list)) => {
                self.zone(path, name)
            }
            "region" => self.context.region.to_string(),
            "arn" => self.arn(name, path),
            "ip" | "ipv4" | "ipv6" | "address" if name.contains("mail") => String::new(),
            "ip" | "ipv4" | "ipv6" | "address" => self.address(name, path),
            "cidr" => self.block(name, path),
            _ if ends_with(&["cidr_block"]) => self.block(name, path),
            _ if ends_with(&["connection_string", "endpoint", "dns_name", "cname", "fqdn"]) => self.host(name, path),
            "status" | "state" if name == last => ready_status::of(singular(self.type_name)).to_owned(),
            _ if is_time(name) => self.context.create_time.to_string(),
            // Whatever takes it wants JSON.
            "document" => EMPTY_POLICY.to_owned(),
            _ => String::new(),
        }
    }

    /// An id. Its prefix follows the attribute's name; a plain `id` takes the name of the list that it is in.
    fn id(&self, name: &str, path: &ValuePath<'_>) -> String {
        let of_type = || singular(type_names::words(self.type_name).unwrap_or(self.type_name));
        let of_list = || path.names.iter().rev().map(String::as_str).find(|name| !is_number(name) && *name != "ids");
        if let Some(id) = path.configured_id(name) {
            return id;
        }
        let subject = match name.strip_suffix("_id") {
            Some(subject) => subject,
            None => of_list().map_or_else(of_type, |list| {
                let listed = singular(list);
                listed.strip_suffix("_id").unwrap_or(listed)
            }),
        };
        let is_own_id = name == "id" && path.names.is_empty();
        if is_own_id && let Some(name) = self.own_name(path) {
            return name;
        }
        let is_zone = type_names::is_availability_zone(self.type_name, &format!("{subject}_id"));
        match subject.rsplit('_').next().unwrap_or_default() {
            _ if is_own_id => {}
            "zone" if is_zone => return self.zone(path, name),
            "region" => return self.context.region.to_string(),
            "account" | "owner" => return self.context.account_id.clone(),
            _ => {}
        }
        let prefix = match subject {
            "vpc" => "vpc",
            "vswitch" => "vsw",
            "security_group" => "sg",
            "instance" => "i",
            "network_interface" => "eni",
            "nat_gateway" => "ngw",
            // Whoever takes such an id tells by its beginning what it is of.
            "load_balancer" | "slb" | "slb_load_balancer" => "lb",
            "ha_vip" => "havip",
            "resource_group" => "rg",
            "allocation" | "eip" => "eip",
            _ => subject.split('_').next().unwrap_or(subject),
        };
        format!("{prefix}-{}", self.id_part(name, path))
    }

    fn id_part(&self, name: &str, path: &ValuePath<'_>) -> String {
        let labels: Vec<&str> = path.names.iter().map(String::as_str).chain([name]).collect();
        self.context.id_part(&labels)
    }

    /// The pseudo-random number of an attribute.
    fn number(&self, name: &str, path: &ValuePath<'_>) -> u64 {
        let labels: Vec<&str> = path.names.iter().map(String::as_str).chain([name]).collect();
        self.context.seed.derive(&labels).number()
    }

    /// The id of the object, as it is configured or made.
    fn own_id(&self, path: &ValuePath<'_>) -> String {
        let configured = path.root.get("id").as_str().map(str::to_owned);
        configured.unwrap_or_else(|| self.id("id", &path.of_root()))
    }

    /// What the object is called, if that is its id too.
    fn own_name(&self, path: &ValuePath<'_>) -> Option<String> {
        let names = own_name::attributes(self.type_name);
        let configured = names.iter().filter_map(|name| path.root.get(name).as_str()).find(|text| !text.is_empty());
        configured.map(str::to_owned).or_else(|| self.prefixed_name(path).filter(|_| !names.is_empty()))
    }

    fn prefixed_name(&self, path: &ValuePath<'_>) -> Option<String> {
        let prefix = path.root.get("name_prefix").as_str().filter(|prefix| !prefix.is_empty())?;
        Some(format!("{prefix}{}", &self.id_part("name", &path.of_root())[..8]))
    }

    /// The configured name of the object, for its other name attribute: `name` beside `role_name`, of a role.
    fn other_name(&self, name: &str, path: &ValuePath<'_>) -> Option<String> {
        if !path.names.is_empty() || !(name == "name" || name.ends_with("_name")) {
            return None;
        }
        let words = type_names::words(self.type_name)?;
        let is_of_object = |name: &str| match name.strip_suffix("_name") {
            Some(subject) => words == subject || words.ends_with(&format!("_{subject}")),
            None => name == "name",
        };
        is_of_object(name).then(|| path.object_name(&is_of_object)).flatten().or_else(|| self.prefixed_name(path))
    }

    /// A zone of the region. What a data source lists has the zones in their order, as the list of all zones has them.
    fn zone(&self, path: &ValuePath<'_>, name: &str) -> String {
        let zones = self.zones();
        let count = zones.len().max(1);
        let chosen = if self.fills_lists {
            path.index() % count
        } else {
            usize::try_from(self.number(name, path) % (count as u64)).unwrap_or_default()
        };
        zones.get(chosen).map(|zone| (*zone).to_owned()).unwrap_or_default()
    }

    /// The zones of the region, by id; for the alicloud provider without those that Alibaba Cloud does not have.
    fn zones(&self) -> Vec<&'static str> {
        let is_alibaba = self.type_name.starts_with("alicloud_");
        let zones = catalogue::zones().iter().filter(|zone| zone.region.id == self.context.region.as_str());
        zones.filter(|zone| !is_alibaba || zone.vendors().contains(&Vendor::Alibaba)).map(|zone| zone.id).collect()
    }

    /// The ARN of the object, or of the other one that the attribute names; by its name, or else its id.
    fn arn(&self, name: &str, path: &ValuePath<'_>) -> String {
        let subject = name.strip_suffix("_arn");
        let is_own = path.names.is_empty()
            && subject.is_none_or(|subject| singular(self.type_name).ends_with(&format!("_{subject}")));
        let configured = match subject {
            Some(subject) => {
                path.root.get(&format!("{subject}_name")).as_str().filter(|text| !text.is_empty()).map(str::to_owned)
            }
            None => path.object_name(&|name| is_name(name)),
        };
        let own = || if is_own { self.own_id(path) } else { self.id_part(name, path) };
        let named = configured.unwrap_or_else(own);
        arn::of(singular(self.type_name), name, self.context.region.as_str(), &self.context.account_id, &named)
    }

    fn address(&self, name: &str, path: &ValuePath<'_>) -> String {
        let number = self.number(name, path);
        let [a, b, c, d, ..] = number.to_be_bytes();
        let is_public = ["public", "internet", "eip", "elastic", "external"].iter().any(|word| name.contains(word));
        if name.contains("mac") {
            format!("00:16:3e:{a:02x}:{b:02x}:{c:02x}")
        } else if name.contains("ipv6") {
            format!("fd00::{a:x}{b:02x}:{c:x}{d:02x}")
        } else if is_public {
            // Reserved for tests of devices: no host answers there.
            format!("198.{}.{b}.{c}", 18 + a % 2)
        } else {
            format!("10.{a}.{b}.{}", c.clamp(1, 254))
        }
    }

    fn block(&self, name: &str, path: &ValuePath<'_>) -> String {
        format!("10.{}.0.0/16", self.number(name, path) % 256)
    }

    /// A host name under `.invalid`, which never resolves.
    fn host(&self, name: &str, path: &ValuePath<'_>) -> String {
        format!("{}.{}.invalid", self.id_part(name, path), self.context.region)
    }
}

/// The path of a value: the names from the object down to it, with the object as it was planned.
struct ValuePath<'a> {
    names: Vec<String>,
    root: &'a Value,
}

impl ValuePath<'_> {
    fn within(&self, name: &str) -> Self {
        let names = self.names.iter().cloned().chain([name.to_owned()]).collect();
        Self { names, root: self.root }
    }

    /// The path of an element of a list.
    fn of_element(&self, name: &str, index: usize) -> Self {
        self.within(name).within(&index.to_string())
    }

    /// The number of the element that the path leads into, counted from 0.
    fn index(&self) -> usize {
        self.names.iter().rev().find_map(|name| name.parse().ok()).unwrap_or_default()
    }

    /// The list that the path leads to an element of.
    fn list(&self) -> Option<&str> {
        match self.names.as_slice() {
            [.., list, index] if is_number(index) => Some(list),
            _ => None,
        }
    }

    /// The ids by which the configuration asks for objects.
    fn configured_ids(&self) -> Option<&[Value]> {
        self.root.get("ids").as_list().filter(|ids| !ids.is_empty())
    }

    /// The id of an element of one of the object's own lists, if the configuration asks for objects by their ids.
    fn configured_id(&self, name: &str) -> Option<String> {
        let mut names = self.names.iter().filter(|name| !is_number(name));
        let is_element = names.next().is_some_and(|list| list != "ids") && names.count() == 1;
        let ids = self.configured_ids().filter(|_| name == "id" && is_element)?;
        ids.get(self.index())?.as_str().map(str::to_owned)
    }

    /// The path of the object itself.
    fn of_root(&self) -> Self {
        Self { names: Vec::new(), root: self.root }
    }

    /// The first configured name of the object whose attribute matches.
    fn object_name(&self, matches: &dyn Fn(&str) -> bool) -> Option<String> {
        let values = self.root.as_map()?.iter().filter(|(name, _)| matches(name));
        values.filter_map(|(_, value)| value.as_str()).find(|text| !text.is_empty()).map(str::to_owned)
    }
}

/// Whether an attribute's name says that it names an object; the name of a host is made up.
pub(super) fn is_name(name: &str) -> bool {
    name == "name" || (name.ends_with("_name") && name != "dns_name")
}

/// Whether an attribute's name denotes a time; windows such as `maintain_time` are not times.
fn is_time(name: &str) -> bool {
    let ends = ["_time", "_at", "_date", "timestamp"].iter().any(|end| name.ends_with(end));
    let is_window = ["maintain", "backup", "window", "period"].iter().any(|word| name.contains(word));
    (ends && !is_window) || ["gmt_create", "gmt_created", "gmt_modified"].contains(&name)
}

/// The name of an element of a list: `zone` of `zones`, `id` of `ids`.
fn singular(name: &str) -> &str {
    if let Some(stem) = name.strip_suffix("es").filter(|stem| stem.ends_with("ss") || stem.ends_with("ch")) {
        return stem;
    }
    name.strip_suffix('s').filter(|stem| !stem.ends_with('s')).unwrap_or(name)
}

fn is_number(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_digit())
}

fn empty(nesting: Nesting) -> Value {
    match nesting {
        Nesting::Single | Nesting::Group => Value::Null,
        Nesting::List | Nesting::Set => Value::List(Vec::new()),
        Nesting::Map => Value::object::<String, Value>([]),
    }
}

fn each_object(
    nesting: Nesting,
    value: &mut Value,
    path: &ValuePath<'_>,
    visit: &mut dyn FnMut(&mut Value, &ValuePath<'_>),
) {
    match (nesting, value) {
        (Nesting::Single | Nesting::Group, object) => visit(object, path),
        (Nesting::Set, Value::List(elements)) => {
            // Other elements may move an element of a set: what is made for it follows from what it says.
            let mut seen = BTreeMap::new();
            for element in elements {
                let text = planned_values::unknown_as_null(element).to_string();
                let count = seen.entry(text.clone()).or_insert(0_u64);
                let number = Seed::new(*count).derive(&["element", &text]).number();
                *count += 1;
                visit(element, &path.within(&number.to_string()));
            }
        }
        (_, Value::List(elements)) => {
            for (index, element) in elements.iter_mut().enumerate() {
                visit(element, &path.within(&index.to_string()));
            }
        }
        (_, Value::Map(elements)) => {
            for (key, element) in elements {
                visit(element, &path.within(key));
            }
        }
        _ => {}
    }
}
