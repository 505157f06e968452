//! What a scaling group's request must be, whatever the market has.

use super::super::check;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{CreateScalingGroupRequest, GroupSizes};
use crate::cloud::world::World;

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// The most units that a scaling group may have.
const MAX_UNITS: u32 = 2_000;

/// What a group asks for must be possible, whatever the market has.
pub(super) fn check(request: &CreateScalingGroupRequest) -> Result<()> {
    check_sizes(request.sizes)?;
    if request.allocation.on_demand_percentage.is_some_and(|percentage| percentage > 100) {
        let message = "the percentage of pay-as-you-go capacity is above 100";
        return Err(CloudError::of(Member::OnDemandPercentage, codes::INVALID_PARAMETER, message));
    }
    Ok(())
}

/// The vSwitches of a group exist and lie in one VPC.
pub(super) fn check_vswitches(world: &mut World, request: &CreateScalingGroupRequest) -> Result<()> {
    let mut vpc = None;
    for vswitch_id in &request.vswitch_ids {
        let vswitch = check::vswitch(world, vswitch_id.as_str())?;
        let (first, in_vpc) = vpc.get_or_insert_with(|| (vswitch_id.clone(), vswitch.vpc_id.clone()));
        if *in_vpc != vswitch.vpc_id {
            let message = format!(
                "the vSwitch `{first}` is in `{in_vpc}`, and `{vswitch_id}` is in `{}`; all must be in one VPC",
                vswitch.vpc_id
            );
            return Err(CloudError::of(Member::VSwitchIds, codes::PARAMETER_MISMATCH, message));
        }
    }
    Ok(())
}

/// 0 ≤ minimum ≤ desired ≤ maximum ≤ 2,000 (G16).
fn check_sizes(sizes: GroupSizes) -> Result<()> {
    let refuse = |member, message: String| Err(CloudError::of(member, codes::INVALID_PARAMETER, message));
    if sizes.max > MAX_UNITS {
        return refuse(Member::MaxSize, format!("the maximum {} is above {MAX_UNITS}", sizes.max));
    }
    if sizes.min > sizes.max {
        return refuse(Member::MinSize, format!("the minimum {} is above the maximum {}", sizes.min, sizes.max));
    }
    match sizes.desired {
        Some(desired) if !(sizes.min..=sizes.max).contains(&desired) => {
            let range = format!("the minimum {} to the maximum {}", sizes.min, sizes.max);
            refuse(Member::DesiredCapacity, format!("the desired capacity {desired} is not within {range}"))
        }
        _ => Ok(()),
    }
}
