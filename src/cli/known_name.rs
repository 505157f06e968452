//! Options whose values the catalogue knows: checked, with advice, and offered by completions.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::{Arg, Command, Error};

use crate::base::nearest::{did_you_mean_clause, nearest_similar};

/// Reads a name of the catalogue.
#[derive(Clone)]
pub(super) struct KnownName<T> {
    noun: &'static str,
    names: fn() -> Vec<&'static str>,
    make: fn(&'static str) -> T,
}

impl<T: From<&'static str>> KnownName<T> {
    pub(super) fn new(noun: &'static str, names: fn() -> Vec<&'static str>) -> Self {
        Self { noun, names, make: T::from }
    }
}

impl<T: Clone + Send + Sync + 'static> TypedValueParser for KnownName<T> {
    type Value = T;

    fn parse_ref(&self, command: &Command, argument: Option<&Arg>, value: &OsStr) -> Result<T, Error> {
        let (noun, names, make) = (self.noun, (self.names)(), self.make);
        let read = move |given: &str| {
            let known = names.iter().find(|name| **name == given);
            known.map(|name| make(name)).ok_or_else(|| {
                let hint = did_you_mean_clause(nearest_similar(given, names.iter().copied()));
                format!("there is no such {noun}{hint}")
            })
        };
        read.parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new((self.names)().into_iter().map(PossibleValue::new)))
    }
}
