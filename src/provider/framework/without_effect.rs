//! Arguments that are checked and stored, and that the simulation does not depend on.

use crate::tf::Attribute;

/// What the description of such an argument says.
pub(crate) const WITHOUT_EFFECT: &str = "Without effect in the simulation.";

/// The attribute, whose description then says that it has no effect.
pub(crate) fn without_effect(attribute: Attribute) -> Attribute {
    let described = format!("{} {WITHOUT_EFFECT}", attribute.description);
    attribute.description(described.trim_start().to_owned())
}
