//! What a schema alone says about a configuration: what is missing, what is deprecated, what the client does not
//! understand.

use super::diagnostic::Diagnostics;
use super::path::{Path, Step};
use super::schema::{Attribute, AttributeKind, Block, Mode, Nesting, Schema};
use super::value::Value;

/// Refuses null for what is required, which the CLI takes for a value when a variable holds it: otherwise it would be
/// found only by the apply, when what is to be replaced is gone. Warns of deprecated arguments and blocks that are in
/// use (the CLI prints nothing for the schema's own flag) and, where the client does not know write-only values, refuses
/// them: it would store them.
///
/// Elements of sets have no address; what is said about them is said at the set.
pub fn check(schema: &Schema, config: &Value, write_only_allowed: bool, diagnostics: &mut Diagnostics) {
    if let Some(message) = &schema.block.deprecated
        && config.is_known()
    {
        diagnostics.warning("Deprecated", message.clone());
    }
    Check { write_only_allowed, diagnostics }.block(&schema.block, config, &Path::default());
}

struct Check<'a> {
    write_only_allowed: bool,
    diagnostics: &'a mut Diagnostics,
}

impl Check<'_> {
    fn block(&mut self, block: &Block, config: &Value, path: &Path) {
        self.attributes(&block.attributes, config, path);
        for nested in &block.blocks {
            let value = config.get(nested.name);
            let path = path.clone().attribute(nested.name);
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

    fn missing(&mut self, path: Path, name: &str) {
        let detail =
            format!("{name} is required, but its value is null. Give it a value; a variable may need a default.");
        self.diagnostics.error_at(path, "Missing Required Argument", detail);
    }

    fn attributes(&mut self, attributes: &[Attribute], config: &Value, path: &Path) {
        for attribute in attributes {
            let value = config.get(attribute.name);
            if value.is_null() {
                if attribute.mode == Mode::Required {
                    self.missing(path.clone().attribute(attribute.name), attribute.name);
                }
                continue;
            }
            let path = path.clone().attribute(attribute.name);
            if let Some(message) = &attribute.deprecated {
                self.diagnostics.warning_at(path.clone(), "Deprecated Argument", message.clone());
            }
            if attribute.write_only && !self.write_only_allowed {
                let detail = format!(
                    "`{path}` is write-only, which this release of the CLI does not know: it would store the value. \
                     Use Terraform 1.11, OpenTofu 1.11 or later, or leave the argument out"
                );
                self.diagnostics.error_at(path.clone(), "Write-Only Argument Not Supported", detail);
            }
            if let AttributeKind::Nested(nesting, inner) = &attribute.kind {
                for (step, object) in objects(*nesting, value) {
                    self.attributes(inner, object, &path.clone().join(Path::from(Vec::from_iter(step))));
                }
            }
        }
    }
}

/// The known objects under a block or nested attribute, each with the step that leads to it.
fn objects(nesting: Nesting, value: &Value) -> Vec<(Option<Step>, &Value)> {
    match nesting {
        Nesting::Single => value.as_map().map(|_| (None, value)).into_iter().collect(),
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

    fn found(config: &Value, write_only_allowed: bool) -> Vec<String> {
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
        check(&schema, config, write_only_allowed, &mut diagnostics);
        diagnostics.iter().map(|diagnostic| format!("{}: {}", diagnostic.path, diagnostic.summary)).collect()
    }

    #[test]
    fn deprecated_arguments_in_use_are_named() {
        let disks = Value::list([Value::object([("kind", Value::Null)]), Value::object([("kind", "x")])]);
        let config = Value::object([
            ("old", Value::Unknown),
            ("disk", disks),
            ("legacy", Value::list([Value::object([("a", 1)])])),
        ]);
        assert_eq!(
            found(&config, true),
            ["old: Deprecated Argument", "disk[1].kind: Deprecated Argument", "legacy: Deprecated Block"]
        );
        assert!(found(&Value::object([("old", Value::Null), ("legacy", Value::List(vec![]))]), true).is_empty());
    }

    #[test]
    fn null_is_no_value_for_what_is_required() {
        let images = [Value::object([("id", "m-1")]), Value::object([("id", Value::Null)])];
        let images = Value::list(images.into_iter().chain([Value::object([("id", Value::Unknown)])]));
        assert_eq!(found(&Value::object([("image", images)]), true), ["image[1].id: Missing Required Argument"]);
    }

    #[test]
    fn write_only_values_need_a_client_that_knows_them() {
        let config = Value::object([("secret", "s")]);
        assert!(found(&config, true).is_empty());
        assert_eq!(found(&config, false), ["secret: Write-Only Argument Not Supported"]);
    }
}
