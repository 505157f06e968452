//! Pairs the elements of configured sets with prior elements, so that an unchanged element keeps what was computed for it.
//!
//! The CLI proposes such pairs too. But it finds none for an element that leaves out a computed set, and it may give two
//! elements the same prior one. So sets are taken from the configuration, and paired here.

use super::plan::for_each_object;
use super::schema::{Attribute, AttributeKind, Block, Nesting};
use super::types::Type;
use super::value::Value;

/// Sets the computed members of every element of a set in a proposed state that can be a prior element.
pub(super) fn keep_in_block(block: &Block, prior: &Value, config: &Value, state: &mut Value) {
    keep_in_attributes(&block.attributes, prior, config, state);
    for nested in block.blocks.iter().filter(|nested| has_computed(&nested.block)) {
        let (prior, config) = (prior.get(&nested.name), config.get(&nested.name));
        let Value::Map(values) = &mut *state else { return };
        let Some(value) = values.get_mut(&*nested.name) else { continue };
        if nested.nesting == Nesting::Set {
            value.clone_from(config);
            let complete = |prior: &Value, element: &mut Value| complete_block(&nested.block, prior, element);
            complete_elements(prior, value, &nested.block.value_type(), &complete);
        } else {
            for_each_object(nested.nesting, prior, config, value, &|prior, config, value| {
                keep_in_block(&nested.block, prior, config, value);
            });
        }
    }
}

fn keep_in_attributes(attributes: &[Attribute], prior: &Value, config: &Value, state: &mut Value) {
    let Value::Map(values) = state else { return };
    for attribute in attributes {
        let AttributeKind::Nested(nesting, inner) = &attribute.kind else { continue };
        let (prior, config) = (prior.get(&attribute.name), config.get(&attribute.name));
        let Some(value) = values.get_mut(&*attribute.name).filter(|_| config.is_known() && any_computed(inner)) else {
            continue;
        };
        if *nesting == Nesting::Set {
            value.clone_from(config);
            let complete = |prior: &Value, element: &mut Value| complete_attributes(inner, prior, element);
            complete_elements(prior, value, &object_type(inner), &complete);
        } else {
            for_each_object(*nesting, prior, config, value, &|prior, config, value| {
                keep_in_attributes(inner, prior, config, value);
            });
        }
    }
}

/// Sets the computed members that a configured object leaves out as its prior object has them.
fn complete_block(block: &Block, prior: &Value, object: &mut Value) {
    complete_attributes(&block.attributes, prior, object);
    let Value::Map(values) = object else { return };
    for nested in &block.blocks {
        if let Some(value) = values.get_mut(&*nested.name) {
            let complete = |prior: &Value, object: &mut Value| complete_block(&nested.block, prior, object);
            complete_nested(nested.nesting, prior.get(&nested.name), value, &nested.block.value_type(), &complete);
        }
    }
}

fn complete_attributes(attributes: &[Attribute], prior: &Value, object: &mut Value) {
    let Value::Map(values) = object else { return };
    for attribute in attributes {
        let Some(value) = values.get_mut(&*attribute.name) else { continue };
        let prior = prior.get(&attribute.name);
        if value.is_null() && attribute.is_computed() {
            value.clone_from(prior);
        } else if let AttributeKind::Nested(nesting, inner) = &attribute.kind {
            let complete = |prior: &Value, object: &mut Value| complete_attributes(inner, prior, object);
            complete_nested(*nesting, prior, value, &object_type(inner), &complete);
        }
    }
}

fn complete_nested(
    nesting: Nesting,
    prior: &Value,
    value: &mut Value,
    element_type: &Type,
    complete: &dyn Fn(&Value, &mut Value),
) {
    if nesting == Nesting::Set {
        complete_elements(prior, value, element_type, complete);
    } else {
        for_each_object(nesting, prior, &Value::Null, value, &|prior, _, object| complete(prior, object));
    }
}

/// Completes the elements of a configured set. An element can be a prior one if it equals that once it is completed.
fn complete_elements(prior: &Value, set: &mut Value, element_type: &Type, complete: &dyn Fn(&Value, &mut Value)) {
    let (Value::List(elements), Some(priors)) = (set, prior.as_list()) else { return };
    let can_be = |element: &Value, prior: &Value| {
        let mut completed = element.clone();
        complete(prior, &mut completed);
        completed.same_as(prior, element_type)
    };
    let candidates: Vec<Vec<usize>> = elements
        .iter()
        .map(|element| (0..priors.len()).filter(|prior| can_be(element, &priors[*prior])).collect())
        .collect();
    for (prior, element) in pairs(&candidates, priors.len()) {
        elements[element].clone_from(&priors[prior]);
    }
}

/// Pairs of a prior element and an element: as many as there can be, and none has a part twice.
fn pairs(candidates: &[Vec<usize>], prior_count: usize) -> Vec<(usize, usize)> {
    let mut partners = vec![None; prior_count];
    for element in 0..candidates.len() {
        assign(element, candidates, &mut vec![false; prior_count], &mut partners);
    }
    partners.into_iter().enumerate().filter_map(|(prior, element)| Some((prior, element?))).collect()
}

/// Finds a partner for an element; those that have one may have to take another. Returns true if there is one.
fn assign(element: usize, candidates: &[Vec<usize>], tried: &mut [bool], partners: &mut [Option<usize>]) -> bool {
    for &prior in &candidates[element] {
        if std::mem::replace(&mut tried[prior], true) {
            continue;
        }
        if partners[prior].is_none_or(|other| assign(other, candidates, tried, partners)) {
            partners[prior] = Some(element);
            return true;
        }
    }
    false
}

fn has_computed(block: &Block) -> bool {
    any_computed(&block.attributes) || block.blocks.iter().any(|nested| has_computed(&nested.block))
}

fn any_computed(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.is_computed() || matches!(&attribute.kind, AttributeKind::Nested(_, inner) if any_computed(inner))
    })
}

fn object_type(attributes: &[Attribute]) -> Type {
    Type::object(attributes.iter().map(|attribute| (attribute.name.clone(), attribute.value_type())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tf::Schema;
    use crate::tf::plan::plan;
    use crate::tf::schema::NestedBlock;

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
        plan(&schema(), prior, config, config).state
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
        assert_eq!(plan(&schema(), &prior, &proposed, &config).state, prior);

        // What changes elsewhere leaves the elements as they are.
        for value in [&mut config, &mut proposed] {
            value.set("plain", Value::list([Value::object([("name", "new")])]));
        }
        let changed = plan(&schema(), &prior, &proposed, &config).state;
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
