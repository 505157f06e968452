//! Who asks (STS), and the one call of the billing service that the real provider makes when it starts.

use serde_json::{Value as Json, json};

use super::{Action, Result};
use crate::cloud::SimCloud;
use crate::wire::parameters::Arguments;

pub(super) const STS_ACTIONS: &[(&str, Action)] = &[("GetCallerIdentity", caller_identity)];
pub(super) const BILLING_ACTIONS: &[(&str, Action)] = &[("QueryAvailableInstances", available_instances)];

fn caller_identity(cloud: &SimCloud, _: &Arguments<'_>) -> Result<Json> {
    let identity = cloud.get_caller_identity()?;
    Ok(json!({
        "AccountId": identity.account_id,
        "UserId": identity.user_id,
        "PrincipalId": identity.user_id,
        "Arn": identity.arn,
        "IdentityType": identity.identity_type,
    }))
}

/// There are no subscriptions here.
#[expect(clippy::unnecessary_wraps, reason = "the form of an action")]
fn available_instances(_: &SimCloud, _: &Arguments<'_>) -> Result<Json> {
    Ok(json!({
        "Code": "Success",
        "Message": "Successful!",
        "Success": true,
        "Data": { "InstanceList": [], "TotalCount": 0, "PageNum": 1, "PageSize": 20 },
    }))
}
