//! Maps the reservation's arguments to a request of the cloud.

use std::collections::BTreeSet;

use super::model::{Arguments, ImageArguments};
use crate::base::SecurityGroupId;
use crate::cloud::model::{ImageItem, RunInstancesRequest, SpotStrategy, Tags};
use crate::provider::framework::check;
use crate::tf::Number;

/// The request of a launch. An empty text or list is the same as an absent one.
pub(super) fn request(arguments: Arguments, accept_shortfall: bool) -> RunInstancesRequest {
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
        addressing_type: arguments.addressing_type,
        spot_strategy: arguments.spot_strategy,
        spot_price_limit: arguments
            .spot_price_limit
            .as_ref()
            .filter(|_| arguments.spot_strategy == SpotStrategy::SpotWithPriceLimit)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tf::{Value, model};

    /// The request of a whole planned state in which only the given arguments are set.
    fn request_of<const N: usize>(given: [(&str, Value); N]) -> RunInstancesRequest {
        let image = Value::object([
            ("image_id", Value::from("ami-60a54009")),
            ("min_count", 1.into()),
            ("max_count", 3.into()),
            ("key_name", Value::from("")),
        ]);
        let crate::tf::Type::Object(types) = super::super::schema::schema().value_type() else {
            unreachable!("a schema is an object")
        };
        let mut planned = Value::object(types.keys().map(|name| (name.as_str(), Value::Null)));
        planned.set("image", Value::list([image]));
        for (name, value) in given {
            planned.set(name, value);
        }
        request(model::from_value(&planned).unwrap(), false)
    }

    #[test]
    fn what_is_absent_or_empty_is_left_to_the_cloud() {
        let absent = request_of([]);
        let empty = ["instance_type", "zone_id", "vswitch_id", "user_data", "client_token", "system_disk_category"];
        let mut given = request_of(empty.map(|name| (name, Value::from(""))));
        assert_eq!(given, absent);
        given = request_of([
            ("security_group_ids", Value::list(["", ""])),
            ("tags", Value::Map(std::collections::BTreeMap::default())),
        ]);
        assert_eq!(given, absent);
        assert_eq!(absent.images[0].key_name, None);
        assert!(absent.wait_for_running && absent.replace_lost);
    }

    #[test]
    fn both_forms_of_user_data_are_the_same_bytes_r12() {
        let plain = request_of([("user_data", "This is base 64!".into())]);
        let encoded = request_of([("user_data_base64", "VGhpcyBpcyBiYXNlIDY0IQ==".into())]);
        assert_eq!(plain.user_data.as_deref(), Some(b"This is base 64!".as_slice()));
        assert_eq!(plain.user_data, encoded.user_data);
    }

    #[test]
    fn a_price_limit_goes_only_with_its_strategy() {
        let limit = |strategy: &str| {
            let limit: Number = "0.125".parse().unwrap();
            request_of([("spot_strategy", strategy.into()), ("spot_price_limit", limit.into())]).spot_price_limit
        };
        assert_eq!(limit("SpotWithPriceLimit"), Some("0.125".parse().unwrap()));
        assert_eq!((limit("SpotAsPriceGo"), limit("NoSpot")), (None, None));
    }
}
