//! What a data source without a simulation of its own finds if the objects that it lists are simulated: those of the
//! world. An object that is made up would be refused wherever its id is used.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::type_names;
use crate::base::collect::IntoOrdered;
use crate::tf::list::{FoundObject, ListRequest};
use crate::tf::schema::AttributeKind;
use crate::tf::{Attribute, Diagnostics, ListResource, Schema, Type, Value};

/// The list resource that finds the objects of a kind, such as `nat_gateway`.
#[derive(Clone)]
pub(super) struct SimulatedObjects {
    kind: String,
    list: Arc<dyn ListResource>,
}

impl fmt::Debug for SimulatedObjects {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SimulatedObjects").field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl SimulatedObjects {
    /// What data sources list, by their name: `alicloud_route_entries` lists the objects of `alicloud_route_entry`.
    pub(super) fn by_data_source(lists: BTreeMap<String, Arc<dyn ListResource>>) -> BTreeMap<String, Self> {
        let objects = lists.into_iter().filter_map(|(resource, list)| {
            let kind = type_names::words(&resource)?.to_owned();
            // The service has roles and policies of its own, which the world does not.
            (!kind.starts_with("ram_")).then(|| (plural(&resource), Self { kind, list }))
        });
        objects.into_map()
    }

    /// Sets what is known of the objects in a planned answer: their lists, `ids` and `names`.
    pub(super) async fn set(&self, schema: &Schema, config: &Value, answer: &mut Value, diagnostics: &mut Diagnostics) {
        let found = self.find(schema, config, diagnostics).await;
        for (name, members) in lists_of_objects(schema) {
            answer.set(name, Value::list(found.iter().map(|object| self.element(members, object))));
        }
        let mut set_texts = |name: &str, texts: &dyn Fn(&FoundObject) -> Value| {
            if answer.get(name).is_unknown() {
                answer.set(name, Value::list(found.iter().map(texts)));
            }
        };
        set_texts("ids", &|object| object.identity.get("id").clone());
        set_texts("names", &|object| object.display_name.as_str().into());
    }

    async fn find(&self, schema: &Schema, config: &Value, diagnostics: &mut Diagnostics) -> Vec<FoundObject> {
        let filters = self.list.schema().block.attributes;
        let asked = filters.iter().map(|filter| {
            let is_same =
                |argument: &&Attribute| argument.name == filter.name && argument.value_type() == filter.value_type();
            let is_known = schema.block.attributes.iter().any(|argument| is_same(&argument));
            (filter.name.to_string(), if is_known { config.get(&filter.name).clone() } else { Value::Null })
        });
        let request = ListRequest { config: Value::object(asked), include_state: true };
        let found = self.list.list(&request, diagnostics).await;
        let is_filter = |name: &str| filters.iter().any(|filter| &*filter.name == name);
        found.filter(|object| fits(config, object, &is_filter)).collect()
    }

    /// An element of the list. What the object does not say stays unknown, for a made-up value, or is empty.
    fn element(&self, members: &BTreeMap<String, Type>, object: &FoundObject) -> Value {
        let state = object.state.as_ref().unwrap_or(&Value::Null);
        Value::object(members.iter().map(|(name, value_type)| {
            let value = match (state.get(name), value_type) {
                _ if self.is_own_id(name) => object.identity.get("id").clone(),
                (value @ Value::String(_), Type::String)
                | (value @ Value::Number(_), Type::Number)
                | (value @ Value::Bool(_), Type::Bool) => value.clone(),
                (Value::Number(number), Type::String) => number.to_string().into(),
                (Value::List(texts), Type::List(inner) | Type::Set(inner))
                    if **inner == Type::String && texts.iter().all(|text| text.as_str().is_some()) =>
                {
                    Value::List(texts.clone())
                }
                // The resource joins several texts.
                (Value::String(texts), Type::List(inner) | Type::Set(inner)) if **inner == Type::String => {
                    Value::list(texts.split(',').filter(|text| !text.is_empty()))
                }
                (value @ Value::Map(_), Type::Map(inner)) if **inner == Type::String => value.clone(),
                (_, Type::String) if self.is_own_name(name) => object.display_name.as_str().into(),
                (_, Type::List(_) | Type::Set(_)) => Value::List(Vec::new()),
                _ => Value::Unknown,
            };
            (name, value)
        }))
    }

    /// `id`, and `nat_gateway_id` or `gateway_id` of a NAT gateway.
    fn is_own_id(&self, name: &str) -> bool {
        name == "id"
            || name.strip_suffix("_id").is_some_and(|subject| self.is_own(subject))
            || (name == "allocation_id" && self.kind.starts_with("eip"))
    }

    fn is_own_name(&self, name: &str) -> bool {
        name == "name" || name.strip_suffix("_name").is_some_and(|subject| self.is_own(subject))
    }

    fn is_own(&self, subject: &str) -> bool {
        self.kind == subject || self.kind.ends_with(&format!("_{subject}"))
    }
}

/// Whether an object has what the other arguments ask for, where it says that at all.
fn fits(config: &Value, object: &FoundObject, is_filter: &dyn Fn(&str) -> bool) -> bool {
    let (Some(arguments), Some(state)) = (config.as_map(), &object.state) else { return true };
    arguments.iter().filter(|(name, _)| !is_filter(name)).all(|(name, asked)| {
        let is_text = |value: &Value| value.as_str().is_some_and(|text| !text.is_empty());
        !is_text(asked) || !is_text(state.get(name)) || state.get(name) == asked
    })
}

/// The computed lists of objects of a data source, and the members of an object.
fn lists_of_objects(schema: &Schema) -> impl Iterator<Item = (&str, &BTreeMap<String, Type>)> {
    schema.block.attributes.iter().filter(|attribute| attribute.is_computed()).filter_map(|attribute| {
        let AttributeKind::Plain(Type::List(inner) | Type::Set(inner)) = &attribute.kind else { return None };
        let Type::Object(members) = &**inner else { return None };
        Some((&*attribute.name, members))
    })
}

/// The name of several: `route_entries` of `route_entry`, `eip_addresses` of `eip_address`.
fn plural(name: &str) -> String {
    match name.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        None if name.ends_with("ss") => format!("{name}es"),
        _ => format!("{name}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_the_plural_of_its_resources_name() {
        for (one, several) in [
            ("alicloud_nat_gateway", "alicloud_nat_gateways"),
            ("alicloud_route_entry", "alicloud_route_entries"),
            ("alicloud_eip_address", "alicloud_eip_addresses"),
            ("alicloud_ram_policy", "alicloud_ram_policies"),
        ] {
            assert_eq!(plural(one), several);
        }
    }
}
