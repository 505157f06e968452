//! The instance's arguments for a data source that forecasts a launch.

use super::{request, schema, validation};
use crate::cloud::model::LaunchInstanceRequest;
use crate::tf::{Attribute, Block, Diagnostics, NestedBlock, Value};

/// Arguments on which a launch depends.
const ARGUMENTS: &[&str] = &[
    "availability_zone",
    "image_id",
    "instance_name",
    "instance_type",
    "key_name",
    "launch_template_id",
    "launch_template_name",
    "launch_template_version",
    "security_groups",
    "spot_price_limit",
    "spot_strategy",
    "system_disk_category",
    "system_disk_size",
    "vswitch_id",
];

/// The arguments in the schema of a data source: all are optional, and an absent one stays null.
pub(in crate::provider) fn arguments_of_a_data_source() -> (Vec<Attribute>, Vec<NestedBlock>) {
    let block = schema::schema().block;
    let chosen = |attributes: Vec<Attribute>, names: &'static [&'static str]| {
        attributes.into_iter().filter(|attribute| names.contains(&&*attribute.name)).map(plain).collect::<Vec<_>>()
    };
    let disks = block.blocks.into_iter().filter(|block| block.name == "data_disks").map(|disks| NestedBlock {
        block: Block { attributes: chosen(disks.block.attributes, &["category", "size"]), ..disks.block },
        ..disks
    });
    (chosen(block.attributes, ARGUMENTS), disks.collect())
}

/// A data source has no state from which a value could be kept, and replaces nothing.
fn plain(attribute: Attribute) -> Attribute {
    let mut plain = Attribute { default: None, requires_replace: false, use_state_for_unknown: false, ..attribute };
    if plain.mode == crate::tf::schema::Mode::OptionalComputed {
        plain.mode = crate::tf::schema::Mode::Optional;
    }
    plain
}

/// The checks that an instance makes of its configuration.
pub(in crate::provider) fn validate(config: &Value, diagnostics: &mut Diagnostics) {
    validation::validate(config, diagnostics);
}

/// The launch that the arguments ask for.
pub(in crate::provider) fn launch(config: &Value) -> LaunchInstanceRequest {
    request::launch(config, String::new())
}
