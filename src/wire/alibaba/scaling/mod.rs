//! Auto Scaling: scaling groups, their configurations and rules, and what runs in them.

mod configuration_json; // a configuration as replies have it
mod configurations;
mod group_json; // a group as replies have it
mod groups;
mod instances; // what runs in a group, and what happened to it
mod rules;

use serde_json::Value as Json;

use super::{Action, Result, list, tagging, tags};
use crate::base::ScalingGroupId;
use crate::cloud::model::{DescribeScalingGroupsRequest, ScalingGroup};
use crate::cloud::{CloudError, SimCloud, codes};
use crate::wire::parameters::Arguments;

pub(super) const FAMILIES: &[&[(&str, Action)]] =
    &[groups::ACTIONS, configurations::ACTIONS, rules::ACTIONS, instances::ACTIONS, tagging::ACTIONS];

/// The group that a call names.
fn the_group(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<ScalingGroup> {
    let id = ScalingGroupId::from(arguments.required("ScalingGroupId")?);
    let found = cloud.describe_scaling_groups(&DescribeScalingGroupsRequest {
        scaling_group_ids: Some([id.clone()].into()),
        ..DescribeScalingGroupsRequest::default()
    })?;
    found.into_iter().next().ok_or_else(|| {
        let message = format!("There is no scaling group `{id}` in `{}`.", cloud.region());
        CloudError::new(codes::INVALID_SCALING_GROUP_NOT_FOUND, message)
    })
}

/// A list of texts as replies have it.
fn texts<'a>(name: &str, texts: impl IntoIterator<Item = &'a str>) -> Json {
    list(name, texts.into_iter().map(Json::from))
}
