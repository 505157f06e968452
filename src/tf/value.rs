//! A value as Terraform has it: known, null or unknown, at every level.

use std::collections::BTreeMap;
use std::fmt;

use super::types::Type;
use crate::base::{Decimal, money};

/// A value of any type. Lists, sets and tuples are [`Value::List`]; maps, objects and blocks are [`Value::Map`]: which
/// of them is meant is said by the schema beside it.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    #[default]
    Null,
    /// Known only after apply.
    Unknown,
    Bool(bool),
    Number(Number),
    String(String),
    List(Vec<Value>),
    Map(BTreeMap<String, Value>),
    /// A value of a `dynamic` attribute, which carries its own type.
    Typed(Box<Type>, Box<Value>),
}

/// An exact number, kept as its shortest decimal text: Terraform computes with 512 bits, more than any Rust number has.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number(String);
