//! Collecting into ordered maps and sets by inserting.
//!
//! The standard library's `collect` sorts what becomes a map, with a sort that is compiled for each pair of types, several
//! kilobytes each time. Inserting is compiled anyway where the map changes later, and as fast for the sizes here.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

/// Collects an iterator's elements.
pub(crate) trait IntoOrdered: Iterator + Sized {
    /// Of equal keys the last remains.
    fn into_map<K: Ord, V>(self) -> BTreeMap<K, V>
    where
        Self: Iterator<Item = (K, V)>,
    {
        let mut map = BTreeMap::new();
        map.extend(self);
        map
    }

    fn into_json_map(self) -> Map<String, Value>
    where
        Self: Iterator<Item = (String, Value)>,
    {
        let mut map = Map::new();
        map.extend(self);
        map
    }

    fn into_set(self) -> BTreeSet<Self::Item>
    where
        Self::Item: Ord,
    {
        let mut set = BTreeSet::new();
        set.extend(self);
        set
    }

    /// Up to the first error.
    fn try_into_map<K: Ord, V, E>(mut self) -> Result<BTreeMap<K, V>, E>
    where
        Self: Iterator<Item = Result<(K, V), E>>,
    {
        let mut map = BTreeMap::new();
        self.try_for_each(|pair| pair.map(|(key, value)| drop(map.insert(key, value))))?;
        Ok(map)
    }
}

impl<I: Iterator> IntoOrdered for I {}
