//! From the reservation's arguments to what the cloud is asked.

use std::collections::BTreeSet;

use super::model::{Arguments, ImageArguments};
use crate::base::SecurityGroupId;
use crate::cloud::model::{AddressingType, ImageItem, RunInstancesRequest, SpotStrategy, Tags};
use crate::provider::check;
use crate::tf::Number;

/// The request of a launch; an empty text or list says nothing.
pub(super) fn request(arguments: Arguments, accept_shortfall: bool) -> RunInstancesRequest {
    let spot_strategy = match arguments.spot_strategy.as_deref() {
        Some("SpotAsPriceGo") => SpotStrategy::SpotAsPriceGo,
        Some("SpotWithPriceLimit") => SpotStrategy::SpotWithPriceLimit,
        _ => SpotStrategy::NoSpot,
    };
    RunInstancesRequest {
        images: arguments.image.into_iter().map(image).collect(),
        instance_type: text(arguments.instance_type).map(Into::into),
        zone_id: text(arguments.zone_id).map(Into::into),
        vswitch_id: text(arguments.vswitch_id).map(Into::into),
        security_group_ids: security_groups(arguments.security_group_ids),
        user_data: match text(arguments.user_data) {
            Some(raw) => Some(raw.into_bytes()),
            None => text(arguments.user_data_base64).and_then(|data| check::base64_bytes(&data)),
        },
        addressing_type: match arguments.addressing_type.as_deref() {
            Some("direct") => AddressingType::Direct,
            _ => AddressingType::Public,
        },
        spot_strategy,
        spot_price_limit: arguments
            .spot_price_limit
            .as_ref()
            .filter(|_| spot_strategy == SpotStrategy::SpotWithPriceLimit)
            .and_then(Number::to_decimal),
        system_disk_category: text(arguments.system_disk_category),
        tags: arguments
            .tags
            .unwrap_or_default()
            .into_iter()
            .map(|(key, value)| (key, value.unwrap_or_default()))
            .collect::<Tags>(),
        client_token: text(arguments.client_token),
        wait_for_running: arguments.wait_for_running.unwrap_or(true),
        accept_shortfall,
        replace_lost: arguments.replace_lost_instances.unwrap_or(true),
        configuration: String::new(),
    }
}

fn image(image: ImageArguments) -> ImageItem {
    ImageItem {
        image_id: image.image_id.into(),
        min_count: image.min_count,
        max_count: image.max_count,
        key_name: text(image.key_name).map(Into::into),
    }
}

fn security_groups(ids: Option<Vec<Option<String>>>) -> BTreeSet<SecurityGroupId> {
    ids.unwrap_or_default().into_iter().flatten().filter(|id| !id.is_empty()).map(Into::into).collect()
}

fn text(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}
