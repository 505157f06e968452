//! What would let a refused call succeed, as facts.

use super::member::Member;
use crate::market::Limit;

/// What a caller can do about a refusal whose message does not say it. The provider and the commands word it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Advice {
    /// The last configuration of a scaling group goes with the group, or after another one took its place.
    DeleteConfigurationWithGroup,
    /// Instances are in the way that may have outlived their group; a group can be deleted together with them.
    DeleteGroupWithInstances,
    /// This member protects against deletion.
    DisableDeletionProtection(Member),
    /// The default instance type is not sold; these regions sell it.
    NameInstanceType { sold_in: Vec<&'static str> },
    /// Ask for less, or raise the limit.
    RaiseLimit(Limit),
    /// Release the instances first, those of a group with it.
    ReleaseInstances,
    /// Give the account the product code of the image.
    SubscribeToProductCode,
}
