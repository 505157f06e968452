//! Why pools of a fleet gave nothing more, in EC2's codes (G25).

use crate::base::Billing;
use crate::cloud::error::codes;
use crate::cloud::model::{AutoProvisioningGroup, FleetError, FleetOptions, FleetPool, GroupStatus, LaunchResult};

const BILLINGS: [Billing; 2] = [Billing::PayAsYouGo, Billing::Spot];

/// A row for each pool that was short in the fleet's latest pass that a call ran; where a billing got nothing and no
/// pool says why, a row for its first pool.
pub(super) fn errors(group: &AutoProvisioningGroup) -> Vec<FleetError> {
    let Some(options) = group.request.fleet.as_deref() else { return Vec::new() };
    let mut errors = Vec::new();
    for billing in BILLINGS.into_iter().filter(|billing| group.request.capacity.target(*billing) > 0) {
        let rows: Vec<&LaunchResult> =
            group.launch_results.iter().filter(|row| row.spot_strategy.billing() == billing).collect();
        let nothing_came = rows.iter().all(|row| row.amount == 0);
        let reported = errors.len();
        errors.extend(rows.iter().filter_map(|row| error(options, billing, row, nothing_came)));
        let is_active = group.status == GroupStatus::Active;
        if is_active && nothing_came && errors.len() == reported && !has_units(group, billing) {
            errors.extend(options.origins.first().map(|origin| {
                let pool = FleetPool::of(options, &origin.zone_id, &origin.instance_type, billing);
                let message = format!("No pool of the request can give {} capacity.", in_words(billing));
                FleetError { pool, code: codes::UNFULFILLABLE_CAPACITY, message }
            }));
        }
    }
    errors
}

fn has_units(group: &AutoProvisioningGroup, billing: Billing) -> bool {
    let units = match billing {
        Billing::PayAsYouGo => group.fulfilled_pay_as_you_go_capacity,
        Billing::Spot => group.fulfilled_spot_capacity,
    };
    !units.is_zero()
}

fn error(options: &FleetOptions, billing: Billing, row: &LaunchResult, nothing_came: bool) -> Option<FleetError> {
    let reason = row.error_code.as_deref()?;
    let (instance_type, zone) = (&row.instance_type, &row.zone_id);
    let market = in_words(billing);
    let (code, message) = match (reason, billing) {
        (codes::NO_INSTANCE_STOCK | codes::OPERATION_DENIED_NO_STOCK, _) if nothing_came => (
            codes::UNFULFILLABLE_CAPACITY,
            format!("None of the {market} capacity can be fulfilled: {instance_type} in {zone} has too little."),
        ),
        (codes::NO_INSTANCE_STOCK | codes::OPERATION_DENIED_NO_STOCK, _) => (
            codes::INSUFFICIENT_INSTANCE_CAPACITY,
            format!("There is not sufficient {market} capacity of {instance_type} in {zone}."),
        ),
        (codes::QUOTA_EXCEED, Billing::PayAsYouGo) => {
            (codes::VCPU_LIMIT_EXCEEDED, "The on-demand vCPU limit of the account is used up.".to_owned())
        }
        (codes::QUOTA_EXCEED, Billing::Spot) => {
            (codes::MAX_SPOT_INSTANCE_COUNT_EXCEEDED, "The spot vCPU limit of the account is used up.".to_owned())
        }
        (codes::IP_NOT_ENOUGH, _) => {
            (codes::INSUFFICIENT_FREE_ADDRESSES, format!("The subnet in {zone} has too few free addresses."))
        }
        (codes::SPOT_PRICE_LIMIT_TOO_LOW, _) => (codes::SPOT_MAX_PRICE_TOO_LOW, text(row)),
        _ => (codes::INVALID_FLEET_CONFIGURATION, text(row)),
    };
    Some(FleetError { pool: FleetPool::of(options, zone, instance_type, billing), code, message })
}

fn text(row: &LaunchResult) -> String {
    row.error_msg.clone().unwrap_or_default()
}

const fn in_words(billing: Billing) -> &'static str {
    match billing {
        Billing::PayAsYouGo => "on-demand",
        Billing::Spot => "spot",
    }
}
