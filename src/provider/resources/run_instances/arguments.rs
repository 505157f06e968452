//! The reservation's arguments, one row each: see [`Argument`].

use serde::Deserialize;

use crate::base::limits::MAX_USER_DATA_BYTES;
use crate::base::wording::with_separators;
use crate::catalogue::DEFAULT_INSTANCE_TYPE;
use crate::cloud::model::{AddressingType, ImageItem, RunInstancesRequest, SpotStrategy};
use crate::provider::framework::argument::{Argument, canonical_value, request_from_arguments};
use crate::provider::framework::attributes::{self, disk_category};
use crate::provider::framework::check::{self, text};
use crate::provider::framework::configured::OnShortfall;
use crate::provider::framework::semantic_equality::configured_value;
use crate::provider::framework::{derived, spot};
use crate::tf::error::ValueError;
use crate::tf::{Attribute, Block, NestedBlock, Number, Type, Value};

type Row = Argument<RunInstancesRequest>;

/// Every argument and every block of the reservation.
pub(super) fn table() -> Vec<Row> {
    let mut rows = placement();
    rows.extend(user_data());
    rows.extend(billing());
    rows.extend(instances());
    rows.extend(behaviour());
    rows.push(images());
    rows
}

/// The request that wholly known arguments make. An empty text or list is the same as an absent one. What is not an
/// argument is at its default.
///
/// # Errors
/// The first value that does not fit, with its path.
pub(super) fn request(arguments: &Value) -> Result<RunInstancesRequest, ValueError> {
    request_from_arguments(&table(), arguments)
}

/// The value that stands for all those that are equivalent to an argument's.
pub(super) fn canonical(arguments: &Value, name: &str) -> Value {
    canonical_value(&table(), arguments, name)
}

fn placement() -> Vec<Row> {
    vec![
        Row::new(
            Attribute::string("instance_type").default(DEFAULT_INSTANCE_TYPE).requires_replace().description(format!(
                "Instance type. Default: `{DEFAULT_INSTANCE_TYPE}`, as in EC2, which not every region sells."
            )),
        )
        .request_text(|request, name| request.instance_type = name.map(Into::into)),
        Row::new(Attribute::string("zone_id").optional().computed().requires_replace().derived(|state| derived::zone_id(state, "zone_id")).description(
            "Zone. Default: that of `vswitch_id`; without one, the zone with most free instances of the type, the first \
             by name among equals.",
        ))
        .request_text(|request, id| request.zone_id = id.map(Into::into)),
        Row::new(
            Attribute::string("vswitch_id")
                .optional()
                .computed()
                .requires_replace()
                .derived(|state| derived::vswitch_id(state, "zone_id"))
                .description("vSwitch, which must lie in `zone_id`. Default: the zone's own, `vsw-<zone id>`."),
        )
        .request_text(|request, id| request.vswitch_id = id.map(Into::into)),
        Row::new(
            Attribute::set("security_group_ids", Type::String)
                .optional()
                .description("Security groups of all instances. Default: the group `default`."),
        )
        .request(|request, ids: Option<Vec<Option<String>>>| {
            let ids = ids.unwrap_or_default().into_iter().flatten().filter(|id| !id.is_empty());
            request.security_group_ids = ids.map(Into::into).collect();
        }),
    ]
}

fn user_data() -> [Row; 4] {
    let most = with_separators(MAX_USER_DATA_BYTES);
    [
        Row::new(Attribute::string("user_data").optional().requires_replace().description(format!(
            "User data that all instances see, at most {most} bytes. Excludes `user_data_base64`."
        )))
        .request_text(|request, data| request.user_data = data.map(String::into_bytes))
        .canonical(canonical_user_data),
        // The row follows that of the plain text, which has precedence.
        Row::new(
            Attribute::string("user_data_base64")
                .optional()
                .requires_replace()
                .description(format!("User data as base64 of at most {most} bytes. Excludes `user_data`.")),
        )
        .request_text(|request, data| {
            if request.user_data.is_none() {
                request.user_data = data.and_then(|data| check::base64_bytes(&data));
            }
        })
        .canonical(canonical_user_data),
        // The row follows those of the values that plans and states have.
        Row::new(Attribute::string("user_data_wo").optional().write_only().description(format!(
            "User data like `user_data`, at most {most} bytes, which is in no plan and no state: the world keeps it, and \
             the ephemeral `simcloud_instance_metadata` shows it. Excludes `user_data` and `user_data_base64`. A change \
             is noticed by `user_data_wo_version` alone."
        )))
        .request_text(|request, data| {
            request.hides_user_data = data.is_some();
            if let Some(data) = data {
                request.user_data = Some(data.into_bytes());
            }
        }),
        Row::new(Attribute::number("user_data_wo_version").optional().requires_replace().description(
            "Number to change together with `user_data_wo`.",
        )),
    ]
}

fn billing() -> [Row; 3] {
    [
        Row::new(
            Attribute::choice::<AddressingType>("addressing_type", "")
                .default(AddressingType::default().name())
                .requires_replace(),
        )
        .request_choice(|request, addressing| request.addressing_type = addressing.unwrap_or_default()),
        Row::new(
            Attribute::choice::<SpotStrategy>("spot_strategy", "")
                .default(SpotStrategy::default().name())
                .requires_replace(),
        )
        .request_choice(|request, strategy| request.spot_strategy = strategy.unwrap_or_default()),
        // The row follows that of the strategy, which decides whether the limit has an effect.
        Row::new(Attribute::number("spot_price_limit").optional().requires_replace().description(
            "Highest hourly price of one instance, at most 3 decimals. Required with `SpotWithPriceLimit`, without \
             effect otherwise.",
        ))
        .request(|request, limit: Option<Number>| {
            if request.spot_strategy == SpotStrategy::SpotWithPriceLimit {
                request.spot_price_limit = limit.as_ref().and_then(Number::to_decimal);
            }
        })
        .canonical(spot::canonical_price_limit),
    ]
}

fn instances() -> [Row; 2] {
    [
        Row::new(disk_category("system_disk_category", true).computed().requires_replace().derived(|state| derived::system_disk_category(state, "zone_id")).description(
            "Category of the system disks. Default: `cloud_efficiency` if the type takes it in the zone, else the first \
             category that it takes.",
        ))
        .request_text(|request, category| request.system_disk_category = category),
        Row::new(attributes::tags("the instances"))
            .request_tags(|request, tags| request.tags = tags),
    ]
}

fn behaviour() -> Vec<Row> {
    vec![
        Row::new(attributes::client_token("the launch")).request_text(|request, token| request.client_token = token),
        Row::new(Attribute::bool("wait_for_running").default(true).description(
            "Whether the launch ends with running instances. With `false` they are `pending`, with empty names, until \
             the clock moves. Default: `true`.",
        ))
        .request(|request, given: Option<bool>| request.wait_for_running = given.unwrap_or(true)),
        // The provider's own argument is its default, so that the caller adds it to the request.
        Row::new(Attribute::string("on_shortfall").optional().one_of_names::<OnShortfall>().description(
            "What to do below the sum of the minimums: `fail` (nothing is launched and the apply fails) or `accept` \
             (nothing is launched and `error_code` says why). Default: the provider's, else `fail`.",
        )),
        Row::new(
            Attribute::bool("replace_lost_instances").default(true).description(
                "Whether instances lost since the last apply are launched again, in place. Default: `true`.",
            ),
        )
        .request(|request, given: Option<bool>| request.replace_lost = given.unwrap_or(true)),
    ]
}

fn images() -> Row {
    let block = Block::new("An image and how many instances of it to launch. The rotation begins with the first.");
    let attributes = [
        Attribute::string("image_id").required().requires_replace().description("Image."),
        Attribute::number("min_count")
            .required()
            .requires_replace()
            .description("Minimum number of instances, at least 1. Below it nothing is launched."),
        Attribute::number("max_count")
            .required()
            .requires_replace()
            .description("Maximum number of instances, at least `min_count`; at most 100 over all images."),
        Attribute::string("key_name").optional().requires_replace().description(
            "Key pair for these instances. Instances of a public image without one cannot be logged in to.",
        ),
    ];
    Row::block(NestedBlock::list("image", block.attributes(attributes)).min_items(1))
        .request(|request, images: Vec<ImageBlock>| request.images = images.into_iter().map(ImageBlock::item).collect())
}

#[derive(Deserialize)]
struct ImageBlock {
    image_id: String,
    min_count: u32,
    max_count: u32,
    key_name: Option<String>,
}

impl ImageBlock {
    fn item(self) -> ImageItem {
        ImageItem {
            image_id: self.image_id.into(),
            min_count: self.min_count,
            max_count: self.max_count,
            key_name: self.key_name.filter(|name| !name.is_empty()).map(Into::into),
        }
    }
}

/// User data is equivalent if its bytes are equal.
fn canonical_user_data(arguments: &Value, _: &str) -> Value {
    match text(arguments, "user_data") {
        Some(raw) => check::base64_text(raw.as_bytes()).into(),
        None if arguments.get("user_data").is_unknown() => Value::Unknown,
        None => configured_value(arguments, "user_data_base64"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::schema::schema;
    use super::*;

    /// The request of a whole planned state in which only the given arguments are set.
    fn request_of<const N: usize>(given: [(&str, Value); N]) -> RunInstancesRequest {
        let image = Value::object([
            ("image_id", Value::from("ami-60a54009")),
            ("min_count", 1.into()),
            ("max_count", 3.into()),
            ("key_name", Value::from("")),
        ]);
        let Type::Object(types) = schema().value_type() else { unreachable!("a schema is an object") };
        let mut planned = Value::object(types.keys().map(|name| (name.as_str(), Value::Null)));
        planned.set("image", Value::list([image]));
        for (name, value) in given {
            planned.set(name, value);
        }
        request(&planned).unwrap()
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
