//! What to write instead of an argument that no command has.

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};

/// Adds how a world is named where a `world` command has an argument too many: `world show world.db`.
pub(super) fn advise(error: &mut Error) {
    if error.kind() != ErrorKind::UnknownArgument {
        return;
    }
    let of_a_world = matches!(
        error.get(ContextKind::Usage), Some(ContextValue::StyledStr(usage)) if usage.to_string().contains(" world ")
    );
    let Some(ContextValue::String(given)) = error.get(ContextKind::InvalidArg) else { return };
    if of_a_world && !given.starts_with('-') {
        let tip = format!("to use the world '{given}', write '--world {given}'");
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    }
}
