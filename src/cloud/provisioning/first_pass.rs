//! The pass that makes a group: everything that its capacity asks for, or nothing (G6, L2).

use super::candidate::Candidate;
use super::capacity::{Delivered, check_limits};
use super::fleet_store::RegionFleets;
use super::launch::{Launched, launch};
use super::pass::PlannedPass;
use super::plan::plan;
use super::scaling::plan_scaling;
use crate::base::Decimal;
use crate::base::money::rounded_units;
use crate::cloud::error::CloudError;
use crate::cloud::model::{CreateAutoProvisioningGroupRequest, GroupType};
use crate::cloud::world::{Launcher, ScalingFleetRequest};

/// What was planned, and what became of it.
pub(crate) struct FirstPass {
    /// One per billing with a target.
    pub(crate) passes: Vec<PlannedPass>,
    /// Units that they deliver.
    pub(crate) units: Decimal,
    pub(crate) outcome: FirstPassOutcome,
}

pub(crate) enum FirstPassOutcome {
    Launched(Launched),
    /// The minimum, which the units do not reach: nothing was launched.
    BelowMinimum(u32),
}

/// Plans and launches.
///
/// # Errors
/// A limit that the group would exceed; nothing is launched then (L1).
pub(crate) fn first_pass(
    fleets: &mut impl RegionFleets,
    launcher: Launcher<'_>,
    request: &CreateAutoProvisioningGroupRequest,
    candidates: &[Candidate],
) -> Result<FirstPass, CloudError> {
    let passes = plan(fleets, request, candidates, |billing| Decimal::from(request.capacity.target(billing)))?;
    check_limits(fleets, request, &passes, Delivered::default())?;
    let units = rounded_units(passes.iter().map(PlannedPass::units).sum());
    let minimum = request.min_target_capacity.filter(|_| request.group_type == GroupType::Instant);
    let outcome = match minimum.filter(|minimum| units < Decimal::from(*minimum)) {
        Some(minimum) => FirstPassOutcome::BelowMinimum(minimum),
        None => FirstPassOutcome::Launched(launch(fleets, launcher, 0, &[], &passes)?),
    };
    Ok(FirstPass { passes, units, outcome })
}

/// Plans and launches the instances of a scaling group that has none yet (G16).
///
/// # Errors
/// A limit that the group would exceed; nothing is launched then (L1).
pub(crate) fn first_scaling_pass(
    fleets: &mut impl RegionFleets,
    launcher: Launcher<'_>,
    group: &ScalingFleetRequest,
    request: &CreateAutoProvisioningGroupRequest,
    candidates: &[Candidate],
) -> Result<FirstPass, CloudError> {
    let passes = plan_scaling(fleets, group, request, candidates, &[])?;
    check_limits(fleets, request, &passes, Delivered::default())?;
    let units = rounded_units(passes.iter().map(PlannedPass::units).sum());
    let outcome = FirstPassOutcome::Launched(launch(fleets, launcher, 0, &[], &passes)?);
    Ok(FirstPass { passes, units, outcome })
}
