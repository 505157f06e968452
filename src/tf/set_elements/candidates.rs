//! Finds the prior elements that each element of a set can be, without comparing each with each.
//!
//! An element and a prior one that it can be have the same key: the members that are not computed, at every depth. Among
//! those with one key, elements that leave out the same members have a second key: all other members.

use std::collections::BTreeMap;

use super::members::Members;
use crate::tf::schema::Nesting;
use crate::tf::value::Value;

/// For each element the prior ones that it can be, in their order.
pub(super) fn candidates(
    members: Members<'_>,
    elements: &[Value],
    priors: &[Value],
    can_be: &dyn Fn(&Value, &Value) -> bool,
) -> Vec<Vec<usize>> {
    let mut found = vec![Vec::new(); elements.len()];
    let mut priors_by_key = group(priors, 0..priors.len(), |prior| configured(members, prior));
    for (key, alike) in group(elements, 0..elements.len(), |element| configured(members, element)) {
        let Some(alike_priors) = priors_by_key.remove(&key) else { continue };
        for (left_out, alike) in group(elements, alike, |element| left_out(members, element)) {
            let priors_by_rest = group(priors, alike_priors.iter().copied(), |prior| rest(members, prior, &left_out));
            for element in alike {
                let same = priors_by_rest.get(&rest(members, &elements[element], &left_out));
                let same = same.into_iter().flatten().copied();
                found[element] = same.filter(|prior| can_be(&elements[element], &priors[*prior])).collect();
            }
        }
    }
    found
}

/// Indices of values by a key.
fn group(
    values: &[Value],
    indices: impl IntoIterator<Item = usize>,
    key: impl Fn(&Value) -> Value,
) -> BTreeMap<Value, Vec<usize>> {
    let mut groups: BTreeMap<Value, Vec<usize>> = BTreeMap::new();
    for index in indices {
        groups.entry(key(&values[index])).or_default().push(index);
    }
    groups
}

/// An object without what is computed, at every depth.
fn configured(members: Members<'_>, object: &Value) -> Value {
    if !matches!(object, Value::Map(_)) {
        return object.clone();
    }
    let plain = members.attributes.iter().filter(|attribute| !attribute.is_computed()).map(|attribute| {
        let value = object.get(&attribute.name);
        let value = match Members::inside(attribute) {
            Some((nesting, inside)) => each(nesting, value, &|object, _| configured(inside, object)),
            None => value.with_sorted_sets(&attribute.value_type()),
        };
        (&*attribute.name, value)
    });
    let blocks = members.blocks().map(|(name, nesting, inside)| {
        (name, each(nesting, object.get(name), &|object, _| configured(inside, object)))
    });
    Value::object(plain.chain(blocks))
}

/// What an object leaves out of what is computed: an object in which that is unknown. It does not say anything about
/// sets inside the object.
fn left_out(members: Members<'_>, object: &Value) -> Value {
    if !matches!(object, Value::Map(_)) {
        return Value::Null;
    }
    let absent = |name: &str| object.get(name).is_null();
    let attributes = members.attributes.iter().filter(|attribute| attribute.is_computed() && absent(&attribute.name));
    let mut found: BTreeMap<String, Value> =
        attributes.map(|attribute| (attribute.name.clone().into_owned(), Value::Unknown)).collect();
    for (name, nesting, inside) in members.nested().filter(|(_, nesting, _)| *nesting != Nesting::Set) {
        if !absent(name) && inside.any_computed() {
            found.insert(name.to_owned(), each(nesting, object.get(name), &|object, _| left_out(inside, object)));
        }
    }
    Value::Map(found)
}

/// An object without the members that an element leaves out, and sets inside it without what is computed.
fn rest(members: Members<'_>, object: &Value, left_out: &Value) -> Value {
    if !matches!(object, Value::Map(_)) {
        return object.clone();
    }
    let given = members.attributes.iter().filter(|attribute| !left_out.get(&attribute.name).is_unknown());
    let nested = |name: &str, nesting: Nesting, inside: Members<'_>| {
        let (value, left_out) = (object.get(name), left_out.get(name));
        each(nesting, value, &|object, place| match place {
            ObjectPosition::InSet => configured(inside, object),
            ObjectPosition::Only => rest(inside, object, left_out),
            ObjectPosition::Index(index) => rest(inside, object, left_out.element(index)),
            ObjectPosition::Key(key) => rest(inside, object, left_out.get(key)),
        })
    };
    let attributes = given.map(|attribute| {
        let value = match Members::inside(attribute) {
            Some((nesting, inside)) => nested(&attribute.name, nesting, inside),
            None => object.get(&attribute.name).with_sorted_sets(&attribute.value_type()),
        };
        (&*attribute.name, value)
    });
    let blocks = members.blocks().map(|(name, nesting, inside)| (name, nested(name, nesting, inside)));
    Value::object(attributes.chain(blocks))
}

/// Where an object is in a nested value.
#[derive(Clone, Copy)]
enum ObjectPosition<'a> {
    Only,
    Index(usize),
    Key(&'a str),
    InSet,
}

/// A nested value with something in place of each of its objects; a set is sorted then, without duplicates.
fn each(nesting: Nesting, value: &Value, of: &dyn Fn(&Value, ObjectPosition<'_>) -> Value) -> Value {
    match (nesting, value) {
        (Nesting::Single | Nesting::Group, object) => of(object, ObjectPosition::Only),
        (Nesting::List, Value::List(elements)) => {
            Value::list(elements.iter().enumerate().map(|(index, object)| of(object, ObjectPosition::Index(index))))
        }
        (Nesting::Set, Value::List(elements)) => {
            let mut elements: Vec<Value> = elements.iter().map(|object| of(object, ObjectPosition::InSet)).collect();
            elements.sort();
            elements.dedup();
            Value::List(elements)
        }
        (Nesting::Map, Value::Map(elements)) => {
            Value::object(elements.iter().map(|(key, object)| (key.as_str(), of(object, ObjectPosition::Key(key)))))
        }
        _ => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::tf::Attribute;
    use crate::tf::schema::{Block, NestedBlock};
    use crate::tf::types::Type;

    fn block(depth: usize) -> Block {
        let members = || {
            [
                Attribute::string("name"),
                Attribute::string("made").optional().computed(),
                Attribute::set("addresses", Type::String).optional().computed(),
            ]
        };
        let block = Block::new("").attributes(members()).attributes([
            Attribute::nested_list("listed", members()).optional().computed(),
            Attribute::nested_set("chosen", members()).optional(),
        ]);
        if depth == 0 {
            return block;
        }
        block.blocks([
            NestedBlock::list("row", self::block(depth - 1)),
            NestedBlock::set("zone", self::block(depth - 1)),
        ])
    }

    fn element(depth: usize) -> BoxedStrategy<Value> {
        let text = |values: &'static [Option<&str>]| prop::sample::select(values).prop_map(Value::from);
        let made = prop_oneof![4 => text(&[None, Some("1"), Some("2")]), 1 => Just(Value::Unknown)];
        let addresses = prop_oneof![Just(Value::Null), vec(text(&[Some("x"), Some("y")]), 0..3).prop_map(Value::List)];
        let plain = (text(&[Some("a"), Some("b")]), made, addresses).prop_map(|(name, made, addresses)| {
            Value::object([("name", name), ("made", made), ("addresses", addresses)])
        });
        let plain = plain.boxed();
        let some = |of: BoxedStrategy<Value>| vec(of, 0..3).prop_map(Value::List);
        let nested = prop_oneof![Just(Value::Null), some(plain.clone())].boxed();
        let inside = if depth == 0 { Just(Value::List(Vec::new())).boxed() } else { some(element(depth - 1)).boxed() };
        (plain, nested.clone(), nested, inside.clone(), inside)
            .prop_map(|(mut object, listed, chosen, row, zone)| {
                for (name, value) in [("listed", listed), ("chosen", chosen), ("row", row), ("zone", zone)] {
                    object.set(name, value);
                }
                object
            })
            .boxed()
    }

    /// An element that leaves out some of what a prior one has, also inside.
    fn shortened(prior: &Value, hides: &mut dyn FnMut() -> bool) -> Value {
        let mut element = prior.clone();
        for name in ["made", "addresses", "listed"] {
            if hides() {
                element.set(name, Value::Null);
            }
        }
        for name in ["listed", "chosen", "row", "zone"] {
            if let Some(objects) = element.get(name).as_list() {
                let objects = objects.iter().map(|object| shortened(object, hides)).collect();
                element.set(name, Value::List(objects));
            }
        }
        element
    }

    proptest! {
        #[test]
        fn keys_leave_out_no_candidate(
            priors in vec(element(1), 0..5),
            others in vec(element(1), 0..3),
            hidden in vec(any::<bool>(), 1..60),
        ) {
            let block = block(1);
            let members = Members::of_block(&block);
            let mut hidden = hidden.into_iter().cycle();
            let kept = priors.iter().map(|prior| shortened(prior, &mut || hidden.next().unwrap_or_default()));
            let elements: Vec<Value> = kept.chain(others).collect();
            let can_be = |element: &Value, prior: &Value| {
                super::super::can_be(members, &block.value_type(), element, prior)
            };
            let expected: Vec<Vec<usize>> = elements
                .iter()
                .map(|element| (0..priors.len()).filter(|prior| can_be(element, &priors[*prior])).collect())
                .collect();
            prop_assert_eq!(candidates(members, &elements, &priors, &can_be), expected);
        }
    }
}
