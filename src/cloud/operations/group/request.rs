//! What a group's request must be before the market is looked at.

use std::collections::BTreeSet;

use super::super::check;
use crate::base::Decimal;
use crate::base::nearest::{did_you_mean_clause, nearest};
use crate::catalogue::DiskCategory;
use crate::cloud::advice::Advice;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{
    Capacity, CreateAutoProvisioningGroupRequest, GroupType, LaunchTemplateConfig, SpotAllocationStrategy,
};
use crate::cloud::world::World;
use crate::market::{Limit, Limits};

type Result<T, E = CloudError> = std::result::Result<T, E>;

pub(super) fn check_request(world: &World, request: &CreateAutoProvisioningGroupRequest) -> Result<()> {
    let limits = Limits::of(world.market.scenario());
    check_name(request.name.as_deref())?;
    check_capacity(&request.capacity)?;
    if request.capacity.total == 0 {
        return Err(CloudError::of(
            Member::TotalTargetCapacity,
            codes::INVALID_CAPACITY,
            "the total target capacity is 0",
        ));
    }
    check_minimum(request)?;
    check_configs(&request.configs, &limits)?;
    check_pools_to_use(request)?;
    check_ceiling(Member::MaxSpotPrice, request.max_spot_price)?;
    check_disks(Member::SystemDiskConfig, &request.system_disk_categories, &limits, true)?;
    check_disks(Member::DataDiskConfig, &request.data_disk_categories, &limits, false)?;
    if let (Some(from), Some(until)) = (request.valid_from, request.valid_until)
        && from >= until
    {
        let message = format!("the window ends at {until}, which is not after its beginning at {from}");
        return Err(CloudError::of(Member::ValidUntil, codes::INVALID_VALID_TIME, message));
    }
    Ok(())
}

pub(super) fn check_name(name: Option<&str>) -> Result<()> {
    name.map_or(Ok(()), |name| check::resource_name(name, Member::AutoProvisioningGroupName, codes::INVALID_GROUP_NAME))
}

/// Refuses a total that is less than the two targets together (L3).
pub(super) fn check_capacity(capacity: &Capacity) -> Result<()> {
    let parts = u64::from(capacity.pay_as_you_go) + u64::from(capacity.spot);
    if parts > u64::from(capacity.total) {
        let message = format!(
            "the total target capacity {} is below the pay-as-you-go target {} and the spot target {} together",
            capacity.total, capacity.pay_as_you_go, capacity.spot
        );
        return Err(CloudError::of(Member::TotalTargetCapacity, codes::INVALID_CAPACITY, message));
    }
    Ok(())
}

pub(super) fn check_configs(configs: &[LaunchTemplateConfig], limits: &Limits) -> Result<()> {
    if configs.is_empty() {
        let message = "a group needs at least one launch template config";
        return Err(CloudError::of(Member::LaunchTemplateConfig, codes::MISSING_LAUNCH_TEMPLATE_CONFIGS, message));
    }
    if configs.len() as u64 > limits.launch_template_configs {
        let message = format!(
            "{} launch template configs are more than the limit `{}` of {}",
            configs.len(),
            Limit::LaunchTemplateConfigs.name(),
            limits.launch_template_configs
        );
        let code = codes::LAUNCH_TEMPLATE_CONFIGS_EXCEED;
        let refusal = CloudError::of(Member::LaunchTemplateConfig, code, message);
        return Err(refusal.advise(Advice::RaiseLimit(Limit::LaunchTemplateConfigs)));
    }
    for (index, config) in configs.iter().enumerate() {
        let here = |error: CloudError| error.within(Member::LaunchTemplateConfig, index);
        if let Some(weight) = config.weighted_capacity.filter(|weight| *weight <= Decimal::ZERO) {
            let message = format!("the weight {weight} is not above 0");
            return Err(here(CloudError::of(Member::WeightedCapacity, codes::INVALID_WEIGHT, message)));
        }
        check_ceiling(Member::MaxPrice, config.max_price).map_err(here)?;
    }
    Ok(())
}

pub(super) fn check_ceiling(parameter: Member, ceiling: Option<Decimal>) -> Result<()> {
    match ceiling {
        Some(price) if price < Decimal::ZERO => {
            Err(CloudError::of(parameter, codes::INVALID_MAX_PRICE, format!("the price {price} is below 0")))
        }
        _ => Ok(()),
    }
}

fn check_minimum(request: &CreateAutoProvisioningGroupRequest) -> Result<()> {
    match request.min_target_capacity {
        Some(minimum) if request.group_type == GroupType::Instant && minimum > request.capacity.total => {
            let message =
                format!("the minimum {minimum} is above the total target capacity {}", request.capacity.total);
            Err(CloudError::of(Member::MinTargetCapacity, codes::INVALID_CAPACITY, message))
        }
        _ => Ok(()),
    }
}

/// The count goes only with spot `lowest-price`, and is below the number of configs, as in the service (G5).
fn check_pools_to_use(request: &CreateAutoProvisioningGroupRequest) -> Result<()> {
    let Some(count) = request.spot_pools_to_use else { return Ok(()) };
    let refuse = |message: String| {
        Err(CloudError::of(Member::SpotInstancePoolsToUseCount, codes::INVALID_POOLS_TO_USE, message))
    };
    if request.spot_strategy != SpotAllocationStrategy::LowestPrice {
        return refuse("the number of spot pools to use goes only with the spot strategy `lowest-price`".to_owned());
    }
    if count == 0 || count as usize >= request.configs.len() {
        let configs = request.configs.len();
        return refuse(format!(
            "the number of spot pools to use is {count}; it must be at least 1 and below the number of configs, {configs}"
        ));
    }
    Ok(())
}

fn check_disks(block: Member, categories: &[String], limits: &Limits, system: bool) -> Result<()> {
    if categories.len() as u64 > limits.disk_categories {
        let message = format!(
            "{} disk categories are more than the limit `{}` of {}",
            categories.len(),
            Limit::DiskCategories.name(),
            limits.disk_categories
        );
        let refusal = CloudError::of(block, codes::INVALID_PARAMETER, message);
        return Err(refusal.advise(Advice::RaiseLimit(Limit::DiskCategories)));
    }
    let mut seen = BTreeSet::new();
    for (index, name) in categories.iter().enumerate() {
        let refuse =
            |code, message: String| Err(CloudError::of(Member::DiskCategory, code, message).within(block, index));
        if !seen.insert(name) {
            return refuse(codes::DUPLICATE_DISK_CATEGORY, format!("the disk category `{name}` is listed twice"));
        }
        if !DiskCategory::fit_for(system).any(|category| category.name() == name) {
            let hint = did_you_mean_clause(nearest(name, DiskCategory::fit_for(system).map(DiskCategory::name)));
            return refuse(codes::INVALID_PARAMETER, format!("`{name}` is not a disk category{hint}"));
        }
    }
    Ok(())
}
