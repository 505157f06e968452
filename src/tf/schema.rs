//! Schemas of providers, resources and data sources, with the descriptions from which the documentation is generated.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::types::Type;
use super::value::Value;
use crate::base::ApiEnum;
use crate::base::api_enum::explained;

/// The schema of a provider, resource or data source.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    /// Incremented by every change that needs a state upgrade.
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
#[expect(clippy::struct_excessive_bools, reason = "the protocol has one flag each too")]
pub struct Attribute {
    pub name: Cow<'static, str>,
    pub kind: AttributeKind,
    pub mode: Mode,
    pub description: Cow<'static, str>,
    /// What a text, or each text of a list or set, must be one of; empty if any text will do.
    pub names: Vec<&'static str>,
    /// Whether the text is a number, of an argument for which the real provider has a text.
    pub is_number: bool,
    /// Whether 0 is a value, although the argument is optional and has no default.
    pub zero_counts: bool,
    pub sensitive: bool,
    pub write_only: bool,
    pub deprecated: Option<Cow<'static, str>>,
    /// The planned value if the configuration does not set the attribute. Only for optional computed root attributes.
    pub default: Option<Value>,
    /// A change of this attribute replaces the resource.
    pub requires_replace: bool,
    /// An update keeps the prior value, so it stays known in a plan (`id`).
    pub use_state_for_unknown: bool,
    /// What the service takes if the configuration does not set the attribute. No plan shows it.
    pub unless_set: Option<Value>,
    /// Which arguments say what the value is, or make the service choose it.
    pub follows: Follows,
    /// What the provider makes of the rest of the object's state where the configuration does not set the attribute; null
    /// where it makes nothing of it.
    pub derived: Option<fn(&Value) -> Value>,
}

#[derive(Clone, Debug)]
pub enum AttributeKind {
    Plain(Type),
    /// A nested attribute: an object, or a list, set or map of objects.
    Nested(Nesting, Vec<Attribute>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Required,
    Optional,
    Computed,
    OptionalComputed,
}

/// What an optional computed value follows from, so that a configuration need not repeat it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Follows {
    #[default]
    Nothing,
    /// The rest of the request.
    Everything,
    /// Each of these arguments or blocks, if it is set.
    AnyOf(Vec<&'static str>),
    /// The id of the object, if it contains that.
    Id,
}

#[derive(Clone, Debug)]
pub struct NestedBlock {
    pub name: Cow<'static, str>,
    pub nesting: Nesting,
    pub block: Block,
    /// Only lists and sets have bounds; 0 means no bound.
    pub min_items: i64,
    pub max_items: i64,
    /// A change inside this block replaces the resource.
    pub requires_replace: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nesting {
    Single,
    /// Like a single block, but never null: without a block, what is inside is null.
    Group,
    List,
    Set,
    Map,
}

/// The attributes that identify a resource for import (Terraform 1.12, `OpenTofu` 1.12 and later).
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

impl Schema {
    /// A schema of version 0 with a description in markdown.
    #[must_use]
    pub fn new(description: impl Into<Cow<'static, str>>) -> Self {
        Self { version: 0, block: Block::new(description) }
    }

    #[must_use]
    pub fn version(mut self, version: i64) -> Self {
        self.version = version;
        self
    }

    #[must_use]
    pub fn attributes(mut self, attributes: impl IntoIterator<Item = Attribute>) -> Self {
        self.block = self.block.attributes(attributes);
        self
    }

    #[must_use]
    pub fn blocks(mut self, blocks: impl IntoIterator<Item = NestedBlock>) -> Self {
        self.block = self.block.blocks(blocks);
        self
    }

    #[must_use]
    pub fn deprecated(mut self, message: impl Into<Cow<'static, str>>) -> Self {
        self.block = self.block.deprecated(message);
        self
    }

    /// The object type of the whole schema, in which values are encoded.
    #[must_use]
    pub fn value_type(&self) -> Type {
        self.block.value_type()
    }

    /// Brings a value into the form of the protocol: write-only values become null, absent repeated blocks become empty.
    pub fn normalize(&self, value: &mut Value) {
        self.block.normalize(value);
    }
}

impl Block {
    /// A block with a description in markdown.
    #[must_use]
    pub fn new(description: impl Into<Cow<'static, str>>) -> Self {
        Self { description: description.into(), ..Self::default() }
    }

    #[must_use]
    pub fn attributes(mut self, attributes: impl IntoIterator<Item = Attribute>) -> Self {
        self.attributes.extend(attributes);
        self
    }

    #[must_use]
    pub fn blocks(mut self, blocks: impl IntoIterator<Item = NestedBlock>) -> Self {
        self.blocks.extend(blocks);
        self
    }

    #[must_use]
    pub fn deprecated(mut self, message: impl Into<Cow<'static, str>>) -> Self {
        self.deprecated = Some(message.into());
        self
    }

    /// The attribute with the given name; nested blocks are not searched.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    #[must_use]
    pub fn nested_block(&self, name: &str) -> Option<&NestedBlock> {
        self.blocks.iter().find(|block| block.name == name)
    }

    #[must_use]
    pub fn value_type(&self) -> Type {
        let attributes = self.attributes.iter().map(|attribute| (attribute.name.clone(), attribute.value_type()));
        let blocks = self.blocks.iter().map(|block| (block.name.clone(), block.value_type()));
        Type::object(attributes.chain(blocks))
    }

    fn normalize(&self, value: &mut Value) {
        let Value::Map(values) = value else { return };
        normalize_attributes(&self.attributes, values);
        for block in &self.blocks {
            let value = values.entry(block.name.clone().into_owned()).or_default();
            if value.is_null() {
                *value = block.absent_value();
            }
            block.nesting.for_each_object(value, &mut |object| block.block.normalize(object));
        }
    }
}

fn normalize_attributes(attributes: &[Attribute], values: &mut BTreeMap<String, Value>) {
    for attribute in attributes {
        let Some(value) = values.get_mut(&*attribute.name) else { continue };
        if attribute.write_only {
            *value = Value::Null;
        } else if let AttributeKind::Nested(nesting, inner) = &attribute.kind {
            nesting.for_each_object(value, &mut |object| {
                if let Value::Map(values) = object {
                    normalize_attributes(inner, values);
                }
            });
        }
    }
}

impl Attribute {
    #[must_use]
    pub fn string(name: impl Into<Cow<'static, str>>) -> Self {
        Self::plain(name, Type::String)
    }

    /// An optional text that is one of an enumeration's names. Its description is `what`, the names with what they do,
    /// and the default.
    #[must_use]
    pub fn choice<E: ApiEnum>(name: impl Into<Cow<'static, str>>, what: &str) -> Self {
        let default = E::DEFAULT.map_or_else(String::new, |default| format!(" Default: `{}`.", default.api_name()));
        let description = format!("{what}{}.{default}", explained::<E>());
        let choice = Self::string(name).optional().one_of_names::<E>().description(description);
        Self { unless_set: E::DEFAULT.map(|default| default.api_name().into()), ..choice }
    }

    #[must_use]
    pub fn number(name: impl Into<Cow<'static, str>>) -> Self {
        Self::plain(name, Type::Number)
    }

    /// A text that is a number, of an argument for which the real provider has a text. Any other text is refused before
    /// the provider is asked.
    #[must_use]
    pub fn number_text(name: impl Into<Cow<'static, str>>) -> Self {
        Self { is_number: true, ..Self::plain(name, Type::String) }
    }

    #[must_use]
    pub fn bool(name: impl Into<Cow<'static, str>>) -> Self {
        Self::plain(name, Type::Bool)
    }

    #[must_use]
    pub fn dynamic(name: impl Into<Cow<'static, str>>) -> Self {
        Self::plain(name, Type::Dynamic)
    }

    #[must_use]
    pub fn list(name: impl Into<Cow<'static, str>>, element: Type) -> Self {
        Self::plain(name, Type::list(element))
    }

    /// The CLI compares sets of objects in quadratic time: use a list for more than a few elements.
    #[must_use]
    pub fn set(name: impl Into<Cow<'static, str>>, element: Type) -> Self {
        Self::plain(name, Type::set(element))
    }

    #[must_use]
    pub fn map(name: impl Into<Cow<'static, str>>, element: Type) -> Self {
        Self::plain(name, Type::map(element))
    }

    #[must_use]
    pub fn plain(name: impl Into<Cow<'static, str>>, value_type: Type) -> Self {
        Self::new(name, AttributeKind::Plain(value_type))
    }

    #[must_use]
    pub fn nested(name: impl Into<Cow<'static, str>>, attributes: impl IntoIterator<Item = Self>) -> Self {
        Self::new(name, AttributeKind::Nested(Nesting::Single, attributes.into_iter().collect()))
    }

    #[must_use]
    pub fn nested_list(name: impl Into<Cow<'static, str>>, attributes: impl IntoIterator<Item = Self>) -> Self {
        Self::new(name, AttributeKind::Nested(Nesting::List, attributes.into_iter().collect()))
    }

    #[must_use]
    pub fn nested_set(name: impl Into<Cow<'static, str>>, attributes: impl IntoIterator<Item = Self>) -> Self {
        Self::new(name, AttributeKind::Nested(Nesting::Set, attributes.into_iter().collect()))
    }

    #[must_use]
    pub fn nested_map(name: impl Into<Cow<'static, str>>, attributes: impl IntoIterator<Item = Self>) -> Self {
        Self::new(name, AttributeKind::Nested(Nesting::Map, attributes.into_iter().collect()))
    }

    fn new(name: impl Into<Cow<'static, str>>, kind: AttributeKind) -> Self {
        Self {
            name: name.into(),
            kind,
            mode: Mode::Required,
            description: Cow::Borrowed(""),
            names: Vec::new(),
            is_number: false,
            zero_counts: false,
            sensitive: false,
            write_only: false,
            deprecated: None,
            default: None,
            requires_replace: false,
            use_state_for_unknown: false,
            unless_set: None,
            follows: Follows::Nothing,
            derived: None,
        }
    }

    /// Requires the attribute. This is the default.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.mode = Mode::Required;
        self
    }

    /// Makes the attribute optional. Together with [`Self::computed`], the provider chooses a value that is not configured.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.mode = match self.mode {
            Mode::Required | Mode::Optional => Mode::Optional,
            Mode::Computed | Mode::OptionalComputed => Mode::OptionalComputed,
        };
        self
    }

    #[must_use]
    pub fn computed(mut self) -> Self {
        self.mode = match self.mode {
            Mode::Required | Mode::Computed => Mode::Computed,
            Mode::Optional | Mode::OptionalComputed => Mode::OptionalComputed,
        };
        self
    }

    #[must_use]
    pub fn description(mut self, description: impl Into<Cow<'static, str>>) -> Self {
        self.description = description.into();
        self
    }

    /// Any other text is refused before the provider is asked; an empty one counts as absent.
    #[must_use]
    pub fn one_of(mut self, names: impl IntoIterator<Item = &'static str>) -> Self {
        self.names = names.into_iter().collect();
        self
    }

    /// Like [`Self::one_of`], with the names of an enumeration.
    #[must_use]
    pub fn one_of_names<E: ApiEnum>(self) -> Self {
        self.one_of(E::NAMES.iter().copied())
    }

    #[must_use]
    pub fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }

    /// The value is in the configuration only, never in a plan or state.
    #[must_use]
    pub fn write_only(mut self) -> Self {
        self.write_only = true;
        self
    }

    #[must_use]
    pub fn deprecated(mut self, message: impl Into<Cow<'static, str>>) -> Self {
        self.deprecated = Some(message.into());
        self
    }

    /// Plans this value if the attribute is not configured. The attribute becomes optional and computed, as the CLI requires.
    #[must_use]
    pub fn default(mut self, value: impl Into<Value>) -> Self {
        self.default = Some(value.into());
        self.mode = Mode::OptionalComputed;
        self
    }

    /// A change of the attribute replaces the resource. An update therefore keeps the prior value if none is configured.
    #[must_use]
    pub fn requires_replace(mut self) -> Self {
        self.requires_replace = true;
        self
    }

    /// An update keeps the prior value instead of planning an unknown one.
    #[must_use]
    pub fn use_state_for_unknown(mut self) -> Self {
        self.use_state_for_unknown = true;
        self
    }

    /// 0 is a value, which bounds may refuse, although the argument is optional and has no default.
    #[must_use]
    pub fn zero_counts(mut self) -> Self {
        self.zero_counts = true;
        self
    }

    /// Names what the service takes if the configuration does not set the attribute; see [`Self::unless_set`].
    #[must_use]
    pub fn unless_set(mut self, value: impl Into<Value>) -> Self {
        self.unless_set = Some(value.into());
        self
    }

    /// Declares that the service always derives the value from the rest of the request.
    #[must_use]
    pub fn follows_all(mut self) -> Self {
        self.follows = Follows::Everything;
        self
    }

    /// Declares that a value which contains the object's id, without its prefix, is the service's choice.
    #[must_use]
    pub fn follows_id(mut self) -> Self {
        self.follows = Follows::Id;
        self
    }

    /// Declares that the value follows from each of these arguments or blocks, if it is set.
    #[must_use]
    pub fn follows(mut self, names: impl IntoIterator<Item = &'static str>) -> Self {
        self.follows = Follows::AnyOf(names.into_iter().collect());
        self
    }

    /// Sets how the provider derives the value from the rest of the state where the configuration sets no value; see
    /// [`Self::derived`].
    #[must_use]
    pub fn derived(mut self, derive: fn(&Value) -> Value) -> Self {
        self.derived = Some(derive);
        self
    }

    /// The value of the attribute where the configuration sets none, if it is always the same.
    #[must_use]
    pub fn usual_value(&self) -> Option<&Value> {
        self.default.as_ref().or(self.unless_set.as_ref())
    }

    #[must_use]
    pub fn is_computed(&self) -> bool {
        matches!(self.mode, Mode::Computed | Mode::OptionalComputed)
    }

    #[must_use]
    pub fn value_type(&self) -> Type {
        match &self.kind {
            AttributeKind::Plain(value_type) => value_type.clone(),
            AttributeKind::Nested(nesting, attributes) => {
                let object = attributes.iter().map(|attribute| (attribute.name.clone(), attribute.value_type()));
                nesting.wrap(Type::object(object))
            }
        }
    }
}

impl NestedBlock {
    /// At most one block.
    #[must_use]
    pub fn single(name: impl Into<Cow<'static, str>>, block: Block) -> Self {
        Self::new(name, Nesting::Single, block)
    }

    #[must_use]
    pub fn list(name: impl Into<Cow<'static, str>>, block: Block) -> Self {
        Self::new(name, Nesting::List, block)
    }

    #[must_use]
    pub fn set(name: impl Into<Cow<'static, str>>, block: Block) -> Self {
        Self::new(name, Nesting::Set, block)
    }

    #[must_use]
    pub fn map(name: impl Into<Cow<'static, str>>, block: Block) -> Self {
        Self::new(name, Nesting::Map, block)
    }

    fn new(name: impl Into<Cow<'static, str>>, nesting: Nesting, block: Block) -> Self {
        Self { name: name.into(), nesting, block, min_items: 0, max_items: 0, requires_replace: false }
    }

    /// The least number of blocks. Only for lists and sets; 1 for a required single block.
    #[must_use]
    pub fn min_items(mut self, items: i64) -> Self {
        self.min_items = items;
        self
    }

    /// The largest number of blocks. Only for lists and sets.
    #[must_use]
    pub fn max_items(mut self, items: i64) -> Self {
        self.max_items = items;
        self
    }

    /// A change inside this block replaces the resource.
    #[must_use]
    pub fn requires_replace(mut self) -> Self {
        self.requires_replace = true;
        self
    }

    #[must_use]
    pub fn value_type(&self) -> Type {
        self.nesting.wrap(self.block.value_type())
    }

    /// The value if there is no such block: null for a single block, otherwise an empty collection.
    fn absent_value(&self) -> Value {
        match self.nesting {
            Nesting::Single => Value::Null,
            Nesting::Group => Value::object(self.block.value_type().attribute_names().map(|name| (name, Value::Null))),
            Nesting::List | Nesting::Set => Value::List(Vec::new()),
            Nesting::Map => Value::Map(BTreeMap::new()),
        }
    }
}

impl Nesting {
    fn wrap(self, object: Type) -> Type {
        match self {
            Self::Single | Self::Group => object,
            Self::List => Type::list(object),
            Self::Set => Type::set(object),
            Self::Map => Type::map(object),
        }
    }

    /// Visits every object of an attribute or block with this nesting.
    fn for_each_object(self, value: &mut Value, visit: &mut dyn FnMut(&mut Value)) {
        match (self, value) {
            (Self::Single | Self::Group, value) => visit(value),
            (Self::List | Self::Set, Value::List(elements)) => elements.iter_mut().for_each(visit),
            (Self::Map, Value::Map(elements)) => elements.values_mut().for_each(visit),
            _ => {}
        }
    }
}

impl IdentitySchema {
    /// An identity schema of version 0.
    #[must_use]
    pub fn new(attributes: impl IntoIterator<Item = IdentityAttribute>) -> Self {
        Self { version: 0, attributes: attributes.into_iter().collect() }
    }

    /// Sets the version. `OpenTofu` reads a stored identity without a new attribute only if the version is another.
    #[must_use]
    pub fn version(mut self, version: i64) -> Self {
        self.version = version;
        self
    }

    #[must_use]
    pub fn value_type(&self) -> Type {
        Type::object(self.attributes.iter().map(|attribute| (attribute.name, attribute.value_type.clone())))
    }
}

impl IdentityAttribute {
    /// A string that an import by identity requires.
    #[must_use]
    pub fn string(name: &'static str, description: impl Into<Cow<'static, str>>) -> Self {
        Self { name, value_type: Type::String, required_for_import: true, description: description.into() }
    }

    /// Makes the attribute optional in an import by identity.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.required_for_import = false;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema() -> Schema {
        Schema::new("A fleet.")
            .attributes([
                Attribute::string("id").computed().use_state_for_unknown(),
                Attribute::string("secret").optional().write_only(),
                Attribute::nested_list("users", [Attribute::string("password").optional().write_only()]).optional(),
            ])
            .blocks([
                NestedBlock::list("image", Block::new("").attributes([Attribute::string("image_id")])).min_items(1),
                NestedBlock::single("spot", Block::new("").blocks([NestedBlock::set("pool", Block::new(""))])),
            ])
    }

    #[test]
    fn the_type_follows_the_nesting() {
        let json = schema().value_type().to_json().to_string();
        assert_eq!(
            json,
            concat!(
                r#"["object",{"id":"string","image":["list",["object",{"image_id":"string"}]],"secret":"string","#,
                r#""spot":["object",{"pool":["set",["object",{}]]}],"users":["list",["object",{"password":"string"}]]}]"#,
            )
        );
    }

    #[test]
    fn modes_add_up() {
        assert_eq!(Attribute::string("a").mode, Mode::Required);
        assert_eq!(Attribute::string("a").optional().computed().mode, Mode::OptionalComputed);
        assert_eq!(Attribute::string("a").computed().optional().mode, Mode::OptionalComputed);
        assert_eq!(Attribute::string("a").computed().mode, Mode::Computed);
        assert_eq!(Attribute::string("a").default("x").mode, Mode::OptionalComputed);
    }

    #[test]
    fn normalized_values_have_no_secrets_and_no_null_lists_of_blocks() {
        let mut value = Value::object([
            ("secret", Value::from("s")),
            ("users", Value::list([Value::object([("password", "p")])])),
            ("spot", Value::object([("x", Value::Null)])),
        ]);
        schema().normalize(&mut value);
        assert_eq!(value.get("secret"), &Value::Null);
        assert_eq!(value.get("users").element(0).get("password"), &Value::Null);
        assert_eq!(value.get("image"), &Value::List(vec![]));
        assert_eq!(value.get("spot").get("pool"), &Value::List(vec![]));

        let mut nothing = Value::Null;
        schema().normalize(&mut nothing);
        assert_eq!(nothing, Value::Null);
    }
}
