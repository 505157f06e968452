//! Scaling groups, their configurations and their rules as the world keeps them.

use serde::{Deserialize, Serialize};

use super::fleet::Schedule;
use super::listing::FleetSettings;
use super::{Batch, Fleet, FleetRequest, ResourceKind, Result, Stored, World};
use crate::base::{Alphabet, Billing, ScalingConfigurationId, ScalingGroupId, ScalingRuleId, Time};
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{
    CreateScalingGroupRequest, FleetId, MultiAzPolicy, ScalingAdjustment, ScalingContent, SpotStrategy, Tags,
    pay_as_you_go_units,
};
use crate::cloud::step::Phase;

/// A scaling group: the request that made it, with later changes, and what it launches from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct ScalingFleetRequest {
    pub(crate) group: CreateScalingGroupRequest,
    pub(crate) active_configuration_id: Option<ScalingConfigurationId>,
    /// What it has launched from, the latest last. Instances keep what they were launched with.
    pub(crate) eras: Vec<LaunchEra>,
}

/// What a scaling group launches from a launch index on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct LaunchEra {
    pub(crate) first_launch_index: u32,
    /// Tells which of two configurations was created first; 0 for a launch template.
    pub(crate) configuration_number: i64,
    pub(crate) content: ScalingContent,
}

/// A scaling configuration.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ScalingConfigurationDocument {
    pub(crate) scaling_group_id: ScalingGroupId,
    pub(crate) name: Option<String>,
    /// Tells which of two configurations was created first.
    pub(crate) number: i64,
    pub(crate) content: ScalingContent,
    pub(crate) create_time: Time,
    pub(crate) configuration: String,
}

/// A scaling rule.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ScalingRuleDocument {
    pub(crate) scaling_group_id: ScalingGroupId,
    pub(crate) name: Option<String>,
    pub(crate) adjustment: Option<ScalingAdjustment>,
    pub(crate) configuration: String,
}

impl ResourceKind for ScalingRuleDocument {
    const KIND: &'static str = "scaling_rule";

    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn parent(&self) -> Option<&str> {
        Some(self.scaling_group_id.as_str())
    }
}

impl ResourceKind for ScalingConfigurationDocument {
    const KIND: &'static str = "scaling_configuration";

    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn parent(&self) -> Option<&str> {
        Some(self.scaling_group_id.as_str())
    }
}

impl FleetRequest for ScalingFleetRequest {
    const KIND: &'static str = "scaling_group";
    const ID_PREFIX: &'static str = ScalingGroupId::PREFIX;
    const ALPHABET: Alphabet = Alphabet::Base36;

    fn name(&self) -> Option<&str> {
        self.group.name.as_deref()
    }

    fn target_capacity(&self) -> u32 {
        self.group.sizes.least()
    }

    fn schedule(&self, phase: Phase) -> Schedule {
        let targets = [Billing::PayAsYouGo, Billing::Spot].map(|billing| self.target(billing));
        Schedule::keeping((phase == Phase::Active).then_some((targets[0], targets[1])))
    }

    fn tags(&self) -> &Tags {
        &self.group.tags
    }

    fn shared(&self, fleet_id: &str) -> Vec<(u32, FleetSettings)> {
        let of_era = |era: &LaunchEra| {
            let fleet = FleetId::ScalingGroup(ScalingGroupId::from(fleet_id));
            (era.first_launch_index, FleetSettings::of_launch(fleet, &era.content.launch))
        };
        self.eras.iter().map(of_era).collect()
    }

    fn adopt_caller_settings(&mut self, of: &Self) {
        self.group.configuration.clone_from(&of.group.configuration);
    }
}

impl ScalingFleetRequest {
    /// What it launches; `None` before it has a configuration.
    pub(crate) fn content(&self) -> Option<&ScalingContent> {
        self.eras.last().map(|era| &era.content)
    }

    /// Units of one billing below which it launches (G16, G17).
    pub(crate) fn target(&self, billing: Billing) -> u32 {
        self.share(billing, self.group.sizes.least())
    }

    /// The part of a number of units that is of one billing (G17).
    pub(crate) fn share(&self, billing: Billing, units: u32) -> u32 {
        let pay_as_you_go = self.pay_as_you_go_share(units);
        match billing {
            Billing::PayAsYouGo => pay_as_you_go,
            Billing::Spot => units - pay_as_you_go,
        }
    }

    fn pay_as_you_go_share(&self, units: u32) -> u32 {
        let is_spot = self.content().is_some_and(|content| content.spot_strategy != SpotStrategy::NoSpot);
        if !is_spot {
            return units;
        }
        let usual_percentage = match self.group.multi_az_policy {
            MultiAzPolicy::Priority | MultiAzPolicy::Balance => return 0,
            MultiAzPolicy::CostOptimized => 0,
            MultiAzPolicy::Composable => 100,
        };
        let allocation = &self.group.allocation;
        let percentage = allocation.on_demand_percentage.unwrap_or(usual_percentage);
        pay_as_you_go_units(units, allocation.on_demand_base.unwrap_or(0), percentage)
    }

    /// Whether pay-as-you-go instances stand in for spot instances that no pool gives (G17).
    pub(crate) fn compensates(&self) -> bool {
        match self.group.multi_az_policy {
            MultiAzPolicy::Priority | MultiAzPolicy::Balance => false,
            MultiAzPolicy::CostOptimized => self.group.allocation.compensates_with_on_demand.unwrap_or(true),
            MultiAzPolicy::Composable => self.group.allocation.compensates_with_on_demand.unwrap_or(false),
        }
    }

    /// Whether it spreads its units over the zones (G15).
    pub(crate) fn balances_zones(&self) -> bool {
        match self.group.multi_az_policy {
            MultiAzPolicy::Balance => true,
            MultiAzPolicy::Composable => self.group.allocation.balances_zones,
            MultiAzPolicy::Priority | MultiAzPolicy::CostOptimized => false,
        }
    }

    /// Launches from other content from a launch index on. Content that no instance has is forgotten.
    pub(crate) fn adopt(&mut self, era: LaunchEra, launch_indexes: &[u32]) {
        self.eras.push(era);
        let firsts: Vec<u32> = self.eras.iter().map(|era| era.first_launch_index).collect();
        let mut position = 0;
        self.eras.retain(|era| {
            position += 1;
            let Some(next) = firsts.get(position) else { return true };
            launch_indexes.iter().any(|index| (era.first_launch_index..*next).contains(index))
        });
    }

    /// The number of the configuration that an instance was launched from.
    pub(crate) fn configuration_number(&self, launch_index: u32) -> i64 {
        let era = self.eras.iter().rev().find(|era| era.first_launch_index <= launch_index);
        era.map_or(0, |era| era.configuration_number)
    }
}

impl World<'_, '_> {
    /// Removes the lost instances of a fleet that keeps no positions for them.
    pub(crate) fn forget_lost(&mut self, fleet_id: &str, batches: &[Batch]) -> Result<()> {
        for (batch, instance) in self.lost_instances_of(fleet_id, batches)? {
            self.remove_lost(batch.id, &[instance])?;
        }
        Ok(())
    }

    pub(crate) fn scaling_group(&mut self, id: &ScalingGroupId) -> Result<Fleet<ScalingFleetRequest>> {
        self.fleet(id.as_str())?.ok_or_else(|| {
            let message = format!("there is no scaling group `{id}` in `{}`", self.region);
            CloudError::of(Member::ScalingGroupId, codes::INVALID_SCALING_GROUP_NOT_FOUND, message)
        })
    }

    pub(crate) fn scaling_rule(&mut self, id: &ScalingRuleId) -> Result<Stored<ScalingRuleDocument>> {
        self.resource(id.as_str())?.ok_or_else(|| {
            let message = format!("there is no scaling rule `{id}` in `{}`", self.region);
            CloudError::of(Member::ScalingRuleId, codes::INVALID_SCALING_RULE_NOT_FOUND, message)
        })
    }

    pub(crate) fn scaling_configuration(
        &mut self,
        id: &ScalingConfigurationId,
    ) -> Result<Stored<ScalingConfigurationDocument>> {
        self.resource(id.as_str())?.ok_or_else(|| {
            let message = format!("there is no scaling configuration `{id}` in `{}`", self.region);
            CloudError::new(codes::INVALID_SCALING_CONFIGURATION_NOT_FOUND, message)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::model::{GroupSizes, ScalingAllocation};

    fn group(policy: MultiAzPolicy, spot: SpotStrategy, allocation: ScalingAllocation) -> ScalingFleetRequest {
        let sizes = GroupSizes { min: 0, max: 10, desired: Some(7) };
        let content = ScalingContent { spot_strategy: spot, ..ScalingContent::default() };
        ScalingFleetRequest {
            group: CreateScalingGroupRequest { sizes, multi_az_policy: policy, allocation, ..Default::default() },
            active_configuration_id: None,
            eras: vec![LaunchEra { first_launch_index: 0, configuration_number: 1, content }],
        }
    }

    /// The vectors of the rule.
    #[test]
    fn g17_the_part_above_the_base_is_rounded_up_to_pay_as_you_go() {
        let split = |base: Option<u32>, percentage: Option<u32>| ScalingAllocation {
            on_demand_base: base,
            on_demand_percentage: percentage,
            ..ScalingAllocation::default()
        };
        let spot = SpotStrategy::SpotAsPriceGo;
        for (policy, spot, allocation, expected) in [
            (MultiAzPolicy::Priority, SpotStrategy::NoSpot, split(None, None), (7, 0)),
            (MultiAzPolicy::Priority, spot, split(Some(2), Some(50)), (0, 7)),
            (MultiAzPolicy::CostOptimized, spot, split(None, None), (0, 7)),
            (MultiAzPolicy::CostOptimized, spot, split(Some(2), None), (2, 5)),
            (MultiAzPolicy::CostOptimized, spot, split(Some(2), Some(50)), (5, 2)),
            (MultiAzPolicy::CostOptimized, spot, split(None, Some(1)), (1, 6)),
            (MultiAzPolicy::CostOptimized, spot, split(Some(9), Some(50)), (7, 0)),
            (MultiAzPolicy::CostOptimized, SpotStrategy::NoSpot, split(Some(2), Some(50)), (7, 0)),
            (MultiAzPolicy::Composable, spot, split(None, None), (7, 0)),
            (MultiAzPolicy::Composable, spot, split(Some(1), Some(0)), (1, 6)),
        ] {
            let group = group(policy, spot, allocation.clone());
            let targets = (group.target(Billing::PayAsYouGo), group.target(Billing::Spot));
            assert_eq!(targets, expected, "{policy:?} {spot:?} {allocation:?}");
        }
    }
}
