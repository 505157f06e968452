//! Pairs the elements of configured sets with prior elements, so that an unchanged element keeps what was computed for it.
//!
//! The CLI proposes such pairs too. But it finds none for an element that leaves out a computed set, and it may give two
//! elements the same prior one. So sets are taken from the configuration, and paired here.

mod candidates;
mod matching;
mod members;

use self::members::Members;
use super::plan::for_each_object;
use super::schema::{Block, Nesting};
use super::types::Type;
use super::value::Value;

/// Sets the computed members of every element of a set in a proposed state that can be a prior element.
pub(super) fn keep_in_block(block: &Block, prior: &Value, config: &Value, state: &mut Value) {
    keep(Members::of_block(block), prior, config, state);
}

fn keep(members: Members<'_>, prior: &Value, config: &Value, state: &mut Value) {
    let Value::Map(values) = state else { return };
    for (name, nesting, inside) in members.nested() {
        let (prior, config) = (prior.get(name), config.get(name));
        let Some(value) = values.get_mut(name).filter(|_| config.is_known() && inside.any_computed()) else { continue };
        if nesting == Nesting::Set {
            value.clone_from(config);
            complete_elements(inside, prior, value);
        } else {
            for_each_object(nesting, prior, config, value, &|prior, config, value| keep(inside, prior, config, value));
        }
    }
}

/// Sets the computed members that a configured object leaves out as its prior object has them.
fn complete(members: Members<'_>, prior: &Value, object: &mut Value) {
    let Value::Map(values) = object else { return };
    for (name, nesting, inside) in members.nested() {
        let Some(value) = values.get_mut(name) else { continue };
        if nesting == Nesting::Set {
            complete_elements(inside, prior.get(name), value);
        } else {
            for_each_object(nesting, prior.get(name), &Value::Null, value, &|prior, _, object| {
                complete(inside, prior, object);
            });
        }
    }
    for attribute in members.attributes.iter().filter(|attribute| attribute.is_computed()) {
        if let Some(value) = values.get_mut(&*attribute.name).filter(|value| value.is_null()) {
            value.clone_from(prior.get(&attribute.name));
        }
    }
}

/// Whether an element is the prior one once it is completed.
fn can_be(members: Members<'_>, value_type: &Type, element: &Value, prior: &Value) -> bool {
    let mut completed = element.clone();
    complete(members, prior, &mut completed);
    completed.same_as(prior, value_type)
}

/// Makes prior elements of the elements of a configured set that can be them.
fn complete_elements(members: Members<'_>, prior: &Value, set: &mut Value) {
    let (Value::List(elements), Some(priors)) = (set, prior.as_list()) else { return };
    let value_type = members.value_type();
    let can_be = |element: &Value, prior: &Value| can_be(members, &value_type, element, prior);
    let candidates = candidates::candidates(members, elements, priors, &can_be);
    for (element, prior) in matching::pairs(&candidates, priors.len()) {
        elements[element].clone_from(&priors[prior]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tf::plan::plan;
    use crate::tf::schema::NestedBlock;
    use crate::tf::{Attribute, Schema};

    fn schema() -> Schema {
        let members = || {
            [
                Attribute::string("name"),
                Attribute::string("made").optional().computed().use_state_for_unknown(),
                Attribute::set("addresses", Type::String).optional().computed().use_state_for_unknown(),
            ]
        };
        let block = || Block::new("").attributes(members());
        let inner = NestedBlock::list("row", block().blocks([NestedBlock::set("inner", block())]));
        Schema::new("").attributes([Attribute::nested_set("nested", members()).optional()]).blocks([
            NestedBlock::set("zone", block().blocks([inner.clone()])),
            inner,
            NestedBlock::set("plain", Block::new("").attributes([Attribute::string("name")])),
        ])
    }

    fn element(name: &str, made: Option<&str>, addresses: Option<&str>) -> Value {
        let addresses = addresses.map_or(Value::Null, |address| Value::list([address]));
        Value::object([("name", name.into()), ("made", made.into()), ("addresses", addresses)])
    }

    /// The plan of a configuration, for which the CLI proposes nothing that it does not say.
    fn planned(prior: &Value, config: &Value) -> Value {
        plan(&schema(), prior, config.clone(), config).state
    }

    #[test]
    fn elements_keep_what_they_leave_out_at_every_depth() {
        let deep = |made: Option<&str>, addresses: Option<&str>| {
            let mut row = element("r", made, addresses);
            row.set("inner", Value::list([element("i", made, addresses)]));
            let mut zone = element("z", made, addresses);
            zone.set("row", Value::list([row.clone()]));
            Value::object([
                ("nested", Value::list([element("n", made, addresses)])),
                ("zone", Value::list([zone])),
                ("row", Value::list([row])),
                ("plain", Value::List(Vec::new())),
            ])
        };
        let (prior, mut config) = (deep(Some("m"), Some("10.0.0.1")), deep(None, None));
        // The CLI pairs elements of lists itself.
        let mut proposed = config.clone();
        let mut row = element("r", Some("m"), Some("10.0.0.1"));
        row.set("inner", config.get("row").element(0).get("inner").clone());
        proposed.set("row", Value::list([row]));
        assert_eq!(plan(&schema(), &prior, proposed.clone(), &config).state, prior);

        // What changes elsewhere leaves the elements as they are.
        for value in [&mut config, &mut proposed] {
            value.set("plain", Value::list([Value::object([("name", "new")])]));
        }
        let changed = plan(&schema(), &prior, proposed.clone(), &config).state;
        for kept in ["nested", "zone", "row"] {
            assert_eq!(changed.get(kept), prior.get(kept), "{kept}");
        }
    }

    #[test]
    fn no_two_elements_take_one_prior_element() {
        let of = |nested: Vec<Value>| {
            let none = || Value::List(Vec::new());
            Value::object([("nested", Value::List(nested)), ("zone", none()), ("row", none()), ("plain", none())])
        };
        let prior = of(vec![element("a", Some("1"), None), element("a", Some("2"), None)]);
        // The first can be either, the second only what the first would take.
        let config = of(vec![element("a", None, None), element("a", Some("1"), None)]);
        assert_eq!(planned(&prior, &config), prior);

        let one_more = of(vec![element("a", None, None), element("a", None, Some("x")), element("b", None, None)]);
        let unknown = |name: &str, addresses: Value| {
            Value::object([("name", name.into()), ("made", Value::Unknown), ("addresses", addresses)])
        };
        let expected = [element("a", Some("1"), None), unknown("a", Value::list(["x"])), unknown("b", Value::Unknown)];
        assert_eq!(planned(&prior, &one_more).get("nested"), &Value::list(expected));
    }
}
