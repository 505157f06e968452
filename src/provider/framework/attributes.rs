//! Attributes that several resources and data sources have.

use crate::catalogue::DiskCategory;
use crate::tf::Attribute;

/// What a performance level is for, before its names.
pub(crate) const PERFORMANCE_LEVEL: &str = "Performance level, for `cloud_essd`: ";

/// An optional disk category, of a system disk if `system` is set.
pub(crate) fn disk_category(name: &'static str, system: bool) -> Attribute {
    Attribute::string(name).optional().one_of(DiskCategory::fit_for(system).map(DiskCategory::name))
}
