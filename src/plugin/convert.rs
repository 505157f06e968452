//! Converts the types of `tf` into the protocol's messages.

use super::proto::tfplugin6 as proto;
use crate::tf::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::tf::path::{Path, Step};
use crate::tf::provider::{FunctionError, Parameter, Signature};
use crate::tf::schema::{Attribute, AttributeKind, Block, IdentitySchema, Mode, NestedBlock, Nesting, Schema};
use crate::tf::types::Type;

pub(crate) fn schema(schema: &Schema) -> proto::Schema {
    proto::Schema { version: schema.version, block: Some(block(&schema.block)) }
}

pub(super) fn action_schema(of: &Schema) -> proto::ActionSchema {
    proto::ActionSchema { schema: Some(schema(of)) }
}

/// Like [`schema`], with computed nested attributes as plain `list(object)`: no CLI can mock or override a nested
/// attribute of a data source in a test.
pub(super) fn data_source_schema(mut of: Schema) -> proto::Schema {
    for attribute in of.block.attributes.iter_mut().filter(|attribute| attribute.mode == Mode::Computed) {
        attribute.kind = AttributeKind::Plain(attribute.value_type());
    }
    schema(&of)
}

fn block(block: &Block) -> proto::schema::Block {
    proto::schema::Block {
        version: 0,
        attributes: block.attributes.iter().map(attribute).collect(),
        block_types: block.blocks.iter().map(nested_block).collect(),
        description: block.description.to_string(),
        description_kind: proto::StringKind::Markdown.into(),
        deprecated: block.deprecated.is_some(),
        deprecation_message: block.deprecated.as_deref().unwrap_or_default().to_owned(),
        computed: false,
    }
}

fn attribute(attribute: &Attribute) -> proto::schema::Attribute {
    let (value_type, nested_type) = match &attribute.kind {
        AttributeKind::Plain(value_type) => (type_json(value_type), None),
        AttributeKind::Nested(nesting, attributes) => (Vec::new(), Some(object(*nesting, attributes))),
    };
    proto::schema::Attribute {
        name: attribute.name.to_string(),
        r#type: value_type,
        nested_type,
        description: attribute.description.to_string(),
        required: attribute.mode == Mode::Required,
        optional: matches!(attribute.mode, Mode::Optional | Mode::OptionalComputed),
        computed: attribute.is_computed(),
        sensitive: attribute.sensitive,
        description_kind: proto::StringKind::Markdown.into(),
        deprecated: attribute.deprecated.is_some(),
        write_only: attribute.write_only,
        deprecation_message: attribute.deprecated.as_deref().unwrap_or_default().to_owned(),
    }
}

fn object(nesting: Nesting, attributes: &[Attribute]) -> proto::schema::Object {
    use proto::schema::object::NestingMode;

    let nesting = match nesting {
        // The CLIs know no group of attributes.
        Nesting::Single | Nesting::Group => NestingMode::Single,
        Nesting::List => NestingMode::List,
        Nesting::Set => NestingMode::Set,
        Nesting::Map => NestingMode::Map,
    };
    proto::schema::Object {
        attributes: attributes.iter().map(attribute).collect(),
        nesting: nesting.into(),
        ..proto::schema::Object::default()
    }
}

fn nested_block(nested: &NestedBlock) -> proto::schema::NestedBlock {
    use proto::schema::nested_block::NestingMode;

    let nesting = match nested.nesting {
        Nesting::Single => NestingMode::Single,
        Nesting::Group => NestingMode::Group,
        Nesting::List => NestingMode::List,
        Nesting::Set => NestingMode::Set,
        Nesting::Map => NestingMode::Map,
    };
    proto::schema::NestedBlock {
        type_name: nested.name.to_string(),
        block: Some(block(&nested.block)),
        nesting: nesting.into(),
        min_items: nested.min_items,
        max_items: nested.max_items,
    }
}

pub(super) fn identity_schema(schema: &IdentitySchema) -> proto::ResourceIdentitySchema {
    let attributes = schema.attributes.iter().map(|attribute| proto::resource_identity_schema::IdentityAttribute {
        name: attribute.name.to_owned(),
        r#type: type_json(&attribute.value_type),
        required_for_import: attribute.required_for_import,
        optional_for_import: !attribute.required_for_import,
        description: attribute.description.to_string(),
    });
    proto::ResourceIdentitySchema { version: schema.version, identity_attributes: attributes.collect() }
}

pub(super) fn function(signature: &Signature) -> proto::Function {
    proto::Function {
        parameters: signature.parameters.iter().map(parameter).collect(),
        variadic_parameter: None,
        r#return: Some(proto::function::Return { r#type: type_json(&signature.result) }),
        summary: signature.summary.to_owned(),
        description: signature.description.to_owned(),
        description_kind: proto::StringKind::Markdown.into(),
        deprecation_message: String::new(),
    }
}

fn parameter(parameter: &Parameter) -> proto::function::Parameter {
    proto::function::Parameter {
        name: parameter.name.to_owned(),
        r#type: type_json(&parameter.value_type),
        allow_null_value: false,
        allow_unknown_values: false,
        description: parameter.description.to_string(),
        description_kind: proto::StringKind::Markdown.into(),
    }
}

pub(super) fn function_error(error: FunctionError) -> proto::FunctionError {
    proto::FunctionError { text: error.text, function_argument: error.argument }
}

pub(super) fn diagnostics(diagnostics: Diagnostics) -> Vec<proto::Diagnostic> {
    diagnostics.into_iter().map(diagnostic).collect()
}

fn diagnostic(diagnostic: Diagnostic) -> proto::Diagnostic {
    let severity = match diagnostic.severity {
        Severity::Error => proto::diagnostic::Severity::Error,
        Severity::Warning => proto::diagnostic::Severity::Warning,
    };
    proto::Diagnostic {
        severity: severity.into(),
        summary: shorten(diagnostic.summary),
        detail: shorten(diagnostic.detail),
        attribute: (!diagnostic.path.is_empty()).then(|| path(&diagnostic.path)),
    }
}

/// A message in which words of more than 200 characters are cut after 100, and which ends after 20,000: what a
/// configuration says may be megabytes long.
fn shorten(message: String) -> String {
    const MAX_WORD: usize = 200;
    const KEPT_OF_WORD: usize = 100;
    const MAX_MESSAGE: usize = 20_000;
    if message.len() <= MAX_WORD {
        return message;
    }
    let first = |text: &str, count: usize| text.char_indices().nth(count).map_or(text.len(), |(at, _)| at);
    let cut = first(&message, MAX_MESSAGE);
    let mut shortened = String::with_capacity(cut);
    for word in message[..cut].split_inclusive(char::is_whitespace) {
        if first(word, MAX_WORD) == word.len() {
            shortened.push_str(word);
        } else {
            shortened.push_str(&word[..first(word, KEPT_OF_WORD)]);
            shortened.push('…');
            if let Some(space) = word.chars().next_back().filter(|last| last.is_whitespace()) {
                shortened.push(space);
            }
        }
    }
    if cut < message.len() {
        shortened.push('…');
    }
    shortened
}

/// A key that is longer is no name that a person looks for; the path ends at its map.
const MAX_KEY_BYTES: usize = 1_024;

pub(super) fn path(path: &Path) -> proto::AttributePath {
    use proto::attribute_path::step::Selector;

    let is_short = |step: &&Step| !matches!(step, Step::Key(key) if key.len() > MAX_KEY_BYTES);
    let selectors = path.steps().iter().take_while(is_short).map(|step| match step {
        Step::Attribute(name) => Selector::AttributeName(name.clone()),
        Step::Index(index) => Selector::ElementKeyInt(*index),
        Step::Key(key) => Selector::ElementKeyString(key.clone()),
    });
    let steps = selectors.map(|selector| proto::attribute_path::Step { selector: Some(selector) });
    proto::AttributePath { steps: steps.collect() }
}

fn type_json(value_type: &Type) -> Vec<u8> {
    value_type.to_json().to_string().into_bytes()
}
