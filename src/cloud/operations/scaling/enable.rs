//! `EnableScalingGroup`, `DisableScalingGroup` (G19).

use super::adjust::Adjustment;
use super::configuration::{configuration_of, enable, make_active};
use super::group::{describe, record};
use crate::base::ScalingGroupId;
use crate::cloud::SimCloud;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::model::{ActivityKind, EnableScalingGroupRequest, ScalingGroup};
use crate::cloud::step::Phase;
use crate::cloud::world::{Fleet, ScalingFleetRequest, World};
use crate::market::Operation;

type Result<T, E = CloudError> = std::result::Result<T, E>;

impl SimCloud {
    /// Enables a group to launch: at once what is missing, and later what it loses. Refused where it is enabled
    /// already.
    pub fn enable_scaling_group(&self, request: &EnableScalingGroupRequest) -> Result<ScalingGroup> {
        self.write(Operation::EnableScalingGroup, |world| {
            let mut fleet = in_phase(world, &request.scaling_group_id, Phase::Inactive)?;
            if let Some(active) = &request.active_configuration_id {
                let stored = configuration_of(world, &fleet, active)?;
                make_active(world, &mut fleet, &stored)?;
            }
            let done = enable(world, &mut fleet)?;
            record(world, ActivityKind::EnableScalingGroup, &fleet, &done)?;
            save(world, fleet, done)
        })
    }

    /// The group launches nothing any more, and what runs keeps running. Refused where it is not enabled.
    pub fn disable_scaling_group(&self, id: &ScalingGroupId) -> Result<ScalingGroup> {
        self.write(Operation::DisableScalingGroup, |world| {
            let mut fleet = in_phase(world, id, Phase::Active)?;
            fleet.phase = Phase::Inactive;
            save(world, fleet, Adjustment::default())
        })
    }
}

fn in_phase(world: &mut World, id: &ScalingGroupId, phase: Phase) -> Result<Fleet<ScalingFleetRequest>> {
    let fleet = world.scaling_group(id)?;
    if fleet.phase == phase {
        return Ok(fleet);
    }
    let is = if phase == Phase::Inactive { "enabled already" } else { "not enabled" };
    let message = format!("the scaling group `{id}` is {is}");
    Err(CloudError::new(codes::INCORRECT_SCALING_GROUP_STATUS, message))
}

fn save(world: &mut World, fleet: Fleet<ScalingFleetRequest>, done: Adjustment) -> Result<ScalingGroup> {
    world.save_fleet(&fleet)?;
    describe(world, fleet, done.warnings)
}
