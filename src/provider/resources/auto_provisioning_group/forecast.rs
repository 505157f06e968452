//! The group's arguments for a data source that forecasts a creation.

use super::{planning, request, resolve_image_family, schema, validation};
use crate::cloud::model::{AutoProvisioningGroup, CreateAutoProvisioningGroupRequest};
use crate::provider::block::Configured;
use crate::provider::framework::plan_json::decode_planned;
use crate::provider::framework::{data_source, unused_scenario};
use crate::tf::schema::Mode;
use crate::tf::{Attribute, Block, Diagnostics, NestedBlock, Value};

/// The group's arguments in the schema of a data source: none requires a replacement, and an absent one stays null.
pub(in crate::provider) fn arguments_of_a_data_source() -> (Vec<Attribute>, Vec<NestedBlock>) {
    let block = schema::schema().block;
    let arguments = block.attributes.into_iter().filter(|attribute| attribute.mode != Mode::Computed);
    let optional = |attribute: Attribute| Attribute {
        mode: if attribute.mode == Mode::Required { Mode::Required } else { Mode::Optional },
        default: None,
        requires_replace: false,
        use_state_for_unknown: false,
        ..attribute
    };
    let blocks = block.blocks.into_iter().map(|block| NestedBlock {
        requires_replace: false,
        block: Block { attributes: block.block.attributes.into_iter().filter(is_readable).collect(), ..block.block },
        ..block
    });
    (arguments.map(optional).collect(), blocks.collect())
}

/// A data source has no plan and no state from which a value could be kept.
fn is_readable(attribute: &Attribute) -> bool {
    !attribute.write_only && attribute.name != "password_wo_version"
}

/// The checks that a group makes of its configuration.
pub(in crate::provider) fn validate(config: &Value, diagnostics: &mut Diagnostics) {
    validation::validate(config, diagnostics);
}

/// The group that a creation would make now. Below the minimum it has no instances and has an error code.
pub(in crate::provider) async fn forecast(
    config: &Value,
    configured: &Configured,
    diagnostics: &mut Diagnostics,
) -> Option<AutoProvisioningGroup> {
    let creation = creation(config, configured, diagnostics)?;
    unused_scenario::warn(configured, diagnostics).await;
    let group = configured.cloud.forecast_create_auto_provisioning_group(creation, true).await;
    data_source::reply("forecast the launch", configured, group, diagnostics)
}

/// The request of a group as a plan shows it in JSON; what is known only after apply is absent.
///
/// # Errors
/// A value does not fit the group's schema.
pub(in crate::provider) fn creation_of_plan(
    values: &serde_json::Value,
) -> Result<CreateAutoProvisioningGroupRequest, String> {
    let decoded = decode_planned(values, &schema::schema())?;
    let mut diagnostics = Diagnostics::new();
    let creation = request(&decoded, &mut diagnostics);
    let mut creation = creation.ok_or_else(|| {
        let details = diagnostics.iter().map(|diagnostic| diagnostic.detail.clone());
        details.collect::<Vec<_>>().join("; ")
    })?;
    creation.accept_shortfall = true;
    creation.launch_configuration.password = None;
    Ok(creation)
}

/// The request of a creation that is only forecast: less than its minimum is an answer too.
pub(in crate::provider) fn creation(
    config: &Value,
    configured: &Configured,
    diagnostics: &mut Diagnostics,
) -> Option<CreateAutoProvisioningGroupRequest> {
    planning::check(config, &Value::Null, configured, diagnostics);
    if diagnostics.has_errors() {
        return None;
    }
    let mut creation = request(config, diagnostics)?;
    creation.accept_shortfall = true;
    // Nothing that is only forecast needs it.
    creation.launch_configuration.password = None;
    resolve_image_family(&mut creation, config, configured);
    Some(creation)
}
