//! The reservation's arguments as Rust types, read when everything is known.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::cloud::model::{AddressingType, SpotStrategy};
use crate::provider::framework::choice;
use crate::provider::framework::configured::OnShortfall;
use crate::tf::Number;

#[derive(Debug, Deserialize)]
pub(super) struct Arguments {
    pub image: Vec<ImageArguments>,
    pub instance_type: Option<String>,
    pub zone_id: Option<String>,
    pub vswitch_id: Option<String>,
    pub security_group_ids: Option<Vec<Option<String>>>,
    pub user_data: Option<String>,
    pub user_data_base64: Option<String>,
    #[serde(deserialize_with = "choice::or_default")]
    pub addressing_type: AddressingType,
    #[serde(deserialize_with = "choice::or_default")]
    pub spot_strategy: SpotStrategy,
    pub spot_price_limit: Option<Number>,
    pub system_disk_category: Option<String>,
    pub tags: Option<BTreeMap<String, Option<String>>>,
    pub client_token: Option<String>,
    pub wait_for_running: Option<bool>,
    #[serde(deserialize_with = "choice::optional")]
    pub on_shortfall: Option<OnShortfall>,
    pub replace_lost_instances: Option<bool>,
}

#[derive(Debug, Deserialize)]
pub(super) struct ImageArguments {
    pub image_id: String,
    pub min_count: u32,
    pub max_count: u32,
    pub key_name: Option<String>,
}
