//! The reservation's arguments as Rust types, read when everything is known.

use std::collections::BTreeMap;

use serde::Deserialize;

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
    pub addressing_type: Option<String>,
    pub spot_strategy: Option<String>,
    pub spot_price_limit: Option<Number>,
    pub system_disk_category: Option<String>,
    pub tags: Option<BTreeMap<String, Option<String>>>,
    pub client_token: Option<String>,
    pub wait_for_running: Option<bool>,
    pub on_shortfall: Option<String>,
    pub replace_lost_instances: Option<bool>,
}

#[derive(Debug, Deserialize)]
pub(super) struct ImageArguments {
    pub image_id: String,
    pub min_count: u32,
    pub max_count: u32,
    pub key_name: Option<String>,
}
