//! Completes the schema's plan: checks against catalogue and limits, and what an update changes.

use std::fmt::Display;

use super::{arguments, as_configured, find, schema, shortage_summary, state};
use crate::base::money::rounded_units;
use crate::base::nearest::did_you_mean_sentence;
use crate::base::{Decimal, GroupId};
use crate::cloud::model::{
    AutoProvisioningGroup, FleetId, GroupChange, GroupState, GroupStatus, ModifyAutoProvisioningGroupRequest,
};
use crate::cloud::{CloudError, codes};
use crate::market::Limits;
use crate::provider::block::Configured;
use crate::provider::framework::argument::{Argument, canonical_value};
use crate::provider::framework::catalogue_check::{
    default_vswitch, known_image, known_type, known_zone, nearest_family, newest_of_family,
};
use crate::provider::framework::check::{elements, is_absent, number, text};
use crate::provider::framework::context::{ProviderContext, ReplacedObject};
use crate::provider::framework::instance_replacement::{self, Forecast, InstanceList};
use crate::provider::framework::semantic_equality::differs_semantically;
use crate::provider::framework::update_plan::{keep_computed, mark_unknown};
use crate::provider::framework::{diagnostic, unused_scenario};
use crate::tf::provider::{PlanRequest, PlanResponse};
use crate::tf::{Diagnostics, Path, Value};

/// Computed attributes that a pass changes; `instances` and `instance_ids` are planned one by one.
const CHANGED_BY_A_PASS: &[&str] = &[
    "status",
    "state",
    "launch_results",
    "fulfilled_capacity",
    "fulfilled_pay_as_you_go_capacity",
    "fulfilled_spot_capacity",
    "fulfilled_vcpus",
    "hourly_cost",
    "optimal_hourly_cost",
];

/// Checks that need the provider's configuration, on what is known of the group's.
pub(super) fn check(config: &Value, prior: &Value, configured: &Configured, diagnostics: &mut Diagnostics) {
    // Limits may be lower than when the group was created: unchanged arguments stay valid.
    if prior.is_null() || any_differs(prior, config, Argument::is_limited) {
        limits(config, &Limits::of(&configured.scenario), diagnostics);
    }
    for (index, pool) in elements(config, "launch_template_config").iter().enumerate() {
        let at = Path::root("launch_template_config").index(index);
        if let Some(instance_type) = text(pool, "instance_type") {
            known_type(instance_type, at.clone().attribute("instance_type"), diagnostics);
        }
        if let Some(zone) = text(pool, "zone_id") {
            known_zone(zone, at.clone().attribute("zone_id"), configured, diagnostics);
        }
        if let Some(vswitch) = text(pool, "vswitch_id") {
            default_vswitch(vswitch, (pool, "zone_id"), at.attribute("vswitch_id"), configured, diagnostics);
        }
    }
    images(config, prior, configured, diagnostics);
}

/// Checks images that the prior state does not name: an image in use may have left the scenario.
fn images(config: &Value, prior: &Value, configured: &Configured, diagnostics: &mut Diagnostics) {
    let mut at = |list: &str, index: usize, name: &str| {
        let (now, before) = (config.get(list).element(index), prior.get(list).element(index));
        let Some(given) = text(now, name).filter(|given| text(before, name) != Some(*given)) else { return };
        let path = Path::root(list).index(index).attribute(name);
        if name == "image_id" {
            known_image(given, path, configured, diagnostics);
        } else if newest_of_family(given, configured).is_none() {
            diagnostics.error_at(
                path,
                "Unknown Image Family",
                format!(
                    "There is no image of the family {given:?}.{} A family is what the ids of its images begin with, such \
                     as \"aliyun_3_x64\" or \"ubuntu_24_04_x64\".",
                    did_you_mean_sentence(nearest_family(given, configured).as_deref())
                ),
            );
        }
    };
    for index in 0..elements(config, "launch_template_config").len() {
        at("launch_template_config", index, "image_id");
    }
    // An image in the launch template overrides these.
    if is_absent(config, "launch_template_id") {
        at("launch_configuration", 0, "image_id");
        at("launch_configuration", 0, "image_family");
    }
}

/// Refuses what the configuration alone shows to be over a limit (L1, L2).
fn limits(config: &Value, limits: &Limits, diagnostics: &mut Diagnostics) {
    let mut at_most = |name: &str, limit: u64, what: &str| {
        let count = elements(config, name).len() as u64;
        if count > limit {
            diagnostics.error_at(
                Path::root(name).index(usize::try_from(limit).unwrap_or(usize::MAX)),
                "Too Many Blocks",
                format!("There are {count} {name} blocks, but a group takes at most {limit} {what}."),
            );
        }
    };
    at_most("launch_template_config", limits.launch_template_configs, "of them");
    at_most("system_disk_config", limits.disk_categories, "disk categories");
    at_most("data_disk_config", limits.disk_categories, "disk categories");

    let Some(total) = number(config, "total_target_capacity") else { return };
    let pools = elements(config, "launch_template_config");
    let weights: Option<Vec<Decimal>> = (!config.get("launch_template_config").is_unknown())
        .then(|| {
            pools
                .iter()
                .map(|pool| match pool.get("weighted_capacity") {
                    Value::Unknown => None,
                    _ => Some(number(pool, "weighted_capacity").unwrap_or(Decimal::ONE)),
                })
                .collect()
        })
        .flatten();
    let Some(largest) = weights.and_then(|weights| weights.into_iter().max()).filter(|weight| *weight > Decimal::ZERO)
    else {
        return;
    };
    let weighted = pools.iter().any(|pool| number(pool, "weighted_capacity").is_some());
    let instances = total.checked_div(largest).map(|count| rounded_units(count).ceil());
    let path = Path::root("total_target_capacity");
    if instances.is_none_or(|count| count > Decimal::from(limits.group_instances)) {
        diagnostics.error_at(
            path,
            "Too Many Instances",
            format!(
                "total_target_capacity is {total}, which takes at least {} instances even from the pool with the largest \
                 weight ({largest}), but a group holds at most {}. Split it into several groups.",
                instances.unwrap_or(Decimal::MAX),
                limits.group_instances
            ),
        );
    } else if weighted && total > Decimal::from(limits.group_units) {
        diagnostics.error_at(
            path,
            "Too Many Units",
            format!(
                "total_target_capacity is {total}, but a group with weights delivers at most {} units. Split it into \
                 several groups.",
                limits.group_units
            ),
        );
    }
}

/// Warns when destroying a group, alone or to replace it, leaves instances running.
pub(super) fn destruction(prior: &Value, diagnostics: &mut Diagnostics) {
    let lost = instance_replacement::lost_ids(prior).len();
    let left = elements(prior, "instances").len() - lost;
    if left == 0 || prior.get("terminate_instances").as_bool() == Some(true) {
        return;
    }
    diagnostics.warning_at(
        Path::root("terminate_instances"),
        "Instances Will Keep Running",
        format!(
            "{0}: {left} of the group's instances keep running after it is destroyed, because terminate_instances is false. \
             They hold stock and addresses, and keep their vSwitch and security groups undeletable. Set \
             terminate_instances = true and apply before destroying to release them with the group; `world release {0}` \
             releases them later.",
            text(prior, "id").unwrap_or_default()
        ),
    );
}

/// Warns when the market would deliver less than the new group asks for, or less than its minimum.
///
/// It does not warn when it cannot know: while part of the configuration is unknown, or when the cloud would refuse for
/// another reason, which may be gone by the apply. A group with the same arguments that exists is replaced (`-replace`, or
/// tainted): what it holds counts as free, unless its replacement has warned already.
pub(super) async fn creation(
    context: &ProviderContext,
    configured: &Configured,
    request: &PlanRequest,
    response: &mut PlanResponse,
) {
    if number(&request.config, "total_target_capacity").is_some_and(|total| total.is_zero()) {
        // Not an error: the value may follow from another fleet, and a destroy plans the creation too.
        return response.diagnostics.warning_at(
            Path::root("total_target_capacity"),
            "No Capacity Asked For",
            "total_target_capacity is 0, but a group is created for at least one unit: the apply is refused. It may be \
             lowered to 0 later. If nothing may be wanted, create the group only when it is needed, with count: the data \
             source simcloud_launch_forecast says before the apply what another group gets.",
        );
    }
    let replaced = context.take_arguments(&as_configured(&response.planned_state, &request.config));
    if replaced == ReplacedObject::Told || !request.config.is_wholly_known() {
        return;
    }
    let creation = super::creation(&response.planned_state, &request.config, configured, &mut response.diagnostics);
    let Some(creation) = creation else { return };
    unused_scenario::warn(configured, &mut response.diagnostics).await;
    let forecast = match replaced {
        ReplacedObject::Untold(id) => {
            let (id, ends_instances) = (GroupId::from(id.as_str()), creation.terminate_instances);
            configured.cloud.forecast_replace_auto_provisioning_group(creation, id, ends_instances).await
        }
        ReplacedObject::None | ReplacedObject::Told => {
            configured.cloud.forecast_create_auto_provisioning_group(creation, false).await
        }
    };
    warn_of_shortage(forecast, &mut response.diagnostics);
}

/// Plans the replacement of a group: warns of what it leaves running, and of what the market would not deliver once the old
/// group is gone. Of `create_before_destroy` the provider knows nothing: then the old instances still hold their stock.
pub(super) async fn replacement(configured: &Configured, request: &PlanRequest, response: &mut PlanResponse) {
    let prior = &request.prior_state;
    destruction(prior, &mut response.diagnostics);
    if !request.config.is_wholly_known() {
        return;
    }
    let creation = super::creation(&response.planned_state, &request.config, configured, &mut response.diagnostics);
    let (Some(creation), Some(id)) = (creation, text(prior, "id")) else { return };
    unused_scenario::warn(configured, &mut response.diagnostics).await;
    let ends_instances = prior.get("terminate_instances").as_bool() == Some(true);
    let replaced = GroupId::from(id);
    let forecast = configured.cloud.forecast_replace_auto_provisioning_group(creation, replaced, ends_instances).await;
    warn_of_shortage(forecast, &mut response.diagnostics);
}

/// Warns of what a new group would be missing.
fn warn_of_shortage(forecast: Result<AutoProvisioningGroup, CloudError>, diagnostics: &mut Diagnostics) {
    let (summary, warning) = match forecast {
        Ok(group) => {
            let warning = group.warnings.into_iter().next().filter(|_| group.status == GroupStatus::Active);
            (shortage_summary(&group.launch_results), warning)
        }
        Err(error) => {
            let is_of_market =
                is_limit(&error) || error.service().is_some_and(|refusal| !refusal.launch_results.is_empty());
            (refusal_summary(&error), is_of_market.then(|| error.to_string()))
        }
    };
    if let Some(text) = warning {
        market_warning(summary, &text, diagnostics);
    }
}

fn is_limit(error: &CloudError) -> bool {
    error.code() == Some(codes::TARGET_CAPACITY_EXCEED)
}

/// The summary of a refusal that may no longer hold at the apply.
fn refusal_summary(error: &CloudError) -> &'static str {
    if is_limit(error) {
        return "Limit Exceeded";
    }
    error.service().map_or(diagnostic::CAPACITY_MISSING, |refusal| shortage_summary(&refusal.launch_results))
}

/// Warns of what the market would not deliver at the moment of the plan.
fn market_warning(summary: &'static str, text: &impl Display, diagnostics: &mut Diagnostics) {
    let path = Path::root("total_target_capacity");
    diagnostics.warning_at(path, summary, format!("As the market stands, {text}."));
}

/// Plans an update: everything stays known except what the update changes.
pub(super) async fn update(
    context: &ProviderContext,
    configured: &Configured,
    request: &PlanRequest,
    response: &mut PlanResponse,
) {
    let schema = schema::schema();
    let prior = &request.prior_state;
    let runs_a_pass = runs_a_pass(prior, &response.planned_state);
    let lacks_units = text(prior, "state") != Some(GroupState::Fulfilled.name());
    let replaces_lost = instance_replacement::are_replacements_wanted(prior, &response.planned_state, lacks_units);
    keep_computed(&schema, prior, &mut response.planned_state);
    if runs_a_pass && request.config.is_wholly_known() {
        plan_capacity(context, configured, request, response).await;
    } else if runs_a_pass || replaces_lost.is_none() {
        mark_result_unknown(&mut response.planned_state);
    } else if replaces_lost == Some(true) {
        plan_replacements(context, configured, request, response).await;
    }
}

/// Plans everything that a pass changes as unknown.
fn mark_result_unknown(planned: &mut Value) {
    mark_unknown(CHANGED_BY_A_PASS.iter().chain(&["instances", "instance_ids"]), planned);
}

/// Plans a change of capacities, pools or prices as the market stands: of the instances only those are unknown that are
/// launched, and nothing is unknown if none is launched or released (G9, G10a).
async fn plan_capacity(
    context: &ProviderContext,
    configured: &Configured,
    request: &PlanRequest,
    response: &mut PlanResponse,
) {
    let prior = &request.prior_state;
    let Some(change) = super::modification(prior, &response.planned_state, &mut response.diagnostics) else { return };
    unused_scenario::warn(configured, &mut response.diagnostics).await;
    let forecast = match configured.cloud.forecast_modify_auto_provisioning_group(change).await {
        Ok(GroupChange { group, change, warnings }) => {
            for warning in &warnings {
                market_warning(shortage_summary(&group.launch_results), warning, &mut response.diagnostics);
            }
            let results = change.is_empty().then(|| state::results(&group));
            Forecast { change, results, warnings }
        }
        Err(error @ CloudError::Service(_)) => {
            // What refuses the change may be gone by the apply.
            market_warning(refusal_summary(&error), &error, &mut response.diagnostics);
            return mark_result_unknown(&mut response.planned_state);
        }
        Err(error) => {
            return diagnostic::cloud_error("forecast the change of the group", &error, &mut response.diagnostics);
        }
    };
    let arguments = as_configured(&response.planned_state, &request.config);
    plan_forecast(context, configured, request, forecast, arguments, response).await;
}

/// Whether an update asks for other capacity than the prior state does.
pub(super) fn runs_a_pass(prior: &Value, planned: &Value) -> bool {
    any_differs(prior, planned, Argument::does_run_pass)
}

/// Whether any of the selected arguments differs from the prior state in more than its spelling.
fn any_differs(prior: &Value, planned: &Value, is_selected: fn(&arguments::Row) -> bool) -> bool {
    let (schema, table) = (schema::schema(), arguments::table());
    let canonical = |arguments: &Value, name: &str| canonical_value(&table, arguments, name);
    let mut selected = table.iter().filter(|row| is_selected(row));
    selected.any(|row| differs_semantically(&schema, &canonical, prior, planned, row.name()))
}

/// Plans the replacements that the market can deliver now (G10).
async fn plan_replacements(
    context: &ProviderContext,
    configured: &Configured,
    request: &PlanRequest,
    response: &mut PlanResponse,
) {
    let prior = &request.prior_state;
    let Some(id) = prior.get("id").as_str() else { return };
    let known_lost = instance_replacement::lost_ids(prior);
    let shows_lost = !known_lost.is_empty();
    let change = ModifyAutoProvisioningGroupRequest {
        group_id: Some(GroupId::from(id)),
        replace_lost_now: true,
        known_lost: Some(known_lost),
        ..ModifyAutoProvisioningGroupRequest::default()
    };
    unused_scenario::warn(configured, &mut response.diagnostics).await;
    let forecast = configured.cloud.forecast_modify_auto_provisioning_group(change).await;
    let forecast = Forecast::of(forecast.map(|forecast| (forecast.change, forecast.warnings)));
    let forecast = match forecast {
        // Without lost instances there is nothing to warn of.
        Ok(forecast) if forecast.change.is_empty() && !shows_lost => Forecast { warnings: Vec::new(), ..forecast },
        Ok(forecast) => forecast,
        Err(error) => {
            return diagnostic::cloud_error(
                "forecast the replacement of the group's lost instances",
                &error,
                &mut response.diagnostics,
            );
        }
    };
    diagnostic::warnings("Lost Instances", id, &forecast.warnings, &mut response.diagnostics);
    plan_forecast(context, configured, request, forecast, String::new(), response).await;
}

/// Plans the forecast change, or the one that an earlier plan of the same change recorded.
async fn plan_forecast(
    context: &ProviderContext,
    configured: &Configured,
    request: &PlanRequest,
    forecast: Forecast,
    arguments: String,
    response: &mut PlanResponse,
) {
    let prior = &request.prior_state;
    let Some(id) = prior.get("id").as_str() else { return };
    let before = match find(configured, id).await {
        Ok(Some(before)) => before,
        Ok(None) => return,
        Err(error) => return diagnostic::cloud_error("find the group", &error, &mut response.diagnostics),
    };
    let prior_instances = elements(prior, "instances");
    let positions = launch_indexes(prior_instances, &before);
    // A replacement may come from any pool, so that none of its attributes is known.
    let listing = InstanceList {
        prior: prior_instances,
        positions,
        known_of_replacement: &[],
        changed: CHANGED_BY_A_PASS,
        arguments,
    };
    let fleet = FleetId::Group(GroupId::from(id));
    let planned =
        instance_replacement::plan_change(context, configured, fleet, &listing, forecast, request, response).await;
    if let Some(results) = planned.and_then(|planned| planned.results) {
        state::set_results(&mut response.planned_state, &results);
    }
}

/// The launch index of each element of the state.
fn launch_indexes(prior: &[Value], group: &AutoProvisioningGroup) -> Vec<u32> {
    prior
        .iter()
        .enumerate()
        .map(|(position, element)| {
            let id = element.get("instance_id").as_str();
            group
                .instances
                .iter()
                .find(|instance| Some(instance.instance_id.as_str()) == id)
                .map_or(u32::try_from(position).unwrap_or(u32::MAX), |instance| instance.launch_index)
        })
        .collect()
}
