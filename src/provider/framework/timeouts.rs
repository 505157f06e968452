//! The block `timeouts`: accepted and checked, without effect, because operations of the simulation take no time.

use regex_lite::Regex;

use super::check::text;
use crate::tf::{Attribute, Block, Diagnostics, NestedBlock, Path, Value};

/// The block for a resource's operations that can have a timeout.
pub(crate) fn block(operations: &'static [&'static str]) -> NestedBlock {
    let time = |name: &&'static str| {
        Attribute::string(*name).optional().description("A duration such as `10m`. Without effect in the simulation.")
    };
    let block = Block::new("How long operations may take. Without effect in the simulation.");
    NestedBlock::single("timeouts", block.attributes(operations.iter().map(time)))
}

/// Every time in the block is a duration.
pub(crate) fn validate(config: &Value, diagnostics: &mut Diagnostics) {
    let Ok(duration) = Regex::new(r"^([0-9]+(\.[0-9]+)?(ns|us|ms|s|m|h))+$") else { return };
    let block = config.get("timeouts");
    for name in block.as_map().into_iter().flat_map(|times| times.keys()) {
        if let Some(given) = text(block, name).filter(|given| !duration.is_match(given)) {
            diagnostics.error_at(
                Path::root("timeouts").attribute(name),
                "Invalid Duration",
                format!("{name} is {given:?}, which is not a duration such as \"10m\" or \"1h30m\"."),
            );
        }
    }
}
