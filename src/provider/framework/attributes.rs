//! Attributes that several resources and data sources have.

use crate::base::limits;
use crate::catalogue::DiskCategory;
use crate::tf::{Attribute, Type};

/// What a performance level is for, before its names.
pub(crate) const PERFORMANCE_LEVEL: &str = "Performance level, for `cloud_essd`: ";

/// An optional disk category, of a system disk if `system` is set.
pub(crate) fn disk_category(name: &'static str, system: bool) -> Attribute {
    Attribute::string(name).optional().one_of(DiskCategory::fit_for(system).map(DiskCategory::name))
}

/// The optional map `tags`; `owner` says whose tags they are.
pub(crate) fn tags(owner: &str) -> Attribute {
    let most = limits::MAX_TAGS;
    Attribute::map("tags", Type::String).optional().description(format!("Tags of {owner}, at most {most}."))
}

/// The client token of a call that makes something; `effect` says what it makes idempotent.
pub(crate) fn client_token(effect: &str) -> Attribute {
    Attribute::string("client_token").optional().computed().requires_replace().follows_all().description(format!(
        "Makes {effect} idempotent: at most {} ASCII characters. Derived from the request if absent.",
        limits::MAX_CLIENT_TOKEN_LENGTH
    ))
}

/// The optional argument `description` of a network object.
pub(crate) fn description() -> Attribute {
    let most = limits::DESCRIPTION_LENGTH.end();
    Attribute::string("description").optional().description(format!("A description of at most {most} characters."))
}
