//! Validates a configuration against its schema: required, deprecated and write-only arguments.

use super::diagnostic::Diagnostics;
use super::meaning;
use super::path::{Path, Step};
use super::schema::{Attribute, AttributeKind, Block, Mode, Nesting, Schema};
use super::types::Type;
use super::value::Value;
use crate::base::UnknownName;

/// Reports required arguments that are null, texts that are none of an attribute's names or no number, deprecated arguments and blocks
/// that are set, and write-only arguments if the client does not support them.
///
/// The CLI accepts null for a required argument if the null comes from a variable; without this check the error would
/// come from the apply, after the replaced object has been destroyed. The CLI shows no warning for the schema's own
/// deprecation flag, and an old CLI would store a write-only value.
///
/// Elements of sets have no path, so their diagnostics have the path of the set.
pub fn validate_config(schema: &Schema, config: &Value, write_only_allowed: bool, diagnostics: &mut Diagnostics) {
    if let Some(message) = &schema.block.deprecated
        && config.is_known()
    {
        diagnostics.warning("Deprecated", message.clone());
    }
    Validator { write_only_allowed, diagnostics }.block(&schema.block, config, &Path::default());
}

struct Validator<'a> {
    write_only_allowed: bool,
    diagnostics: &'a mut Diagnostics,
}

impl Validator<'_> {
    fn block(&mut self, block: &Block, config: &Value, path: &Path) {
        self.attributes(&block.attributes, config, path);
        for nested in &block.blocks {
            let value = config.get(&nested.name);
            let path = path.clone().attribute(&*nested.name);
            let objects = objects(nested.nesting, value);
            if let Some(message) = &nested.block.deprecated
                && !objects.is_empty()
            {
                self.diagnostics.warning_at(path.clone(), "Deprecated Block", message.clone());
            }
            for (step, object) in objects {
                self.block(&nested.block, object, &path.clone().join(Path::from(Vec::from_iter(step))));
            }
        }
    }

    fn report_missing(&mut self, path: Path, name: &str) {
        let detail =
            format!("{name} is required, but its value is null. Give it a value; a variable may need a default.");
        self.diagnostics.error_at(path, "Missing Required Argument", detail);
    }

    /// Refuses texts that are none of an attribute's names, if it has some.
    fn names(&mut self, attribute: &Attribute, value: &Value, path: &Path) {
        if attribute.names.is_empty() {
            return;
        }
        let is_list = matches!(attribute.kind, AttributeKind::Plain(Type::List(_)));
        let elements = value.as_list().unwrap_or_default().iter().enumerate();
        let elements = elements.map(|(index, element)| (is_list.then(|| Step::index(index)), element));
        for (step, text) in elements.chain([(None, value)]) {
            if let Some(given) = text.as_str().filter(|given| !given.is_empty() && !attribute.names.contains(given)) {
                let detail = format!("{} is {}", attribute.name, UnknownName::new(given, &attribute.names));
                let path = path.clone().join(Path::from(Vec::from_iter(step)));
                self.diagnostics.error_at(path, "Invalid Attribute Value", detail);
            }
        }
    }

    /// Refuses a text that is no number, where the argument is one.
    fn number(&mut self, attribute: &Attribute, value: &Value, path: &Path) {
        if !attribute.is_number {
            return;
        }
        if let Value::String(text) = meaning::of_argument(attribute, value) {
            let detail = format!("{} is {text:?}, but it must be a number.", attribute.name);
            self.diagnostics.error_at(path.clone(), "Invalid Attribute Value", detail);
        }
    }

    fn attributes(&mut self, attributes: &[Attribute], config: &Value, path: &Path) {
        for attribute in attributes {
            let value = config.get(&attribute.name);
            if value.is_null() {
                if attribute.mode == Mode::Required {
                    self.report_missing(path.clone().attribute(&*attribute.name), &attribute.name);
                }
                continue;
            }
            let path = path.clone().attribute(&*attribute.name);
            if let Some(message) = &attribute.deprecated {
                self.diagnostics.warning_at(path.clone(), "Deprecated Argument", message.clone());
            }
            if attribute.write_only && !self.write_only_allowed {
                let detail = format!(
                    "`{path}` is write-only, which this release of the CLI does not support: it would store the value. \
                     Use Terraform 1.11, OpenTofu 1.11 or later, or remove the argument"
                );
                self.diagnostics.error_at(path.clone(), "Write-Only Argument Not Supported", detail);
            }
            self.names(attribute, value, &path);
            self.number(attribute, value, &path);
            if !matches!(attribute.kind, AttributeKind::Nested(..)) && has_nul(value) {
                let detail =
                    format!("{} has a NUL character (\\u0000), which no world can keep. Remove it.", attribute.name);
                self.diagnostics.error_at(path.clone(), "Invalid Character", detail);
            }
            if let AttributeKind::Nested(nesting, inner) = &attribute.kind {
                for (step, object) in objects(*nesting, value) {
                    self.attributes(inner, object, &path.clone().join(Path::from(Vec::from_iter(step))));
                }
            }
        }
    }
}

/// Whether a text in the value, or the key of one, has a NUL: SQLite keeps it, PostgreSQL does not.
fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::List(elements) => elements.iter().any(has_nul),
        Value::Map(members) => members.iter().any(|(key, member)| key.contains('\0') || has_nul(member)),
        Value::Typed(_, value) => has_nul(value),
        _ => false,
    }
}

/// The known objects of a block or nested attribute, each with its path step.
fn objects(nesting: Nesting, value: &Value) -> Vec<(Option<Step>, &Value)> {
    match nesting {
        Nesting::Single | Nesting::Group => value.as_map().map(|_| (None, value)).into_iter().collect(),
        Nesting::List => {
            let elements = value.as_list().unwrap_or_default().iter().enumerate();
            elements.map(|(index, element)| (Some(Step::index(index)), element)).collect()
        }
        Nesting::Set => value.as_list().unwrap_or_default().iter().map(|element| (None, element)).collect(),
        Nesting::Map => {
            let elements = value.as_map().into_iter().flatten();
            elements.map(|(key, element)| (Some(Step::Key(key.clone())), element)).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tf::schema::NestedBlock;

    /// A world in a file took it, and could not be copied to a server.
    #[test]
    fn a_nul_is_refused_where_it_stands() {
        let schema = Schema::new("")
            .attributes([Attribute::string("name").optional(), Attribute::map("tags", Type::String).optional()]);
        let config =
            Value::object([("name", Value::from("a\0b")), ("tags", Value::object([("team", Value::from("x\0"))]))]);
        let mut diagnostics = Diagnostics::new();
        validate_config(&schema, &config, true, &mut diagnostics);
        let paths: Vec<String> = diagnostics.iter().map(|diagnostic| diagnostic.path.to_string()).collect();
        assert_eq!(paths, ["name", "tags"]);
    }

    fn paths_and_summaries(config: &Value, write_only_allowed: bool) -> Vec<String> {
        let schema = Schema::new("")
            .attributes([
                Attribute::string("old").optional().deprecated("use `new`"),
                Attribute::string("secret").optional().write_only(),
            ])
            .blocks([
                NestedBlock::list(
                    "disk",
                    Block::new("").attributes([Attribute::string("kind").optional().deprecated("gone")]),
                ),
                NestedBlock::list("image", Block::new("").attributes([Attribute::string("id").required()])),
                NestedBlock::list("legacy", Block::new("").deprecated("use `disk`")),
            ]);
        let mut diagnostics = Diagnostics::new();
        validate_config(&schema, config, write_only_allowed, &mut diagnostics);
        diagnostics.iter().map(|diagnostic| format!("{}: {}", diagnostic.path, diagnostic.summary)).collect()
    }

    #[test]
    fn deprecated_arguments_that_are_set_are_reported() {
        let disks = Value::list([Value::object([("kind", Value::Null)]), Value::object([("kind", "x")])]);
        let config = Value::object([
            ("old", Value::Unknown),
            ("disk", disks),
            ("legacy", Value::list([Value::object([("a", 1)])])),
        ]);
        assert_eq!(
            paths_and_summaries(&config, true),
            ["old: Deprecated Argument", "disk[1].kind: Deprecated Argument", "legacy: Deprecated Block"]
        );
        assert!(
            paths_and_summaries(&Value::object([("old", Value::Null), ("legacy", Value::List(vec![]))]), true)
                .is_empty()
        );
    }

    #[test]
    fn a_required_argument_must_not_be_null() {
        let images = [Value::object([("id", "m-1")]), Value::object([("id", Value::Null)])];
        let images = Value::list(images.into_iter().chain([Value::object([("id", Value::Unknown)])]));
        assert_eq!(
            paths_and_summaries(&Value::object([("image", images)]), true),
            ["image[1].id: Missing Required Argument"]
        );
    }

    #[test]
    fn a_text_is_one_of_its_names_and_the_error_says_the_nearest() {
        let schema = Schema::new("").attributes([
            Attribute::string("side").optional().one_of(["left", "right"]),
            Attribute::list("sides", Type::String).optional().one_of(["left", "right"]),
            Attribute::set("any_order", Type::String).optional().one_of(["left", "right"]),
        ]);
        let found = |config: Value| -> Vec<(String, String)> {
            let mut diagnostics = Diagnostics::new();
            validate_config(&schema, &config, true, &mut diagnostics);
            diagnostics.iter().map(|found| (found.path.to_string(), found.detail.clone())).collect()
        };
        let detail = |name: &str| {
            format!("{name} is \"lfet\", which is not one of \"left\" and \"right\". Did you mean \"left\"?")
        };
        assert_eq!(found(Value::object([("side", "lfet")])), [("side".to_owned(), detail("side"))]);
        let texts = || Value::list(["right", "", "lfet"]);
        assert_eq!(found(Value::object([("sides", texts())])), [("sides[2]".to_owned(), detail("sides"))]);
        assert_eq!(found(Value::object([("any_order", texts())])), [("any_order".to_owned(), detail("any_order"))]);
        assert!(found(Value::object([("side", Value::Unknown), ("sides", Value::list([Value::Unknown]))])).is_empty());
        assert!(found(Value::object([("side", "")])).is_empty());
    }

    #[test]
    fn write_only_values_need_a_client_that_supports_them() {
        let config = Value::object([("secret", "s")]);
        assert!(paths_and_summaries(&config, true).is_empty());
        assert_eq!(paths_and_summaries(&config, false), ["secret: Write-Only Argument Not Supported"]);
    }
}
