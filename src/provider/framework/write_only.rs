//! Write-only arguments: the configuration has their values, and no plan or state does.

use super::check::{is_absent, is_set};
use crate::tf::{Block, Diagnostics, Path, Value};

/// A planned object with the write-only values of its configuration.
pub(crate) fn with_write_only(block: &Block, planned: &Value, config: &Value) -> Value {
    let Some(members) = planned.as_map() else { return planned.clone() };
    let mut complete = planned.clone();
    for attribute in block.attributes.iter().filter(|attribute| attribute.write_only) {
        complete.set(&*attribute.name, config.get(&attribute.name).clone());
    }
    for nested in &block.blocks {
        if let Some(Value::List(elements)) = members.get(&*nested.name) {
            let elements = elements.iter().enumerate().map(|(index, element)| {
                with_write_only(&nested.block, element, config.get(&nested.name).element(index))
            });
            complete.set(&*nested.name, Value::list(elements));
        }
    }
    complete
}

/// Warns of a write-only value without the version by which alone a change of it is noticed.
pub(crate) fn version(config: &Value, at: &Path, name: &str, version: &str, diagnostics: &mut Diagnostics) {
    if is_set(config, name) && is_absent(config, version) {
        diagnostics.warning_at(
            at.clone().attribute(name),
            "Write-Only Value Without Version",
            format!(
                "{name} is in no state, so a change of it alone is not noticed. Set {version} = 1, and raise it with every \
                 change."
            ),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tf::{Attribute, NestedBlock};

    #[test]
    fn values_of_blocks_go_to_the_block_in_the_same_place() {
        let attributes = || [Attribute::string("name").optional(), Attribute::string("secret").optional().write_only()];
        let block = Block::new("")
            .attributes(attributes())
            .blocks([NestedBlock::list("disk", Block::new("").attributes(attributes()))]);
        let object = |name: &str, secret: Value| Value::object([("name", Value::from(name)), ("secret", secret)]);
        let whole = |secrets: [Value; 3]| {
            let [own, first, second] = secrets;
            let mut whole = object("a", own);
            whole.set("disk", Value::list([object("b", first), object("c", second)]));
            whole
        };
        let planned = whole([Value::Null, Value::Null, Value::Null]);
        let config = whole(["x".into(), Value::Null, "z".into()]);
        assert_eq!(with_write_only(&block, &planned, &config), config);
        assert_eq!(with_write_only(&block, &Value::Null, &config), Value::Null);
    }
}
