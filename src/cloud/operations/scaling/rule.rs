//! Scaling rules: keeping them, and executing one by hand (G20).

use super::adjust::adjust;
use super::group::{describe as describe_group, record};
use crate::base::{Alphabet, Decimal, ScalingRuleId};
use crate::cloud::SimCloud;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{
    ActivityKind, AdjustmentType, CreateScalingRuleRequest, DescribeScalingRulesRequest, GroupSizes,
    ModifyScalingRuleRequest, ScalingAdjustment, ScalingRule, ScalingRuleExecution,
};
use crate::cloud::provisioning::scaling::HeldUnits;
use crate::cloud::step::Phase;
use crate::cloud::world::{ScalingRuleDocument, Stored, World, fingerprint, new_call, write_document};
use crate::market::Operation;

type Result<T, E = CloudError> = std::result::Result<T, E>;

impl SimCloud {
    /// Makes a rule of a scaling group. Nothing executes it by itself.
    pub fn create_scaling_rule(&self, request: &CreateScalingRuleRequest) -> Result<ScalingRule> {
        self.write(Operation::CreateScalingRule, |world| {
            let group_id = request.scaling_group_id.as_ref().ok_or_else(|| {
                CloudError::of(Member::ScalingGroupId, codes::MISSING_PARAMETER, "the request names no scaling group")
            })?;
            world.scaling_group(group_id)?;
            check(request.adjustment)?;
            let call = new_call(world, Operation::CreateScalingRule, fingerprint(&write_document(request)))?;
            let id = world.next_resource_id(&call.id_series, ScalingRuleId::PREFIX, Alphabet::Base36)?;
            let document = ScalingRuleDocument {
                scaling_group_id: group_id.clone(),
                name: request.name.clone(),
                adjustment: request.adjustment,
                configuration: request.configuration.clone(),
            };
            save(world, Stored { id, document })
        })
    }

    pub fn modify_scaling_rule(&self, request: &ModifyScalingRuleRequest) -> Result<ScalingRule> {
        self.write(Operation::ModifyScalingRule, |world| {
            let stored = world.scaling_rule(&request.scaling_rule_id)?;
            modify(world, stored, request)
        })
    }

    /// The same where the change depends on what the rule is: one transaction, in which `change` may be called more than
    /// once.
    pub fn modify_scaling_rule_as(
        &self,
        id: &ScalingRuleId,
        change: &dyn Fn(&ScalingRule) -> Result<ModifyScalingRuleRequest>,
    ) -> Result<ScalingRule> {
        self.write(Operation::ModifyScalingRule, |world| {
            let stored = world.scaling_rule(id)?;
            let request = change(&describe(world, stored.clone()))?;
            modify(world, stored, &request)
        })
    }

    pub fn delete_scaling_rule(&self, id: &ScalingRuleId) -> Result<()> {
        self.write(Operation::DeleteScalingRule, |world| {
            let stored = world.scaling_rule(id)?;
            world.remove_resource(&stored.id)
        })
    }

    /// In order of creation.
    pub fn describe_scaling_rules(&self, request: &DescribeScalingRulesRequest) -> Result<Vec<ScalingRule>> {
        self.read(Operation::DescribeScalingRules, |world| {
            let mut found: Vec<Stored<ScalingRuleDocument>> = match &request.scaling_group_id {
                Some(group) => world.resources_in(group.as_str())?,
                None => world.resources()?,
            };
            if let Some(ids) = &request.scaling_rule_ids {
                found.retain(|stored| ids.contains(stored.id.as_str()));
            }
            Ok(found.into_iter().map(|stored| describe(world, stored)).collect())
        })
    }

    /// Changes the desired capacity of a rule's group as the rule says, and launches or releases at once.
    pub fn execute_scaling_rule(&self, id: &ScalingRuleId) -> Result<ScalingRuleExecution> {
        self.write(Operation::ExecuteScalingRule, |world| execute(world, id))
    }

    /// What an execution would do now.
    pub fn forecast_execute_scaling_rule(&self, id: &ScalingRuleId) -> Result<ScalingRuleExecution> {
        self.forecast(|world| execute(world, id))
    }
}

fn modify(
    world: &mut World,
    mut stored: Stored<ScalingRuleDocument>,
    request: &ModifyScalingRuleRequest,
) -> Result<ScalingRule> {
    check(request.adjustment)?;
    stored.document.name.clone_from(&request.name);
    stored.document.adjustment = request.adjustment;
    stored.document.configuration.clone_from(&request.configuration);
    save(world, stored)
}

/// The values that the service takes for each type.
fn check(adjustment: Option<ScalingAdjustment>) -> Result<()> {
    let Some(ScalingAdjustment { adjustment_type, value, .. }) = adjustment else { return Ok(()) };
    let range = adjustment_type.values();
    if range.contains(&value) {
        return Ok(());
    }
    let message = format!(
        "the adjustment value {value} is not within {} to {} of the type `{}`",
        range.start(),
        range.end(),
        adjustment_type.name()
    );
    Err(CloudError::of(Member::AdjustmentValue, codes::INVALID_PARAMETER, message))
}

fn execute(world: &mut World, id: &ScalingRuleId) -> Result<ScalingRuleExecution> {
    let rule = world.scaling_rule(id)?.document;
    let adjustment = rule.adjustment.ok_or_else(|| {
        let message = format!("the scaling rule `{id}` has no adjustment, so it cannot be executed by hand");
        CloudError::new(codes::INVALID_PARAMETER, message)
    })?;
    let mut fleet = world.scaling_group(&rule.scaling_group_id)?;
    if fleet.phase != Phase::Active {
        let message = format!("the scaling group `{}` is not enabled", fleet.id);
        return Err(CloudError::new(codes::INCORRECT_SCALING_GROUP_STATUS, message));
    }
    let held = HeldUnits::of(&world.batches_of(&fleet.id)?).total().ceil();
    let sizes = fleet.request.group.sizes;
    let current = sizes.desired.map_or(held, Decimal::from);
    fleet.request.group.sizes = GroupSizes { desired: Some(adjusted(sizes, current, adjustment)), ..sizes };
    let done = adjust(world, &mut fleet)?;
    world.save_fleet(&fleet)?;
    record(world, ActivityKind::ExecuteScalingRule, &fleet, &done)?;
    Ok(ScalingRuleExecution {
        group: describe_group(world, fleet, done.warnings)?,
        desired_before: sizes.desired,
        changed_instance_ids: done.created.into_iter().chain(done.destroyed).collect(),
        time: world.now,
    })
}

/// The desired capacity after an adjustment, within the sizes of the group (G20).
fn adjusted(sizes: GroupSizes, current: Decimal, adjustment: ScalingAdjustment) -> u32 {
    let value = Decimal::from(adjustment.value);
    let wanted = match adjustment.adjustment_type {
        AdjustmentType::TotalCapacity => value,
        AdjustmentType::QuantityChangeInCapacity => current + value,
        AdjustmentType::PercentChangeInCapacity => {
            let least = Decimal::from(adjustment.min_magnitude.unwrap_or(1).max(1));
            let change = (current * value.abs() / Decimal::ONE_HUNDRED).floor().max(least);
            if value.is_zero() {
                current
            } else if value.is_sign_negative() {
                current - change
            } else {
                current + change
            }
        }
    };
    let within = wanted.clamp(Decimal::from(sizes.min), Decimal::from(sizes.max));
    u32::try_from(within).unwrap_or(sizes.max)
}

fn save(world: &mut World, stored: Stored<ScalingRuleDocument>) -> Result<ScalingRule> {
    world.save_resource(&stored.id, &stored.document)?;
    Ok(describe(world, stored))
}

fn describe(world: &World, stored: Stored<ScalingRuleDocument>) -> ScalingRule {
    let Stored { id, document } = stored;
    ScalingRule {
        ari: format!("ari:acs:ess:{}:{}:scalingrule/{id}", world.region, world.account_id()),
        scaling_rule_name: document.name.unwrap_or_else(|| id.clone()),
        scaling_rule_id: id.into(),
        scaling_group_id: document.scaling_group_id,
        adjustment: document.adjustment,
        configuration: document.configuration,
    }
}
