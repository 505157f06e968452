//! What a provider, resource or data source accepts and computes, with the texts its documentation is made of.

use std::borrow::Cow;

use super::types::Type;
use super::value::Value;

#[derive(Clone, Debug, Default)]
pub struct Schema {
    /// Counts changes that need a state upgrade.
    pub version: i64,
    pub block: Block,
}

/// Attributes and nested blocks. Descriptions are markdown.
#[derive(Clone, Debug, Default)]
pub struct Block {
    pub description: Cow<'static, str>,
    pub deprecated: Option<Cow<'static, str>>,
    pub attributes: Vec<Attribute>,
    pub blocks: Vec<NestedBlock>,
}

#[derive(Clone, Debug)]
pub struct Attribute {
    pub name: &'static str,
    pub kind: AttributeKind,
    pub mode: Mode,
    pub description: Cow<'static, str>,
    pub sensitive: bool,
    pub write_only: bool,
    pub deprecated: Option<Cow<'static, str>>,
    /// Planned when the configuration says nothing; only for optional computed attributes.
    pub default: Option<Value>,
    /// A change of this attribute replaces the resource.
    pub requires_replace: bool,
    /// A computed value that survives updates (`id`): the prior value stays known in a plan.
    pub keeps_prior_value: bool,
}

#[derive(Clone, Debug)]
pub enum AttributeKind {
    Plain(Type),
    /// An object, or a list, set or map of objects, whose attributes are attributes themselves.
    Nested(Nesting, Vec<Attribute>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Required,
    Optional,
    Computed,
    OptionalComputed,
}

#[derive(Clone, Debug)]
pub struct NestedBlock {
    pub name: &'static str,
    pub nesting: Nesting,
    pub block: Block,
    /// Only lists and sets have bounds; 0 is none.
    pub min_items: i64,
    pub max_items: i64,
    /// A change inside this block replaces the resource.
    pub requires_replace: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nesting {
    Single,
    List,
    Set,
    Map,
}

/// What identifies a resource for import (`plugin-protocol`: Terraform 1.12, `OpenTofu` 1.12 and later).
#[derive(Clone, Debug, Default)]
pub struct IdentitySchema {
    pub version: i64,
    pub attributes: Vec<IdentityAttribute>,
}

#[derive(Clone, Debug)]
pub struct IdentityAttribute {
    pub name: &'static str,
    pub value_type: Type,
    pub required_for_import: bool,
    pub description: Cow<'static, str>,
}
