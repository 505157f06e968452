//! Data sources, one file per theme.

/// Stock, disks, zones and types.
mod available;
/// `simcloud_costs`.
mod costs;
/// Images by name, owner, date.
mod images;
/// Instances, and what they see at boot.
mod instances;
/// `simcloud_launch_forecast`.
mod launch_forecast;
/// What all of them share: files, an unknown provider block, mistakes.
mod shared;
/// `simcloud_spot_price_history`, `simcloud_caller_identity`.
mod small;
